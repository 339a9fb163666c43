package ec2images

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/internal/listing"
)

// CheckAccess checks whether the caller is permitted to list images, without
// listing any. It returns nil if so, and otherwise EC2's
// error, for which [IsAccessDenied] returns true.
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
	in.DryRun = aws.Bool(true)
	// If the client ignores DryRun, as a fake may, any output means that the
	// caller is permitted.
	one := func(o *Options) { o.MaxItems = 1 }
	opts := newOptions(&in, append(slices.Clip(optFns), one))
	_, _, err := newPaginator(client, &in, opts, listing.Direct).Collect(ctx)
	if api, ok := listing.ServiceError(err); ok && api.ErrorCode() == "DryRunOperation" {
		return nil
	}
	return err
}
