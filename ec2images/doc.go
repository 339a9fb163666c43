// Package ec2images lists EC2 machine images (AMIs).
//
// Create a paginator as you would with the SDK, and range over it:
//
//	pager := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{
//		Owners: []string{"self"},
//	})
//	for image, err := range pager.All(ctx) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(aws.ToString(image.ImageId), aws.ToString(image.Name))
//	}
//
// Check err in every loop. A loop with one variable, for image := range
// pager.All(ctx), compiles, but cannot tell a failed listing from a complete
// one.
//
// There are functions for common searches. The pickers [Latest], [LatestBy] and
// [LatestN] choose the newest images that are safe to launch, and [Only]
// chooses the only one. The lookups [ByID] and [ByIDs] return images by ID.
// They read every page, retain only their results, and return an error if a
// page cannot be fetched. The input of a picker must specify the owners of the
// images; see [ErrOwnerRequired].
//
//	image, err := ec2images.Latest(ctx, client, &ec2.DescribeImagesInput{
//		Owners:  []string{"self"},
//		Filters: filter.And(filter.Name.Like("web-*")),
//	})
//
// # After an error
//
// The client retries temporary failures: throttling, an unavailable service, a
// response that is cut or stalls. Any other failure, or one that persists after
// the last attempt, ends the listing with a [paginate.Error]. What to do
// depends on its cause. Check for the causes in this order, because an error
// may have several:
//
//   - [IsTokenRefused]: start over, without the token. ResumeToken is the token
//     that was refused.
//   - [paginate.ErrTokenLoop]: report it. ResumeToken leads back into the same
//     loop.
//   - [IsAccessDenied], [IsRegionUnavailable], [paginate.ErrInvalidOptions]:
//     report it. A later run fails in the same way until a policy, the account
//     or the program changes.
//   - [MissingError], from [NewIDPaginator]: report its IDs. The listing is
//     complete. ResumeToken leads to the same error.
//   - throttling: resume later, with more attempts or with a
//     [paginate.Limiter]. To recognize it, use
//     retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err).Bool()
//     of [github.com/aws/aws-sdk-go-v2/aws/retry]. For more attempts, set
//     o.Retryer = retry.NewStandard(…) in ClientOptions.
//   - anything else, such as [ErrStalled] or a canceled context: resume at
//     ResumeToken.
//
// For the methods of the paginator and for resuming a listing, see package
// [paginate]. Package [ec2imagestest] provides a local test server. Package
// [appstreamimages] is the counterpart for AppStream images.
//
// [github.com/aws/aws-sdk-go-v2/aws/retry]: https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws/retry
// [paginate]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate
// [ec2imagestest]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images/ec2imagestest
// [appstreamimages]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages
// [paginate.Error]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Error
// [paginate.ErrTokenLoop]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#pkg-variables
// [paginate.ErrInvalidOptions]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#pkg-variables
// [paginate.Limiter]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Limiter
package ec2images
