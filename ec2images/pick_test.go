package ec2images_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/peer"
	"github.com/awsimages/awsimages/paginate"
)

// self selects the caller's own images.
var self = &ec2.DescribeImagesInput{Owners: []string{"self"}}

type (
	api    = ec2.DescribeImagesAPIClient
	input  = ec2.DescribeImagesInput
	option = func(*ec2images.PickOptions)
)

// A picker is one of the functions that choose from a listing. It returns the
// function's result, and the images in it, best first.
type picker func(context.Context, api, *input, ...option) (any, []types.Image, error)

// pickers are all pickers. Those that return several images return three, or
// one per architecture.
var pickers = map[string]picker{
	"Latest": func(ctx context.Context, client api, in *input, options ...option) (any, []types.Image, error) {
		image, err := ec2images.Latest(ctx, client, in, options...)
		return image, []types.Image{image}, err
	},
	"LatestBy": func(ctx context.Context, client api, in *input, options ...option) (any, []types.Image, error) {
		images, err := ec2images.LatestBy(ctx, client, in, architecture, options...)
		return images, slices.Collect(maps.Values(images)), err
	},
	"LatestN": func(ctx context.Context, client api, in *input, options ...option) (any, []types.Image, error) {
		images, err := ec2images.LatestN(ctx, client, in, 3, options...)
		return images, images, err
	},
	"Only": func(ctx context.Context, client api, in *input, options ...option) (any, []types.Image, error) {
		image, err := ec2images.Only(ctx, client, in, options...)
		return image, []types.Image{image}, err
	},
}

func architecture(image types.Image) types.ArchitectureValues { return image.Architecture }

func TestPickers_candidates(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	type options = ec2images.PickOptions
	tests := []struct {
		reason string
		change func(*types.Image)
		passed string // why the image is not chosen; "" if it is
		widen  func(*options)
	}{
		{"available", func(*types.Image) {}, "", nil},
		{"pending", func(i *types.Image) { i.State = types.ImageStatePending }, "not available", func(o *options) { o.AnyState = true }},
		{"failed", func(i *types.Image) { i.State = types.ImageStateFailed }, "not available", func(o *options) { o.AnyState = true }},
		{"without a state, as in a fixture", func(i *types.Image) { i.State = "" }, "", nil},
		{"disabled", func(i *types.Image) { i.State = types.ImageStateDisabled }, "disabled", func(o *options) { o.IncludeDisabled = true }},
		{"deprecated now", func(i *types.Image) { i.DeprecationTime = aws.String("2026-01-01T00:00:00.000Z") }, "deprecated", func(o *options) { o.IncludeDeprecated = true }},
		{"to be deprecated", func(i *types.Image) { i.DeprecationTime = aws.String("2026-01-01T00:01:00.000Z") }, "", nil},
		{"deprecated, as of a later time", func(i *types.Image) { i.DeprecationTime = aws.String("2026-01-01T00:01:00.000Z") }, "", func(o *options) { o.Now = now.AddDate(-1, 0, 0) }},
		{"outside of the Allowed AMIs", func(i *types.Image) { i.ImageAllowed = aws.Bool(false) }, "not allowed", func(o *options) { o.IncludeDisallowed = true }},
		{"one of the Allowed AMIs", func(i *types.Image) { i.ImageAllowed = aws.Bool(true) }, "", nil},
		{"not matched", func(i *types.Image) { i.Architecture = types.ArchitectureValuesI386 }, "not matched", func(o *options) { o.Match = nil }},
		{"an empty date", func(i *types.Image) { i.CreationDate = aws.String("") }, "no date", func(o *options) { o.Compare = func(a, b types.Image) int { return 0 } }},
		{"no date", func(i *types.Image) { i.CreationDate = nil }, "no date", func(o *options) { o.Compare = func(a, b types.Image) int { return 0 } }},
		{"a date that is none", func(i *types.Image) { i.CreationDate = aws.String("yesterday") }, "no date", func(o *options) { o.Compare = func(a, b types.Image) int { return 0 } }},
	}
	for _, tc := range tests {
		client := paged([]types.Image{with(available("ami-00000001", "2025-01-01T00:00:00.000Z"), tc.change)})
		for name, pick := range pickers {
			options := func(o *options) {
				o.Now = now
				o.Match = func(image types.Image) bool { return image.Architecture == types.ArchitectureValuesArm64 }
			}
			_, _, err := pick(t.Context(), client, self, options)
			want := ""
			if tc.passed != "" && (name != "Only" || tc.passed != "no date") {
				want = "(1 seen: " + tc.passed + " 1)"
			}
			if want == "" && err != nil || want != "" && (!errors.Is(err, ec2images.ErrNotFound) || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s: %s: got %v, want %q", name, tc.reason, err, want)
			}
			if tc.widen == nil {
				continue
			}
			if _, images, err := pick(t.Context(), client, self, options, tc.widen); err != nil || len(images) != 1 {
				t.Errorf("%s: %s, with the option: got %v, %v, want the image", name, tc.reason, ids(images), err)
			}
		}
	}
}

