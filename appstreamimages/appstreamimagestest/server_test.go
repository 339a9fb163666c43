package appstreamimagestest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/internal/sample"
)

// start starts a server that is closed at the end of the test.
func start(t testing.TB, images []types.Image, optFns ...func(*appstreamimagestest.Options)) *appstreamimagestest.Server {
	t.Helper()
	server := appstreamimagestest.NewServer(images, optFns...)
	t.Cleanup(server.Close)
	return server
}

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
	want := appstreamimagestest.CatalogImage(1)
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

// checkJSON compares a value of the SDK with the value decoded from JSON.
func checkJSON(t *testing.T, path string, want reflect.Value, got any) {
	t.Helper()
	switch want.Kind() {
	case reflect.Pointer:
		checkJSON(t, path, want.Elem(), got)
	case reflect.Slice:
		list, _ := got.([]any)
		if len(list) != want.Len() {
			t.Errorf("%s: got %v, want %d items", path, got, want.Len())
			return
		}
		for i := range list {
			checkJSON(t, path, want.Index(i), list[i])
		}
	case reflect.Struct:
		if at, ok := want.Interface().(time.Time); ok {
			if got != float64(at.UnixMilli())/1000 {
				t.Errorf("%s: got %v, want the seconds of %v", path, got, at)
			}
			return
		}
		members, _ := got.(map[string]any)
		for i := range want.NumField() {
			field, value := want.Type().Field(i), want.Field(i)
			if !field.IsExported() {
				continue
			}
			name := field.Name
			if path == "Image.ImagePermissions" { // the only members that begin with a lower-case letter
				name = strings.ToLower(name[:1]) + name[1:]
			}
			checkJSON(t, path+"."+field.Name, value, members[name])
		}
	case reflect.Map:
		members, _ := got.(map[string]any)
		for _, key := range want.MapKeys() {
			checkJSON(t, path, want.MapIndex(key), members[key.String()])
		}
	case reflect.String:
		if got != want.String() {
			t.Errorf("%s: got %v, want %q", path, got, want)
		}
	default:
		if got != want.Interface() {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
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

func TestServer_selectors(t *testing.T) {
	images := appstreamimagestest.Catalog(6)
	server := start(t, images)
	public, private, shared := images[0], images[1], images[2]
	tests := []struct {
		reason string
		in     appstream.DescribeImagesInput
		want   int
	}{
		{"no Type is all three", appstream.DescribeImagesInput{}, 6},
		{"Type", appstream.DescribeImagesInput{Type: types.VisibilityTypeShared}, 2},
		{"names are ORed", appstream.DescribeImagesInput{Names: []string{*public.Name, *private.Name}}, 2},
		{"names and Type are ANDed", appstream.DescribeImagesInput{Names: []string{*public.Name, *private.Name}, Type: types.VisibilityTypePublic}, 1},
		{"all three by ARN", appstream.DescribeImagesInput{Arns: []string{*public.Arn, *private.Arn, *shared.Arn}}, 3},
		{"MaxResults 0 is no choice", appstream.DescribeImagesInput{MaxResults: aws.Int32(0)}, 6},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			out, err := server.Client().DescribeImages(t.Context(), &tc.in)
			if err != nil || len(out.Images) != tc.want {
				t.Errorf("%s: got %+v, %v, want %d images", tc.reason, out, err, tc.want)
			}
		})
	}
}

func TestServer_errors(t *testing.T) {
	images := appstreamimagestest.Catalog(6)
	server := start(t, images)
	tests := []struct {
		reason string
		in     appstream.DescribeImagesInput
		code   string
	}{
		{"unknown name", appstream.DescribeImagesInput{Names: []string{"x"}}, "ResourceNotFoundException"},
		{"a shared image by name", appstream.DescribeImagesInput{Names: []string{*images[2].Name}}, "ResourceNotFoundException"},
		{"unknown ARN", appstream.DescribeImagesInput{Arns: []string{"arn:aws:appstream:us-east-1::image/x"}}, "ResourceNotFoundException"},
		{"names and ARNs", appstream.DescribeImagesInput{Names: []string{"x"}, Arns: []string{"arn:aws:appstream:us-east-1::image/x"}}, "InvalidParameterCombinationException"},
		{"not an ARN", appstream.DescribeImagesInput{Arns: []string{"not an arn"}}, "ValidationException"},
		{"an ARN of no partition", appstream.DescribeImagesInput{Arns: []string{"arn:aws-x:appstream:us-east-1::image/x"}}, "ValidationException"},
		{"an empty name", appstream.DescribeImagesInput{Names: []string{"x", ""}}, "ValidationException"},
		{"page too large", appstream.DescribeImagesInput{MaxResults: aws.Int32(26)}, "ValidationException"},
		{"page too small", appstream.DescribeImagesInput{MaxResults: aws.Int32(-1)}, "ValidationException"},
		{"empty token", appstream.DescribeImagesInput{NextToken: aws.String("")}, "ValidationException"},
		{"bad token", appstream.DescribeImagesInput{NextToken: aws.String("x")}, "ValidationException"},
		{"bad Type", appstream.DescribeImagesInput{Type: "MINE"}, "ValidationException"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			_, err := server.Client().DescribeImages(t.Context(), &tc.in)
			var api smithy.APIError
			ok := errors.As(err, &api)
			if !ok || api.ErrorCode() != tc.code || api.ErrorMessage() == "" {
				t.Errorf("%s: got %v, want %s", tc.reason, err, tc.code)
			}
		})
	}

	_, err := server.Client().DescribeImages(t.Context(), &appstream.DescribeImagesInput{Names: []string{"x"}})
	var typed *types.ResourceNotFoundException
	if !errors.As(err, &typed) || aws.ToString(typed.Message) == "" {
		t.Errorf("got %v, want the SDK's type with its message", err)
	}
	if _, err := server.Client().DescribeFleets(t.Context(), nil); err == nil {
		t.Error("another operation has an answer")
	}
}

