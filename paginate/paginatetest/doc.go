// Package paginatetest helps to test paginators and the code that uses them.
//
// A [Source] is a scripted service, for tests that need pages of known sizes,
// empty pages, an error at a certain request, or service tokens that repeat. It
// records the requests it receives.
//
// A [Check] tests whether an iterator follows the contract of package paginate:
//
//	check := paginatetest.Check[Item]{Item: func(i int) Item { return Item{ID: i} }, PageSize: 7}
//	err := check.All(func(fetch paginate.Fetch[Item]) func(context.Context) iter.Seq2[Item, error] {
//		client := fakeClient(fetch) // answers the client's calls with the pages of fetch
//		return paginate.New(fetchWith(client), func(o *paginate.Options) { o.PageSize = 7 }).All
//	})
//	if err != nil {
//		t.Error(err)
//	}
package paginatetest
