// Package paginate turns an operation that answers in pages into Go iterators.
//
// A [Fetch] function makes one request; [New] makes a [Paginator] of it, whose
// methods list everything, item by item or page by page:
//
//	pager := paginate.New(fetch, func(o *paginate.Options) { o.MaxItems = 100 })
//	for item, err := range pager.All(ctx) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(item)
//	}
//
// The package knows no service. Users of EC2 and AppStream make their
// paginators with ec2images.NewPaginator and appstreamimages.NewPaginator and
// need this package for the names of its types and errors.
//
// # The contract
//
// Every iterator of this module keeps these rules; paginatetest checks them.
//
//  1. Restartable. Each range starts again at [Options].StartingToken. A
//     Paginator holds no state of a traversal, is safe for concurrent use, and
//     never writes to what the caller passed in.
//  2. Lazy. There is no request before the loop asks for a page, and none
//     beyond the page that it asked for, unless [Options].Prefetch says so.
//  3. One error, and it is last. Its value is the zero value, it is an
//     [*Error], and what caused it, such as the SDK's error or
//     [context.Canceled], is found with [errors.Is], [errors.As] or
//     [errors.AsType]. Every item before it was yielded.
//  4. An empty page is not the end; an absent token is. Pages yields empty
//     pages, All passes over them.
//  5. A token seen before in the same run, at any distance, ends the run with
//     [ErrTokenLoop], after the page that carried it: never a silent end, never
//     an endless loop.
//  6. The context is checked before each request. Items already fetched are
//     still delivered.
//  7. After break nothing more is requested, and no goroutine outlives the
//     loop statement, however it ends.
//  8. Wrong options cost no request. The first pair is the error, and it names
//     every wrong option.
//
// [Merge] keeps the rules for each of its paginators; what that means for
// rules 2 and 3 is in its documentation. [FromSDK] keeps them as far as the
// SDK's paginators let it.
//
// # Side by side
//
// By default a request is made when the loop asks for its page, in the loop's
// own goroutine, and the loop waits. With [Options].Prefetch the next pages are
// fetched while the loop works on one. Merge lists several paginators at once,
// for example one for each Region. Both are bounded, in requests and in
// memory, and both are over when the loop is.
//
// # Resuming
//
// A listing can stop at any item and go on later, in another process or in
// another language: [Page].ResumeToken, [Page.ResumeTokenAt] and [Error].ResumeToken are what
// [Options].StartingToken takes. The tokens are those of botocore, to the byte.
// One made here continues in boto3 (StartingToken) and in the AWS CLI
// (--starting-token), and theirs continue here.
//
// MaxItems, PageSize and StartingToken have the names and the meaning that
// boto3's PaginationConfig gives them, with these differences:
//
//   - MaxItems 0 is no limit; negative numbers are refused.
//   - A StartingToken that is base64 JSON with keys other than botocore's is
//     the service's own token; its keys never become parameters of the request.
//   - A resume token skips its number of items over as many pages as they take.
//     botocore skips on one page only and drops the rest, so that its user has
//     to resume with the page size of before.
//   - Cycles of tokens are found at any length, the StartingToken included.
//   - Ranging twice over the same value lists everything twice.
//   - There is a resume token after every page, at every item and in every
//     error, not only where MaxItems ended the listing.
//   - The token text None is a token like any other.
package paginate