// A single log line shows why there is no image. A deprecation time that cannot
// be parsed may have passed.
func TestPickers_unreadableDeprecationTime(t *testing.T) {
	image := with(available("ami-00000001", "2025-01-01T00:00:00Z"), func(i *types.Image) { i.DeprecationTime = aws.String("2020-01-01") })
	in := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	_, err := ec2images.Latest(t.Context(), paged([]types.Image{image}, 1), in)
	if !errors.Is(err, ec2images.ErrNotFound) || !strings.Contains(err.Error(), "unreadable deprecation time 1") {
		t.Errorf("got %v, want it passed over for its deprecation time", err)
	}
	widened := func(o *ec2images.PickOptions) { o.IncludeDeprecated = true }
	if _, err := ec2images.Latest(t.Context(), paged([]types.Image{image}, 1), in, widened); err != nil {
		t.Errorf("with IncludeDeprecated: got %v, want the image", err)
	}
}

func TestErrNotFound_reasons(t *testing.T) {
	images := []types.Image{
		available("ami-00000001", ""),
		with(available("ami-00000002", ""), func(i *types.Image) { i.DeprecationTime = aws.String("2021-01-01T00:00:00Z") }),
		with(available("ami-00000003", ""), func(i *types.Image) { i.State = types.ImageStateError }),
		with(available("ami-00000004", ""), func(i *types.Image) { i.State = types.ImageStateError }),
	}
	in := &ec2.DescribeImagesInput{
		Owners:          []string{"self", "111111111111"},
		ExecutableUsers: []string{"all"},
		Filters:         filter.And(filter.Name.Like("web-*", "db server"), filter.Tag("Team").Is("payments")),
	}
	_, err := ec2images.Latest(t.Context(), paged(images, 1, 0, 2), in, func(o *ec2images.PickOptions) { o.Label = "eu-west-1" })
	want := `ec2images: eu-west-1: owners self, 111111111111; executable users all; filters name=web-*,"db server", tag:Team=payments: ` +
		`no image found (4 seen: deprecated 1, no date 1, not available 2)`
	if !errors.Is(err, ec2images.ErrNotFound) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// A fake that compares inputs receives the caller's input.
func TestPickers_requestIsTheInput(t *testing.T) {
	in := ec2.DescribeImagesInput{Owners: []string{"self"}, Filters: filter.And(filter.Name.Like("web-*"))}
	want := text(in)
	for name, pick := range pickers {
		var got ec2.DescribeImagesInput
		client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
			got = *in
			got.MaxResults = nil
			return &ec2.DescribeImagesOutput{}, nil
		})
		_, _, err := pick(t.Context(), client, &in, func(o *ec2images.PickOptions) { o.IncludeDeprecated, o.IncludeDisabled = true, true })
		if !errors.Is(err, ec2images.ErrNotFound) || text(got) != want || text(in) != want {
			t.Errorf("%s: got the request %s, %v, and the input is now %s, want %s", name, text(got), err, text(in), want)
		}
	}
}

