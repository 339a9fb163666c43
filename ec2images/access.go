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

// CheckAccess asks EC2 whether the caller may list images, and lists none. It
// returns nil if so, and an error that wraps an [*AccessDeniedError] if not.
//
// EC2 answers a DryRun with an error in both cases. Every other error says that
// the question was not answered: it is that of [NewPaginator], to which the input,
// which may be nil, and the options belong.
func CheckAccess(ctx context.Context, client ec2.DescribeImagesAPIClient, input *ec2.DescribeImagesInput, optFns ...func(*Options)) error {
	if input == nil {
		input = &ec2.DescribeImagesInput{}
	}
	in := *input
	in.DryRun = new(true)
	// Where DryRun is not known, as in a fake, any answer is one as well.
	one := func(o *Options) { o.MaxItems = 1 }
	_, _, err := newPaginator(client, &in, newOptions(&in, append(slices.Clip(optFns), one)), listing.Direct).Collect(ctx)
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() == "DryRunOperation" {
		return nil
	}
	if IsAccessDenied(err) {
		err = &AccessDeniedError{Err: errors.Unwrap(err)}
	}
	if err != nil {
		return newQuery(&in, nil, "").Wrap(err)
	}
	return nil
}

// An AccessDeniedError is wrapped by the error of [CheckAccess] if the caller may not
// list images. The error of a listing does not wrap one: use [IsAccessDenied], which
// returns true for both.
type AccessDeniedError struct {
	// Err is EC2's error. Its text may have an encoded message, which the
	// DecodeAuthorizationMessage operation of STS makes readable.
	Err error
}

// Error returns what EC2 says.
func (e *AccessDeniedError) Error() string {
	return fmt.Sprintf("not permitted to list images: %v", e.Err)
}

// Unwrap returns e.Err.
func (e *AccessDeniedError) Unwrap() error { return e.Err }
