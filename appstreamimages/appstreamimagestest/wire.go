package appstreamimagestest

import (
	"encoding/json"
	"io"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// A protocol encodes requests and responses. Between the wire and the service
// they are values as encoding/json produces them (maps, slices, strings,
// numbers and booleans) and times.
type protocol struct {
	header    map[string]string
	isRequest func(*http.Request) bool
	decode    func([]byte) (any, error)
	encode    func(any) []byte
	namespace string // of the error types in AppStream's model
}

var (
	rpcCBOR = protocol{
		header: map[string]string{"Content-Type": "application/cbor", "Smithy-Protocol": "rpc-v2-cbor"},
		isRequest: func(r *http.Request) bool {
			return r.URL.Path == "/service/PhotonAdminProxyService/operation/DescribeImages"
		},
		decode: func(body []byte) (any, error) {
			v, err := cbor.Decode(body)
			return fromCBOR(v), err
		},
		encode:    func(v any) []byte { return cbor.Encode(toCBOR(v)) },
		namespace: "com.amazonaws.appstream#",
	}
	awsJSON = protocol{
		header: map[string]string{"Content-Type": "application/x-amz-json-1.1"},
		isRequest: func(r *http.Request) bool {
			return r.Header.Get("X-Amz-Target") == "PhotonAdminProxyService.DescribeImages"
		},
		decode: func(body []byte) (v any, err error) { return v, json.Unmarshal(body, &v) },
		encode: func(v any) []byte {
			text, _ := json.Marshal(toJSON(v)) // never fails for the values of encoder and failure
			return text
		},
	}
)

// protocolOf returns the protocol of a request.
func protocolOf(r *http.Request) protocol {
	if r.Header.Get("Smithy-Protocol") == rpcCBOR.header["Smithy-Protocol"] {
		return rpcCBOR
	}
	return awsJSON
}

// parseInput parses the body of a request.
func (p protocol) parseInput(r *http.Request) (in appstream.DescribeImagesInput, failure *endpoint.Error) {
	if !p.isRequest(r) {
		return in, invalid("UnknownOperationException", "this server implements only DescribeImages")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return in, invalid("SerializationException", "%v", err)
	}
	value, err := p.decode(body)
	if err != nil {
		return in, invalid("SerializationException", "%v", err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return in, invalid("SerializationException", "%v", err)
	}
	var members struct {
		Arns, Names []string
		MaxResults  *int32
		NextToken   *string
		Type        types.VisibilityType
	}
	if err := json.Unmarshal(text, &members); err != nil {
		return in, invalid("SerializationException", "%v", err)
	}
	in.Arns, in.Names, in.Type = members.Arns, members.Names, members.Type
	in.MaxResults, in.NextToken = members.MaxResults, members.NextToken
	return in, nil
}

// failure returns the value of an error. The SDK reads the text of an error in
// AppStream's model from Message, and of any other error from message.
func (p protocol) failure(e *endpoint.Error) any {
	if e.Code == "ResourceNotFoundException" || e.Code == "InvalidParameterCombinationException" {
		return map[string]any{"__type": p.namespace + e.Code, "Message": e.Message}
	}
	return map[string]any{"__type": e.Code, "message": e.Message}
}

// An encoder returns the protocol values of values of the SDK. It omits a nil
// pointer, a nil slice, a nil map and an empty enum in a struct, or replaces
// them with null.
type encoder struct{ nulls bool }

func (e encoder) value(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		return e.value(v.Elem())
	case reflect.Slice:
		list := []any{}
		for i := range v.Len() {
			list = append(list, e.item(v.Index(i)))
		}
		return list
	case reflect.Map:
		members := map[string]any{}
		for _, key := range v.MapKeys() {
			members[key.String()] = e.item(v.MapIndex(key))
		}
		return members
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return t
		}
		return e.members(v)
	case reflect.String:
		return v.String()
	default:
		return v.Interface()
	}
}

// item returns the value of an item of a list or a map.
func (e encoder) item(v reflect.Value) any {
	if e.nulls && v.IsZero() {
		return nil
	}
	return e.value(v)
}

// members returns the members of a struct.
func (e encoder) members(v reflect.Value) map[string]any {
	members := map[string]any{}
	for i := range v.NumField() {
		field, f := v.Type().Field(i), v.Field(i)
		if !field.IsExported() {
			continue
		}
		if !f.IsZero() {
			members[memberName(v.Type(), field.Name)] = e.value(f)
		} else if e.nulls {
			members[memberName(v.Type(), field.Name)] = nil
		}
	}
	return members
}

// memberName returns the name of a field's member on the wire. Members are
// spelled like their fields, except those of one type.
func memberName(t reflect.Type, field string) string {
	if t == reflect.TypeFor[types.ImagePermissions]() {
		return strings.ToLower(field[:1]) + field[1:]
	}
	return field
}

// toJSON replaces times with seconds, as in AWS JSON.
func toJSON(v any) any {
	switch v := v.(type) {
	case time.Time:
		return json.Number(strconv.FormatFloat(seconds(v), 'f', 3, 64))
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = toJSON(v[i])
		}
		return list
	case map[string]any:
		members := make(map[string]any, len(v))
		for name := range v {
			members[name] = toJSON(v[name])
		}
		return members
	}
	return v
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func toCBOR(v any) cbor.Value {
	switch v := v.(type) {
	case time.Time:
		return &cbor.Tag{ID: 1, Value: cbor.Float64(seconds(v))}
	case []any:
		list := make(cbor.List, len(v))
		for i := range v {
			list[i] = toCBOR(v[i])
		}
		return list
	case map[string]any:
		members := make(cbor.Map, len(v))
		for name := range v {
			members[name] = toCBOR(v[name])
		}
		return members
	case string:
		return cbor.String(v)
	case bool:
		return cbor.Bool(v)
	case int32:
		if v < 0 {
			return cbor.NegInt(-int64(v))
		}
		return cbor.Uint(v)
	}
	return &cbor.Nil{}
}

func fromCBOR(v cbor.Value) any {
	switch v := v.(type) {
	case cbor.List:
		list := make([]any, len(v))
		for i := range v {
			list[i] = fromCBOR(v[i])
		}
		return list
	case cbor.Map:
		members := make(map[string]any, len(v))
		for name := range v {
			members[name] = fromCBOR(v[name])
		}
		return members
	case cbor.String:
		return string(v)
	case cbor.Bool:
		return bool(v)
	case cbor.Uint, cbor.NegInt:
		n, err := cbor.AsInt64(v)
		if err != nil {
			return math.NaN() // which encoding/json rejects
		}
		return n
	}
	return nil
}
