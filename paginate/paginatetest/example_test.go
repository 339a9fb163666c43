package paginatetest_test

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func ExampleSource() {
	src := &paginatetest.Source[string]{
		Pages: paginatetest.Pages([]string{"a", "b", "c"}, 2, 0, 1),
	}
	for item, err := range paginate.New(src.Fetch).All(context.Background()) {
		fmt.Println(item, err, "after", len(src.Requests()), "requests")
	}
	// Output:
	// a <nil> after 1 requests
	// b <nil> after 1 requests
	// c <nil> after 3 requests
}

// A handwritten loop mistakes an empty page for the end.
func ExampleCheck() {
	check := paginatetest.Check[int]{Item: func(i int) int { return i }}
	err := check.All(func(fetch paginate.Fetch[int]) func(context.Context) iter.Seq2[int, error] {
		return func(ctx context.Context) iter.Seq2[int, error] {
			return func(yield func(int, error) bool) {
				for page, err := range paginate.New(fetch).Pages(ctx) {
					if err != nil {
						yield(0, err)
						return
					}
					if len(page.Items) == 0 {
						return
					}
					for _, item := range page.Items {
						if !yield(item, nil) {
							return
						}
					}
				}
			}
		}
	})
	problem, _, _ := strings.Cut(err.Error(), "\n")
	fmt.Println(problem)
	// Output: rule 4 (empty pages): pages of [0 2 0 0 3 0] items, to the end, twice: 0 values, want 5
}
