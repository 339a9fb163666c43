package ec2imagestest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/endpoint"
)

// EC2's documented errors.
//
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
var (
	errDryRun      = &endpoint.Error{Status: http.StatusPreconditionFailed, Code: "DryRunOperation", Message: "Request would have succeeded, but DryRun flag is set."}
	errCredentials = &endpoint.Error{Status: http.StatusUnauthorized, Code: "AuthFailure", Message: "AWS was not able to validate the provided access credentials"}
	errDisabled    = &endpoint.Error{Status: http.StatusBadRequest, Code: "InvalidParameter", Message: "When filtering by the 'disabled' state, 'IncludeDisabled' must be set to 'true' in the request."} // turbot/steampipe-plugin-aws issue 2276
	errIDsAndSize  = invalid("InvalidParameterCombination", "The parameter imageIdsSet cannot be used with the parameter maxResults")
	errIDsAndToken = invalid("InvalidParameterCombination", "The parameter imageIdsSet cannot be used with the parameter nextToken") // EC2's own answer is not known
	errToken       = invalidValue("The NextToken is invalid.")
)

func invalidValue(format string, args ...any) *endpoint.Error {
	return invalid("InvalidParameterValue", format, args...)
}

func invalid(code, format string, args ...any) *endpoint.Error {
	return &endpoint.Error{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}
}

// maxIDs is the maximum number of image IDs in one call.
const maxIDs = 1000

var (
	imagePrefix = regexp.MustCompile(`^(?:ami|aki|ari)-`)
	imageID     = regexp.MustCompile(`^(?:ami|aki|ari)-([0-9a-f]{8}|[0-9a-f]{17})$`)
	accountID   = regexp.MustCompile(`^[0-9]{12}$`)
	aliases     = []string{"amazon", "aws-backup-vault", "aws-marketplace"}
)

// A page is the content of one response.
type page struct {
	images    []types.Image
	nextToken string
}

// list returns the page for one call.
func (g *Region) list(in ec2.DescribeImagesInput) (page, *endpoint.Error) {
	g.mu.Lock()
	images, byID := g.images, g.byID
	g.mu.Unlock()
	if failure := check(in, byID); failure != nil {
		return page{}, failure
	}
	if aws.ToBool(in.DryRun) {
		return page{}, errDryRun
	}
	matcher, failure := compile(in.Filters)
	if failure != nil {
		return page{}, failure
	}
	p, failure := g.cut(in, images, byID)
	// The page is cut before the filters apply, so a page that is not the last
	// can be short or empty.
	p.images = slices.DeleteFunc(p.images, func(image types.Image) bool { return !matcher.Match(image) })
	return p, failure
}

// cut returns the page for a call, before filtering.
func (g *Region) cut(in ec2.DescribeImagesInput, images []types.Image, byID map[string]int) (page, *endpoint.Error) {
	scope := g.scope(in)
	if in.ImageIds != nil {
		return findIDs(in.ImageIds, images, byID, scope)
	}

	// A token identifies the first image of its page, within the query that all
	// pages of a listing share.
	query := in
	query.MaxResults, query.NextToken = nil, nil
	text, err := json.Marshal(query)
	if err != nil {
		return page{}, &endpoint.Error{Status: http.StatusInternalServerError, Code: "InternalError", Message: err.Error()}
	}
	first := 0
	if in.NextToken != nil {
		ok := false
		if first, ok = g.tokens.Position(string(text), *in.NextToken); !ok || first > len(images) {
			return page{}, errToken
		}
	}
	var p page
	for i := first; i < len(images); i++ {
		if !scope(&images[i]) {
			continue
		}
		if in.MaxResults != nil && len(p.images) == int(*in.MaxResults) {
			p.nextToken = g.tokens.Make(string(text), i)
			break
		}
		p.images = append(p.images, images[i])
	}
	return p, nil
}

// check returns the error that EC2 rejects an input with, or nil.
func check(in ec2.DescribeImagesInput, byID map[string]int) *endpoint.Error {
	for _, id := range in.ImageIds {
		// AWS's documentation has images with other IDs, such as
		// ami-1234567890EXAMPLE.
		if _, ok := byID[id]; ok || imageID.MatchString(id) {
			continue
		}
		if imagePrefix.MatchString(id) {
			return invalid("InvalidAMIID.Malformed", "Invalid id: %q", id)
		}
		return invalid("InvalidAMIID.Malformed", "Invalid id: %q (expecting \"ami-...\")", id) // boto/boto3 issue 1505
	}
	for _, owner := range in.Owners {
		if owner != "self" && !accountID.MatchString(owner) && !slices.Contains(aliases, owner) {
			return invalid("InvalidUserID.Malformed", "Invalid user id: %q", owner)
		}
	}
	for _, user := range in.ExecutableUsers {
		if user != "self" && user != "all" && !accountID.MatchString(user) {
			return invalid("InvalidUserID.Malformed", "Invalid user id: %q", user)
		}
	}
	switch {
	case in.ImageIds != nil && in.MaxResults != nil:
		return errIDsAndSize
	case in.ImageIds != nil && in.NextToken != nil:
		return errIDsAndToken
	case len(in.ImageIds) > maxIDs:
		return invalidValue("%d image ids, more than %d.", len(in.ImageIds), maxIDs)
	case !aws.ToBool(in.IncludeDisabled) && slices.ContainsFunc(in.Filters, selectsDisabled):
		return errDisabled
	case in.MaxResults != nil && *in.MaxResults < 1:
		return invalidValue("Value ( %d ) for parameter maxResults is invalid. Expecting a value greater than 0.", *in.MaxResults)
	}
	return nil
}

