package appstreamimagestest_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
)

// named returns images with the given names.
func named(names []string) []types.Image {
	images := make([]types.Image, len(names))
	for i := range images {
		images[i].Name = &names[i]
	}
	return images
}

// signed returns a client with the given access key and Region. It does not sign
// without an access key.
func signed(server *appstreamimagestest.Server, accessKeyID, region string) *appstream.Client {
	return server.Client(func(o *appstream.Options) {
		o.Region = region
		o.Credentials = appstreamimagestest.Credentials(accessKeyID)
		if accessKeyID == "" {
			o.Credentials = aws.AnonymousCredentials{}
		}
	})
}

// start starts a server that is closed at the end of the test.
func start(t testing.TB, images []types.Image, optFns ...func(*appstreamimagestest.Options)) *appstreamimagestest.Server {
	t.Helper()
	server := appstreamimagestest.NewServer(images, optFns...)
	t.Cleanup(server.Close)
	return server
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
