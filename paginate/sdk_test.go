package paginate_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// The inputs and outputs of operations, with the types and the names that the
// SDK has.
type (
	ec2Input struct {
		MaxResults *int32
		NextToken  *string
		Owners     []string
	}
	ec2Output struct {
		Items          []int
		NextToken      *string
		ResultMetadata middleware.Metadata
	}

	s3Input struct {
		ContinuationToken *string
		MaxKeys           *int32
	}
	s3Output struct {
		Items                                    []int
		ContinuationToken, NextContinuationToken *string // the request's, and the next
		IsTruncated                              *bool
		ResultMetadata                           middleware.Metadata
	}

	iamInput struct {
		Marker   *string
		MaxItems *int32
	}
	iamOutput struct {
		Items          []int
		IsTruncated    bool
		Marker         *string
		ResultMetadata middleware.Metadata
	}

	efsInput struct {
		Marker   *string
		MaxItems int64
	}
	efsOutput struct {
		Items              []int
		Marker, NextMarker *string // the request's, and the next
		ResultMetadata     middleware.Metadata
	}

	cloudFrontInput struct {
		Marker   *string
		MaxItems *int64
	}
	cloudFrontOutput struct {
		DistributionList *distributionList
		ResultMetadata   middleware.Metadata
	}
	distributionList struct {
		Items       []int
		IsTruncated *bool
		NextMarker  *string
	}

	// Of API Gateway, if its tokens were no pointers.
	plainInput  struct{ MaxResults, NextToken string }
	plainOutput struct {
		Items          []int
		NextToken      string
		ResultMetadata middleware.Metadata
	}
)

type sdkOptions struct{ Region string }

type response = paginate.Response[int]

// pointer returns nil for the zero value, as the SDK has it.
func pointer[V comparable](v V) *V {
	var zero V
	if v == zero {
		return nil
	}
	return &v
}

// ptr returns a pointer to any value.
func ptr[V any](v V) *V { return &v }

func value[V any](p *V) (v V) {
	if p != nil {
		v = *p
	}
	return v
}

// An sdkOperation makes a client's method from a fetch function.
type sdkOperation[In, Out any] struct {
	request func(*In) (token string, size int)
	output  func(in *In, resp response) *Out
	items   func(*Out) []int
}

func (o sdkOperation[In, Out]) method(fetch paginate.Fetch[int]) func(context.Context, *In, ...func(*sdkOptions)) (*Out, error) {
	return func(ctx context.Context, in *In, _ ...func(*sdkOptions)) (*Out, error) {
		token, size := o.request(in)
		resp, err := fetch(ctx, paginate.Request{Token: token, PageSize: size})
		if err != nil {
			return nil, err
		}
		return o.output(in, resp), nil
	}
}

// list returns FromSDK over a fetch function.
func (o sdkOperation[In, Out]) list(fetch paginate.Fetch[int], optFns ...func(*paginate.Options)) *paginate.Paginator[int] {
	return paginate.FromSDK(o.method(fetch), nil, o.items, optFns...)
}

var (
	describeInstances = sdkOperation[ec2Input, ec2Output]{
		func(in *ec2Input) (string, int) { return value(in.NextToken), int(value(in.MaxResults)) },
		func(_ *ec2Input, resp response) *ec2Output {
			return &ec2Output{resp.Items, pointer(resp.NextToken), resp.Metadata}
		},
		func(out *ec2Output) []int { return out.Items },
	}
	listObjects = sdkOperation[s3Input, s3Output]{
		func(in *s3Input) (string, int) { return value(in.ContinuationToken), int(value(in.MaxKeys)) },
		func(in *s3Input, resp response) *s3Output {
			return &s3Output{resp.Items, in.ContinuationToken, pointer(resp.NextToken), ptr(resp.NextToken != ""), resp.Metadata}
		},
		func(out *s3Output) []int { return out.Items },
	}
	listRoles = sdkOperation[iamInput, iamOutput]{
		func(in *iamInput) (string, int) { return value(in.Marker), int(value(in.MaxItems)) },
		func(_ *iamInput, resp response) *iamOutput {
			return &iamOutput{resp.Items, resp.NextToken != "", pointer(resp.NextToken), resp.Metadata}
		},
		func(out *iamOutput) []int { return out.Items },
	}
	describeFileSystems = sdkOperation[efsInput, efsOutput]{
		func(in *efsInput) (string, int) { return value(in.Marker), int(in.MaxItems) },
		func(in *efsInput, resp response) *efsOutput {
			return &efsOutput{resp.Items, in.Marker, pointer(resp.NextToken), resp.Metadata}
		},
		func(out *efsOutput) []int { return out.Items },
	}
	listDistributions = sdkOperation[cloudFrontInput, cloudFrontOutput]{
		func(in *cloudFrontInput) (string, int) { return value(in.Marker), int(value(in.MaxItems)) },
		func(_ *cloudFrontInput, resp response) *cloudFrontOutput {
			list := &distributionList{resp.Items, ptr(resp.NextToken != ""), pointer(resp.NextToken)}
			if len(resp.Items) == 0 && resp.NextToken == "" {
				list = nil
			}
			return &cloudFrontOutput{list, resp.Metadata}
		},
		func(out *cloudFrontOutput) []int { return value(out.DistributionList).Items },
	}
	getRoutes = sdkOperation[plainInput, plainOutput]{
		func(in *plainInput) (string, int) { size, _ := strconv.Atoi(in.MaxResults); return in.NextToken, size },
		func(_ *plainInput, resp response) *plainOutput {
			return &plainOutput{resp.Items, resp.NextToken, resp.Metadata}
		},
		func(out *plainOutput) []int { return out.Items },
	}
)