// selectsDisabled reports whether a filter selects the state of disabled
// images.
func selectsDisabled(f types.Filter) bool {
	return aws.ToString(f.Name) == string(filter.State) && slices.Contains(f.Values, string(types.ImageStateDisabled))
}

// compile returns a matcher of the filters, or EC2's error.
func compile(filters []types.Filter) (*filter.Matcher, *endpoint.Error) {
	if len(filters) > 50 { // EC2's own text is not known
		return nil, invalid("FilterLimitExceeded", "The maximum number of filters specified on a single call is 50")
	}
	for _, f := range filters {
		if len(f.Values) > 200 {
			return nil, invalid("FilterLimitExceeded", "The maximum number of filter values specified on a single call is 200")
		}
	}
	matcher, err := filter.Compile(filters)
	var problem *filter.Error
	switch {
	case !errors.As(err, &problem):
		return matcher, nil
	case errors.Is(problem, filter.ErrLimit):
		return nil, invalid("FilterLimitExceeded", "The maximum length for a filter value is 255 characters")
	case errors.Is(problem, filter.ErrEscape): // hashicorp/packer issue 6572
		return nil, invalidValue("Invalid filter value: The escape sequence '%s' is invalid", badEscape.FindString(escaped.ReplaceAllString(problem.Value, "")))
	case errors.Is(problem, filter.ErrNoName):
		return nil, invalidValue("The filter 'null' is invalid")
	case errors.Is(problem, filter.ErrUnknown):
		return nil, invalidValue("The filter '%s' is invalid", problem.Name)
	case errors.Is(problem, filter.ErrUndecidable):
		return nil, &endpoint.Error{Status: http.StatusNotImplemented, Code: "NotImplemented", Message: err.Error()}
	}
	return nil, invalidValue("%v", err)
}

var (
	escaped   = regexp.MustCompile(`\\[\\*?]`)
	badEscape = regexp.MustCompile(`\\.?`)
)

// scope returns a function that reports whether a call can see an image, before
// the page is cut.
func (g *Region) scope(in ec2.DescribeImagesInput) func(*types.Image) bool {
	now := time.Now()
	return func(image *types.Image) bool {
		own := aws.ToString(image.OwnerId) == g.options.Account
		switch {
		case image.State == types.ImageStateDisabled && !(own && aws.ToBool(in.IncludeDisabled)):
			return false // disabling makes an image private
		case deprecated(image, now) && !own && in.ImageIds == nil && !aws.ToBool(in.IncludeDeprecated):
			return false
		case in.Owners != nil && !slices.ContainsFunc(in.Owners, func(owner string) bool {
			return owner == "self" && own || owner == aws.ToString(image.OwnerId) || owner == aws.ToString(image.ImageOwnerAlias)
		}):
			return false
		case in.ExecutableUsers != nil && !slices.ContainsFunc(in.ExecutableUsers, func(user string) bool {
			return g.executable(image, own, user)
		}):
			return false
		}
		return true
	}
}

// executable reports whether a user has explicit permission to launch an image.
func (g *Region) executable(image *types.Image, own bool, user string) bool {
	public := aws.ToBool(image.Public) && image.State != types.ImageStateDisabled
	if user == "all" {
		return public
	}
	if user == "self" {
		user = g.options.Account
	}
	if user == g.options.Account && !own && !public {
		return true // otherwise the caller could not see it
	}
	return slices.Contains(g.options.LaunchPermissions[aws.ToString(image.ImageId)], user)
}

func deprecated(image *types.Image, now time.Time) bool {
	t, err := time.Parse(time.RFC3339, aws.ToString(image.DeprecationTime))
	return err == nil && !t.After(now)
}

// findIDs returns the page for a call with image IDs. If any ID is unknown, the
// whole call fails.
func findIDs(ids []string, images []types.Image, byID map[string]int, scope func(*types.Image) bool) (page, *endpoint.Error) {
	var unknown []string
	var found []int
	for _, id := range ids {
		i, ok := byID[id]
		if !ok {
			unknown = append(unknown, id)
		} else if i != gone && scope(&images[i]) {
			found = append(found, i)
		}
	}
	if unknown != nil {
		text := "id '[" + unknown[0] + "]' does not exist"
		if len(unknown) > 1 {
			text = "ids '[" + strings.Join(unknown, ", ") + "]' do not exist"
		}
		return page{}, invalid("InvalidAMIID.NotFound", "The image %s", text)
	}
	slices.Sort(found)
	var p page
	for _, i := range slices.Compact(found) {
		p.images = append(p.images, images[i])
	}
	return p, nil
}
