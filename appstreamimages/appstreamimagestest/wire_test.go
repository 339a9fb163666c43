package appstreamimagestest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/internal/sample"
)

func TestServer_everyField(t *testing.T) {
	var full types.Image
	sample.Fill(&full)
	images := []types.Image{
		full,
		{Name: aws.String(""), ImageBuilderSupported: aws.Bool(false)},
		{StateChangeReason: &types.ImageStateChangeReason{}},
		{},
	}
	out, err := start(t, images).Client().DescribeImages(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Images) != len(images) {
		t.Fatalf("got %d images, want %d", len(out.Images), len(images))
	}
	sample.UTC(&out.Images)
	for i := range images {
		got, want := reflect.ValueOf(out.Images[i]), reflect.ValueOf(images[i])
		for i := range want.NumField() {
			field, value := want.Type().Field(i), want.Field(i)
			if field.IsExported() && !reflect.DeepEqual(got.FieldByIndex(field.Index).Interface(), value.Interface()) {
				t.Errorf("image %d: %s: got %+v, want %+v", i, field.Name, got.FieldByIndex(field.Index), value)
			}
		}
	}
	if id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata); id == "" {
		t.Error("the answer has no request id")
	}
}

// TestServer_json uses the protocol of older clients.
func TestServer_json(t *testing.T) {
	server := start(t, appstreamimagestest.Catalog(9))
	post := func(target, body string) (status int, members map[string]any) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Amz-Target", target)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &members); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		return resp.StatusCode, members
	}
	status, members := post("PhotonAdminProxyService.DescribeImages", `{"Type": "PRIVATE", "MaxResults": 2}`)
	images, _ := members["Images"].([]any)
	if status != 200 || len(images) != 2 || members["NextToken"] == nil {
		t.Fatalf("got %d, %v, want 2 images and a token", status, members)
	}
	image := images[0].(map[string]any)
	want := appstreamimagestest.Catalog(2)[1]
	if image["Name"] != *want.Name || image["CreatedTime"] != float64(want.CreatedTime.Unix()) {
		t.Errorf("got %v, want the name %s and seconds", image, *want.Name)
	}
	for _, tc := range []struct{ target, body, want string }{
		{"PhotonAdminProxyService.DescribeImages", `{"Names": ["no such image"]}`, "ResourceNotFoundException"},
		{"PhotonAdminProxyService.DescribeImages", `{"MaxResults": 26}`, "ValidationException"},
		{"PhotonAdminProxyService.DescribeImages", `{"MaxResults": "x"}`, "SerializationException"},
		{"PhotonAdminProxyService.DescribeImages", `{`, "SerializationException"},
		{"PhotonAdminProxyService.DescribeFleets", `{}`, "UnknownOperationException"},
	} {
		if status, members := post(tc.target, tc.body); status != 400 || members["__type"] != tc.want {
			t.Errorf("%s %s: got %d, %v, want 400 and %s", tc.target, tc.body, status, members, tc.want)
		}
	}
}

// Every field is also sent in JSON, with the same name as in CBOR.
func TestServer_everyFieldInJSON(t *testing.T) {
	var full types.Image
	sample.Fill(&full)
	server := start(t, []types.Image{full})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Target", "PhotonAdminProxyService.DescribeImages")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var got struct{ Images []map[string]any }
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || len(got.Images) != 1 {
		t.Fatalf("got %d images, %v, want 1", len(got.Images), err)
	}
	checkJSON(t, "Image", reflect.ValueOf(full), got.Images[0])
}

// In CBOR, the errors of AppStream's model have a namespace.
func TestServer_errorTypeInCBOR(t *testing.T) {
	server := start(t, nil)
	body := cbor.Encode(cbor.Map{"Names": cbor.List{cbor.String("x")}})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/service/PhotonAdminProxyService/operation/DescribeImages", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	value, err := cbor.Decode(text)
	members, _ := value.(cbor.Map)
	if want := cbor.String("com.amazonaws.appstream#ResourceNotFoundException"); err != nil || members["__type"] != want {
		t.Errorf("got %v, %v, want the type %s", value, err, want)
	}
}

// With Nulls, every field that is not set is null, as is every zero value in a
// list or a map, in both protocols.
func TestServer_nulls(t *testing.T) {
	image := types.Image{
		Name:                      aws.String("web"),
		ImageBuilderSupported:     aws.Bool(false),
		SupportedInstanceFamilies: []string{"stream.standard", ""},
		Applications: []types.Application{{}, {
			Name:      aws.String("editor"),
			Metadata:  map[string]string{"WORKING_DIRECTORY": "", "team": "web"},
			Platforms: []types.PlatformType{""},
		}},
	}
	server := start(t, []types.Image{image}, func(o *appstreamimagestest.Options) { o.Nulls = true })
	protocols := map[string]func(text []byte) (any, error){
		"JSON": func(text []byte) (v any, err error) { return v, json.Unmarshal(text, &v) },
		"CBOR": func(text []byte) (any, error) {
			v, err := cbor.Decode(text)
			return plain(v), err
		},
	}
	for name, decode := range protocols {
		t.Run(name, func(t *testing.T) {
			path, header, body := "/", "X-Amz-Target", []byte("{}")
			value := "PhotonAdminProxyService.DescribeImages"
			if name == "CBOR" {
				path, header, value, body = "/service/PhotonAdminProxyService/operation/DescribeImages", "Smithy-Protocol", "rpc-v2-cbor", cbor.Encode(cbor.Map{})
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set(header, value)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = resp.Body.Close() }()
			text, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			decoded, err := decode(text)
			if err != nil {
				t.Fatal(err)
			}
			page := decoded.(map[string]any)
			if token, ok := page["NextToken"]; !ok || token != nil {
				t.Errorf("got the token %v, want null", token)
			}
			got := page["Images"].([]any)[0].(map[string]any)
			for field := range reflect.TypeFor[types.Image]().NumField() {
				f := reflect.TypeFor[types.Image]().Field(field)
				if member, ok := got[f.Name]; f.IsExported() && (!ok || (member == nil) != reflect.ValueOf(image).Field(field).IsZero()) {
					t.Errorf("%s: got %v, %v", f.Name, member, ok)
				}
			}
			if want := []any{"stream.standard", nil}; !reflect.DeepEqual(got["SupportedInstanceFamilies"], want) {
				t.Errorf("got the list %v, want %v", got["SupportedInstanceFamilies"], want)
			}
			applications := got["Applications"].([]any)
			if applications[0] != nil {
				t.Errorf("got the application %v, want null", applications[0])
			}
			application := applications[1].(map[string]any)
			if want := map[string]any{"WORKING_DIRECTORY": nil, "team": "web"}; !reflect.DeepEqual(application["Metadata"], want) {
				t.Errorf("got the map %v, want %v", application["Metadata"], want)
			}
			if want := []any{nil}; !reflect.DeepEqual(application["Platforms"], want) {
				t.Errorf("got the list %v, want %v", application["Platforms"], want)
			}
		})
	}
}