var sdkOperations = []struct {
	name, key string
	list      func(paginate.Fetch[int], ...func(*paginate.Options)) *paginate.Paginator[int]
}{
	{"EC2", "NextToken", describeInstances.list},
	{"S3", "ContinuationToken", listObjects.list},
	{"IAM", "Marker", listRoles.list},
	{"EFS", "Marker", describeFileSystems.list},
	{"CloudFront", "Marker", listDistributions.list},
	{"plain values", "NextToken", getRoutes.list},
}

// The tokens are botocore's, with the name of the operation's field as key.
func TestFromSDK_tokens(t *testing.T) {
	for _, op := range sdkOperations {
		for _, key := range []string{op.key, "nextToken"} {
			var named []func(*paginate.Options)
			if key != op.key {
				named = append(named, func(o *paginate.Options) { o.TokenKey = key })
			}
			src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(7), 2)}
			items, token, err := op.list(src.Fetch, append(named, func(o *paginate.Options) { o.MaxItems = 3 })...).Collect(t.Context())
			if want := paginate.WriteKeyToken(key, "t1", 1); err != nil || !slices.Equal(items, numbers(3)) || token != want {
				t.Errorf("%s: got %v, %q, %v, want 3 items and %q", op.name, items, token, err, want)
			}
			for _, resume := range []string{token, paginate.WriteKeyToken(strings.ToUpper(key), "t1", 1), "t1___1"} {
				rest, token, err := op.list(src.Fetch, append(named, func(o *paginate.Options) { o.StartingToken = resume })...).Collect(t.Context())
				if err != nil || !slices.Equal(rest, []int{4, 5, 6, 7}) || token != "" {
					t.Errorf("%s, from %q: got %v, %q, %v, want the other 4", op.name, resume, rest, token, err)
				}
			}
		}
	}
}

func TestFromSDK_pageSize(t *testing.T) {
	for _, op := range sdkOperations {
		for _, size := range []int{0, 3} {
			src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
			if _, err := list(op.list(src.Fetch, func(o *paginate.Options) { o.PageSize = size })); err != nil {
				t.Fatalf("%s: %v", op.name, err)
			}
			if got, want := src.Requests(), []paginate.Request{{PageSize: size}, {Token: "t1", PageSize: size}}; !slices.Equal(got, want) {
				t.Errorf("%s: got the requests %+v, want %+v", op.name, got, want)
			}
		}
	}
}

// Whatever the sizes of pages, the empty ones among them and the places where a
// listing stops and resumes, the items are those of the source.
func FuzzFromSDK(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 0))
		op := sdkOperations[random.IntN(len(sdkOperations))]
		want := numbers(random.IntN(40))
		fetch := func(_ context.Context, req paginate.Request) (resp response, err error) {
			// A token is the index of the next item. "Empty" pages are empty.
			first := 0
			if req.Token != "" {
				if first, err = strconv.Atoi(strings.TrimSuffix(req.Token, " again")); err != nil {
					return resp, err
				}
			}
			if req.Token != "" && !strings.HasSuffix(req.Token, " again") && first%3 == int(seed%3) {
				resp.NextToken = req.Token + " again"
				return resp, nil
			}
			end := min(first+max(1, int(req.PageSize)), len(want))
			if resp.Items = slices.Clone(want[first:end]); end < len(want) {
				resp.NextToken = strconv.Itoa(end)
			}
			return resp, nil
		}
		var got []int
		for token := ""; ; {
			items, next, err := op.list(fetch, func(o *paginate.Options) {
				o.StartingToken = token
				o.MaxItems = random.IntN(12)
				o.PageSize = random.IntN(9)
				o.Prefetch = random.IntN(3)
			}).Collect(t.Context())
			if err != nil {
				t.Fatalf("%s, after %d items: %v", op.name, len(got), err)
			}
			if got = append(got, items...); len(got) > len(want) {
				break
			}
			if token = next; next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want the items 1 to %d", op.name, got, len(want))
		}
	})
}

