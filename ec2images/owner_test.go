package ec2images_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
)

func TestPickers_ownerIsRequired(t *testing.T) {
	tests := []struct {
		reason string
		in     *ec2.DescribeImagesInput
		ok     bool
	}{
		{"no input", nil, false},
		{"nothing", &ec2.DescribeImagesInput{}, false},
		{"a name", &ec2.DescribeImagesInput{Filters: filter.And(filter.Name.Is("web"))}, false},
		{"a permission to launch: everybody can give it", &ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}}, false},
		{"Owners", &ec2.DescribeImagesInput{Owners: []string{"self"}}, true},
		{"the filter owner-id", &ec2.DescribeImagesInput{Filters: filter.And(filter.Name.Is("web"), filter.OwnerID.Is("099720109477"))}, true},
		{"any owner id", &ec2.DescribeImagesInput{Filters: filter.And(filter.OwnerID.Like("*"))}, false},
		{"a pattern of owner ids", &ec2.DescribeImagesInput{Filters: filter.And(filter.OwnerID.Like("09972010947?"))}, false},
		{"one owner or any", &ec2.DescribeImagesInput{Filters: filter.And(filter.OwnerID.Like("099720109477", "*"))}, false},
		{"one owner and any", &ec2.DescribeImagesInput{Filters: filter.And(filter.OwnerID.Is("099720109477"), filter.OwnerID.Like("*"))}, true},
		{"the filter owner-alias", &ec2.DescribeImagesInput{Filters: filter.And(filter.OwnerAlias.Is("amazon"))}, true},
		{"any alias", &ec2.DescribeImagesInput{Filters: filter.And(filter.Raw("owner-alias", "a*"))}, false},
		{"ImageIds", &ec2.DescribeImagesInput{ImageIds: []string{"ami-00000001"}}, true},
		{"the filter image-id", &ec2.DescribeImagesInput{Filters: filter.And(filter.ImageID.Is("ami-00000001"))}, true},
		{"any image id", &ec2.DescribeImagesInput{Filters: filter.And(filter.ImageID.Like("ami-*"))}, false},
		{"an owner id without a value", &ec2.DescribeImagesInput{Filters: filter.And(filter.OwnerID.Is())}, false},
		{"an empty owner id", &ec2.DescribeImagesInput{Filters: filter.And(filter.OwnerID.Is(""))}, false},
		{"a filter without a name", &ec2.DescribeImagesInput{Filters: []types.Filter{{Values: []string{"099720109477"}}}}, false},
	}
	for _, tc := range tests {
		requests := 0
		client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
			requests++
			return &ec2.DescribeImagesOutput{Images: []types.Image{{
				ImageId: aws.String("ami-00000001"), CreationDate: aws.String("2025-01-01T00:00:00Z"), State: types.ImageStateAvailable,
			}}}, nil
		})
		for name, pick := range pickers {
			requests = 0
			_, _, err := pick(t.Context(), client, tc.in)
			if errors.Is(err, ec2images.ErrOwnerRequired) == tc.ok || tc.ok && err != nil || requests > 0 != tc.ok {
				t.Errorf("%s: %s: got %v and %d requests, want it accepted: %v", name, tc.reason, err, requests, tc.ok)
			}
		}
	}
}

