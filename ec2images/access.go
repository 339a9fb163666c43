package ec2images

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/internal/listing"
)

// CheckAccess checks whether the caller is permitted to list images, without
// listing any. It returns nil if so, and an error that wraps an
// [*AccessDeniedError] if not.
//
// CheckAccess makes a call with DryRun, to which EC2 responds with an error in
// both cases. Any other error means that the permission could not be
// determined. The input, which may be nil, the options and the other errors are
// as for [NewPaginator].
func CheckAccess(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*Options)) error {
	if input == nil {
		input = &ec2.DescribeImagesInput{}
	}
	in := *input
	in.DryRun = new(true)
	// If the client ignores DryRun, as a fake may, any output means that the
	// caller is permitted.
	one := func(o *Options) { o.MaxItems = 1 }
	opts := newOptions(&in, append(slices.Clip(optFns), one))
	_, _, err := newPaginator(client, &in, opts, listing.Direct).Collect(ctx)
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() == "DryRunOperation" {
		return nil
	}
	if IsAccessDenied(err) {
		err = &AccessDeniedError{Err: errors.Unwrap(err)}
	}
	if err != nil {
		return newQuery(&in, opts.AnyOf, opts.Label).Wrap(err)
	}
	return nil
}

// An AccessDeniedError is wrapped by the error of [CheckAccess] if the caller
// is not permitted to list images. The error of a listing does not wrap one:
// use [IsAccessDenied], which returns true for both.
type AccessDeniedError struct {
	// Err is EC2's error. Its text may contain an encoded message, which the
	// STS operation DecodeAuthorizationMessage decodes.
	Err error
}

// Error returns a message with EC2's error.
func (e *AccessDeniedError) Error() string {
	return fmt.Sprintf("not permitted to list images: %v", e.Err)
}

// Unwrap returns e.Err.
func (e *AccessDeniedError) Unwrap() error { return e.Err }