// The input selects the images that EC2 lists, and the options those that can
// be chosen.
func TestPickers_inputAndOptions(t *testing.T) {
	old := func(id, owner string) types.Image {
		return with(available(id, "2020-01-01T00:00:00Z"), func(i *types.Image) {
			i.OwnerId, i.DeprecationTime = &owner, aws.String("2022-01-01T00:00:00Z")
		})
	}
	disabled := with(available("ami-00000003", "2020-01-01T00:00:00Z"), func(i *types.Image) { i.State = types.ImageStateDisabled })
	pending := with(available("ami-00000004", "2020-01-01T00:00:00Z"), func(i *types.Image) { i.State = types.ImageStatePending })
	client := start(t, []types.Image{old("ami-00000001", ec2imagestest.Account), old("ami-00000002", "099720109477"), disabled, pending}).Client()
	type (
		input   = ec2.DescribeImagesInput
		options = ec2images.PickOptions
	)
	tests := []struct {
		reason string
		input  input
		option func(*options)
		want   string // IDs of the images that can be chosen
	}{
		{"neither", input{}, nil, ""},
		{"the option alone: the caller's own deprecated images, which EC2 lists in any case", input{}, func(o *options) { o.IncludeDeprecated = true }, "ami-00000001"},
		{"the input's IncludeDeprecated is the default of the option", input{IncludeDeprecated: aws.Bool(true)}, nil, "ami-00000001 ami-00000002"},
		{"the option decides", input{IncludeDeprecated: aws.Bool(true)}, func(o *options) { o.IncludeDeprecated = false }, ""},
		{"EC2 lists disabled images only for the input", input{}, func(o *options) { o.IncludeDisabled = true }, ""},
		{"the input's IncludeDisabled is the default of the option", input{IncludeDisabled: aws.Bool(true)}, nil, "ami-00000003"},
		{"the option decides about disabled images", input{IncludeDisabled: aws.Bool(true)}, func(o *options) { o.IncludeDisabled = false }, ""},
		{"any state", input{}, func(o *options) { o.AnyState = true }, "ami-00000004"},
		{"a filter for the state decides", input{Filters: filter.And(filter.State.Is(types.ImageStatePending))}, nil, "ami-00000004"},
		{"a filter for the state, and the option decides", input{Filters: filter.And(filter.State.Is(types.ImageStatePending))}, func(o *options) { o.AnyState = false }, ""},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			tc.input.Owners = []string{"self", "099720109477"}
			optFns := []option{func(*options) {}}
			if tc.option != nil {
				optFns[0] = tc.option
			}
			images, err := ec2images.LatestN(t.Context(), client, &tc.input, 10, optFns...)
			got := ids(images)
			slices.Sort(got)
			if strings.Join(got, " ") != tc.want || (err != nil) != (tc.want == "") {
				t.Errorf("got %v, %v, want %q", got, err, tc.want)
			}
		})
	}
}

// All problems are reported together, before any request.
func TestPickers_invalidArguments(t *testing.T) {
	client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		t.Error("there was a request")
		return nil, errors.New("unreachable")
	})
	in := &ec2.DescribeImagesInput{NextToken: aws.String("t1"), Filters: []types.Filter{{Name: aws.String("name")}}}
	wrong := func(o *ec2images.PickOptions) {
		o.PageSize = -2
	}
	all := []string{"input.NextToken", "PageSize", "no values", "set Owners"}
	check := func(name string, err error, more ...string) {
		t.Helper()
		if !errors.Is(err, paginate.ErrInvalidOptions) || !errors.Is(err, ec2images.ErrOwnerRequired) {
			t.Errorf("%s: got %v, want ErrInvalidOptions and ErrOwnerRequired", name, err)
			return
		}
		for _, want := range append(more, all...) {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want it to say %q", name, err, want)
			}
		}
	}
	for name, pick := range pickers {
		_, _, err := pick(t.Context(), client, in, wrong)
		check(name, err)
	}
	_, err := ec2images.LatestN(t.Context(), client, in, 0, wrong)
	check("LatestN of none", err, "n is 0")
	_, err = ec2images.LatestBy[string](t.Context(), client, in, nil, wrong)
	check("LatestBy nothing", err, "key is nil")
	_, err = ec2images.Latest(t.Context(), nil, nil, wrong)
	if !errors.Is(err, paginate.ErrInvalidOptions) || !strings.Contains(err.Error(), "the client is nil") {
		t.Errorf("no client and no input: got %v, want ErrInvalidOptions", err)
	}
}

