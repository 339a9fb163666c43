//go:build go1.25

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
	"github.com/awsimages/awsimages/internal/peer"
	"github.com/awsimages/awsimages/paginate"
)

// LatestN with an OR returns the same as sorting all images that the matcher
// selects.
func TestLatestN_anyOf(t *testing.T) {
	images := ec2imagestest.Catalog(140)
	values := distinctions(t, images)
	server := start(t, images)
	chosen, seeds := 0, 20
	if peer.Comparing() {
		seeds = 100
	}
	for seed := range uint64(seeds) {
		g := newGenerator(seed, values)
		e := g.expression()
		selected := e.ids(t, images)
		want := slices.DeleteFunc(slices.Clone(images), func(image types.Image) bool {
			_, dated := ec2images.CreatedAt(image)
			return !dated || !slices.Contains(selected, *image.ImageId)
		})
		slices.SortFunc(want, func(a, b types.Image) int {
			created, _ := ec2images.CreatedAt(a)
			other, _ := ec2images.CreatedAt(b)
			if c := other.Compare(created); c != 0 {
				return c
			}
			return strings.Compare(*a.ImageId, *b.ImageId)
		})
		n := 1 + g.IntN(10)
		want = want[:min(n, len(want))]
		chosen += len(want)
		got, err := ec2images.LatestN(t.Context(), server.Client(), e.input(), n, func(o *ec2images.PickOptions) {
			o.AnyOf = e.anyOf
			o.InsecureAnyOwner, o.AnyState, o.IncludeDisallowed = true, true, true
			o.PageSize = 10 + g.IntN(40)
		})
		if len(want) == 0 && errors.Is(err, ec2images.ErrNotFound) {
			continue
		}
		if err != nil || !slices.Equal(idsOf(got), idsOf(want)) {
			t.Fatalf("seed %d: %v: got %v, %v, want %v", seed, e, idsOf(got), err, idsOf(want))
		}
	}
	if chosen < seeds {
		t.Errorf("%d images are chosen in all: the test shows too little", chosen)
	}
}

// Either the input or each alternative must specify the owners of the images.
func TestPickers_anyOfOwnerIsRequired(t *testing.T) {
	const canonical = "099720109477"
	web := filter.And(filter.Name.Is("web"))
	owned := filter.And(filter.Name.Is("web"), filter.OwnerID.Is(canonical))
	tests := []struct {
		reason string
		in     *ec2.DescribeImagesInput
		anyOf  *filter.Alternatives
		want   string // the error names these alternatives
	}{
		{"none", nil, filter.Or(web, dbTeam), "AnyOf[0]: name=web; AnyOf[1]: tag:Team=db"},
		{"only the first", nil, filter.Or(owned, dbTeam), "AnyOf[1]: tag:Team=db"},
		{"only the last", nil, filter.Or(dbTeam, filter.And(filter.ImageID.Is("ami-00000001"))), "AnyOf[0]: tag:Team=db"},
		{"one that contains an owned one, and is all that is left of both", nil, filter.Or(owned, web), "AnyOf[1]: name=web"},
		{"a pattern of owners", nil, filter.Or(owned, filter.And(filter.OwnerID.Like("0*"))), "AnyOf[1]: owner-id=0*"},
		{"each", nil, filter.Or(owned, filter.And(filter.OwnerAlias.Is("amazon")), filter.And(filter.ImageID.Is("ami-00000001"))), ""},
		{"Owners", self, filter.Or(web, dbTeam), ""},
		{"a filter of the input", &input{Filters: filter.And(filter.OwnerID.Is(canonical))}, filter.Or(web, dbTeam), ""},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			for name, pick := range pickers {
				requests := 0
				client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
					requests++
					return &ec2.DescribeImagesOutput{}, nil
				})
				_, _, err := pick(t.Context(), client, tc.in, func(o *ec2images.PickOptions) { o.AnyOf = tc.anyOf })
				if tc.want == "" {
					if errors.Is(err, ec2images.ErrOwnerRequired) || requests == 0 {
						t.Errorf("%s: got %v and %d requests, want it accepted", name, err, requests)
					}
					continue
				}
				if !errors.Is(err, ec2images.ErrOwnerRequired) || !errors.Is(err, paginate.ErrInvalidOptions) || requests > 0 {
					t.Errorf("%s: got %v and %d requests, want ErrOwnerRequired and none", name, err, requests)
				}
				want := strings.Split(tc.want, "; ")
				for _, alternative := range want {
					if !strings.Contains(err.Error(), alternative+": no owner") || strings.Count(err.Error(), "no owner") != len(want) {
						t.Errorf("%s: got %v, want it to name %s", name, err, tc.want)
					}
				}
				if _, _, err := pick(t.Context(), client, tc.in, func(o *ec2images.PickOptions) { o.AnyOf, o.InsecureAnyOwner = tc.anyOf, true }); !errors.Is(err, ec2images.ErrNotFound) {
					t.Errorf("%s: InsecureAnyOwner: got %v, want ErrNotFound", name, err)
				}
			}
		})
	}
}

