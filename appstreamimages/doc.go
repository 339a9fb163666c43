// Package appstreamimages lists the machine images of AppStream, now named
// WorkSpaces Applications.
//
// Create a paginator as you would with the SDK, and range over it:
//
//	pager := appstreamimages.NewPaginator(client, &appstream.DescribeImagesInput{
//		Type: types.VisibilityTypePrivate,
//	})
//	for image, err := range pager.All(ctx) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(aws.ToString(image.Name), image.State)
//	}
//
// Check err in every loop. A loop with one variable, for image := range
// pager.All(ctx), compiles, but cannot tell a failed listing from a complete
// one.
//
// There are functions for common searches. The pickers [Latest], [LatestBy] and
// [LatestN] choose the newest available images, and [Only] chooses the only
// one. The lookups [ByARN] and [ByName] return one image. They read every page,
// retain only their results, and return an error if a page cannot be fetched. A
// picker chooses from the caller's own images unless the input has a Type or
// Arns.
//
//	image, err := appstreamimages.Latest(ctx, client, nil)
//
// An [ImageAvailableWaiter] waits until images are available.
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
//   - throttling: resume later, with more attempts or with a
//     [paginate.Limiter]. To recognize it, use
//     retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err).Bool()
//     of [github.com/aws/aws-sdk-go-v2/aws/retry]. For more attempts, set
//     o.Retryer = retry.NewStandard(…) in ClientOptions.
//   - anything else, such as [ErrStalled] or a canceled context: resume at
//     ResumeToken.
//
// For the methods of the paginator and for resuming a listing, see package
// [paginate]. Package [appstreamimagestest] provides a local test server.
// Package [ec2images] is the counterpart for EC2 images.
//
// [github.com/aws/aws-sdk-go-v2/aws/retry]: https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws/retry
// [paginate]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate
// [appstreamimagestest]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages/appstreamimagestest
// [ec2images]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images
// [paginate.Error]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Error
// [paginate.ErrTokenLoop]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#pkg-variables
// [paginate.ErrInvalidOptions]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#pkg-variables
// [paginate.Limiter]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Limiter
package appstreamimages