// compareNames orders images by name instead of by age.
func compareNames(a, b types.Image) int {
	return cmp.Compare(aws.ToString(a.Name), aws.ToString(b.Name))
}

// Is escapes wildcards. If a pattern is passed to it, no image matches, and the
// error has a hint.
func TestPickers_hintAtLike(t *testing.T) {
	client := start(t, []types.Image{with(available("ami-00000001", "2026-01-01T00:00:00Z"), func(i *types.Image) { i.Name = aws.String("web-1") })}).Client()
	const hint = `use Like for a pattern`
	tests := []struct {
		reason  string
		filters []types.Filter
		anyOf   *filter.Alternatives
		want    bool
	}{
		{"a pattern passed to Is", filter.And(filter.Name.Is("web-*")), nil, true},
		{"in the second filter", filter.And(filter.State.Is(types.ImageStateAvailable), filter.Name.Is("web-*")), nil, true},
		{"in an alternative", nil, filter.Or(filter.And(filter.Name.Is("db-?"))), true},
		{"a pattern passed to Like", filter.And(filter.Name.Like("db-*")), nil, false},
		{"a text", filter.And(filter.Name.Is("db-1")), nil, false},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			_, err := ec2images.Latest(t.Context(), client, &input{Owners: self.Owners, Filters: tc.filters}, func(o *ec2images.PickOptions) { o.AnyOf = tc.anyOf })
			if !errors.Is(err, ec2images.ErrNotFound) || strings.Contains(err.Error(), hint) != tc.want {
				t.Errorf("got %v, want ErrNotFound, and %q in it: %v", err, hint, tc.want)
			}
		})
	}
}

// Every error is one line, and names the package, the Region, the selection and
// the page, each once.
func TestErrors_inALog(t *testing.T) {
	down := errors.New("down")
	client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) { return nil, down })
	in := &input{Owners: []string{"self"}, Filters: filter.And(filter.Name.Like("web-*"))}
	label := "eu-west-1"
	tests := []struct {
		reason, want string
		err          func() error
	}{
		{"a paginator", "ec2images: eu-west-1: owners self; filters name=web-*: page 1: down", func() error {
			_, _, err := ec2images.NewPaginator(client, in, func(o *ec2images.Options) { o.Label = label }).Collect(t.Context())
			return err
		}},
		{"a paginator of image ids", "ec2images: image ids ami-1, ami-2: page 1: down", func() error {
			_, _, err := ec2images.NewPaginator(client, &input{ImageIds: []string{"ami-1", "ami-2"}}).Collect(t.Context())
			return err
		}},
		{"a picker", "ec2images: eu-west-1: owners self; filters name=web-*: page 1: down", func() error {
			_, err := ec2images.Latest(t.Context(), client, in, func(o *ec2images.PickOptions) { o.Label = label })
			return err
		}},
		{"a lookup", "ec2images: eu-west-1: image ids ami-1, ami-2: page 1: down", func() error {
			_, err := ec2images.ByIDs(t.Context(), client, []string{"ami-1", "ami-2"}, func(o *ec2images.LookupOptions) { o.Label = label })
			return err
		}},
		{"a listing by ids", "ec2images: eu-west-1: 2 image ids: page 1: down", func() error {
			_, _, err := ec2images.NewIDPaginator(client, []string{"ami-1", "ami-2"}, func(o *ec2images.Options) { o.Label = label }).Collect(t.Context())
			return err
		}},
		{"a missing image, with its id once", "ec2images: eu-west-1: no image found: ami-1", func() error {
			_, err := ec2images.ByID(t.Context(), paged(nil), "ami-1", func(o *ec2images.LookupOptions) { o.Label = label })
			return err
		}},
		{"a dry run", "ec2images: owners self; filters name=web-*: page 1: down", func() error {
			return ec2images.CheckAccess(t.Context(), client, in)
		}},
		{"several problems", "ec2images: eu-west-1: owners self; filters name=web-*: invalid options: n is 0, must be positive; PageSize is -2, must not be negative", func() error {
			_, err := ec2images.LatestN(t.Context(), client, in, 0, func(o *ec2images.PickOptions) { o.Label, o.PageSize = label, -2 })
			return err
		}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			if err := tc.err(); err == nil || err.Error() != tc.want {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestLatest_hintIsOneLine(t *testing.T) {
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}, Filters: filter.And(filter.Name.Is("web\n*"))}
	_, err := ec2images.Latest(t.Context(), start(t, nil).Client(), input)
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "use Like") {
		t.Errorf("got %q, want one line with the hint", err)
	}
}

