package paginate

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/aws/smithy-go/middleware"
)

// SDKPaginator is implemented by the paginators of the AWS SDK for Go, such as
// *ec2.DescribeInstancesPaginator.
type SDKPaginator[Out, ClientOptions any] interface {
	// HasMorePages reports whether there are more pages.
	HasMorePages() bool

	// NextPage requests the next page.
	NextPage(ctx context.Context, optFns ...func(*ClientOptions)) (*Out, error)
}

// FromSDK returns a [Paginator] that lists the items of one of the SDK's own
// paginators, of any service and operation. Type arguments are inferred:
//
//	pager := paginate.FromSDK(
//		func() *s3.ListObjectsV2Paginator { return s3.NewListObjectsV2Paginator(client, input) },
//		func(out *s3.ListObjectsV2Output) []types.Object { return out.Contents },
//	)
//
// The function newPaginator is called at the start of every range and must
// return a new, non-nil paginator, because the SDK's paginators can be
// traversed only once. The function items returns the items of an output.
//
// MaxItems, Prefetch, Limiter, Label and [Merge] work as for any Paginator, and
// [Page].Metadata is the output's ResultMetadata. The SDK's paginators impose
// two limits:
//
//   - They take the starting token from their input and the page size from
//     their own Limit. StartingToken and PageSize are therefore invalid
//     options.
//   - They do not expose their service token. FromSDK reads it from the
//     output's string field NextToken, NextContinuationToken, NextMarker or
//     Marker. If the input has no token, [Page].ResumeToken,
//     [Page.ResumeTokenAt] and [Error].ResumeToken can then be used with a
//     Paginator that [New] makes for the same operation. Without such a field,
//     tokens are still empty only at the end but cannot be used to resume, and
//     rule 5 does not hold: a token cycle is followed forever.
//
// To avoid both limits, call the operation in a [Fetch] function, and pass that
// to [New].
func FromSDK[P SDKPaginator[Out, ClientOptions], Out, ClientOptions, T any](
	newPaginator func() P, items func(*Out) []T, optFns ...func(*Options),
) *Paginator[T] {
	opts := apply(optFns)
	var problems []error
	if newPaginator == nil || items == nil {
		problems = append(problems, errors.New("newPaginator or items is nil"))
	}
	if opts.PageSize != 0 {
		problems = append(problems, fmt.Errorf("PageSize is %d: give the SDK's paginator a Limit instead", opts.PageSize))
	}
	if opts.StartingToken != "" {
		problems = append(problems, errors.New("StartingToken is set: give the SDK's paginator an input with the token instead"))
	}
	op := Operation[T]{
		Begin: func() (Fetch[T], func(*T) bool) { return fetchSDK(newPaginator(), items), nil },
		Err:   errors.Join(problems...),
	}
	return op.paginator(opts)
}

// fetchSDK returns the fetch function of one run. It returns the pages in order
// and ignores the token of the request.
func fetchSDK[P SDKPaginator[Out, ClientOptions], Out, ClientOptions, T any](pages P, items func(*Out) []T) Fetch[T] {
	number := 0
	return func(ctx context.Context, _ Request) (resp Response[T], err error) {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return resp, err
		}
		if out == nil {
			return resp, errors.New("the SDK's paginator has returned neither an output nor an error")
		}
		number++
		members := reflect.ValueOf(out).Elem()
		resp.Items = items(out)
		resp.Metadata, _ = member[middleware.Metadata](members, "ResultMetadata")
		if pages.HasMorePages() {
			resp.NextToken = nextToken(members)
			if resp.NextToken == "" {
				resp.NextToken = "after page " + strconv.Itoa(number)
			}
		}
		return resp, nil
	}
}

// nextToken returns the service token in an output that is not the last one, or
// "". An output with a NextMarker may also have the Marker of its request.
func nextToken(out reflect.Value) string {
	for _, name := range []string{"NextToken", "NextContinuationToken", "NextMarker", "Marker"} {
		if token, ok := member[*string](out, name); ok && token != nil && *token != "" {
			return *token
		}
	}
	return ""
}

// member returns the field of an output and reports whether the output has one
// with that name and type.
func member[V any](out reflect.Value, name string) (v V, ok bool) {
	if out.Kind() != reflect.Struct {
		return v, false
	}
	if field := out.FieldByName(name); field.IsValid() && field.CanInterface() {
		v, ok = field.Interface().(V)
	}
	return v, ok
}
