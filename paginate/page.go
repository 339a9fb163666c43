package paginate

import (
	"iter"

	"github.com/aws/smithy-go/middleware"
)

// A Page has the items returned by one request, without those skipped by
// StartingToken, left out by an [Operation], or beyond MaxItems.
type Page[T any] struct {
	// Items are the items of the page. There may be none. The slice may be the
	// client's, so clone it before modifying it.
	Items []T

	// ResumeToken is the StartingToken that resumes after the last of Items. It
	// is empty only if the listing is complete.
	ResumeToken string

	// Metadata is the metadata of the response, such as the request ID.
	Metadata middleware.Metadata

	// Label is [Options].Label.
	Label string

	first   position // of the first of Items, if indexes is nil
	indexes []int    // of Items in the response, if some of them are omitted
	size    int      // the number of Items
}

// newPage cuts the response to the request of a position down to the items from
// that position on that keep does not leave out, and to at most limit of them.
// It returns the position after the response: what is left to skip is skipped
// on the pages that follow, because boto3 and the AWS CLI also write tokens for
// pages of other sizes. A listing that is shorter is no error: it may have
// shrunk, and no later run could succeed with the token.
func newPage[T any](at position, resp Response[T], limit int, keep func(*T) bool) (page *Page[T], next position) {
	next = position{key: at.key, token: resp.NextToken, skip: max(0, at.skip-len(resp.Items))}
	at.skip = min(at.skip, len(resp.Items))
	page = &Page[T]{Metadata: resp.Metadata, first: at}
	items := resp.Items[at.skip:]
	if keep != nil {
		items, page.indexes = kept(resp.Items, at.skip, keep)
	}
	if len(items) > limit {
		items = items[:limit:limit]
		page.ResumeToken = page.at(limit).String()
	} else if resp.NextToken != "" {
		page.ResumeToken = next.String()
	}
	page.Items, page.size = items, len(items)
	return page, next
}

// kept returns the items from the index first on that are kept. If some are
// not, it also returns the indexes of the others. A fetch function cannot leave
// items out: which ones depends on the run, and a token must not.
func kept[T any](items []T, first int, keep func(*T) bool) ([]T, []int) {
	indexes := make([]int, 0, len(items)-first)
	for i := range items {
		if keep(&items[i]) && i >= first {
			indexes = append(indexes, i)
		}
	}
	if len(indexes) == len(items)-first {
		return items[first:], nil
	}
	some := make([]T, len(indexes))
	for n, i := range indexes {
		some[n] = items[i]
	}
	return some, indexes
}

// ResumeTokenAt returns the StartingToken that resumes at Items[i]: that run
// requests the page again and skips the items before.
// ResumeTokenAt(len(p.Items)) is p.ResumeToken. An i that is out of range
// counts as 0 or len(p.Items).
func (p *Page[T]) ResumeTokenAt(i int) string {
	if i >= p.size {
		return p.ResumeToken
	}
	return p.at(max(i, 0)).String()
}

// at returns the position of the i-th item.
func (p *Page[T]) at(i int) position {
	at := p.first
	if at.skip += i; p.indexes != nil {
		at.skip = p.indexes[i]
	}
	return at
}

// Items returns an iterator over the items of pages. It yields the errors of
// pages too, and continues after them if pages does.
func Items[T any](pages iter.Seq2[*Page[T], error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for page, err := range pages {
			if err != nil {
				var zero T
				if !yield(zero, err) {
					return
				}
				continue
			}
			for i := range page.Items {
				if !yield(page.Items[i], nil) {
					return
				}
			}
		}
	}
}
