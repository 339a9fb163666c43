// Package ec2images lists EC2's machine images (AMIs).
//
// A paginator is made like the SDK's own, and its loop is a range:
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
// What most loops over images look for has functions, the pickers: [Latest],
// [LatestBy] and [LatestN] choose the newest images that are safe to launch, [Only]
// the only one, [ByID] and [ByIDs] look images up. They see every page, hold only
// what they choose, and choose nothing if a page cannot be had. Whose images they
// choose from has to be said: see [ErrOwnerRequired].
//
//	image, err := ec2images.Latest(ctx, client, &ec2.DescribeImagesInput{
//		Owners:  []string{"self"},
//		Filters: filter.And(filter.Name.Like("web-*")),
//	})
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
// in package paginate. Package ec2imagestest serves images to real clients
// without an account. Package appstreamimages has the same shape for the images
// of AppStream.
//
// [github.com/aws/aws-sdk-go-v2/aws/retry]: https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws/retry
// [paginate.Error]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Error
// [paginate.ErrTokenLoop]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#pkg-variables
// [paginate.ErrInvalidOptions]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#pkg-variables
// [paginate.Limiter]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Limiter
package ec2images