func TestServer_tokens(t *testing.T) {
	server := start(t, appstreamimagestest.Catalog(60))
	client := server.Client()
	out, err := client.DescribeImages(t.Context(), nil)
	if err != nil || len(out.Images) != 25 || out.NextToken == nil {
		t.Fatalf("got %v, %v, want 25 images and a token", out, err)
	}
	next := &appstream.DescribeImagesInput{NextToken: out.NextToken, MaxResults: aws.Int32(3)}
	if _, err := client.DescribeImages(t.Context(), next); err != nil {
		t.Errorf("the token with another page size: %v", err)
	}
	if _, err := client.DescribeImages(t.Context(), &appstream.DescribeImagesInput{NextToken: out.NextToken, Type: types.VisibilityTypePublic}); err == nil {
		t.Error("the token is good for another query")
	}
	server.ExpireTokens()
	if _, err := client.DescribeImages(t.Context(), next); err == nil {
		t.Error("the token is good after it has expired")
	}
}

// The texts of broken constraints are AppStream's.
func TestServer_constraintTexts(t *testing.T) {
	tests := []struct {
		in   appstream.DescribeImagesInput
		want string
	}{
		{appstream.DescribeImagesInput{MaxResults: aws.Int32(26)}, "1 validation error detected: Value '26' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 25"},
		{appstream.DescribeImagesInput{MaxResults: aws.Int32(-1)}, "1 validation error detected: Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0"},
		{appstream.DescribeImagesInput{Names: []string{""}, MaxResults: aws.Int32(26)}, "2 validation errors detected: Value '[]' at 'names' failed to satisfy constraint: Member must satisfy constraint: [Member must have length greater than or equal to 1]; Value '26' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 25"},
	}
	server := start(t, nil)
	for _, tc := range tests {
		_, err := server.Client().DescribeImages(t.Context(), &tc.in)
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorMessage() != tc.want {
			t.Errorf("got %v, want %q", err, tc.want)
		}
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

// plain returns the value that encoding/json would decode.
func plain(v cbor.Value) any {
	switch v := v.(type) {
	case cbor.List:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	case cbor.Map:
		members := map[string]any{}
		for name := range v {
			members[name] = plain(v[name])
		}
		return members
	case cbor.String:
		return string(v)
	case cbor.Bool:
		return bool(v)
	}
	return nil
}

// A client retries if it is told to.
func TestClient_retryMaxAttempts(t *testing.T) {
	for attempts, want := range map[int]int{0: 1, 1: 1, 2: 2} {
		server := start(t, nil)
		server.Script(appstreamimagestest.Throttle())
		client := server.Client(func(o *appstream.Options) { o.RetryMaxAttempts = attempts })
		_, err := client.DescribeImages(t.Context(), nil)
		if got := len(server.Requests()); got != want || (err == nil) != (want > 1) {
			t.Errorf("RetryMaxAttempts %d: got %d requests, %v, want %d", attempts, got, err, want)
		}
	}
}
