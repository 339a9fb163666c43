package paginate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/awsimages/awsimages/internal/sdkfields"
)

// FromSDK returns a [Paginator] that lists the items of an operation of the AWS
// SDK for Go, of any service, whether or not the SDK has a paginator for it.
// Type arguments are inferred:
//
//	pager := paginate.FromSDK(client.DescribeSnapshots, &ec2.DescribeSnapshotsInput{OwnerIds: []string{"self"}},
//		func(out *ec2.DescribeSnapshotsOutput) []types.Snapshot { return out.Snapshots })
//
// The argument call is a method of a client or, to pass options of the client
// too, a function that calls one. The function items returns the items of an
// output. A nil input is an empty one.
//
// Each call gets a copy of the input with its own token and page size. The
// input is not changed, but what its fields point to is shared with the calls.
// A token in the input is the service token to start from, instead of
// StartingToken. A page size in the input is the default PageSize.
//
// The listing ends at an output without a token, and at one whose IsTruncated,
// or the like, is false. It fails if an output has no token although
// IsTruncated is true, as with S3's ListObjects without a delimiter.
// [Page].Metadata is the output's ResultMetadata. [Error].ResumeToken is empty
// after the error codes for a token that is invalid or has expired. Many
// services have no such code; their errors have a resume token.
//
// The tokens, the page size and IsTruncated are known by the names that they
// have in the SDK. These are invalid options: an operation without a token,
// with several, such as S3's ListObjectVersions, or with one that is not a
// string, such as DynamoDB's Query; and a PageSize if the input has no field
// for it, or one that it does not fit into. Use [New] for such operations.
func FromSDK[In, Out, ClientOptions, T any](
	call func(context.Context, *In, ...func(*ClientOptions)) (*Out, error),
	input *In, items func(*Out) []T, optFns ...func(*Options),
) *Paginator[T] {
	opts := apply(optFns)
	var start In
	if input != nil {
		start = *input
	}
	fields, err := sdkfields.Find(reflect.TypeFor[In](), reflect.TypeFor[Out]())
	if err != nil {
		return Operation[T]{Err: err}.paginator(opts)
	}
	token, size, err := fields.Start(&start)
	opts.PageSize = cmp.Or(opts.PageSize, size)
	opts.TokenKey = cmp.Or(opts.TokenKey, fields.Token.Name)
	problems := []error{err, fields.CheckSize(opts.PageSize)}
	if call == nil || items == nil {
		problems = append(problems, errors.New("call or items is nil"))
	}
	if token != "" {
		if opts.StartingToken != "" {
			problems = append(problems, fmt.Errorf("StartingToken and input.%s are both set", fields.Token.Name))
		}
		// A resume token, so that it is not read as one.
		opts.StartingToken = position{key: opts.TokenKey, token: token}.String()
	}
	fetch := func(ctx context.Context, req Request) (resp Response[T], err error) {
		in := start
		fields.Set(&in, req.Token, req.PageSize)
		out, err := call(ctx, &in)
		if err != nil {
			return resp, err
		}
		if out == nil {
			return resp, fmt.Errorf("the client returned neither %v nor an error", reflect.TypeFor[*Out]())
		}
		resp.Items = items(out)
		resp.Metadata = fields.Metadata(out)
		resp.NextToken, err = fields.NextToken(out)
		return resp, err
	}
	return Operation[T]{
		Begin:   func() (Fetch[T], func(*T) bool) { return fetch, nil },
		Err:     errors.Join(problems...),
		IsFinal: sdkfields.IsFinal,
	}.paginator(opts)
}
