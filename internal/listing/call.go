// Package listing contains the code that the paginators of the two services
// share.
package listing

import (
	"context"
	"errors"
	"slices"

	"github.com/awsimages/awsimages/paginate"
)

// A Call makes one call of DescribeImages.
type Call[Input, Image any] func(ctx context.Context, in *Input) (paginate.Response[Image], error)

// NewCall returns a Call that calls a client's method with the given option
// functions. response converts the output, which is never nil.
func NewCall[Input, Output, ClientOptions, Image any](
	describeImages func(context.Context, *Input, ...func(*ClientOptions)) (*Output, error),
	optFns []func(*ClientOptions),
	response func(*Output) paginate.Response[Image],
) Call[Input, Image] {
	optFns = slices.Clip(optFns) // a client may append to its argument
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

// Pages returns a fetch function that calls call with the input for each
// request.
func Pages[Input, Image any](call Call[Input, Image], input func(paginate.Request) *Input) paginate.Fetch[Image] {
	return func(ctx context.Context, req paginate.Request) (paginate.Response[Image], error) {
		return call(ctx, input(req))
	}
}

// A Style is a way of calling a client with the SDK alone. It determines how
// many option functions a client that is not the SDK's own receives: users'
// existing mocks count them.
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

// OptFns returns the option functions for a call: own is the library's, and
// user are the user's. The SDK's own client receives one function that calls
// own last, so that the user's functions cannot undo it by accident.
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