// A cycle ends, however long and wherever the listing starts.
func TestFromSDK_cycle(t *testing.T) {
	for _, op := range sdkOperations {
		for _, start := range []string{"", "t1", "t3"} {
			src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(5), 1)}
			src.Pages[4].NextToken = "t2"
			items, _, err := op.list(src.Fetch, func(o *paginate.Options) { o.StartingToken = start }).Collect(t.Context())
			if !errors.Is(err, paginate.ErrTokenLoop) || len(items) > 5 {
				t.Errorf("%s, from %q: got %v, %v, want ErrTokenLoop", op.name, start, items, err)
			}
		}
	}
}

// The input has what each call repeats, and the start.
func TestFromSDK_input(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(7), 2)}
	var calls []ec2Input
	var previous *ec2Input
	call := describeInstances.method(src.Fetch)
	spy := func(ctx context.Context, in *ec2Input, optFns ...func(*sdkOptions)) (*ec2Output, error) {
		if in == previous {
			t.Error("two calls have one input")
		}
		previous = in
		calls = append(calls, *in)
		out, err := call(ctx, in, optFns...)
		*in = ec2Input{NextToken: ptr("changed by the client")}
		return out, err
	}
	input := &ec2Input{MaxResults: ptr(int32(2)), NextToken: ptr("t1"), Owners: []string{"self"}}
	before, _ := json.Marshal(input)
	p := paginate.FromSDK(spy, input, describeInstances.items)
	for range 2 {
		calls = nil
		if got, err := list(p); err != nil || !slices.Equal(got, []int{3, 4, 5, 6, 7}) {
			t.Errorf("got %v, %v, want the items from the token on", got, err)
		}
		want := []ec2Input{
			{ptr(int32(2)), ptr("t1"), []string{"self"}},
			{ptr(int32(2)), ptr("t2"), []string{"self"}},
			{ptr(int32(2)), ptr("t3"), []string{"self"}},
		}
		if !reflect.DeepEqual(calls, want) {
			t.Errorf("got the calls %v, want %v", calls, want)
		}
	}
	if after, _ := json.Marshal(input); string(after) != string(before) {
		t.Errorf("the input was %s, is %s", before, after)
	}

	calls = nil
	p = paginate.FromSDK(spy, input, describeInstances.items, func(o *paginate.Options) { o.PageSize = 5 })
	*input = ec2Input{NextToken: ptr("changed by the caller")}
	if got, err := list(p); err != nil || len(got) != 5 || *calls[0].MaxResults != 5 {
		t.Errorf("got %v, %v and the calls %v, want 5 items in pages of 5", got, err, calls)
	}

	// A token that looks like a resume token is the service's.
	calls = nil
	_, _ = list(paginate.FromSDK(spy, &ec2Input{NextToken: ptr("t1___1")}, describeInstances.items))
	if got := *calls[0].NextToken; got != "t1___1" {
		t.Errorf("got a call with the token %q, want the input's", got)
	}

	one := func(o *paginate.Options) { o.MaxItems = 1 }
	_, token, err := paginate.FromSDK(spy, &ec2Input{NextToken: ptr("t1")}, describeInstances.items, one).Collect(t.Context())
	if want := paginate.WriteToken("t1", 1); err != nil || token != want {
		t.Errorf("after an item from the token: got the token %q, %v, want %q", token, err, want)
	}

	p = paginate.FromSDK(listRoles.method(src.Fetch), &iamInput{Marker: ptr("t2")}, listRoles.items)
	if got, err := list(p); err != nil || !slices.Equal(got, []int{5, 6, 7}) {
		t.Errorf("from a Marker: got %v, %v, want the items from there on", got, err)
	}

	calls = nil
	_, _ = list(paginate.FromSDK(spy, nil, describeInstances.items))
	if got, want := calls[0], (ec2Input{}); !reflect.DeepEqual(got, want) {
		t.Errorf("no input: got the call %v, want an empty one", got)
	}
}