// The images of a client that ignores owners are rejected.
func TestPickers_ownerIsChecked(t *testing.T) {
	owned := func(id, alias string) types.Image {
		return with(available("ami-00000001", "2025-01-01T00:00:00Z"), func(i *types.Image) {
			i.OwnerId, i.ImageOwnerAlias = nil, nil
			if id != "" {
				i.OwnerId = &id
			}
			if alias != "" {
				i.ImageOwnerAlias = &alias
			}
		})
	}
	const canonical, attacker = "099720109477", "666666666666"
	older := with(owned(canonical, ""), func(i *types.Image) {
		i.ImageId, i.CreationDate = aws.String("ami-00000002"), aws.String("2001-01-01T00:00:00Z")
	})
	byAlias := filter.OwnerAlias.Is("amazon", "aws-marketplace")
	tests := []struct {
		reason string
		in     ec2.DescribeImagesInput
		images []types.Image
		ok     bool
	}{
		{"the owner", ec2.DescribeImagesInput{Owners: []string{canonical}}, []types.Image{owned(canonical, "")}, true},
		{"another one", ec2.DescribeImagesInput{Owners: []string{canonical}}, []types.Image{owned(attacker, "")}, false},
		{"an owner by alias", ec2.DescribeImagesInput{Owners: []string{"amazon"}}, []types.Image{owned(canonical, "amazon")}, true},
		{"another one without an alias", ec2.DescribeImagesInput{Owners: []string{"amazon"}}, []types.Image{owned(attacker, "")}, false},
		{"the owner by the filter", ec2.DescribeImagesInput{Filters: filter.And(filter.OwnerID.Is(canonical))}, []types.Image{owned(canonical, "")}, true},
		{"another one by the filter", ec2.DescribeImagesInput{Filters: filter.And(filter.OwnerID.Is(canonical))}, []types.Image{owned(attacker, "")}, false},
		{"the alias by the filter", ec2.DescribeImagesInput{Filters: filter.And(byAlias)}, []types.Image{owned(canonical, "aws-marketplace")}, true},
		{"another alias by the filter", ec2.DescribeImagesInput{Filters: filter.And(byAlias)}, []types.Image{owned(canonical, "aws-backup-vault")}, false},
		{"in Owners, but not in the filter", ec2.DescribeImagesInput{Owners: []string{canonical, attacker}, Filters: filter.And(filter.OwnerID.Is(canonical))}, []types.Image{owned(attacker, "")}, false},
		{"self can be any one", ec2.DescribeImagesInput{Owners: []string{"self"}}, []types.Image{owned(canonical, ""), older}, true},
		{"self cannot be two", ec2.DescribeImagesInput{Owners: []string{"self"}}, []types.Image{owned(attacker, ""), older}, false},
		{"self cannot be two, whichever comes first", ec2.DescribeImagesInput{Owners: []string{"self"}}, []types.Image{older, owned(attacker, "")}, false},
		{"self and another", ec2.DescribeImagesInput{Owners: []string{"self", canonical}}, []types.Image{older, owned(attacker, "")}, true},
		{"self has an id", ec2.DescribeImagesInput{Owners: []string{"self"}}, []types.Image{owned("", "amazon")}, false},
		{"self may have an alias, as publishers do", ec2.DescribeImagesInput{Owners: []string{"self"}}, []types.Image{owned(attacker, "amazon")}, true},
		{"an alias beside another account", ec2.DescribeImagesInput{Owners: []string{"self"}}, []types.Image{older, owned(attacker, "amazon")}, false},
		{"self and a third account beside another", ec2.DescribeImagesInput{Owners: []string{"self", "111111111111"}}, []types.Image{owned(attacker, ""), older}, false},
		{"an empty owner does not hide a second account", ec2.DescribeImagesInput{Owners: []string{"self"}}, []types.Image{with(older, func(i *types.Image) { i.OwnerId = aws.String("") }), older, owned(attacker, "")}, false},
		{"an empty owner is none", ec2.DescribeImagesInput{Owners: []string{canonical}}, []types.Image{with(owned("", ""), func(i *types.Image) { i.OwnerId = aws.String("") })}, true},
		{"an image that names no owner, as in a fake", ec2.DescribeImagesInput{Owners: []string{canonical}}, []types.Image{owned("", "")}, true},
		{"another account between two of one's own", ec2.DescribeImagesInput{Owners: []string{"self"}}, []types.Image{older, owned(attacker, ""), older}, false},
		{"an alias that contradicts, without an id", ec2.DescribeImagesInput{Owners: []string{"amazon"}}, []types.Image{owned("", "aws-marketplace")}, false},
		{"another image than that of ImageIds", ec2.DescribeImagesInput{ImageIds: []string{"ami-00000009"}}, []types.Image{owned(canonical, "")}, false},
		{"another image than that of the filter", ec2.DescribeImagesInput{Filters: filter.And(filter.ImageID.Is("ami-00000009"))}, []types.Image{owned(canonical, "")}, false},
		{"another image, and no owner", ec2.DescribeImagesInput{ImageIds: []string{"ami-00000009"}}, []types.Image{owned("", "")}, false},
		{"the image of the filter", ec2.DescribeImagesInput{Filters: filter.And(filter.ImageID.Is("ami-00000001"))}, []types.Image{owned(attacker, "")}, true},
		{"images by id can be anybody's", ec2.DescribeImagesInput{ImageIds: []string{"ami-00000001"}}, []types.Image{owned(attacker, "")}, true},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			image, err := ec2images.Latest(t.Context(), paged(tc.images, 1), &tc.in)
			ok := errors.Is(err, ec2images.ErrNotRequested)
			if ok == tc.ok || tc.ok && err != nil || ok && image.ImageId != nil {
				t.Errorf("got %v, %v, want it accepted: %v", aws.ToString(image.ImageId), err, tc.ok)
			}
			if ok && !strings.Contains(err.Error(), "ami-00000001, owned by ") {
				t.Errorf("got %v, want it to name the image and the owner", err)
			}
			if _, err := ec2images.Latest(t.Context(), paged(tc.images, 1), &tc.in, func(o *ec2images.PickOptions) { o.InsecureAnyOwner = true }); err != nil {
				t.Errorf("%s, with InsecureAnyOwner: got %v, want no error", tc.reason, err)
			}
		})
	}
	for name, pick := range pickers {
		result, _, err := pick(t.Context(), paged([]types.Image{owned(attacker, "amazon")}), &ec2.DescribeImagesInput{Owners: []string{canonical}})
		if !errors.Is(err, ec2images.ErrNotRequested) || !isZero(result) || !strings.Contains(err.Error(), "owned by "+attacker+" (amazon)") {
			t.Errorf("%s: got %v, %v, want ErrNotRequested alone, with the owner", name, result, err)
		}
	}
}

