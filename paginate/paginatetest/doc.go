// Package paginatetest helps to test paginators and the code that uses them.
//
// A [Source] is a service by script, for tests that need pages of known sizes,
// empty pages, errors at a certain request, or tokens that repeat. It records
// the requests it gets.
//
// A [Check] tries whether an iterator keeps the contract of package paginate.
// It returns what it found as an error, so that a test is one statement:
//
//	check := paginatetest.Check[int]{Item: func(i int) int { return i }}
//	err := check.All(func(fetch paginate.Fetch[int]) func(context.Context) iter.Seq2[int, error] {
//		return paginate.New(fetch).All
//	})
//	if err != nil {
//		t.Error(err)
//	}
package paginatetest
