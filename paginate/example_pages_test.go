package paginate_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/awsimages/awsimages/paginate"
)

// A whole program. It lists a directory that is not of AWS, and stores each page
// together with the token that continues after it.
func ExamplePaginator_Pages() {
	d := directory{"ada", "barbara", "edsger", "grace", "tony"}
	checkpoint := "" // the token that was stored last, if the program ran before
	pager := paginate.New(d.fetch, func(o *paginate.Options) {
		o.PageSize = 2
		o.StartingToken = checkpoint
	})
	for page, err := range pager.Pages(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		checkpoint = page.ResumeToken // in the transaction that stores page.Items
		fmt.Println(page.Items, "more:", page.ResumeToken != "")
	}
	// Output:
	// [ada barbara] more: true
	// [edsger grace] more: true
	// [tony] more: false
}

// A directory returns names in pages. The token is the last name before a page.
type directory []string

func (d directory) fetch(_ context.Context, req paginate.Request) (resp paginate.Response[string], err error) {
	rest := d[slices.Index(d, req.Token)+1:]
	resp.Items = rest[:min(req.PageSize, len(rest))]
	if len(rest) > req.PageSize {
		resp.NextToken = resp.Items[len(resp.Items)-1]
	}
	return resp, nil
}