// The whoAMI attack (CVE-2018-15869): the public catalog contains an image of
// another account, with a name like those of a known publisher and a newer
// date.
func TestPickers_nameConfusion(t *testing.T) {
	const canonical, attacker = "099720109477", "666666666666"
	pattern := filter.Name.Like("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-*-server-*")
	images := ec2imagestest.Catalog(2000)
	evil := types.Image{
		ImageId: aws.String("ami-0666666666666666e"), Name: aws.String("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-x86_64-server-20260101"),
		OwnerId: aws.String(attacker), Public: aws.Bool(true), State: types.ImageStateAvailable, CreationDate: aws.String("2026-01-01T00:00:01.000Z"),
		Architecture: types.ArchitectureValuesX8664,
	}
	server := start(t, slices.Insert(images, 1000, evil))
	client := server.Client()

	for name, pick := range pickers {
		before := len(server.Requests())
		result, _, err := pick(t.Context(), client, &ec2.DescribeImagesInput{Filters: filter.And(pattern)})
		if !errors.Is(err, ec2images.ErrOwnerRequired) || !isZero(result) || len(server.Requests()) > before {
			t.Errorf("%s, nobody's: got %v, %v and %d requests, want ErrOwnerRequired alone", name, result, err, len(server.Requests())-before)
		}
		for reason, in := range map[string]*ec2.DescribeImagesInput{
			"Owners":   {Owners: []string{canonical}, Filters: filter.And(pattern)},
			"owner-id": {Filters: filter.And(pattern, filter.OwnerID.Is(canonical))},
		} {
			_, chosen, err := pick(t.Context(), client, in)
			if err != nil && name != "Only" || slices.Contains(ids(chosen), *evil.ImageId) {
				t.Errorf("%s, %s: got %v, %v, want images of %s", name, reason, ids(chosen), err, canonical)
			}
			for _, image := range chosen {
				if err == nil && aws.ToString(image.OwnerId) != canonical {
					t.Errorf("%s, %s: got an image of %s, want one of %s", name, reason, aws.ToString(image.OwnerId), canonical)
				}
			}
		}
	}

	// InsecureAnyOwner accepts such images.
	image, err := ec2images.Latest(t.Context(), client, &ec2.DescribeImagesInput{Filters: filter.And(pattern)}, func(o *ec2images.PickOptions) { o.InsecureAnyOwner = true })
	if err != nil || aws.ToString(image.ImageId) != *evil.ImageId {
		t.Errorf("InsecureAnyOwner: got %v, %v, want the attacker's", aws.ToString(image.ImageId), err)
	}
}