// EC2 may have added a value since: the call is made, and an error about no
// image mentions the value.
func TestPickers_undocumentedValues(t *testing.T) {
	newer := available("ami-00000001", "2026-01-01T00:00:00Z")
	newer.Architecture = "riscv64"
	x86 := available("ami-00000002", "2025-01-01T00:00:00Z")
	x86.Architecture = types.ArchitectureValuesX8664
	filters := filter.And(filter.Architecture.Is("riscv64", "x86_64"))
	if filter.Validate(filters) == nil {
		t.Fatal("riscv64 is documented, use another value")
	}
	for reason, fn := range map[string]func(*ec2images.PickOptions){
		"input.Filters": nil,
		"AnyOf":         func(o *ec2images.PickOptions) { o.AnyOf = filter.Or(filters, filter.And(filter.Name.Is("web"))) },
	} {
		in := &input{Owners: self.Owners}
		optFns := []func(*ec2images.PickOptions){fn}
		if fn == nil {
			in.Filters, optFns = filters, nil
		}
		image, err := ec2images.Latest(t.Context(), paged([]types.Image{newer, x86}), in, optFns...)
		if err != nil || *image.ImageId != "ami-00000001" {
			t.Errorf("%s: got %v, %v, want the image that the client returns", reason, image.ImageId, err)
		}
		_, err = ec2images.Latest(t.Context(), paged(nil), in, optFns...)
		if !errors.Is(err, ec2images.ErrNotFound) || !strings.Contains(err.Error(), `invalid value "riscv64"`) {
			t.Errorf("%s: got %v, want ErrNotFound and a hint at riscv64", reason, err)
		}
	}
	for _, bad := range [][]types.Filter{
		filter.And(filter.Raw("name")),
		filter.And(filter.Raw("name", `a\d`)),
		filter.And(filter.Raw("name", strings.Repeat("x", 256))),
		filter.And(filter.Raw("", "x"), filter.Raw("architecture", "riscv64")),
	} {
		_, err := ec2images.Latest(t.Context(), paged(nil), &input{Owners: self.Owners, Filters: bad})
		if !errors.Is(err, paginate.ErrInvalidOptions) {
			t.Errorf("%s: got %v, want ErrInvalidOptions", filter.Format(bad), err)
		}
	}
}

