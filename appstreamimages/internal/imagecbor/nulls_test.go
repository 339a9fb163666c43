package imagecbor_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/appstreamimages/internal/imagecbor"
)

// fill returns the CBOR of a value of a type that has every member, and the
// value that the SDK's JSON protocol decodes it to. If nulls is true, each list
// and map has a null at its end, and each list of structs a struct whose
// members are null. In service/appstream before v1.64.0, the code generated for
// a null element of a list and of a map leaves the zero value of its type.
func fill(t reflect.Type, label string, nulls bool) (doc cbor.Value, want reflect.Value) {
	want = reflect.New(t).Elem()
	switch {
	case t == reflect.TypeFor[time.Time]():
		want.Set(reflect.ValueOf(time.Unix(1_700_000_000, 500_000_000)))
		return &cbor.Tag{ID: 1, Value: cbor.Float64(1_700_000_000.5)}, want
	case t.Kind() == reflect.Pointer:
		doc, elem := fill(t.Elem(), label, nulls)
		want.Set(reflect.New(t.Elem()))
		want.Elem().Set(elem)
		return doc, want
	case t.Kind() == reflect.String:
		want.SetString(label)
		return cbor.String(label), want
	case t.Kind() == reflect.Bool:
		want.SetBool(true)
		return cbor.Bool(true), want
	case t.Kind() == reflect.Struct:
		members := cbor.Map{}
		for i := range t.NumField() {
			if field := t.Field(i); field.IsExported() {
				value, elem := fill(field.Type, label+" "+field.Name, nulls)
				members[memberName(t, field.Name)] = value
				want.Field(i).Set(elem)
			}
		}
		return members, want
	case t.Kind() == reflect.Slice:
		value, elem := fill(t.Elem(), label, nulls)
		list := cbor.List{value}
		want = reflect.Append(want, elem)
		if nulls && t.Elem().Kind() == reflect.Struct {
			list = append(list, allNull(t.Elem()))
			want = reflect.Append(want, reflect.Zero(t.Elem()))
		}
		if nulls {
			list = append(list, &cbor.Nil{})
			want = reflect.Append(want, reflect.Zero(t.Elem()))
		}
		return list, want
	case t.Kind() == reflect.Map:
		value, elem := fill(t.Elem(), label, nulls)
		members := cbor.Map{"KEY": value}
		want = reflect.MakeMap(t)
		want.SetMapIndex(reflect.ValueOf("KEY"), elem)
		if nulls {
			members["WORKING_DIRECTORY"] = &cbor.Nil{}
			want.SetMapIndex(reflect.ValueOf("WORKING_DIRECTORY"), reflect.Zero(t.Elem()))
		}
		return members, want
	}
	panic(fmt.Sprintf("%s: the model has a %v, which this test and zero do not know", label, t))
}

// allNull returns a struct whose members are null.
func allNull(t reflect.Type) cbor.Map {
	members := cbor.Map{}
	for i := range t.NumField() {
		if field := t.Field(i); field.IsExported() {
			members[memberName(t, field.Name)] = &cbor.Nil{}
		}
	}
	return members
}

// memberName returns the name of a field's member. AppStream spells those of
// one type in its own way.
func memberName(t reflect.Type, field string) string {
	if t == reflect.TypeFor[types.ImagePermissions]() {
		return strings.ToLower(field[:1]) + field[1:]
	}
	return field
}

// The elements of maps and lists in the model are strings and structs. Another
// kind would need another zero value.
func TestFillNulls_model(t *testing.T) {
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer:
			visit(typ.Elem())
		case reflect.Slice, reflect.Map:
			elem := typ.Elem()
			if elem.Kind() != reflect.String && elem.Kind() != reflect.Struct || elem == reflect.TypeFor[time.Time]() {
				t.Errorf("the model has a %v", typ)
			}
			visit(elem)
		case reflect.Struct:
			for i := range typ.NumField() {
				if typ.Field(i).IsExported() {
					visit(typ.Field(i).Type)
				}
			}
		}
	}
	visit(reflect.TypeFor[types.Image]())
}

