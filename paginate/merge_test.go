package paginate_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func TestMerge_invalidArguments(t *testing.T) {
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(numbers(4), 2)}
	pager := paginate.New(src.Fetch)
	var noContext context.Context
	tests := []struct {
		reason string
		pages  pageSeq
		want   []string
	}{
		{"no context", paginate.Merge(noContext, 1, pager), []string{"the context is nil"}},
		{"a negative limit", paginate.Merge(t.Context(), -1, pager), []string{"the limit is -1"}},
		{"a nil paginator", paginate.Merge(t.Context(), 1, pager, nil), []string{"paginator 1 is nil"}},
		{"all of them", paginate.Merge(noContext, -7, nil, pager, nil), []string{"context", "limit is -7", "paginator 0", "paginator 2"}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			n := 0
			for page, err := range tc.pages {
				n++
				if failed := (*paginate.Error)(nil); !errors.As(err, &failed) || page != nil || !errors.Is(err, paginate.ErrInvalidOptions) {
					t.Errorf("got %v, %v, want an Error that wraps ErrInvalidOptions", page, err)
					continue
				}
				for _, want := range tc.want {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("got %q, want it to say %q", err, want)
					}
				}
			}
			if n != 1 || len(src.Requests()) > 0 {
				t.Errorf("got %d pairs and %d requests, want 1 and none", n, len(src.Requests()))
			}
		})
	}
	for page, err := range paginate.Merge[int](t.Context(), 3) {
		t.Errorf("no paginators: got %v, %v, want nothing", page, err)
	}
}

func TestMerge_copiesItsArguments(t *testing.T) {
	pagers := sources(0, 1, 1)
	pages := paginate.Merge(t.Context(), 1, pagers...)
	pagers[1] = nil
	for range 2 {
		var got strings.Builder
		for page, err := range pages {
			got.WriteString(labelOf(page, err))
		}
		if got.String() != "01" {
			t.Errorf("got %q after a write to the slice, want 01", got.String())
		}
	}
}
