// Package appstreamimages lists the machine images of AppStream, now named
// WorkSpaces Applications.
//
// A paginator is made like the SDK's own, and its loop is a range:
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
// What most loops over images look for has functions, the pickers: [Latest],
// [LatestBy] and [LatestN] choose the newest available images, [Only] the only one,
// [ByARN] and [ByName] look an image up. They see every page, hold only what they
// choose, and choose nothing if a page cannot be had. They choose from the caller's
// own images unless the input has a Type.
//
//	image, err := appstreamimages.Latest(ctx, client, nil)
//
// An [ImageAvailableWaiter] waits for an image that is being made.
//
// # After an error
//
// The client retries what may pass: throttling, a service that is unavailable, a
// response that was cut or has stalled. What is left ends the listing with a
// [paginate.Error]. What to do depends on its cause:
//
//   - [IsTokenRefused]: start again, without the token. ResumeToken is the one that
//     was refused.
//   - [paginate.ErrTokenLoop]: report it. ResumeToken leads into the same loop.
//   - [IsAccessDenied], [IsRegionUnavailable], [paginate.ErrInvalidOptions]: report it.
//     A later run fails the same way until a policy, the account or the program
//     changes.
//   - throttling: resume later, with more attempts or with a [paginate.Limiter]. The
//     SDK recognizes it: retry.IsErrorThrottles(retry.DefaultThrottles) of
//     [github.com/aws/aws-sdk-go-v2/aws/retry].
//   - everything else, such as [ErrStalled] or a context that has ended: resume at
//     ResumeToken.
//
// The methods of the paginator, and how a listing is resumed, are documented
// in package paginate. Package appstreamimagestest serves images to real
// clients without an account. Package ec2images has the same shape for the
// images of EC2.
//
// [github.com/aws/aws-sdk-go-v2/aws/retry]: https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws/retry
// [paginate.Error]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Error
// [paginate.ErrTokenLoop]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#pkg-variables
// [paginate.ErrInvalidOptions]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#pkg-variables
// [paginate.Limiter]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Limiter
package appstreamimages
