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
// pager.All(ctx), compiles, but cannot tell a failed listing.
//
// Functions set the options:
//
//	pager := ec2images.NewPaginator(client, input, func(o *ec2images.Options) {
//		o.MaxItems = 100
//	})
//
// There are functions for common searches. [Latest], [LatestBy] and [LatestN]
// choose the newest images that are safe to launch, and [Only] chooses the only
// one. Their input must specify the owners of the images; see
// [ErrOwnerRequired]. [ByID] and [ByIDs] return images by ID. All of them read
// every page, retain only their results, and return an error if a page cannot
// be fetched.
//
//	image, err := ec2images.Latest(ctx, client, &ec2.DescribeImagesInput{
//		Owners:  []string{"self"},
//		Filters: filter.And(filter.Name.Like("web-*")),
//	})
//
// For the methods of the paginator and for resuming a listing, see package
// [paginate]. Package [ec2imagestest] provides a local test server. Package
// [appstreamimages] is the counterpart for AppStream images.
//
// # After an error
//
// The client retries temporary failures. Any other failure, or one that
// persists, ends the listing with a [paginate.Error]. Resume at its
// ResumeToken; if that is empty, resuming cannot help, and the next run starts
// over.
//
// For the cause, see [IsAccessDenied], [IsRegionUnavailable], [IsThrottled],
// [IsTokenRefused], [ErrStalled] and [MissingError]. If the call is throttled,
// resume later, with more attempts or with a [paginate.Limiter].
//
// # Observability
//
// Every function of this package requests a page with one call of the client.
// What observes the client therefore observes them all: its TracerProvider, its
// MeterProvider, its ClientLogMode, and middleware in its APIOptions.
// [examples/telemetry] uses them with OpenTelemetry. In a loop over Pages,
// Metadata has the request ID (GetRequestIDMetadata of
// [github.com/aws/aws-sdk-go-v2/aws/middleware]) and the attempts
// (GetAttemptResults of [github.com/aws/aws-sdk-go-v2/aws/retry]).
//
// A type that wraps the client does not see the attempts. If you have one, see
// [Middleware].
//
// [examples/telemetry]: https://github.com/awsimages/awsimages/tree/main/examples/telemetry
// [github.com/aws/aws-sdk-go-v2/aws/middleware]: https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws/middleware
// [paginate]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate
// [ec2imagestest]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images/ec2imagestest
// [appstreamimages]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages
// [paginate.Error]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Error
// [paginate.Limiter]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Limiter
package ec2images
