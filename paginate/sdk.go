package paginate

import (
	"context"
	"errors"
	"reflect"
	"strconv"

	"github.com/aws/smithy-go/middleware"
)

// An SDKPaginator is a paginator as the AWS SDK for Go generates them, such as
// an ec2.DescribeInstancesPaginator.
type SDKPaginator[Out, ClientOptions any] interface {
	// HasMorePages reports whether NextPage has a page to get.
	HasMorePages() bool

	// NextPage gets a page.
	NextPage(ctx context.Context, optFns ...func(*ClientOptions)) (*Out, error)
}

// FromSDK returns a paginator over what one of the SDK's own paginators lists,
// of any service and operation. The types follow from the arguments:
//
//	pager := paginate.FromSDK(
//		func() *s3.ListObjectsV2Paginator { return s3.NewListObjectsV2Paginator(client, input) },
//		func(out *s3.ListObjectsV2Output) []types.Object { return out.Contents },
//	)
//
// NewPaginator is called once for every range, which is what makes the result
// restartable: the SDK's paginators are good for one traversal. It has to
// return a new one each time, never nil. Items returns the items of an output.
//
// MaxItems, Prefetch, Label and [Merge] work as with any paginator, and
// [Page].Metadata is the output's ResultMetadata. What the SDK's paginators do
// not show cannot be had:
//
//   - They start where their input says, in pages of their own Limit.
//     StartingToken and PageSize are therefore wrong options.
//   - They hide their token. It is taken from the output, from the string that
//     is named NextToken, NextContinuationToken, NextMarker or Marker. Then
//     [Page].ResumeToken, [Page.ResumeTokenAt] and [Error].ResumeToken are good in a paginator
//     that [New] makes for the operation, if the input had no token itself.
//     Where there is no such string they still are "" only at the end, but
//     resume nothing, and rule 5 cannot be kept: a service that repeats its
//     token is asked for ever.
//
// A paginator that New makes of a function which calls the operation has none
// of these limits.
func FromSDK[P SDKPaginator[Out, ClientOptions], Out, ClientOptions, T any](
	newPaginator func() P, items func(*Out) []T, optFns ...func(*Options),
) *Paginator[T] {
	opts := apply(optFns)
	if newPaginator == nil || items == nil {
		opts.reject("newPaginator or items is nil")
	}
	if opts.PageSize != 0 {
		opts.reject("PageSize is %d: give the SDK's paginator a Limit instead", opts.PageSize)
	}
	if opts.StartingToken != "" {
		opts.reject("StartingToken is set: give the SDK's paginator an input with the token instead")
	}
	return build(func() Fetch[T] { return fetchSDK(newPaginator(), items) }, opts)
}

// fetchSDK returns the fetch function of one run. It gets the pages in order,
// whatever token it is asked for.
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

// nextToken returns the token in an output that is not the last one, or "". An
// output with a NextMarker may have the Marker of its own request as well.
func nextToken(out reflect.Value) string {
	for _, name := range []string{"NextToken", "NextContinuationToken", "NextMarker", "Marker"} {
		if token, ok := member[*string](out, name); ok && token != nil && *token != "" {
			return *token
		}
	}
	return ""
}

// member returns the field of an output, if it has one of that name and type.
func member[V any](out reflect.Value, name string) (v V, ok bool) {
	if out.Kind() != reflect.Struct {
		return v, false
	}
	if field := out.FieldByName(name); field.IsValid() && field.CanInterface() {
		v, ok = field.Interface().(V)
	}
	return v, ok
}
