package paginate_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// An sdkPaginator is what the SDK generates for an operation.
type sdkPaginator[Out any] struct {
	fetch  paginate.Fetch[int]
	output func(request string, resp response) *Out

	notFirst bool
	token    string
}

type sdkOptions struct{ Region string }

func (p *sdkPaginator[Out]) HasMorePages() bool { return !p.notFirst || p.token != "" }

func (p *sdkPaginator[Out]) NextPage(ctx context.Context, _ ...func(*sdkOptions)) (*Out, error) {
	if !p.HasMorePages() {
		return nil, errors.New("no more pages available")
	}
	resp, err := p.fetch(ctx, paginate.Request{Token: p.token})
	if err != nil {
		return nil, err
	}
	out := p.output(p.token, resp)
	p.notFirst, p.token = true, resp.NextToken
	return out, nil
}

// pointer returns nil for "", as the SDK has it.
func pointer(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// The outputs of operations name their token in different ways.
type (
	ec2Output struct {
		Items          []int
		NextToken      *string
		ResultMetadata middleware.Metadata
	}
	s3Output struct {
		Items                                    []int
		ContinuationToken, NextContinuationToken *string // the request's, and the next
	}
	iamOutput struct {
		Items  []int
		Marker *string
	}
	efsOutput struct {
		Items              []int
		Marker, NextMarker *string // the request's, and the next
	}
	mapOutput struct {
		Items            []int
		LastEvaluatedKey map[string]string
		NextToken        int // a name that means another thing
	}
)

type response = paginate.Response[int]

// from returns FromSDK over a source whose outputs are of one kind.
func from[Out any](output func(request string, resp response) *Out, items func(*Out) []int) fromSDK {
	return func(fetch paginate.Fetch[int], optFns ...func(*paginate.Options)) *paginate.Paginator[int] {
		newPaginator := func() *sdkPaginator[Out] { return &sdkPaginator[Out]{fetch: fetch, output: output} }
		return paginate.FromSDK(newPaginator, items, optFns...)
	}
}

type fromSDK func(paginate.Fetch[int], ...func(*paginate.Options)) *paginate.Paginator[int]

var (
	fromEC2 = from(func(_ string, resp response) *ec2Output {
		return &ec2Output{resp.Items, pointer(resp.NextToken), resp.Metadata}
	}, func(out *ec2Output) []int { return out.Items })

	fromS3 = from(func(request string, resp response) *s3Output {
		return &s3Output{resp.Items, pointer(request), pointer(resp.NextToken)}
	}, func(out *s3Output) []int { return out.Items })

	fromIAM = from(func(_ string, resp response) *iamOutput {
		return &iamOutput{resp.Items, pointer(resp.NextToken)}
	}, func(out *iamOutput) []int { return out.Items })

	fromEFS = from(func(request string, resp response) *efsOutput {
		return &efsOutput{resp.Items, pointer(request), pointer(resp.NextToken)}
	}, func(out *efsOutput) []int { return out.Items })

	fromDynamoDB = from(func(_ string, resp response) *mapOutput {
		return &mapOutput{Items: resp.Items, LastEvaluatedKey: map[string]string{"id": resp.NextToken}}
	}, func(out *mapOutput) []int { return out.Items })
)

// visible are those whose token can be seen.
var visible = map[string]fromSDK{"NextToken": fromEC2, "NextContinuationToken": fromS3, "Marker": fromIAM, "NextMarker": fromEFS}

func TestFromSDK_contract(t *testing.T) {
	for name, from := range visible {
		for ahead := range 3 {
			check := paginatetest.Check[int]{Item: func(i int) int { return i }, Ahead: ahead}
			synctest.Test(t, func(t *testing.T) {
				err := check.All(func(fetch paginate.Fetch[int]) func(context.Context) iter.Seq2[int, error] {
					return from(fetch, prefetch(ahead)).All
				})
				if err != nil {
					t.Errorf("%s, Prefetch %d: All: %v", name, ahead, err)
				}
				err = check.Pages(func(fetch paginate.Fetch[int]) func(context.Context) pageSeq {
					return from(fetch, prefetch(ahead)).Pages
				})
				if err != nil {
					t.Errorf("%s, Prefetch %d: Pages: %v", name, ahead, err)
				}
			})
		}
	}
}

func TestFromSDK_tokens(t *testing.T) {
	for name, from := range visible {
		src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(7), 2)}
		items, resumeToken, err := from(src.Fetch, func(o *paginate.Options) { o.MaxItems = 3 }).Collect(t.Context())
		if err != nil || !slices.Equal(items, numbers(3)) || resumeToken != paginate.WriteToken("t1", 1) {
			t.Errorf("%s: got %v, %q, %v, want 3 items and the token of the fourth", name, items, resumeToken, err)
		}
		rest, err := list(paginate.New(src.Fetch, func(o *paginate.Options) { o.StartingToken = resumeToken }))
		if want := []int{4, 5, 6, 7}; err != nil || !slices.Equal(rest, want) {
			t.Errorf("%s, resumed by New: got %v, %v, want %v", name, rest, err, want)
		}
	}
}

