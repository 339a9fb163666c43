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
// pager.All(ctx), compiles, but cannot tell a failed listing.
//
// Functions set the options:
//
//	pager := appstreamimages.NewPaginator(client, input, func(o *appstreamimages.Options) {
//		o.MaxItems = 100
//	})
//
// There are functions for common searches. [Latest], [LatestBy] and [LatestN]
// choose the newest available images, and [Only] chooses the only one. They
// choose from the caller's own images unless the input has a Type or Arns.
// [ByARN] and [ByName] return one image. All of them read every page, retain
// only their results, and return an error if a page cannot be fetched.
//
//	image, err := appstreamimages.Latest(ctx, client, nil)
//
// An [ImageAvailableWaiter] waits until images are available.
//
// For the methods of the paginator and for resuming a listing, see package
// [paginate]. Package [appstreamimagestest] provides a local test server.
// Package [ec2images] is the counterpart for EC2 images.
//
// # After an error
//
// The client retries temporary failures. Any other failure, or one that
// persists, ends the listing with a [paginate.Error]. Resume at its
// ResumeToken; if that is empty, resuming cannot help, and the next run starts
// over.
//
// For the cause, see [IsAccessDenied], [IsRegionUnavailable], [IsThrottled],
// [IsTokenRefused] and [ErrStalled]. If the call is throttled, resume later,
// with more attempts or with a [paginate.Limiter].
//
// To observe the calls, see package [ec2images].
//
// [paginate]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate
// [appstreamimagestest]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages/appstreamimagestest
// [ec2images]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images
// [paginate.Error]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Error
// [paginate.Limiter]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Limiter
package appstreamimages
