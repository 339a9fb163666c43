package appstreamimagestest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// maxPageSize is the maximum page size, and the default.
const maxPageSize = 25

// errToken is the error for an invalid token. AppStream documents no code for
// it; this is its code for other invalid values.
var errToken = invalid("ValidationException", "The NextToken is invalid.")

func invalid(code, format string, args ...any) *endpoint.Error {
	return &endpoint.Error{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}
}

// A page is the content of one response.
type page struct {
	images    []types.Image
	nextToken string
}

// value returns the members of the response. See [Options.Nulls].
func (p page) value(nulls bool) any {
	out := struct {
		Images    []types.Image
		NextToken *string
	}{Images: p.images}
	if out.Images == nil {
		out.Images = []types.Image{}
	}
	if p.nextToken != "" {
		out.NextToken = &p.nextToken
	}
	return encoder{nulls}.members(reflect.ValueOf(out))
}

// list returns the page for one call.
func (g *Region) list(in appstream.DescribeImagesInput) (page, *endpoint.Error) {
	g.mu.Lock()
	images := g.images
	g.mu.Unlock()
	if failure := check(in); failure != nil {
		return page{}, failure
	}
	for _, name := range in.Names {
		if !slices.ContainsFunc(images, func(i types.Image) bool { return hasName(&i, name) }) {
			return page{}, invalid("ResourceNotFoundException", "Image %s does not exist.", name)
		}
	}
	for _, arn := range in.Arns {
		if !slices.ContainsFunc(images, func(i types.Image) bool { return aws.ToString(i.Arn) == arn }) {
			return page{}, invalid("ResourceNotFoundException", "Image %s does not exist.", arn)
		}
	}

	// A token identifies the first image of its page, within the query that all
	// pages of a listing share.
	query := in
	query.MaxResults, query.NextToken = nil, nil
	text, err := json.Marshal(query)
	if err != nil {
		return page{}, &endpoint.Error{Status: http.StatusInternalServerError, Code: "InternalFailure", Message: err.Error()}
	}
	first := 0
	if in.NextToken != nil {
		ok := false
		if first, ok = g.tokens.Position(string(text), *in.NextToken); !ok || first > len(images) {
			return page{}, errToken
		}
	}
	size := int(aws.ToInt32(in.MaxResults))
	if size == 0 {
		size = maxPageSize
	}
	var p page
	for i := first; i < len(images); i++ {
		if !selected(in, &images[i]) {
			continue
		}
		if len(p.images) == size {
			p.nextToken = g.tokens.Make(string(text), i)
			break
		}
		p.images = append(p.images, images[i])
	}
	return p, nil
}

// arnPattern is the pattern of an ARN in AppStream's model.
const arnPattern = `^arn:aws(?:\-cn|\-iso\-b|\-iso|\-us\-gov)?:[A-Za-z0-9][A-Za-z0-9_/.-]{0,62}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9][A-Za-z0-9:_/+=,@.\\-]{0,1023}$`

// Package regexp repeats a class at most 1,000 times.
var arn = regexp.MustCompile(strings.ReplaceAll(arnPattern, "{0,1023}", "*"))

// check returns the error that AppStream rejects an input with, or nil. The
// constraints are those of AppStream's model.
func check(in appstream.DescribeImagesInput) *endpoint.Error {
	const atLeast1 = "Member must have length greater than or equal to 1"
	var problems []string
	broken := func(member string, value any, constraint string) {
		problems = append(problems, fmt.Sprintf("Value '%v' at '%s' failed to satisfy constraint: %s", value, member, constraint))
	}
	if slices.ContainsFunc(in.Arns, func(text string) bool { return !arn.MatchString(text) }) {
		broken("arns", in.Arns, "Member must satisfy constraint: [Member must satisfy regular expression pattern: "+arnPattern+"]")
	}
	if slices.Contains(in.Names, "") {
		broken("names", in.Names, "Member must satisfy constraint: ["+atLeast1+"]")
	}
	if size := aws.ToInt32(in.MaxResults); size > maxPageSize {
		broken("maxResults", size, fmt.Sprintf("Member must have value less than or equal to %d", maxPageSize))
	} else if size < 0 {
		broken("maxResults", size, "Member must have value greater than or equal to 0")
	}
	if in.NextToken != nil && *in.NextToken == "" {
		broken("nextToken", "", atLeast1)
	}
	if in.Type != "" && !slices.Contains(in.Type.Values(), in.Type) {
		broken("type", in.Type, fmt.Sprintf("Member must satisfy enum value set: %v", in.Type.Values()))
	}
	switch n := len(problems); {
	case n == 1:
		return invalid("ValidationException", "1 validation error detected: %s", problems[0])
	case n > 1:
		return invalid("ValidationException", "%d validation errors detected: %s", n, strings.Join(problems, "; "))
	case in.Names != nil && in.Arns != nil:
		return invalid("InvalidParameterCombinationException", "Specify either Names or Arns, not both.")
	}
	return nil
}

// hasName reports whether AppStream finds an image by a name. It does not find
// shared images by name.
func hasName(image *types.Image, name string) bool {
	return aws.ToString(image.Name) == name && image.Visibility != types.VisibilityTypeShared
}

func selected(in appstream.DescribeImagesInput, image *types.Image) bool {
	return (in.Type == "" || image.Visibility == in.Type) &&
		(len(in.Names) == 0 || slices.ContainsFunc(in.Names, func(name string) bool { return hasName(image, name) })) &&
		(len(in.Arns) == 0 || slices.Contains(in.Arns, aws.ToString(image.Arn)))
}
