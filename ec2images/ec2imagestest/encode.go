package ec2imagestest

import (
	"bytes"
	"encoding/xml"
	"reflect"
	"strconv"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

const namespace = "http://ec2.amazonaws.com/doc/2016-11-15/"

// encodePage returns the XML document of a page.
func encodePage(p page, requestID string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	b.WriteString(`<DescribeImagesResponse xmlns="` + namespace + `">`)
	element(&b, "requestId", requestID)
	if len(p.images) == 0 {
		b.WriteString("<imagesSet/>")
	} else {
		encode(&b, "imagesSet", reflect.ValueOf(p.images))
	}
	if p.nextToken != "" {
		element(&b, "nextToken", p.nextToken)
	}
	b.WriteString("</DescribeImagesResponse>")
	return b.Bytes()
}

// encodeError returns the XML document of an error.
func encodeError(e *endpoint.Error, requestID string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header + "<Response><Errors><Error>")
	element(&b, "Code", e.Code)
	element(&b, "Message", e.Message)
	b.WriteString("</Error></Errors>")
	element(&b, "RequestID", requestID)
	b.WriteString("</Response>")
	return b.Bytes()
}

func element(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	_ = xml.EscapeText(b, []byte(text)) // writing to a bytes.Buffer never fails
	b.WriteString("</" + name + ">")
}

// elements contains the element names that are not the field's name with a
// lower-case first letter.
var elements = map[reflect.Type]map[string]string{
	reflect.TypeFor[types.Image](): {
		"BlockDeviceMappings": "blockDeviceMapping",
		"ImageWatermarks":     "imageWatermarkSet",
		"OwnerId":             "imageOwnerId",
		"Public":              "isPublic",
		"State":               "imageState",
		"Tags":                "tagSet",
	},
	reflect.TypeFor[types.EbsBlockDevice](): {
		"AvailabilityZoneId":       "AvailabilityZoneId",
		"EbsCardIndex":             "EbsCardIndex",
		"VolumeInitializationRate": "VolumeInitializationRate",
	},
	reflect.TypeFor[types.InstanceTypeSpecification](): {
		"SupportedInstanceTypes":   "supportedInstanceTypeSet",
		"UnsupportedInstanceTypes": "unsupportedInstanceTypeSet",
	},
	reflect.TypeFor[types.ProductCode](): {
		"ProductCodeId":   "productCode",
		"ProductCodeType": "type",
	},
}

func elementName(t reflect.Type, field string) string {
	if name, ok := elements[t][field]; ok {
		return name
	}
	first, size := utf8.DecodeRuneInString(field)
	return string(unicode.ToLower(first)) + field[size:]
}

// encode writes a value. It omits a nil pointer, a nil slice and an empty enum.
func encode(b *bytes.Buffer, name string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if s, ok := v.Interface().(*string); ok {
			element(b, name, *s)
			return
		}
		encode(b, name, v.Elem())
	case reflect.String:
		if v.Len() > 0 {
			element(b, name, v.String())
		}
	case reflect.Bool:
		element(b, name, strconv.FormatBool(v.Bool()))
	case reflect.Int32, reflect.Int64:
		element(b, name, strconv.FormatInt(v.Int(), 10))
	case reflect.Float64:
		element(b, name, strconv.FormatFloat(v.Float(), 'g', -1, 64))
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		b.WriteString("<" + name + ">")
		for i := range v.Len() {
			encode(b, "item", v.Index(i))
		}
		b.WriteString("</" + name + ">")
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			element(b, name, t.UTC().Format(time.RFC3339Nano))
			return
		}
		b.WriteString("<" + name + ">")
		for _, f := range fields(v.Type()) {
			encode(b, f.name, v.Field(f.index))
		}
		b.WriteString("</" + name + ">")
	}
}

// A field is a field of a struct type, with the name of its element.
type field struct {
	index int
	name  string
}

var fieldsOf sync.Map // reflect.Type to []field

func fields(t reflect.Type) []field {
	if known, ok := fieldsOf.Load(t); ok {
		return known.([]field)
	}
	var all []field
	for f := range t.Fields() {
		if f.IsExported() {
			all = append(all, field{f.Index[0], elementName(t, f.Name)})
		}
	}
	fieldsOf.Store(t, all)
	return all
}