// Fields that a fixture leaves out exclude nothing: if one ID was asked for, an
// image without an ID is that image.
func TestLookups_fixtureWithoutID(t *testing.T) {
	fixture := types.Image{Name: aws.String("golden")}
	client := paged([]types.Image{fixture})
	image, err := ec2images.ByID(t.Context(), client, "ami-00000001")
	if err != nil || aws.ToString(image.Name) != "golden" {
		t.Errorf("ByID: got %v, %v, want the image", image, err)
	}
	got, _, err := ec2images.NewIDPaginator(client, []string{"ami-00000001"}).Collect(t.Context())
	if err != nil || len(got) != 1 {
		t.Errorf("NewIDPaginator: got %d images, %v, want the image", len(got), err)
	}
	for reason, in := range map[string]*input{
		"ImageIds": {ImageIds: []string{"ami-00000001"}},
		"a filter": {Filters: filter.And(filter.ImageID.Is("ami-00000001"))},
	} {
		if image, err := ec2images.Only(t.Context(), client, in); err != nil || aws.ToString(image.Name) != "golden" {
			t.Errorf("Only, %s: got %v, %v, want the image", reason, image, err)
		}
	}
	// Of two images, or of two IDs, it is not known which.
	if _, err := ec2images.ByID(t.Context(), paged([]types.Image{fixture, fixture}), "ami-00000001"); !errors.Is(err, ec2images.ErrNotFound) {
		t.Errorf("two images: got %v, want ErrNotFound", err)
	}
	both := []string{"ami-00000001", "ami-00000002"}
	_, err = ec2images.ByIDs(t.Context(), client, both)
	if missing, ok := as[*ec2images.MissingError](err); !ok || !slices.Equal(missing.IDs, both) {
		t.Errorf("two ids: got %v, want a MissingError with both", err)
	}
	two := &input{Filters: filter.And(filter.ImageID.Is("ami-00000001", "ami-00000002"))}
	if _, err := ec2images.Only(t.Context(), client, two); !errors.Is(err, ec2images.ErrNotRequested) {
		t.Errorf("Only, a filter of two ids: got %v, want ErrNotRequested", err)
	}
	stranger := paged([]types.Image{{Name: aws.String("golden"), OwnerId: aws.String("222222222222")}})
	mine := &input{Filters: filter.And(filter.OwnerID.Is("111111111111"))}
	if _, err := ec2images.Only(t.Context(), stranger, mine); !errors.Is(err, ec2images.ErrNotRequested) {
		t.Errorf("Only, a filter of the owner: got %v, want ErrNotRequested", err)
	}
}

// Naming an image by its ID is a decision: it may be deprecated.
func TestPickers_deprecatedByID(t *testing.T) {
	old := available("ami-00000001", "2024-01-01T00:00:00Z")
	old.DeprecationTime = aws.String("2025-01-01T00:00:00Z")
	byID := []string{"ami-00000001"}
	tests := []struct {
		reason string
		in     *input
		fn     func(*ec2images.PickOptions)
		want   bool
	}{
		{"ImageIds", &input{ImageIds: byID}, nil, true},
		{"ImageIds, without deprecated ones", &input{ImageIds: byID, IncludeDeprecated: aws.Bool(false)}, nil, false},
		{"ImageIds, and the option", &input{ImageIds: byID}, func(o *ec2images.PickOptions) { o.IncludeDeprecated = false }, false},
		{"Owners", self, nil, false},
	}
	for _, tc := range tests {
		var optFns []func(*ec2images.PickOptions)
		if tc.fn != nil {
			optFns = append(optFns, tc.fn)
		}
		_, err := ec2images.Only(t.Context(), paged([]types.Image{old}), tc.in, optFns...)
		if got := err == nil; got != tc.want || !got && !errors.Is(err, ec2images.ErrNotFound) {
			t.Errorf("%s: got %v, want it chosen: %v", tc.reason, err, tc.want)
		}
	}
}

// The owner of each of several results is checked, not only of the best one.
func TestLatestN_everyOwnerIsChecked(t *testing.T) {
	const stranger = "666666666666"
	for place := range 3 {
		images := []types.Image{available("ami-00000001", "2026-01-03T00:00:00Z"), available("ami-00000002", "2026-01-02T00:00:00Z"), available("ami-00000003", "2026-01-01T00:00:00Z")}
		for i := range images {
			images[i].OwnerId = aws.String("111111111111")
		}
		images[place].OwnerId = aws.String(stranger)
		in := &input{Owners: []string{"111111111111"}}
		if got, err := ec2images.LatestN(t.Context(), paged(images), in, 3); !errors.Is(err, ec2images.ErrNotRequested) || !strings.Contains(err.Error(), stranger) || got != nil {
			t.Errorf("LatestN, place %d: got %v, %v, want ErrNotRequested alone", place, ids(got), err)
		}
		byID := func(i types.Image) string { return *i.ImageId }
		if got, err := ec2images.LatestBy(t.Context(), paged(images), in, byID); !errors.Is(err, ec2images.ErrNotRequested) || got != nil {
			t.Errorf("LatestBy, place %d: got %v, want ErrNotRequested alone", place, err)
		}
	}
}

