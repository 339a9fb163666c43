package paginate

import (
	"iter"

	"github.com/aws/smithy-go/middleware"
)

// A Page is one page of a listing: the items returned by one request, without
// those skipped by StartingToken, omitted by the [Response], or beyond
// MaxItems.
type Page[T any] struct {
	// Items are the items of the page. There may be none. The caller owns the
	// slice; keeping part of it keeps all of it in memory.
	Items []T

	// ResumeToken is the StartingToken that resumes after the last of Items. It
	// is empty only if the listing is complete.
	ResumeToken string

	// Metadata is the metadata of the response, such as the request ID.
	Metadata middleware.Metadata

	// Label is [Options].Label.
	Label string

	first   position // of the first of Items, if indexes is nil
	indexes []int    // of Items in the response, if some of that are omitted
	size    int      // the number of Items
}

// newPage cuts the response to the request of a position down to the items
// from that position on, and to at most limit of them. It returns the position
// after the response: what is left to skip is skipped on the pages that follow.
func newPage[T any](at position, resp Response[T], limit int) (page *Page[T], next position) {
	next = position{token: resp.NextToken, skip: max(0, at.skip-len(resp.Items))}
	at.skip = min(at.skip, len(resp.Items))
	page = &Page[T]{Metadata: resp.Metadata, first: at}
	items := resp.Items[at.skip:]
	if len(resp.Omit) > 0 {
		items, page.indexes = resp.keep(at.skip)
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

// ResumeTokenAt returns the StartingToken that resumes at Items[i].
// ResumeTokenAt(len(p.Items)) is p.ResumeToken, which is empty if the listing
// is complete; an empty StartingToken starts over. An i that is out of range
// counts as 0 or len(p.Items), whichever is nearer.
//
// A run that resumes at an item requests the page that holds it again, with its
// own page size, and skips the items before it.
func (p *Page[T]) ResumeTokenAt(i int) string {
	if i >= p.size {
		return p.ResumeToken
	}
	return p.at(max(i, 0)).String()
}

// at returns the position of the i-th item.
func (p *Page[T]) at(i int) position {
	if p.indexes != nil {
		return position{token: p.first.token, skip: p.indexes[i]}
	}
	return position{token: p.first.token, skip: p.first.skip + i}
}

// keep returns the items from the index first on that are not omitted, and
// their indexes, which are not nil.
func (r *Response[T]) keep(first int) (items []T, indexes []int) {
	omit := r.Omit
	indexes = []int{}
	for i := range r.Items {
		if len(omit) > 0 && omit[0] == i {
			omit = omit[1:]
		} else if i >= first {
			indexes = append(indexes, i)
			items = append(items, r.Items[i])
		}
	}
	return items, indexes
}

// Items returns an iterator over the items of pages. It yields the errors of
// pages with the zero value of T, and continues after them if pages does.
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
