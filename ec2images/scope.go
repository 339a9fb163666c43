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

// ErrOwnerRequired says that a picker was asked to choose from the images of
// everybody. It comes before any request, together with
// [paginate.ErrInvalidOptions].
//
// All accounts share one space of names. Whoever publishes an image with the name
// of a known one, or one that matches its pattern, has the newest from then on,
// and it is launched (CVE-2018-15869, GHSA-fg2w-j28v-fc73). So the input has to
// say whose images are meant, in one of these ways:
//
//   - Owners: account ids, self, amazon, aws-marketplace or aws-backup-vault;
//   - a filter owner-id or owner-alias, without wildcards;
//   - ImageIds, or a filter image-id without wildcards.
//
// With [PickOptions].AnyOf, such a filter can be in the alternatives instead. It then
// has to be in each of them; the error names those without.
//
// ExecutableUsers is none of them: everybody can give everybody a permission to
// launch. To take an image of anybody, set [PickOptions].AnyOwner.
var ErrOwnerRequired = errors.New("no owner: anybody can publish a newer image of the same name; set Owners, or the option AnyOwner to take anybody's")

// A ScopeError says that the image which would have been chosen was not asked for:
// it belongs to another account, or has another id. EC2 does not answer so; a proxy,
// an emulator or a fake that ignores the owners or the ids does.
type ScopeError struct {
	// ImageID is the id of the image.
	ImageID string

	// OwnerID is the account that owns the image, OwnerAlias its alias, if it
	// has one.
	OwnerID, OwnerAlias string
}

// Error returns the image and its owner.
func (e *ScopeError) Error() string {
	owner := e.OwnerID
	if e.OwnerAlias != "" {
		owner += " (" + e.OwnerAlias + ")"
	}
	return fmt.Sprintf("the answer has image %s of owner %s, which was not asked for", e.ImageID, owner)
}

// A scope is whose images an input asks for.
type scope struct {
	owners  []string
	ids     []string         // those of ImageIds
	filters []types.Filter   // those that name owners or ids
	anyOf   [][]types.Filter // those of each alternative, if there are any

	// What "self" means is not known. But it is one account.
	self  string // the first account seen that is not in owners
	mixed bool   // there was a second one
}

func newScope(in *ec2.DescribeImagesInput, anyOf *filter.Alternatives) *scope {
	s := &scope{owners: slices.Clone(in.Owners), ids: slices.Clone(in.ImageIds), filters: scopeFilters(in.Filters)}
	for _, filters := range anyOf.All() {
		s.anyOf = append(s.anyOf, scopeFilters(filters))
	}
	return s
}

// scopeFilters returns copies of the filters owner-id, owner-alias and image-id
// without wildcards.
func scopeFilters(filters []types.Filter) (scope []types.Filter) {
	for _, f := range copyInput(&ec2.DescribeImagesInput{Filters: filters}).Filters {
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

// isPattern reports whether a value may stand for others. No id and no alias has
// a backslash, so there is no need to look what it escapes.
func isPattern(value string) bool {
	return value == "" || strings.ContainsAny(value, `*?\`)
}

// checkTrusted returns an ErrOwnerRequired if the scope does not leave out images
// that nobody has asked for, or one for each alternative that does not.
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

// see takes note of an image's owner. Every image of the answer has to be shown.
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

// mayBeSelf reports whether owners has self, and the image may be the caller's: no
// second account was seen, and the image has the id of an account without an alias.
// EC2 gives aliases to its own accounts only.
func (s *scope) mayBeSelf(image types.Image) bool {
	return slices.Contains(s.owners, "self") && !s.mixed && image.OwnerId != nil && aws.ToString(image.ImageOwnerAlias) == ""
}

// check returns a *ScopeError for an image that is outside of the scope.
func (s *scope) check(image types.Image) error {
	owned := len(s.owners) == 0 || s.names(image) || s.mayBeSelf(image) || isAnonymous(image)
	asked := len(s.ids) == 0 || slices.Contains(s.ids, aws.ToString(image.ImageId))
	anyOf := s.anyOf == nil || slices.ContainsFunc(s.anyOf, func(filters []types.Filter) bool { return inScope(image, filters) })
	if owned && asked && anyOf && inScope(image, s.filters) {
		return nil
	}
	return &ScopeError{
		ImageID:    aws.ToString(image.ImageId),
		OwnerID:    aws.ToString(image.OwnerId),
		OwnerAlias: aws.ToString(image.ImageOwnerAlias),
	}
}

// isAnonymous reports whether an image names no owner, as in a fake: nothing can be
// said of it then.
func isAnonymous(image types.Image) bool {
	return aws.ToString(image.OwnerId) == "" && aws.ToString(image.ImageOwnerAlias) == ""
}

// inScope reports whether an image matches filters that name owners or ids.
func inScope(image types.Image, filters []types.Filter) bool {
	return !slices.ContainsFunc(filters, func(f types.Filter) bool {
		if aws.ToString(f.Name) != string(filter.ImageID) && isAnonymous(image) {
			return false
		}
		matches, err := filter.Match([]types.Filter{f}, image)
		return err != nil || !matches
	})
}