// The images of a client that ignores filters on owners are rejected.
func TestPickers_anyOfOwnerIsChecked(t *testing.T) {
	const canonical, debian, attacker = "099720109477", "136693071363", "666666666666"
	anyOf := filter.Or(
		filter.And(filter.Name.Like("ubuntu-*"), filter.OwnerID.Is(canonical)),
		filter.And(filter.Name.Like("debian-*"), filter.OwnerID.Is(debian)),
		filter.And(filter.ImageID.Is("ami-0000000f")),
	)
	tests := []struct {
		reason, id, owner string
		in                *input
		ok                bool
	}{
		{"the owner of one alternative", "ami-00000001", canonical, nil, true},
		{"the owner of another", "ami-00000001", debian, nil, true},
		{"nobody's owner", "ami-00000001", attacker, nil, false},
		{"an id that is asked for", "ami-0000000f", attacker, nil, true},
		{"no owner, as in a fake", "ami-00000001", "", nil, true},
		{"Owners and the owner of an alternative", "ami-00000001", debian, &input{Owners: []string{debian}}, true},
		{"the owner of an alternative, but not of Owners", "ami-00000001", canonical, &input{Owners: []string{debian}}, false},
		{"Owners, but not the owner of an alternative", "ami-00000001", attacker, &input{Owners: []string{attacker}}, false},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			image := with(available(tc.id, "2025-01-01T00:00:00Z"), func(i *types.Image) {
				if i.OwnerId = nil; tc.owner != "" {
					i.OwnerId = &tc.owner
				}
			})
			for name, pick := range pickers {
				_, _, err := pick(t.Context(), paged([]types.Image{image}), tc.in, func(o *ec2images.PickOptions) { o.AnyOf = anyOf })
				refused := errors.Is(err, ec2images.ErrNotRequested)
				if tc.ok && err != nil || !tc.ok && (!refused || !strings.HasSuffix(err.Error(), "owned by "+tc.owner)) {
					t.Errorf("%s: got %v, want it accepted: %t", name, err, tc.ok)
				}
			}
		})
	}
}

// The other options are conditions in addition to AnyOf.
func TestPickers_anyOfAndMatch(t *testing.T) {
	created := func(id, name, day string, change func(*types.Image)) types.Image {
		return with(available(id, day+"T00:00:00Z"), func(i *types.Image) {
			i.Name = &name
			change(i)
		})
	}
	none := func(*types.Image) {}
	client := start(t, []types.Image{
		created("ami-00000001", "web-1", "2025-01-01", none),
		created("ami-00000002", "db-1", "2025-02-01", none),
		created("ami-00000003", "db-beta", "2025-03-01", none),
		created("ami-00000004", "db-2", "2025-04-01", func(i *types.Image) { i.State = types.ImageStatePending }),
		created("ami-00000005", "other", "2025-05-01", none),
	}).Client()
	image, err := ec2images.Latest(t.Context(), client, self, func(o *ec2images.PickOptions) {
		o.AnyOf = filter.Or(filter.And(filter.Name.Like("web-*")), filter.And(filter.Name.Like("db-*"), filter.RootDeviceType.Is(types.DeviceTypeEbs)),
			filter.And(filter.Name.Like("db-*")))
		o.Match = func(image types.Image) bool { return !strings.HasSuffix(*image.Name, "-beta") }
	})
	if got := aws.ToString(image.Name); err != nil || got != "db-1" {
		t.Errorf("got %q, %v, want db-1", got, err)
	}
}

// The number of images seen counts each image once, and the text has the
// alternatives.
func TestPickers_anyOfNotFound(t *testing.T) {
	pending := with(available("ami-00000001", "2025-01-01T00:00:00Z"), func(i *types.Image) { i.State = types.ImageStatePending })
	in := &input{Owners: []string{"self"}, Filters: filter.And(filter.Architecture.Is(types.ArchitectureValuesArm64))}
	_, err := ec2images.Latest(t.Context(), paged([]types.Image{pending}), in, func(o *ec2images.PickOptions) { o.AnyOf = filter.Or(webNames, dbTeam) })
	const want = "ec2images: owners self; filters architecture=arm64; any of name=web-* | tag:Team=db: no image found (1 seen: not available 1)"
	if !errors.Is(err, ec2images.ErrNotFound) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
