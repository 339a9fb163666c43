// Package paginatetest helps to test paginators and the code that uses them.
//
// A [Source] is a scripted service, for tests that need pages of known sizes,
// empty pages, an error at a certain request, or service tokens that repeat. It
// records the requests it receives.
//
// A [Check] tests whether an iterator follows the contract of package paginate.
// It returns an error, so that a test is short:
//
//	check := paginatetest.Check[int]{Item: func(i int) int { return i }}
//	err := check.All(func(fetch paginate.Fetch[int]) func(context.Context) iter.Seq2[int, error] {
//		return paginate.New(fetch).All
//	})
//	if err != nil {
//		t.Error(err)
//	}
package paginatetest
