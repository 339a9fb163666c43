package ec2imagestest

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// A form is the form of a request. It records the first value that cannot be
// parsed.
type form struct {
	values  url.Values
	failure *endpoint.Error
}

// parseForm parses the body of a request.
func parseForm(r *http.Request) *form {
	f := &form{}
	if err := r.ParseForm(); err != nil {
		f.failure = invalid("MalformedQueryString", "%v", err)
	}
	f.values = r.Form
	return f
}

// operation returns the name of the operation.
func (f *form) operation() string { return f.values.Get("Action") }

func (f *form) imagesInput() ec2.DescribeImagesInput {
	return ec2.DescribeImagesInput{
		DryRun:            f.bool("DryRun"),
		ExecutableUsers:   f.list("ExecutableBy"),
		Filters:           f.filters(),
		ImageIds:          f.list("ImageId"),
		IncludeDeprecated: f.bool("IncludeDeprecated"),
		IncludeDisabled:   f.bool("IncludeDisabled"),
		MaxResults:        f.int32("MaxResults"),
		NextToken:         f.text("NextToken"),
		Owners:            f.list("Owner"),
	}
}

func (f *form) regionsInput() ec2.DescribeRegionsInput {
	return ec2.DescribeRegionsInput{
		AllRegions:  f.bool("AllRegions"),
		DryRun:      f.bool("DryRun"),
		Filters:     f.filters(),
		RegionNames: f.list("RegionName"),
	}
}

func (f *form) filters() (filters []types.Filter) {
	for i := 1; ; i++ {
		prefix := "Filter." + strconv.Itoa(i)
		next := types.Filter{Name: f.text(prefix + ".Name"), Values: f.list(prefix + ".Value")}
		if next.Name == nil && next.Values == nil {
			return filters
		}
		filters = append(filters, next)
	}
}

func (f *form) text(name string) *string {
	if values, ok := f.values[name]; ok {
		return &values[0]
	}
	return nil
}

// list returns the values of NAME.1, NAME.2 and so on.
func (f *form) list(name string) (values []string) {
	for i := 1; ; i++ {
		value := f.text(name + "." + strconv.Itoa(i))
		if value == nil {
			return values
		}
		values = append(values, *value)
	}
}

func (f *form) bool(name string) *bool {
	return parse(f, name, strconv.ParseBool)
}

func (f *form) int32(name string) *int32 {
	return parse(f, name, func(s string) (int32, error) {
		n, err := strconv.ParseInt(s, 10, 32)
		return int32(n), err
	})
}

func parse[T any](f *form, name string, parse func(string) (T, error)) *T {
	text := f.text(name)
	if text == nil {
		return nil
	}
	v, err := parse(*text)
	if err != nil && f.failure == nil {
		f.failure = invalidValue("Invalid value '%s' for %s.", *text, name)
	}
	return &v
}

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

// encodeRegions returns the XML document of the Regions of an account.
func encodeRegions(regions []region, requestID string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	b.WriteString(`<DescribeRegionsResponse xmlns="` + namespace + `">`)
	element(&b, "requestId", requestID)
	b.WriteString("<regionInfo>")
	for _, r := range regions {
		b.WriteString("<item>")
		element(&b, "regionName", r.name)
		element(&b, "regionEndpoint", r.endpoint())
		element(&b, "optInStatus", r.status())
		b.WriteString("</item>")
	}
	b.WriteString("</regionInfo></DescribeRegionsResponse>")
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
// By reflection, it also writes a field that a newer SDK adds; a test that
// fills every field fails if that is not decoded.
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
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			all = append(all, field{i, elementName(t, f.Name)})
		}
	}
	fieldsOf.Store(t, all)
	return all
}