// Bugs that were found in other programs that look for the newest image.
func TestLatest_knownBugs(t *testing.T) {
	old, recent := available("ami-00000001", "2021-09-29T11:04:43.305Z"), available("ami-00000002", "2023-03-01T08:00:00.000Z")
	tests := []struct {
		reason string
		in     *ec2.DescribeImagesInput
		images []types.Image
		sizes  []int // page sizes
		want   string
		err    error
	}{
		{"newest and oldest exchanged (hashicorp/terraform#9274)", self, []types.Image{old, recent}, nil, "ami-00000002", nil},
		{"newest and oldest exchanged again (hashicorp/terraform-provider-aws#40528)", self, []types.Image{recent, old}, nil, "ami-00000002", nil},
		{"newest and oldest exchanged once more (hashicorp/terraform-provider-aws#41953)", self, []types.Image{recent, old, recent}, []int{1}, "ami-00000002", nil},
		{"only the month compared (hashicorp/terraform-provider-aws#38561)", self, []types.Image{old, recent, available("ami-00000003", "2022-12-31T00:00:00.000Z")}, nil, "ami-00000002", nil},
		{"a layout that parses no date, so that the first image is the newest (redhat-developer/mapt)", self, []types.Image{old, recent}, []int{1}, "ami-00000002", nil},
		{"one date without milliseconds fails the lookup (kubernetes-sigs/cluster-api-provider-aws)", self, []types.Image{available("ami-00000003", "2022-01-01T00:00:00Z"), recent, old}, nil, "ami-00000002", nil},
		{"a date without milliseconds is the newest of its second but one", self, []types.Image{available("ami-00000003", "2023-03-01T08:00:00Z"), available("ami-00000004", "2023-03-01T08:00:00.001Z")}, nil, "ami-00000004", nil},
		{"cut before it was sorted (eks-ami-finder)", self, []types.Image{old, old, old, recent}, []int{2}, "ami-00000002", nil},
		{"an empty page taken for the end (NVIDIA/holodeck)", self, []types.Image{old, recent}, []int{1, 0, 0, 1, 0}, "ami-00000002", nil},
		{"a future deprecation time taken for deprecated (aws-nuke)", self, []types.Image{old, with(recent, func(i *types.Image) { i.DeprecationTime = aws.String("2999-01-01T00:00:00.000Z") })}, nil, "ami-00000002", nil},
		{"a panic where there is no Name, no Ebs, no CreationDate (hashicorp/terraform#8786)", self, []types.Image{{}, recent, {State: types.ImageStateAvailable, BlockDeviceMappings: make([]types.BlockDeviceMapping, 1), Tags: make([]types.Tag, 1)}}, nil, "ami-00000002", nil},
		{"equal dates, and another image every time (hashicorp/terraform-provider-aws#44833)", self, []types.Image{available("ami-00000003", *recent.CreationDate), recent, available("ami-00000004", *recent.CreationDate)}, nil, "ami-00000002", nil},
		{"no owner (CVE-2018-15869)", &ec2.DescribeImagesInput{}, []types.Image{recent}, nil, "", ec2images.ErrOwnerRequired},
		{"no owner, again (GHSA-fg2w-j28v-fc73)", &ec2.DescribeImagesInput{ExecutableUsers: []string{"self"}}, []types.Image{recent}, nil, "", ec2images.ErrOwnerRequired},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			image, err := ec2images.Latest(t.Context(), paged(tc.images, tc.sizes...), tc.in)
			if got := aws.ToString(image.ImageId); got != tc.want || !errors.Is(err, tc.err) {
				t.Errorf("got %q, %v, want %q, %v", got, err, tc.want, tc.err)
			}
		})
	}
}

