//go:build go1.25

package ec2images_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
)

func TestAnyOf_invalid(t *testing.T) {
	many := func(n int) (filters []types.Filter) {
		for i := range n {
			filters = append(filters, filter.Tag(fmt.Sprint(i)).Is("x"))
		}
		return filters
	}
	tests := []struct {
		reason string
		in     *input
		anyOf  *filter.Alternatives
		is     error
		want   string
	}{
		{"an OR of nothing", nil, filter.Or(), filter.ErrNoFilters, "no filters"},
		{"the zero value", nil, &filter.Alternatives{}, filter.ErrNoFilters, "no filters"},
		{"an alternative without filters", nil, filter.Or(webNames, nil), filter.ErrNoFilters, "alternative 1: no filters"},
		{"a filter without values", nil, filter.Or(webNames, filter.And(filter.Name.Is())), filter.ErrNoValues, "alternative 1: Filters[0] name: no values"},
		{"too many filters", nil, filter.Or(webNames, many(51)), filter.ErrLimit, "alternative 1: exceeds EC2's limit: 51 filters"},
		{"too many filters together with the input's", &input{Filters: many(49)}, filter.Or(webNames, filter.And(filter.Name.Is("x"), filter.Name.Is("y"))), filter.ErrLimit, "alternative 1: together with input.Filters: exceeds EC2's limit: 51 filters"},
		{"the input's filters, once", &input{Filters: filter.And(filter.Name.Is())}, filter.Or(webNames, dbTeam), filter.ErrNoValues, "invalid options: filter: Filters[0] name: no values"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
				t.Error("a request is made")
				return &ec2.DescribeImagesOutput{}, nil
			})
			_, _, err := ec2images.NewPaginator(client, tc.in, func(o *ec2images.Options) { o.AnyOf = tc.anyOf }).Collect(t.Context())
			if !errors.Is(err, paginate.ErrInvalidOptions) || !errors.Is(err, tc.is) || !strings.Contains(fmt.Sprint(err), tc.want) || strings.Count(err.Error(), tc.is.Error()) != 1 {
				t.Errorf("got %v, want one error: %s", err, tc.want)
			}
			for name, pick := range pickers {
				_, _, err := pick(t.Context(), client, tc.in, func(o *ec2images.PickOptions) { o.AnyOf, o.InsecureAnyOwner = tc.anyOf, true })
				if !errors.Is(err, paginate.ErrInvalidOptions) || !errors.Is(err, tc.is) {
					t.Errorf("%s: got %v, want %v", name, err, tc.is)
				}
			}
		})
	}

	_, _, err := ec2images.NewIDPaginator(fake(nil), []string{"ami-00000001"}, func(o *ec2images.Options) { o.AnyOf = filter.Or(webNames) }).Collect(t.Context())
	if !errors.Is(err, paginate.ErrInvalidOptions) || !strings.Contains(err.Error(), "AnyOf is set") {
		t.Errorf("NewIDPaginator: got %v, want ErrInvalidOptions", err)
	}
}

// 50 filters are accepted, and filters that the input and an alternative share
// count once.
func TestAnyOf_filtersOfTheCalls(t *testing.T) {
	arm := filter.Architecture.Is(types.ArchitectureValuesArm64)
	var got []string
	client := pagesOf(func(filters string) []types.Image {
		got = append(got, filters)
		return nil
	})
	in := &input{Owners: []string{"self"}, Filters: filter.And(arm)}
	_, _, err := ec2images.NewPaginator(client, in, func(o *ec2images.Options) {
		o.AnyOf = filter.Or(slices.Concat(webNames, filter.And(arm)), dbTeam, filter.And(filter.Name.Like("db-*")))
	}).Collect(t.Context())
	if want := []string{"architecture=arm64, name=web-*,db-*", "architecture=arm64, tag:Team=db"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got the calls %q, %v, want %q", got, err, want)
	}
}

// A merged filter must not have more values than EC2 accepts in a call together
// with the input's.
func TestAnyOf_valuesOfTheInputCount(t *testing.T) {
	names := func(prefix string, n int) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprint(prefix, i))
		}
		return names
	}
	calls := 0
	client := pagesOf(func(string) []types.Image {
		calls++
		return nil
	})
	in := &input{Filters: filter.And(filter.OwnerID.Is(names("", 120)...))}
	_, _, err := ec2images.NewPaginator(client, in, func(o *ec2images.Options) {
		o.AnyOf = filter.Or(filter.And(filter.Name.Is(names("a", 50)...)), filter.And(filter.Name.Is(names("b", 50)...)))
	}).Collect(t.Context())
	if err != nil || calls != 2 {
		t.Errorf("got %d calls, %v, want 2", calls, err)
	}
}

