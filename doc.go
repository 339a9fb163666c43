// Package awsimages is the root of a library that lists machine images on AWS:
// EC2 AMIs, and the images of AppStream (WorkSpaces Applications). It contains
// no code, only this index of the packages.
//
//   - [ec2images] and [appstreamimages] list images. Their constructors take
//     the same arguments as the SDK's paginators, and you range over the
//     result. Most programs need only one of these two packages.
//   - [filter] builds and validates filters for EC2's DescribeImages, and
//     evaluates them in memory.
//   - [paginate] is the engine of both, and lists any paginated operation. It
//     documents the contract of all iterators.
//   - [ec2imagestest] and [appstreamimagestest] are test servers for real
//     clients; they need no AWS account.
//   - [paginatetest] provides a scripted source of pages and a conformance test
//     for iterators.
//
// appstreamimages has the functions of ec2images that its service supports.
//
// # Listing
//
//   - all images, one by one: [ec2images.NewPaginator],
//     [appstreamimages.NewPaginator], and then [paginate.Paginator.All]
//   - page by page, with the metadata of each response:
//     [paginate.Paginator.Pages]
//   - into a slice: [paginate.Paginator.Collect]
//   - AMIs by ID, even if some of the IDs do not exist:
//     [ec2images.NewIDPaginator]
//   - with another Region or retryer: [ec2images.CallOptions],
//     [appstreamimages.CallOptions]
//   - any other operation of the SDK, in one line: [paginate.FromSDK]
//   - any other paginated API: [paginate.New]
//   - with the SDK's own calls, or a client that is wrapped:
//     [ec2images.Middleware], [appstreamimages.Middleware]
//   - with only the decoder: [ec2images.FastDecoder], [ec2images.DecodedFast]
//   - in a package that wraps paginate: [paginate.Operation]
//
// # Concurrent listing
//
//   - pages fetched ahead of the loop: [paginate.Options.Prefetch]
//   - several paginators, such as one per account: [paginate.Merge]
//   - one paginator per Region: [ec2images.NewRegionPaginators],
//     [appstreamimages.NewRegionPaginators]
//   - a limit on the rate of requests: [paginate.Options.Limiter],
//     [paginate.Limiter]
//
// # Stopping and resuming
//
//   - after a number of images: [paginate.Options.MaxItems]
//   - after a number of requests: [paginate.Options.MaxPages],
//     [paginate.ErrMaxPages]
//   - resuming a listing, including one by boto3 or the AWS CLI:
//     [paginate.Options.StartingToken]
//   - after a page, at any image, after an error: [paginate.Page.ResumeToken],
//     [paginate.Page.ResumeTokenAt], [paginate.Error.ResumeToken]
//
// # Errors
//
//   - the error of every iterator: [paginate.Error]
//   - what went wrong: [ec2images.IsAccessDenied], [ec2images.IsThrottled],
//     [ec2images.IsTokenRefused], [ec2images.IsRegionUnavailable]
//   - a service token that repeats: [paginate.ErrTokenLoop]
//   - invalid options, found before any request: [paginate.ErrInvalidOptions],
//     [paginate.Paginator.Validate]
//   - responses that stall: [ec2images.ErrStalled]
//
// # Choosing an image
//
//   - the most recent one that is safe to launch: [ec2images.Latest],
//     [appstreamimages.Latest]
//   - the most recent of each group: [ec2images.LatestBy]
//   - the n most recent: [ec2images.LatestN]
//   - the only one: [ec2images.Only]
//   - by a condition or an order of your own: [ec2images.PickOptions]
//   - why none was chosen: [ec2images.NotFoundError]
//   - by ID: [ec2images.ByID]; by many IDs, reporting the missing ones:
//     [ec2images.ByIDs], [ec2images.MissingError]
//   - by ARN or name: [appstreamimages.ByARN], [appstreamimages.ByName]
//   - whether an image that you have is safe to launch:
//     [ec2images.CheckLaunchable]
//   - the order of images in memory: [ec2images.CompareCreated]
//   - whether the caller may list images: [ec2images.CheckAccess]
//   - waiting until one is available: [appstreamimages.NewImageAvailableWaiter]
//     (for EC2, use the SDK's waiter)
//   - attributes of an image: [ec2images.CreatedAt], [ec2images.DeprecatedAt],
//     [ec2images.LastLaunchedAt], [ec2images.Tags], [ec2images.SnapshotIDs],
//     [ec2images.RootDevice]
//
// # Filtering AMIs
//
//   - by several conditions: [filter.And]
//   - by alternatives, which EC2 cannot express: [filter.Or] and
//     [ec2images.Options.AnyOf], or [ec2images.PickOptions.AnyOf]
//   - by pattern, or literally: [filter.Text.Like], [filter.Text.Is]
//   - by tag: [filter.Tag], [filter.TagKey]
//   - by date: [filter.Time.Between]
//   - public images: [filter.IsPublic]; those shared with an account: the
//     input's ExecutableUsers
//   - checked before a call: [filter.Validate]
//   - evaluated in memory: [filter.Match], [filter.Compile]
//   - by a condition that EC2 has no filter for: [ec2images.PickOptions.Match]
//
// # Testing code that lists images
//
//   - with a real client: [ec2imagestest.NewServer],
//     [appstreamimagestest.NewServer]
//   - with generated images: [ec2imagestest.Catalog],
//     [appstreamimagestest.Catalog]
//   - throttling, cut and stalled responses, expired tokens:
//     [ec2imagestest.Region.Script], [ec2imagestest.Fault]
//   - several accounts and Regions: [ec2imagestest.Server.AddRegion]
//   - without a client: [paginatetest.Source]
//   - a paginator of your own: [paginatetest.Check]
//
// The examples directory of the repository contains programs to run. README.md
// states which versions are supported.
//
// [appstreamimages]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages
// [appstreamimages.ByARN]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages#ByARN
// [appstreamimages.ByName]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages#ByName
// [appstreamimages.CallOptions]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages#CallOptions
// [appstreamimages.Latest]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages#Latest
// [appstreamimages.Middleware]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages#Middleware
// [appstreamimages.NewImageAvailableWaiter]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages#NewImageAvailableWaiter
// [appstreamimages.NewPaginator]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages#NewPaginator
// [appstreamimages.NewRegionPaginators]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages#NewRegionPaginators
// [appstreamimagestest]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages/appstreamimagestest
// [appstreamimagestest.Catalog]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages/appstreamimagestest#Catalog
// [appstreamimagestest.NewServer]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages/appstreamimagestest#NewServer
// [ec2images]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images
// [ec2images.ByID]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#ByID
// [ec2images.ByIDs]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#ByIDs
// [ec2images.CallOptions]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#CallOptions
// [ec2images.CheckAccess]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#CheckAccess
// [ec2images.CheckLaunchable]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#CheckLaunchable
// [ec2images.CompareCreated]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#CompareCreated
// [ec2images.CreatedAt]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#CreatedAt
// [ec2images.DecodedFast]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#DecodedFast
// [ec2images.DeprecatedAt]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#DeprecatedAt
// [ec2images.ErrStalled]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#ErrStalled
// [ec2images.FastDecoder]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#FastDecoder
// [ec2images.IsAccessDenied]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#IsAccessDenied
// [ec2images.IsRegionUnavailable]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#IsRegionUnavailable
// [ec2images.IsThrottled]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#IsThrottled
// [ec2images.IsTokenRefused]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#IsTokenRefused
// [ec2images.LastLaunchedAt]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#LastLaunchedAt
// [ec2images.Latest]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#Latest
// [ec2images.LatestBy]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#LatestBy
// [ec2images.LatestN]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#LatestN
// [ec2images.Middleware]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#Middleware
// [ec2images.MissingError]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#MissingError
// [ec2images.NewIDPaginator]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#NewIDPaginator
// [ec2images.NewPaginator]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#NewPaginator
// [ec2images.NewRegionPaginators]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#NewRegionPaginators
// [ec2images.NotFoundError]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#NotFoundError
// [ec2images.Only]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#Only
// [ec2images.Options.AnyOf]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#Options.AnyOf
// [ec2images.PickOptions]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#PickOptions
// [ec2images.PickOptions.AnyOf]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#PickOptions.AnyOf
// [ec2images.PickOptions.Match]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#PickOptions.Match
// [ec2images.RootDevice]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#RootDevice
// [ec2images.SnapshotIDs]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#SnapshotIDs
// [ec2images.Tags]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#Tags
// [ec2imagestest]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images/ec2imagestest
// [ec2imagestest.Catalog]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images/ec2imagestest#Catalog
// [ec2imagestest.Fault]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images/ec2imagestest#Fault
// [ec2imagestest.NewServer]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images/ec2imagestest#NewServer
// [ec2imagestest.Region.Script]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images/ec2imagestest#Region.Script
// [ec2imagestest.Server.AddRegion]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images/ec2imagestest#Server.AddRegion
// [filter]: https://pkg.go.dev/github.com/awsimages/awsimages/filter
// [filter.And]: https://pkg.go.dev/github.com/awsimages/awsimages/filter#And
// [filter.Compile]: https://pkg.go.dev/github.com/awsimages/awsimages/filter#Compile
// [filter.IsPublic]: https://pkg.go.dev/github.com/awsimages/awsimages/filter#IsPublic
// [filter.Match]: https://pkg.go.dev/github.com/awsimages/awsimages/filter#Match
// [filter.Or]: https://pkg.go.dev/github.com/awsimages/awsimages/filter#Or
// [filter.Tag]: https://pkg.go.dev/github.com/awsimages/awsimages/filter#Tag
// [filter.TagKey]: https://pkg.go.dev/github.com/awsimages/awsimages/filter#TagKey
// [filter.Text.Is]: https://pkg.go.dev/github.com/awsimages/awsimages/filter#Text.Is
// [filter.Text.Like]: https://pkg.go.dev/github.com/awsimages/awsimages/filter#Text.Like
// [filter.Time.Between]: https://pkg.go.dev/github.com/awsimages/awsimages/filter#Time.Between
// [filter.Validate]: https://pkg.go.dev/github.com/awsimages/awsimages/filter#Validate
// [paginate]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate
// [paginate.ErrInvalidOptions]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#ErrInvalidOptions
// [paginate.ErrMaxPages]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#ErrMaxPages
// [paginate.ErrTokenLoop]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#ErrTokenLoop
// [paginate.Error]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Error
// [paginate.Error.ResumeToken]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Error.ResumeToken
// [paginate.FromSDK]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#FromSDK
// [paginate.Limiter]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Limiter
// [paginate.Merge]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Merge
// [paginate.New]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#New
// [paginate.Operation]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Operation
// [paginate.Options.Limiter]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Options.Limiter
// [paginate.Options.MaxItems]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Options.MaxItems
// [paginate.Options.MaxPages]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Options.MaxPages
// [paginate.Options.Prefetch]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Options.Prefetch
// [paginate.Options.StartingToken]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Options.StartingToken
// [paginate.Page.ResumeToken]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Page.ResumeToken
// [paginate.Page.ResumeTokenAt]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Page.ResumeTokenAt
// [paginate.Paginator.All]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Paginator.All
// [paginate.Paginator.Collect]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Paginator.Collect
// [paginate.Paginator.Pages]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Paginator.Pages
// [paginate.Paginator.Validate]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate#Paginator.Validate
// [paginatetest]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate/paginatetest
// [paginatetest.Check]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate/paginatetest#Check
// [paginatetest.Source]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate/paginatetest#Source
package awsimages