// Without a token that can be seen, "" still means that the listing is
// complete.
func TestFromSDK_hiddenToken(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(5), 2)}
	p := fromDynamoDB(src.Fetch)
	for range 2 {
		n, resumeToken := 0, ""
		for page, err := range p.Pages(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			resumeToken = page.ResumeToken
			if n += len(page.Items); (resumeToken == "") != (n == 5) {
				t.Errorf("after %d of 5 items: got the token %q", n, resumeToken)
			}
		}
		if n != 5 {
			t.Errorf("got %d items, want 5", n)
		}
	}
}

func TestFromSDK_metadata(t *testing.T) {
	var metadata middleware.Metadata
	metadata.Set("request id", "42")
	src := &paginatetest.Source[int]{Pages: []paginate.Response[int]{{Items: numbers(1), Metadata: metadata}}}
	for page, err := range fromEC2(src.Fetch).Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if got := page.Metadata.Get("request id"); got != "42" {
			t.Errorf("got %v, want 42", got)
		}
	}
}

func TestFromSDK_merge(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(3), 1)}
	var got strings.Builder
	for page, err := range paginate.Merge(t.Context(), 1, fromEC2(src.Fetch, label("a")), fromS3(src.Fetch, label("b"))) {
		got.WriteString(labelOf(page, err))
	}
	if want := "ababab"; got.String() != want {
		t.Errorf("got %s, want %s", got.String(), want)
	}
}

func TestFromSDK_invalidOptions(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
	newPaginator := func() *sdkPaginator[ec2Output] { return &sdkPaginator[ec2Output]{fetch: src.Fetch} }
	items := func(out *ec2Output) []int { return out.Items }
	tests := []struct {
		reason string
		pager  *paginate.Paginator[int]
		want   string
	}{
		{"the size of a page is the SDK's", fromEC2(src.Fetch, func(o *paginate.Options) { o.PageSize = 5 }), "PageSize is 5"},
		{"the start is the input's", fromEC2(src.Fetch, func(o *paginate.Options) { o.StartingToken = "t1" }), "StartingToken is set"},
		{"the common options are checked", fromEC2(src.Fetch, func(o *paginate.Options) { o.MaxItems = -1 }), "MaxItems is -1"},
		{"no constructor", paginate.FromSDK[*sdkPaginator[ec2Output]](nil, items), "newPaginator or items is nil"},
		{"no items", paginate.FromSDK[*sdkPaginator[ec2Output], ec2Output, sdkOptions, int](newPaginator, nil), "newPaginator or items is nil"},
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

func TestFromSDK_invalidPaginators(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
	same := &sdkPaginator[ec2Output]{fetch: src.Fetch, output: func(_ string, resp response) *ec2Output {
		return &ec2Output{Items: resp.Items, NextToken: pointer(resp.NextToken)}
	}}
	items := func(out *ec2Output) []int { return out.Items }
	p := paginate.FromSDK(func() *sdkPaginator[ec2Output] { return same }, items)
	if got, err := list(p); err != nil || len(got) != 4 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := list(p); err == nil || len(got) > 0 {
		t.Errorf("a paginator that is used up: got %v, %v, want an error, not an empty listing", got, err)
	}

	p = paginate.FromSDK(func() *sdkPaginator[ec2Output] {
		return &sdkPaginator[ec2Output]{fetch: src.Fetch, output: func(string, response) *ec2Output { return nil }}
	}, items)
	if got, err := list(p); err == nil || len(got) > 0 {
		t.Errorf("neither an output nor an error: got %v, %v, want an error", got, err)
	}
}

// An operation of the SDK: a client's, as its paginator calls it.
type (
	ListKeysOutput struct {
		Keys       []string
		NextMarker *string
	}
	ListKeysPaginator struct {
		marker *string
		begun  bool
	}
	KeysOptions struct{}
)

func NewListKeysPaginator() *ListKeysPaginator { return &ListKeysPaginator{} }

func (p *ListKeysPaginator) HasMorePages() bool { return !p.begun || p.marker != nil }

func (p *ListKeysPaginator) NextPage(context.Context, ...func(*KeysOptions)) (*ListKeysOutput, error) {
	if p.begun {
		p.marker = nil
		return &ListKeysOutput{Keys: []string{"charlie"}}, nil
	}
	p.begun, p.marker = true, new("bravo")
	return &ListKeysOutput{Keys: []string{"alpha", "bravo"}, NextMarker: p.marker}, nil
}

func ExampleFromSDK() {
	pager := paginate.FromSDK(
		func() *ListKeysPaginator { return NewListKeysPaginator() },
		func(out *ListKeysOutput) []string { return out.Keys },
	)
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