func TestFromSDK_isTruncated(t *testing.T) {
	items := func(out *s3Output) []int { return out.Items }
	tests := []struct {
		reason    string
		truncated *bool
		next      *string
		more      bool
		problem   string
	}{
		{"false ends, whatever the token says", ptr(false), ptr("t1"), false, ""},
		{"true and a token", ptr(true), ptr("t1"), true, ""},
		{"not set: the token counts", nil, ptr("t1"), true, ""},
		{"not set, without a token", nil, nil, false, ""},
		{"true without a token is not the end", ptr(true), nil, false, "no token for the next page, although IsTruncated is true"},
		{"true with an empty token", ptr(true), ptr(""), false, "no token for the next page"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			calls := 0
			p := paginate.FromSDK(func(context.Context, *s3Input, ...func(*sdkOptions)) (*s3Output, error) {
				if calls++; calls > 1 {
					return &s3Output{Items: []int{2}}, nil
				}
				return &s3Output{Items: []int{1}, IsTruncated: tc.truncated, NextContinuationToken: tc.next}, nil
			}, nil, items)
			got, _, err := p.Collect(t.Context())
			if tc.problem != "" {
				if err == nil || !strings.Contains(err.Error(), tc.problem) {
					t.Errorf("got %v, %v, want an error that says %q", got, err, tc.problem)
				}
				return
			}
			if want := map[bool]int{false: 1, true: 2}[tc.more]; err != nil || len(got) != want || calls != want {
				t.Errorf("got %v, %v after %d calls, want %d", got, err, calls, want)
			}
		})
	}
}

func TestFromSDK_metadata(t *testing.T) {
	var metadata middleware.Metadata
	metadata.Set("request id", "42")
	src := &paginatetest.Source[int]{Pages: []paginate.Response[int]{{Items: numbers(1), Metadata: metadata}}}
	for _, op := range sdkOperations {
		for page, err := range op.list(src.Fetch).Pages(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if got := page.Metadata.Get("request id"); got != "42" {
				t.Errorf("%s: got %v, want 42", op.name, got)
			}
		}
	}
}

func TestFromSDK_merge(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(3), 1)}
	var got strings.Builder
	for page, err := range paginate.Merge(t.Context(), 1, describeInstances.list(src.Fetch, label("a")), listObjects.list(src.Fetch, label("b"))) {
		got.WriteString(labelOf(page, err))
	}
	if want := "ababab"; got.String() != want {
		t.Errorf("got %s, want %s", got.String(), want)
	}
}

func TestFromSDK_errors(t *testing.T) {
	fail := func(out *ec2Output, err error) *paginate.Paginator[int] {
		return paginate.FromSDK(func(context.Context, *ec2Input, ...func(*sdkOptions)) (*ec2Output, error) {
			return out, err
		}, &ec2Input{NextToken: ptr("t1")}, describeInstances.items)
	}
	throttled := &smithy.GenericAPIError{Code: "RequestLimitExceeded"}
	expired := &smithy.OperationError{Err: &smithy.GenericAPIError{Code: "ExpiredNextTokenException"}}
	tests := []struct {
		reason string
		pager  *paginate.Paginator[int]
		want   string
		resume bool
	}{
		{"the client's error", fail(nil, throttled), "RequestLimitExceeded", true},
		{"the service refuses the token", fail(nil, expired), "ExpiredNextTokenException", false},
		{"neither an output nor an error", fail(nil, nil), "neither *paginate_test.ec2Output nor an error", true},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			items, token, err := tc.pager.Collect(t.Context())
			if err == nil || !strings.Contains(err.Error(), tc.want) || len(items) > 0 {
				t.Errorf("got %v, %v, want an error that says %q", items, err, tc.want)
			}
			if (token != "") != tc.resume {
				t.Errorf("got the token %q, want one: %t", token, tc.resume)
			}
		})
	}
}

