package ec2images

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

// ErrOwnerRequired is returned if the input of [Latest], [LatestBy], [LatestN] or
// [Only] does not specify the owners of the images. The error also wraps
// [paginate.ErrInvalidOptions], and no request is made.
//
// Any account can publish an image whose name matches a well-known pattern. A
// search for the newest match without an owner then chooses that image
// (CVE-2018-15869, GHSA-fg2w-j28v-fc73). The input must therefore have one of
// these:
//
//   - Owners: account IDs, self, amazon, aws-marketplace or aws-backup-vault;
//   - a filter owner-id or owner-alias, without wildcards;
//   - ImageIds, or a filter image-id without wildcards.
//
// With [PickOptions].AnyOf, such a filter can be in the alternatives instead.
// Each alternative must then have one; the error names those that do not.
//
// ExecutableUsers does not suffice, because any account can grant any other
// account permission to launch its images. To accept images of any owner, set
// [PickOptions].InsecureAnyOwner.
var ErrOwnerRequired = errors.New("no owner: any account can publish a newer image with the same name; " +
	"set Owners, or the option InsecureAnyOwner to accept any owner")

// ErrNotRequested is returned if the chosen image belongs to another account, or
// has another ID, than the input names. EC2 does not return such images, but a
// proxy, an emulator or a fake that ignores owners or IDs does.
var ErrNotRequested = errors.New("the response contains an image that was not requested")

// A scope is the owners and IDs that an input selects.
type scope struct {
	owners  []string
	ids     []string         // ImageIds
	filters []types.Filter   // the filters on owners or IDs
	anyOf   [][]types.Filter // such filters of each alternative, if there are alternatives

	// The account for which "self" stands is not known, but it is a single
	// account.
	self  string // the first account seen that is not in owners
	mixed bool   // a second such account was seen
}

func newScope(in *ec2.DescribeImagesInput, anyOf *filter.Alternatives) *scope {
	s := &scope{owners: in.Owners, ids: in.ImageIds, filters: scopeFilters(in.Filters)}
	for _, filters := range anyOf.All() {
		s.anyOf = append(s.anyOf, scopeFilters(filters))
	}
	return s
}

// scopeFilters returns the filters owner-id, owner-alias and image-id
// without wildcards. One value with a wildcard suffices to exclude a filter,
// because the values of a filter are alternatives.
func scopeFilters(filters []types.Filter) (scope []types.Filter) {
	for _, f := range filters {
		if len(f.Values) == 0 || slices.ContainsFunc(f.Values, isPattern) {
			continue
		}
		switch aws.ToString(f.Name) {
		case string(filter.OwnerID), string(filter.OwnerAlias), string(filter.ImageID):
			scope = append(scope, f)
		}
	}
	return scope
}

// isPattern reports whether a value may match other texts. It treats every
// backslash as part of a pattern, since no ID and no alias contains one.
func isPattern(value string) bool {
	return value == "" || strings.ContainsAny(value, `*?\`)
}

// checkTrusted returns an error that wraps ErrOwnerRequired if the scope is not
// restricted, with one error per alternative that is not.
func (s *scope) checkTrusted(anyOf *filter.Alternatives) error {
	if len(s.owners) > 0 || len(s.filters) > 0 || len(s.ids) > 0 {
		return nil
	}
	if anyOf == nil {
		return ErrOwnerRequired
	}
	var errs []error
	for i, filters := range anyOf.All() {
		if s.anyOf[i] == nil {
			errs = append(errs, fmt.Errorf("AnyOf[%d]: %s: %w", i, filter.Format(filters), ErrOwnerRequired))
		}
	}
	return errors.Join(errs...)
}

// see records an image's owner. It must be called for every image of the
// listing.
func (s *scope) see(image types.Image) {
	if aws.ToString(image.OwnerId) == "" || s.names(image) {
		return
	}
	if s.self == "" {
		s.self = *image.OwnerId
	}
	s.mixed = s.mixed || s.self != *image.OwnerId
}

// names reports whether the owner of an image is in owners.
func (s *scope) names(image types.Image) bool {
	return slices.Contains(s.owners, aws.ToString(image.OwnerId)) ||
		slices.Contains(s.owners, aws.ToString(image.ImageOwnerAlias))
}

// mayBeSelf reports whether owners contains self and the image may be the
// caller's: its owner has an ID, and no second account was seen. The caller may
// have an alias, as some publishers do: Red Hat's account has the alias amazon.
func (s *scope) mayBeSelf(image types.Image) bool {
	return slices.Contains(s.owners, "self") && !s.mixed && aws.ToString(image.OwnerId) != ""
}

// check returns an error that wraps ErrNotRequested for an image that is
// outside the scope.
func (s *scope) check(image types.Image) error {
	owned := len(s.owners) == 0 || s.names(image) || s.mayBeSelf(image) || isAnonymous(image)
	asked := len(s.ids) == 0 || slices.Contains(s.ids, aws.ToString(image.ImageId)) || len(s.ids) == 1 && isNameless(image)
	anyOf := s.anyOf == nil || slices.ContainsFunc(s.anyOf, func(filters []types.Filter) bool { return inScope(image, filters) })
	if owned && asked && anyOf && inScope(image, s.filters) {
		return nil
	}
	owner := aws.ToString(image.OwnerId)
	if alias := aws.ToString(image.ImageOwnerAlias); alias != "" {
		owner += " (" + alias + ")"
	}
	return fmt.Errorf("%w: %s, owned by %s", ErrNotRequested, aws.ToString(image.ImageId), owner)
}

// isAnonymous reports whether an image has no owner, as in a fake, so that its
// owner cannot be checked.
func isAnonymous(image types.Image) bool {
	return aws.ToString(image.OwnerId) == "" && aws.ToString(image.ImageOwnerAlias) == ""
}

// inScope reports whether an image matches filters on owners or IDs.
func inScope(image types.Image, filters []types.Filter) bool {
	return !slices.ContainsFunc(filters, func(f types.Filter) bool {
		isID := aws.ToString(f.Name) == string(filter.ImageID)
		if isID && len(f.Values) == 1 && isNameless(image) || !isID && isAnonymous(image) {
			return false // a field that a fixture leaves out
		}
		matches, err := filter.Match([]types.Filter{f}, image)
		return err != nil || !matches
	})
}
