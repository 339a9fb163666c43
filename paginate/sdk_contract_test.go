//go:build go1.25

package paginate_test

import (
	"context"
	"iter"
	"testing"
	"testing/synctest"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func TestFromSDK_contract(t *testing.T) {
	// The check resumes with New.
	readable := func(o *paginate.Options) { o.TokenKey = "NextToken" }
	for _, op := range sdkOperations {
		for ahead := range 3 {
			check := paginatetest.Check[int]{Item: func(i int) int { return i }, Ahead: ahead}
			synctest.Test(t, func(t *testing.T) {
				err := check.All(func(fetch paginate.Fetch[int]) func(context.Context) iter.Seq2[int, error] {
					return op.list(fetch, prefetch(ahead), readable).All
				})
				if err != nil {
					t.Errorf("%s, Prefetch %d: All: %v", op.name, ahead, err)
				}
				err = check.Pages(func(fetch paginate.Fetch[int]) func(context.Context) pageSeq {
					return op.list(fetch, prefetch(ahead), readable).Pages
				})
				if err != nil {
					t.Errorf("%s, Prefetch %d: Pages: %v", op.name, ahead, err)
				}
			})
		}
	}
}
