// Package paginate turns paginated operations into Go iterators.
//
// Write a [Fetch] function that requests one page, and pass it to [New]. The
// methods of the resulting [Paginator] iterate over all items or all pages:
//
//	pager := paginate.New(fetch, func(o *paginate.Options) { o.MaxItems = 100 })
//	for item, err := range pager.All(ctx) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(item)
//	}
//
// Always range with both variables. A loop with one compiles, and ends with a
// zero item if a page cannot be fetched. The tool errcheck reports such a loop.
//
// For an operation of the AWS SDK, of any service, [FromSDK] writes the Fetch
// function:
//
//	pager := paginate.FromSDK(client.ListRoles, &iam.ListRolesInput{},
//		func(out *iam.ListRolesOutput) []types.Role { return out.Roles })
//
// To list EC2 or AppStream images, use [ec2images.NewPaginator] or
// [appstreamimages.NewPaginator].
//
// # The contract
//
// All iterators in this module follow these rules. Package [paginatetest]
// checks the first seven.
//
//  1. Restartable. Each range is a new run from [Options].StartingToken. A
//     Paginator holds no traversal state, is safe for concurrent use, and never
//     modifies its arguments.
//  2. Lazy. No request is made before the loop needs a page, and none beyond
//     that page unless [Options].Prefetch is set.
//  3. One error. An error is the last pair. It is an [*Error], paired with the
//     zero value. All items before it have been yielded.
//  4. Empty pages. An empty page does not end the listing; a missing service
//     token does. Pages yields empty pages; All skips them.
//  5. Token loops. A service token that repeats in a run, however many pages
//     apart, ends the run with [ErrTokenLoop] after the page that carried it.
//     [Options].MaxPages bounds a service that returns new tokens forever.
//  6. Context. The context is checked before each request. Items already
//     fetched are still yielded.
//  7. Leaving. After a break, no more requests are made. No goroutine outlives
//     the loop, unless Fetch panics: the loop then panics at once.
//  8. Invalid options. No request is made. The error lists every problem.
//
// [Merge] differs in rules 2 and 3.
//
// # Resuming
//
// A listing can stop at any item and resume later, in another process: pass
// [Page].ResumeToken, [Page.ResumeTokenAt] or [Error].ResumeToken as
// [Options].StartingToken. Over a listing that has not changed, each item is
// then yielded once, with any page size. The token of an error is empty where
// resuming cannot help, so that the next run starts over.
//
// A resume token is the service token of a page and a number of items to skip
// from there, byte for byte as botocore writes it, so that boto3 and the AWS
// CLI can resume a listing of this package, and vice versa; some operations
// need [Options].TokenKey. MaxItems, PageSize and StartingToken mean what they
// mean in boto3's PaginationConfig, with these differences:
//
//   - MaxItems 0 means no limit.
//   - The items of a resume token are skipped on as many pages as necessary,
//     in botocore on one page, so that the page size must not be smaller there.
//   - Other keys in the JSON of a token never become request parameters.
//   - Token loops of any length are detected.
//   - The token "None" has no special meaning.
//   - A service token that is not UTF-8 is preserved.
//
// [ec2images.NewPaginator]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#NewPaginator
// [appstreamimages.NewPaginator]: https://pkg.go.dev/github.com/awsimages/awsimages/appstreamimages#NewPaginator
// [paginatetest]: https://pkg.go.dev/github.com/awsimages/awsimages/paginate/paginatetest
package paginate