func TestFillNulls(t *testing.T) {
	null := &cbor.Nil{}
	ofApplication := func(members cbor.Map) cbor.Map { return cbor.Map{"Applications": cbor.List{members}} }
	application := func(a types.Application) types.Image { return types.Image{Applications: []types.Application{a}} }
	tests := []struct {
		reason string
		doc    cbor.Map
		want   types.Image
	}{
		{
			"a string of a map", ofApplication(cbor.Map{"Metadata": cbor.Map{"WORKING_DIRECTORY": null, "A": cbor.String("b")}}),
			application(types.Application{Metadata: map[string]string{"WORKING_DIRECTORY": "", "A": "b"}}),
		},
		{
			"a string of a list",
			cbor.Map{"SupportedInstanceFamilies": cbor.List{null, cbor.String("GENERAL_PURPOSE"), null}},
			types.Image{SupportedInstanceFamilies: []string{"", "GENERAL_PURPOSE", ""}},
		},
		{
			"an enum of a list", ofApplication(cbor.Map{"Platforms": cbor.List{null, cbor.String("WINDOWS")}}),
			application(types.Application{Platforms: []types.PlatformType{"", "WINDOWS"}}),
		},
		{
			"a struct of a list",
			cbor.Map{"ImageErrors": cbor.List{null, cbor.Map{"ErrorCode": cbor.String("FLEET_STOPPED")}}},
			types.Image{ImageErrors: []types.ResourceError{{}, {ErrorCode: "FLEET_STOPPED"}}},
		},
		{
			"members beside it remain unset",
			cbor.Map{"Name": null, "CreatedTime": null, "State": null, "ImageBuilderSupported": null, "Applications": null, "StateChangeReason": null, "SupportedInstanceFamilies": cbor.List{null}},
			types.Image{SupportedInstanceFamilies: []string{""}},
		},
		{
			"a member that the SDK does not know",
			cbor.Map{"New": cbor.List{null}, "SupportedInstanceFamilies": cbor.List{null}},
			types.Image{SupportedInstanceFamilies: []string{""}},
		},
	}
	for _, tc := range tests {
		got, err := decode(t, imagecbor.NewDeserializer(sdk(t)), ofImage(tc.doc))
		if err != nil || len(got.Images) != 1 || !reflect.DeepEqual(got.Images[0], tc.want) {
			t.Errorf("%s: got %+v, %v, want %+v", tc.reason, got, err, tc.want)
		}
		if got, err := decode(t, sdk(t), ofImage(tc.doc)); err == nil {
			t.Errorf("%s: the SDK decodes it to %+v: is imagecbor still needed?", tc.reason, got)
		}
	}
	got, err := decode(t, imagecbor.NewDeserializer(sdk(t)), cbor.Encode(cbor.Map{"Images": cbor.List{null}}))
	if err != nil || !reflect.DeepEqual(got.Images, make([]types.Image, 1)) {
		t.Errorf("an image: got %+v, %v, want an image without members", got, err)
	}
}

// Types that are not in the model yet.
func TestFillNulls_otherTypes(t *testing.T) {
	type inner struct{ List []string }
	type outer struct {
		Pointer *inner
		Lists   [][]string
		Map     map[string]inner
	}
	null := func() cbor.List { return cbor.List{&cbor.Nil{}} }
	doc := cbor.Map{"Pointer": cbor.Map{"List": null()}, "Lists": cbor.List{null()}, "Map": cbor.Map{"A": cbor.Map{"List": null()}, "B": &cbor.Nil{}}}
	filled := cbor.List{cbor.String("")}
	want := cbor.Map{"Pointer": cbor.Map{"List": filled}, "Lists": cbor.List{filled}, "Map": cbor.Map{"A": cbor.Map{"List": filled}, "B": cbor.Map{}}}
	if ok := imagecbor.FillNulls(doc, reflect.TypeFor[outer]()); !ok || !reflect.DeepEqual(doc, want) {
		t.Errorf("got %v, want %v", doc, want)
	}
}

// If the SDK cannot decode the document for another reason as well, the error
// is that of the first attempt.
func TestFillNulls_stillWrong(t *testing.T) {
	null := &cbor.Nil{}
	tests := []struct {
		reason string
		doc    cbor.Map
	}{
		{"null in the place of the time of a tag", cbor.Map{"CreatedTime": &cbor.Tag{ID: 1, Value: null}}},
		{"undefined, which is not null", cbor.Map{"SupportedInstanceFamilies": cbor.List{&cbor.Undefined{}}}},
		{"a list in the place of a map", cbor.Map{"Applications": cbor.List{cbor.Map{"Metadata": cbor.List{null}}}}},
		{"a map in the place of a list", cbor.Map{"SupportedInstanceFamilies": cbor.Map{"A": null}}},
		{"a list in the place of a string", cbor.Map{"Name": cbor.List{null}}},
		{"a list of lists", cbor.Map{"SupportedInstanceFamilies": cbor.List{cbor.List{null}}}},
		{"a null and a number", cbor.Map{"SupportedInstanceFamilies": cbor.List{null, cbor.Uint(1)}}},
	}
	for _, tc := range tests {
		_, want := decode(t, sdk(t), ofImage(tc.doc))
		_, err := decode(t, imagecbor.NewDeserializer(sdk(t)), ofImage(tc.doc))
		if want == nil || err == nil || err.Error() != want.Error() {
			t.Errorf("%s: got %v, want the SDK's error %v", tc.reason, err, want)
		}
	}
}

