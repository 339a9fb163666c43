// Package awsimages is the front door of a library for services that list
// machine images on AWS: EC2's AMIs, and the images of AppStream (WorkSpaces
// Applications). It has no code. This is the map of the packages that have it.
//
//   - [ec2images] and [appstreamimages] list images: a constructor in the shape
//     of the SDK's own paginators, and a range loop over what it returns. Most
//     programs need one of these and nothing else.
//   - [filter] makes the filters of an EC2 call, and checks them.
//   - [paginate] is the engine under both services, for any operation that
//     answers in pages. The contract of all iterators stands there.
//   - [ec2imagestest] and [appstreamimagestest] are endpoints on loopback, with
//     which real clients list images without an account.
//   - [paginatetest] has pages by script, and a check of the iterators' contract.
//
// # Listing
//
//   - image by image: paginate.Paginator.All
//   - page by page, with the metadata of each answer: paginate.Paginator.Pages
//   - into a slice: paginate.Paginator.Collect
//   - AMIs by id, also more than EC2 takes in one call: ec2images.NewPaginator
//   - fast, with a client and a paginator of the SDK's: ec2images.FastDecoder;
//     ec2images.NewPaginator has it already
//   - in another Region, with another retryer: ec2images.Options,
//     appstreamimages.Options
//   - what some other operation serves: paginate.New, or paginate.FromSDK over
//     the paginator that the SDK has for it
//
// # Listing side by side
//
//   - the next pages while the loop works on one: paginate.Options.Prefetch
//   - several paginators at once, such as several accounts: paginate.Merge
//   - one for each Region: ec2images.NewRegionPaginators, appstreamimages.NewRegionPaginators
//   - what Regions are not for the account: ec2images.IsRegionUnavailable,
//     appstreamimages.IsRegionUnavailable
//   - the AMIs that any of several queries selects: ec2images.Union
//
// # Stopping and going on
//
//   - after a number of images: paginate.Options.MaxItems
//   - where a run has stopped, be it one of boto3 or of the AWS CLI:
//     paginate.Options.StartingToken
//   - after a page: paginate.Page.ResumeToken
//   - at any image: paginate.Page.ResumeTokenAt
//   - after an error: paginate.Error.ResumeToken
//
// # Choosing
//
//   - the newest image that is safe to launch: ec2images.Latest; of AppStream:
//     appstreamimages.Latest
//   - the newest of each kind, the newest n, exactly one: ec2images.LatestBy,
//     ec2images.LatestN, ec2images.Only, and the same of appstreamimages
//   - by id, and which ids are gone: ec2images.ByID, ec2images.ByIDs
//   - by ARN or name: appstreamimages.ByARN, appstreamimages.ByName
//   - whether the caller may list images: ec2images.CheckAccess
//   - once it is available: appstreamimages.NewImageAvailableWaiter; the SDK has
//     one for EC2
//   - dates, tags and disks of an image: ec2images.CreatedAt, ec2images.Tags,
//     ec2images.RootDevice
//
// # Selecting AMIs
//
//   - by a pattern, or by a text as it is: filter.Text.Like, filter.Text.Is
//   - by tag: filter.Tag, filter.TagKey
//   - by date: filter.Time.Between
//   - in memory, as EC2 would: filter.Match
//
// # Testing what lists images
//
//   - with a real client: ec2imagestest.NewServer, appstreamimagestest.NewServer
//   - with made-up images: ec2imagestest.Catalog, appstreamimagestest.Catalog
//   - throttling, cut connections, expired tokens: ec2imagestest.Fault,
//     appstreamimagestest.Fault
//   - without a client: paginatetest.Source
//   - a paginator of your own: paginatetest.Check
//
// The repository's directory examples has programs to run.
//
// [appstreamimages]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages
// [appstreamimagestest]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages/appstreamimagestest
// [ec2images]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images
// [ec2imagestest]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images/ec2imagestest
// [filter]: https://pkg.go.dev/github.com/awsimages/awsimages/filter
// [paginate]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate
// [paginatetest]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate/paginatetest
package awsimages
