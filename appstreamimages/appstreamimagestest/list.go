package appstreamimagestest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"

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

// value returns the members of the response.
func (p page) value() any {
	images, _ := fromGo(reflect.ValueOf(p.images))
	members := map[string]any{"Images": images}
	if p.nextToken != "" {
		members["NextToken"] = p.nextToken
	}
	return members
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

// check returns the error with which AppStream rejects an input, or nil.
func check(in appstream.DescribeImagesInput) *endpoint.Error {
	size := aws.ToInt32(in.MaxResults)
	switch {
	case size < 0 || size > maxPageSize:
		return invalid("ValidationException", "Value '%d' at 'maxResults' failed to satisfy constraint: Member must have value between 0 and %d", size, maxPageSize)
	case in.NextToken != nil && *in.NextToken == "":
		return invalid("ValidationException", "Value at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case in.Type != "" && !slices.Contains(in.Type.Values(), in.Type):
		return invalid("ValidationException", "Value '%s' at 'type' failed to satisfy constraint: Member must satisfy enum value set: %v", in.Type, in.Type.Values())
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