// nullImages returns 60 images that have every field, and, in each map and list,
// an element with its zero value. A server with Nulls sends null for it.
func nullImages() (images []types.Image) {
	for i := range 60 {
		name := fmt.Sprintf("image-%02d", i)
		_, value := fill(reflect.TypeFor[types.Image](), name, true)
		image := value.Interface().(types.Image)
		image.Name, image.Arn = &name, aws.String("arn:aws:appstream:us-east-1:"+appstreamimagestest.Account+":image/"+name)
		image.State, image.Visibility = types.ImageStateAvailable, types.VisibilityTypePrivate
		images = append(images, image)
	}
	return images
}

func withNulls(o *appstreamimagestest.Options) { o.Nulls = true }

// A wrapping client is how programs measure their calls.
type wrapping struct{ *appstream.Client }

func (w wrapping) DescribeImages(ctx context.Context, in *appstream.DescribeImagesInput, optFns ...func(*appstream.Options)) (*appstream.DescribeImagesOutput, error) {
	return w.Client.DescribeImages(ctx, in, optFns...)
}

func TestNulls_client(t *testing.T) {
	want := nullImages()
	server := start(t, want, withNulls)
	clients := map[string]appstream.DescribeImagesAPIClient{
		"a client of the SDK":                server.Client(),
		"a client with Middleware":           server.Client(appstreamimages.Middleware),
		"a wrapped client with Middleware":   wrapping{server.Client(appstreamimages.Middleware)},
		"a client that has Middleware twice": server.Client(appstreamimages.Middleware, appstreamimages.Middleware),
	}
	for name, client := range clients {
		before := len(server.Requests())
		got, _, err := appstreamimages.NewPaginator(client, nil).Collect(t.Context())
		if err != nil || !reflect.DeepEqual(got, want) || len(server.Requests())-before != 3 {
			t.Errorf("%s: NewPaginator: got %d images, %v after %d requests, want those of the JSON protocol after 3", name, len(got), err, len(server.Requests())-before)
		}
		latest, err := appstreamimages.Latest(t.Context(), client, nil)
		if err != nil || !strings.HasPrefix(*latest.Name, "image-") {
			t.Errorf("%s: Latest: got %v, %v, want an image", name, latest, err)
		}
		byName, err := appstreamimages.ByName(t.Context(), client, "image-31")
		if err != nil || !reflect.DeepEqual(byName, want[31]) {
			t.Errorf("%s: ByName: got %v, %v, want image-31", name, byName, err)
		}
		output, err := appstreamimages.NewImageAvailableWaiter(client).WaitForOutput(t.Context(), &appstream.DescribeImagesInput{Names: []string{"image-59"}}, time.Minute)
		if err != nil || !reflect.DeepEqual(output.Images, want[59:]) {
			t.Errorf("%s: the waiter: got %v, %v, want image-59", name, output, err)
		}
	}

	var got []types.Image
	pager := appstream.NewDescribeImagesPaginator(server.Client(appstreamimages.Middleware), nil)
	for pager.HasMorePages() {
		page, err := pager.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, page.Images...)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the SDK's paginator with Middleware: got %d images, want those of the JSON protocol", len(got))
	}
}

// The day the SDK decodes nulls, this test fails, and imagecbor shrinks.
func TestNulls_sdkAlone(t *testing.T) {
	server := start(t, nullImages(), withNulls)
	out, err := server.Client().DescribeImages(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "unexpected value type *cbor.Nil") {
		t.Errorf("got %+v, %v: the SDK decodes nulls", out, err)
	}
}

func BenchmarkDeserializer(b *testing.B) {
	alone := sdk(b)
	for _, nulls := range []bool{false, true} {
		images := make(cbor.List, 25)
		for i := range images {
			images[i], _ = fill(reflect.TypeFor[types.Image](), "image", nulls)
		}
		doc := cbor.Encode(cbor.Map{"Images": images})
		for name, m := range map[string]middleware.DeserializeMiddleware{"SDK": alone, "imagecbor": imagecbor.NewDeserializer(alone)} {
			b.Run(fmt.Sprintf("nulls=%v/%s", nulls, name), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(doc)))
				for b.Loop() {
					_, _ = decode(b, m, doc)
				}
			})
		}
	}
}