// Neither the input nor the alternatives are changed, and later changes to them
// have no effect.
func TestAnyOf_copiesItsArguments(t *testing.T) {
	filters, anyOf := filter.And(filter.Name.Like("web-*")), filter.And(filter.Architecture.Is(types.ArchitectureValuesArm64))
	in := &input{Filters: filters}
	before := text(in)
	var got []string
	client := pagesOf(func(filters string) []types.Image {
		got = append(got, filters)
		return nil
	})
	pager := ec2images.NewPaginator(client, in, func(o *ec2images.Options) { o.AnyOf = filter.Or(anyOf, dbTeam) })
	if after := text(in); after != before {
		t.Errorf("the input is now %s, was %s", after, before)
	}
	filters[0].Values[0], *filters[0].Name, anyOf[0].Values[0], *anyOf[0].Name = "db-*", "description", "i386", "hypervisor"
	for range 2 {
		got = nil
		_, _, err := pager.Collect(t.Context())
		if want := []string{"name=web-*, architecture=arm64", "name=web-*, tag:Team=db"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("got the calls %q, %v, want %q", got, err, want)
		}
	}
}

// Each alternative lists all batches of IDs.
func TestAnyOf_imageIDs(t *testing.T) {
	server := start(t, shelf)
	list := func(token string) *paginate.Paginator[types.Image] {
		return ec2images.NewPaginator(server.Client(), &input{ImageIds: idsOf(shelf)}, func(o *ec2images.Options) {
			o.AnyOf, o.PageSize, o.StartingToken = filter.Or(webNames, dbTeam), 4, token
		})
	}
	want := []string{"ami-00000001", "ami-00000002", "ami-00000004", "ami-00000003", "ami-00000005"}
	n := 0
	for page, err := range list("").Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range page.Items {
			rest, _, err := list(page.ResumeTokenAt(i)).Collect(t.Context())
			if err != nil || !slices.Equal(idsOf(rest), want[n+i:]) {
				t.Errorf("resumed at %d: got %v, %v, want %v", n+i, idsOf(rest), err, want[n+i:])
			}
		}
		n += len(page.Items)
	}
	if n != len(want) {
		t.Errorf("got %d images, want %d", n, len(want))
	}
}

// An error names the alternative that failed. A run resumes there.
func TestAnyOf_errors(t *testing.T) {
	down := true
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		name := aws.ToString(in.Filters[0].Name)
		if name == "tag:Team" && down {
			return nil, errors.New("down")
		}
		return &ec2.DescribeImagesOutput{Images: []types.Image{{ImageId: &name}}}, nil
	})
	list := func(token string) ([]types.Image, string, error) {
		return ec2images.NewPaginator(client, self, func(o *ec2images.Options) { o.AnyOf, o.StartingToken = filter.Or(webNames, dbTeam), token }).Collect(t.Context())
	}
	got, token, err := list("")
	const want = "ec2images: owners self; any of name=web-* | tag:Team=db: page 2: alternative tag:Team=db: down"
	if fmt.Sprint(idsOf(got)) != "[name]" || fmt.Sprint(err) != want {
		t.Errorf("got %v, %v, want [name], %s", idsOf(got), err, want)
	}
	down = false
	if got, _, err = list(token); fmt.Sprint(idsOf(got)) != "[tag:Team]" || err != nil {
		t.Errorf("resumed: got %v, %v, want [tag:Team]", idsOf(got), err)
	}
}

// The paginators of several Regions, merged, each have the alternatives.
func TestAnyOf_regions(t *testing.T) {
	client := start(t, shelf).Client()
	regions := []string{"eu-west-1", "us-east-1"}
	list := func(anyOf *filter.Alternatives) (ids []string, errs []error) {
		pagers := ec2images.NewRegionPaginators(client, self, regions, func(o *ec2images.Options) { o.AnyOf, o.PageSize = anyOf, 2 })
		for page, err := range paginate.Merge(t.Context(), 2, pagers...) {
			if err != nil {
				errs = append(errs, err)
				continue
			}
			for _, image := range page.Items {
				ids = append(ids, page.Label+" "+*image.ImageId)
			}
		}
		slices.Sort(ids)
		return ids, errs
	}
	var want []string
	for _, region := range regions {
		for _, image := range shelf[:5] {
			want = append(want, region+" "+*image.ImageId)
		}
	}
	if got, errs := list(filter.Or(webNames, dbTeam)); errs != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, errs, want)
	}
	if got, errs := list(filter.Or()); got != nil || len(errs) != 1 || !errors.Is(errs[0], filter.ErrNoFilters) {
		t.Errorf("an OR of nothing: got %v, %v, want one error", got, errs)
	}
}
