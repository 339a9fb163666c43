package filter_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

func TestAlternatives_Compile(t *testing.T) {
	db := []types.Tag{{Key: aws.String("Team"), Value: aws.String("db")}}
	for _, test := range []struct {
		reason string
		anyOf  *filter.Alternatives
		img    types.Image
		want   bool
	}{
		{"the first", filter.Or(webARM, dbTeam), types.Image{Name: aws.String("web-1"), Architecture: "arm64"}, true},
		{"the second", filter.Or(webARM, dbTeam), types.Image{Tags: db}, true},
		{"both", filter.Or(webARM, dbTeam), types.Image{Name: aws.String("web-1"), Architecture: "arm64", Tags: db}, true},
		{"a half of the first", filter.Or(webARM, dbTeam), types.Image{Name: aws.String("web-1"), Architecture: "x86_64"}, false},
		{"one alternative is an AND", filter.Or(webARM), types.Image{Name: aws.String("web-1"), Architecture: "arm64"}, true},
		{"one alternative, which does not match", filter.Or(webARM), types.Image{Tags: db}, false},
		{"the same name in both", filter.Or(filter.And(filter.Name.Is("a")), filter.And(filter.Name.Is("b"))), types.Image{Name: aws.String("b")}, true},
	} {
		t.Run(test.reason, func(t *testing.T) {
			m := mustCompile(t, test.anyOf)
			images := []types.Image{test.img}
			var got bool
			if n := testing.AllocsPerRun(10, func() { got = m.Match(images[0]) }); n != 0 || got != test.want {
				t.Errorf("got %v with %v allocations, want %v with none", got, n, test.want)
			}
		})
	}
}

// An OR that has lost its alternatives, or an alternative that has lost its
// filters, never selects every image.
func TestAlternatives_empty(t *testing.T) {
	var none [][]types.Filter
	for _, test := range []struct {
		reason string
		anyOf  *filter.Alternatives
	}{
		{"no arguments", filter.Or()},
		{"a nil slice of alternatives", filter.Or(none...)},
		{"nil", nil},
		{"not made by Or", &filter.Alternatives{}},
		{"a nil alternative", filter.Or(nil)},
		{"an alternative without filters among others", filter.Or(webARM, filter.And(), dbTeam)},
	} {
		t.Run(test.reason, func(t *testing.T) {
			checkReasons(t, test.anyOf.Validate(), filter.ErrNoFilters)
			m, err := test.anyOf.Compile()
			checkReasons(t, err, filter.ErrNoFilters)
			if m != nil {
				t.Error("got a Matcher with an error, want none")
			}
		})
	}
	if filter.Or() == nil {
		t.Error("got nil for an OR without alternatives, want it to differ from a field that is not set")
	}
}

func TestAlternatives_errors(t *testing.T) {
	anyOf := filter.Or(
		webARM,
		filter.And(filter.Name.Is("a"), filter.Raw("hypervisor", "kvm")),
		nil,
		slices.Repeat(filter.And(filter.Name.Like(`\d`)), 51),
		filter.And(filter.Raw("no-such-filter", "a"), filter.PublicSSMParameterName.Is("a")),
	)
	for _, test := range []struct {
		reason string
		err    error
		want   []filter.Error
	}{
		{"Validate", anyOf.Validate(), append([]filter.Error{
			{Alternative: 2, Index: -1, Err: filter.ErrNoFilters},
			{Alternative: 1, Index: 1, Err: filter.ErrValue},
			{Alternative: 3, Index: -1, Err: filter.ErrLimit},
		}, escapes...)},
		{"Compile", compileError(anyOf), slices.Concat([]filter.Error{
			{Alternative: 2, Index: -1, Err: filter.ErrNoFilters},
		}, escapes, []filter.Error{
			{Alternative: 4, Index: 0, Err: filter.ErrUnknown},
			{Alternative: 4, Index: 1, Err: filter.ErrUndecidable},
		})},
	} {
		t.Run(test.reason, func(t *testing.T) {
			reasons := make([]error, len(test.want))
			for i, want := range test.want {
				reasons[i] = want.Err
			}
			checkReasons(t, test.err, reasons...)
			joined, ok := test.err.(interface{ Unwrap() []error })
			if t.Failed() || !ok {
				return
			}
			for i, err := range joined.Unwrap() {
				if got := err.(*filter.Error); got.Alternative != test.want[i].Alternative || got.Index != test.want[i].Index {
					t.Errorf("got alternative %d, filter %d, want alternative %d, filter %d: %v", got.Alternative, got.Index, test.want[i].Alternative, test.want[i].Index, got)
				}
			}
		})
	}
	const want = `filter: alternative 0: Filters[1] hypervisor: invalid value "kvm", want ovm or xen
filter: alternative 1: exceeds EC2's limit: 51 filters, maximum 50`
	if got := filter.Or(
		filter.And(filter.Name.Is("a"), filter.Raw("hypervisor", "kvm")),
		slices.Repeat(webARM[:1], 51),
	).Validate().Error(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// escapes are the problems of the fourth alternative's filters.
var escapes = func() (errs []filter.Error) {
	for i := range 51 {
		errs = append(errs, filter.Error{Alternative: 3, Index: i, Err: filter.ErrEscape})
	}
	return errs
}()

func compileError(anyOf *filter.Alternatives) error {
	_, err := anyOf.Compile()
	return err
}

// What happens to slices that were passed to Or, or came from All, changes
// nothing.
func TestOr_copies(t *testing.T) {
	set := filter.And(filter.Name.Is("a"))
	sets := [][]types.Filter{set}
	anyOf := filter.Or(sets...)
	set[0], sets[0] = filter.Name.Is("x"), dbTeam
	for _, filters := range anyOf.All() {
		filters[0] = filter.Name.Is("y")
	}
	if got, want := anyOf.String(), "name=a"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAlternatives_All(t *testing.T) {
	anyOf := filter.Or(webARM, dbTeam)
	for range 2 {
		var got []string
		for i, filters := range anyOf.All() {
			got = append(got, filter.Format(filters))
			if i != len(got)-1 {
				t.Errorf("got index %d, want %d", i, len(got)-1)
			}
		}
		if want := []string{"name=web-*, architecture=arm64", "tag:Team=db"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for range anyOf.All() {
		break
	}
}

func TestAlternatives_String(t *testing.T) {
	sets := make([][]types.Filter, 12)
	for i := range sets {
		sets[i] = filter.And(filter.Name.Is(fmt.Sprint(i)))
	}
	for _, test := range []struct {
		reason string
		anyOf  *filter.Alternatives
		want   string
	}{
		{"two", filter.Or(webARM, dbTeam), "name=web-*, architecture=arm64 | tag:Team=db"},
		{"one", filter.Or(dbTeam), "tag:Team=db"},
		{"none", filter.Or(), ""},
		{"nil", nil, ""},
		{"12", filter.Or(sets...), "name=0 | name=1 | name=2 | name=3 | name=4 | name=5 | name=6 | name=7 | name=8 | name=9 | and 2 more"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			if got := test.anyOf.String(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