// A patch of an old service pack is newer than a new service pack
// (hashicorp/packer-plugin-amazon#650).
func TestLatest_compare(t *testing.T) {
	images := []types.Image{
		with(available("ami-00000001", "2023-01-01T00:00:00Z"), func(i *types.Image) { i.Name = aws.String("sles-15-sp6") }),
		with(available("ami-00000002", ""), func(i *types.Image) { i.Name = aws.String("sles-15-sp7") }),
		with(available("ami-00000003", "2025-01-01T00:00:00Z"), func(i *types.Image) { i.Name = aws.String("sles-15-sp5") }),
	}
	byName := func(o *ec2images.PickOptions) { o.Compare = compareNames }
	got, err := ec2images.LatestN(t.Context(), paged(images, 1), self, 2, byName)
	if want := []string{"ami-00000002", "ami-00000001"}; err != nil || !slices.Equal(ids(got), want) {
		t.Errorf("got %v, %v, want %v", ids(got), err, want)
	}
}

// endless returns a client that returns n images like those of the catalog, in
// pages that it creates on request. peak is the maximum number of live bytes
// after a garbage collection.
func endless(n int) (client ec2.DescribeImagesAPIClient, peak *uint64) {
	peak = new(uint64)
	catalog := ec2imagestest.Catalog(1000)
	return fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		first, _ := strconv.Atoi(aws.ToString(in.NextToken))
		out := &ec2.DescribeImagesOutput{}
		for i := first; i < min(n, first+int(*in.MaxResults)); i++ {
			image := catalog[i%len(catalog)]
			image.ImageId = aws.String(fmt.Sprintf("ami-%017x", i))
			out.Images = append(out.Images, image)
		}
		if next := first + len(out.Images); next < n {
			out.NextToken = aws.String(strconv.Itoa(next))
		}
		if first%5_000 == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			*peak = max(*peak, m.HeapAlloc)
		}
		return out, nil
	}), peak
}

// The memory of a picker does not grow with the listing. If it retained each
// page through one image, that would be 2 kB for each.
func TestLatest_memory(t *testing.T) {
	const few = 5_000
	many := 40_000
	if peer.Comparing() {
		many = 1_000_000
	}
	for name, pick := range pickers {
		look := func(n int) uint64 {
			client, peak := endless(n)
			_, images, err := pick(t.Context(), client, nil, func(o *ec2images.PickOptions) { o.InsecureAnyOwner = true })
			if len(images) == 0 || err != nil && name != "Only" {
				t.Fatalf("%s: got %v, %v", name, images, err)
			}
			return *peak
		}
		small, large := look(few), look(many)
		t.Logf("%s: the peak of the heap is %.2f MB for %d images, %.2f MB for %d", name, float64(small)/1e6, few, float64(large)/1e6, many)
		if large > small+8<<20 {
			t.Errorf("%s: %d images take %d bytes, %d take %d: want the same", name, many, large, few, small)
		}
	}
}

func TestOnly_several(t *testing.T) {
	var images []types.Image
	for i := range 12 {
		images = append(images, available(fmt.Sprintf("ami-%08d", 12-i), "2025-01-01T00:00:00Z"))
	}
	_, err := ec2images.Only(t.Context(), paged(images, 5), self)
	several, ok := as[*ec2images.AmbiguousError](err)
	if !ok {
		t.Fatalf("got %v, want an AmbiguousError", err)
	}
	if want := ids(images)[2:]; several.Count != 12 || !slices.Equal(several.IDs, slices.Sorted(slices.Values(want))) {
		t.Errorf("got %v and the count %d, want the ten smallest ids and 12", several.IDs, several.Count)
	}
	want := "ec2images: owners self: 12 images match, want exactly one: ami-00000001, ami-00000002, ami-00000003, ami-00000004, " +
		"ami-00000005, ami-00000006, ami-00000007, ami-00000008, ami-00000009, ami-00000010 and 2 more"
	if err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

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
		if err != nil || !slices.Equal(ids(got), ids(want)) {
			t.Fatalf("seed %d: %v: got %v, %v, want %v", seed, e, ids(got), err, ids(want))
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
