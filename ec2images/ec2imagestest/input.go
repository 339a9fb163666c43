package ec2imagestest

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// parseInput parses the form of a request.
func parseInput(r *http.Request) (in ec2.DescribeImagesInput, failure *endpoint.Error) {
	if err := r.ParseForm(); err != nil {
		return in, &endpoint.Error{Status: http.StatusBadRequest, Code: "MalformedQueryString", Message: err.Error()}
	}
	if action := r.Form.Get("Action"); action != "DescribeImages" {
		return in, &endpoint.Error{
			Status: http.StatusBadRequest, Code: "InvalidAction",
			Message: "The action " + action + " is not valid for this web service.",
		}
	}
	form := form{r.Form, nil}
	in.DryRun = form.bool("DryRun")
	in.IncludeDeprecated = form.bool("IncludeDeprecated")
	in.IncludeDisabled = form.bool("IncludeDisabled")
	in.MaxResults = form.int32("MaxResults")
	in.NextToken = form.text("NextToken")
	in.ExecutableUsers = form.list("ExecutableBy")
	in.ImageIds = form.list("ImageId")
	in.Owners = form.list("Owner")
	for i := 1; ; i++ {
		prefix := "Filter." + strconv.Itoa(i)
		f := types.Filter{Name: form.text(prefix + ".Name"), Values: form.list(prefix + ".Value")}
		if f.Name == nil && f.Values == nil {
			break
		}
		in.Filters = append(in.Filters, f)
	}
	return in, form.failure
}

// A form is the form of a request. It records the first value that cannot be
// parsed.
type form struct {
	values  url.Values
	failure *endpoint.Error
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