func TestFromSDK_invalidOptions(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
	size := func(n int) func(*paginate.Options) { return func(o *paginate.Options) { o.PageSize = n } }
	call := describeInstances.method(src.Fetch)
	tests := []struct {
		reason string
		pager  *paginate.Paginator[int]
		want   string
	}{
		{"the common options are checked", describeInstances.list(src.Fetch, func(o *paginate.Options) { o.MaxItems = -1 }), "MaxItems is -1"},
		{"no call", paginate.FromSDK[ec2Input, ec2Output, sdkOptions](nil, nil, describeInstances.items), "call or items is nil"},
		{"no items", paginate.FromSDK[ec2Input, ec2Output, sdkOptions, int](call, nil, nil), "call or items is nil"},
		{
			"two starts", paginate.FromSDK(call, &ec2Input{NextToken: ptr("t1")}, describeInstances.items, func(o *paginate.Options) { o.StartingToken = "t2" }),
			"StartingToken and input.NextToken are both set",
		},
		{"an input's size that is negative", paginate.FromSDK(call, &ec2Input{MaxResults: ptr(int32(-5))}, describeInstances.items), "PageSize is -5"},
		{"an input's size that is no number", paginate.FromSDK(getRoutes.method(src.Fetch), &plainInput{MaxResults: "ten"}, getRoutes.items), `input.MaxResults is "ten", not a number`},
		{"no field for a size", unsized[ec2Output](size(5)), "PageSize is 5, but paginate_test.unsizedInput has no field for it"},
		{"no token", pages[struct{}, ec2Output](), "have no token of a known name: use New"},
		{"no struct", pages[int, ec2Output](), "are not both structs: use New"},
		{"no struct as output", pages[ec2Input, int](), "are not both structs: use New"},
		{"no token in the output", unsized[struct{ NextToken2 string }](), "have no token of a known name: use New"},
		{"a token that is a map", pages[scanInput, scanOutput](), "the token ExclusiveStartKey of paginate_test.scanInput is a map[string]string, not a string: use New"},
		{"a map as the next token", unsized[struct{ NextToken map[string]string }](), "the token NextToken of struct { NextToken map[string]string } is a map[string]string"},
		{"two tokens", pages[versionsInput, versionsOutput](), "versionsInput has several tokens, KeyMarker and VersionIdMarker: use New"},
		{"two nested tokens", unsized[struct{ A, B *ec2Output }](), "has several tokens, A.NextToken and B.NextToken: use New"},
	}
	if strconv.IntSize > 32 {
		tests = append(tests, tests[0])
		tests[0].reason, tests[0].pager = "a size that does not fit", describeInstances.list(src.Fetch, size(math.MaxInt))
		tests[0].want = fmt.Sprintf("PageSize is %d, must fit into int32", math.MaxInt)
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			_, _, err := tc.pager.Collect(t.Context())
			if !errors.Is(err, paginate.ErrInvalidOptions) || !strings.Contains(err.Error(), tc.want) || len(src.Requests()) > 0 {
				t.Errorf("got %v after %d requests, want ErrInvalidOptions that says %q", err, len(src.Requests()), tc.want)
			}
		})
	}
}

type (
	unsizedInput struct{ NextToken *string }
	scanInput    struct{ ExclusiveStartKey map[string]string }
	scanOutput   struct{ LastEvaluatedKey map[string]string }

	versionsInput  struct{ KeyMarker, VersionIdMarker *string }
	versionsOutput struct{ NextKeyMarker, NextVersionIdMarker *string }
)

// pages returns FromSDK over an operation that must not be called.
func pages[In, Out any](optFns ...func(*paginate.Options)) *paginate.Paginator[int] {
	return paginate.FromSDK(func(context.Context, *In, ...func(*sdkOptions)) (*Out, error) {
		panic("a request")
	}, nil, func(*Out) []int { return nil }, optFns...)
}

func unsized[Out any](optFns ...func(*paginate.Options)) *paginate.Paginator[int] {
	return pages[unsizedInput, Out](optFns...)
}

// A client of the SDK.
type (
	KeysClient    struct{}
	KeysOptions   struct{}
	ListKeysInput struct {
		Limit  *int32
		Marker *string
	}
	ListKeysOutput struct {
		Keys       []string
		NextMarker *string
		Truncated  bool
	}
)

func (KeysClient) ListKeys(_ context.Context, in *ListKeysInput, _ ...func(*KeysOptions)) (*ListKeysOutput, error) {
	if in.Marker != nil {
		return &ListKeysOutput{Keys: []string{"charlie"}}, nil
	}
	return &ListKeysOutput{Keys: []string{"alpha", "bravo"}, NextMarker: ptr("bravo"), Truncated: true}, nil
}

func ExampleFromSDK() {
	var client KeysClient // such as that of package kms
	pager := paginate.FromSDK(client.ListKeys, &ListKeysInput{},
		func(out *ListKeysOutput) []string { return out.Keys })
	for key, err := range pager.All(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(key)
	}
	// Output:
	// alpha
	// bravo
	// charlie
}
