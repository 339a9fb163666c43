// Package listing holds what the paginators of the two services share.
package listing

import (
	"context"
	"errors"
	"slices"

	"github.com/awsimages/awsimages/paginate"
)

// A Call makes one call of DescribeImages.
type Call[Input, Image any] func(ctx context.Context, in *Input) (paginate.Response[Image], error)

// NewCall returns a Call of a client's method with the given option functions.
// Response reads the output, which is never nil.
func NewCall[Input, Output, ClientOptions, Image any](
	describeImages func(context.Context, *Input, ...func(*ClientOptions)) (*Output, error),
	optFns []func(*ClientOptions),
	response func(*Output) paginate.Response[Image],
) Call[Input, Image] {
	optFns = slices.Clip(optFns) // a client may append to what it gets
	return func(ctx context.Context, in *Input) (paginate.Response[Image], error) {
		out, err := describeImages(ctx, in, optFns...)
		if err == nil && out == nil {
			err = errors.New("the client returned neither an output nor an error")
		}
		if err != nil {
			return paginate.Response[Image]{}, err
		}
		return response(out), nil
	}
}

// Pages returns a fetch function that makes each call with the input of its
// request.
func Pages[Input, Image any](call Call[Input, Image], input func(paginate.Request) *Input) paginate.Fetch[Image] {
	return func(ctx context.Context, req paginate.Request) (paginate.Response[Image], error) {
		return call(ctx, input(req))
	}
}

// A Style is how code without this library calls a client, and so how many
// option functions a client that is not the SDK's own gets from it. The mocks
// that people have count them.
type Style int

const (
	// Paginator is the style of the SDK's paginators: one function before
	// the user's.
	Paginator Style = iota

	// Direct is the style of a direct call: the user's functions alone.
	Direct

	// Waiter is the style of the SDK's waiters: one function that calls the
	// user's.
	Waiter
)

// OptFns returns the option functions of a call. Own is the library's, user are
// the user's. The SDK's own client gets one function, in which own comes last:
// the user's functions cannot undo it by accident.
func OptFns[ClientOptions any](style Style, isSDK bool, own func(*ClientOptions), user []func(*ClientOptions)) []func(*ClientOptions) {
	user = slices.Clone(user)
	switch {
	case isSDK || style == Waiter:
		return []func(*ClientOptions){func(o *ClientOptions) {
			for _, fn := range user {
				fn(o)
			}
			own(o)
		}}
	case style == Paginator:
		return append([]func(*ClientOptions){own}, user...)
	}
	return user
}
