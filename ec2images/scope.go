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
// ExecutableUsers is none of them: everybody can give everybody a permission to
// launch. To take an image of anybody, set [PickOptions].AnyOwner.
var ErrOwnerRequired = errors.New("no owner: anybody can publish a newer image of the same name; set Owners, or the option AnyOwner to take anybody's")

// A ScopeError says that the image which would have been chosen belongs to an
// account that was not asked for. EC2 does not answer so; a proxy, an emulator or
// a fake that ignores the owners does.
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
	return fmt.Sprintf("the answer has image %s of owner %s, who was not asked for", e.ImageID, owner)
}

// A scope is whose images an input asks for.
type scope struct {
	owners  []string
	filters []types.Filter // owner-id and owner-alias, without wildcards
	ids     bool           // certain images are asked for by id

	// What "self" means is not known. But it is one account.
	self  string // the first account seen that is not in owners
	mixed bool   // there was a second one
}

func newScope(in *ec2.DescribeImagesInput) *scope {
	s := &scope{owners: slices.Clone(in.Owners), ids: len(in.ImageIds) > 0}
	for _, f := range copyInput(in).Filters {
		if len(f.Values) == 0 || slices.ContainsFunc(f.Values, isPattern) {
			continue
		}
		switch aws.ToString(f.Name) {
		case string(filter.OwnerID), string(filter.OwnerAlias):
			s.filters = append(s.filters, f)
		case string(filter.ImageID):
			s.ids = true
		}
	}
	return s
}

// isPattern reports whether a value may stand for others. No id and no alias has
// a backslash, so there is no need to look what it escapes.
func isPattern(value string) bool {
	return value == "" || strings.ContainsAny(value, `*?\`)
}

// isTrusted reports whether the scope leaves out those that nobody has asked for.
func (s *scope) isTrusted() bool {
	return len(s.owners) > 0 || len(s.filters) > 0 || s.ids
}

// see takes note of an image's owner. Every image of the answer has to be shown.
func (s *scope) see(image types.Image) {
	if image.OwnerId == nil || s.names(image) {
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

// check returns a *ScopeError for an image that is outside of the scope. Of an
// image that has no owner, as in a fake, nothing can be said.
func (s *scope) check(image types.Image) error {
	if image.OwnerId == nil {
		return nil
	}
	self := slices.Contains(s.owners, "self") && !s.mixed
	owned := len(s.owners) == 0 || s.names(image) || self
	if matches, err := filter.Match(s.filters, image); err == nil && matches && owned {
		return nil
	}
	return &ScopeError{
		ImageID:    aws.ToString(image.ImageId),
		OwnerID:    *image.OwnerId,
		OwnerAlias: aws.ToString(image.ImageOwnerAlias),
	}
}
