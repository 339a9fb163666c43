// Package pick contains the code for choosing images that the two services
// share: one pass over a listing, in memory that does not grow with it.
package pick

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// ErrNotFound is wrapped by the error of a search without candidates.
var ErrNotFound = errors.New("no image found")

// NotFoundText returns the text of a NotFoundError of the services, such as
// "no image found (12 seen: deprecated 3, no date 9)".
func NotFoundText(seen int, reasons map[string]int) string {
	if seen == 0 {
		return ErrNotFound.Error() + " (none seen)"
	}
	var counts []string
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		counts = append(counts, fmt.Sprintf("%s %d", reason, reasons[reason]))
	}
	return fmt.Sprintf("%v (%d seen: %s)", ErrNotFound, seen, strings.Join(counts, ", "))
}

// A Search finds the best images of a listing.
type Search[T any] struct {
	// Listing lists the images to choose from.
	Listing *paginate.Paginator[T]

	// Query describes the listing. It is the prefix of all errors.
	Query *listing.Query

	// NotFound returns the error of a search without candidates. Hint, if not
	// "", ends its text.
	NotFound func(seen int, reasons map[string]int) error
	Hint     string

	// IsUnknown, if not nil, reports whether an error of the listing means that
	// there is no such image. The search then returns an error that also wraps
	// ErrNotFound.
	IsUnknown func(error) bool

	// See, if not nil, is called for every image of the listing.
	See func(T)

	// PassOver returns the reason why an image is not a candidate, or "" if it
	// is one.
	PassOver func(T) string

	// Check, if not nil, is called for each result. If it returns an error, the
	// search fails.
	Check func(T) error

	// ID returns the ID of an image, or "" if it has none.
	ID func(T) string

	// CreatedAt returns the creation time of an image, and false if it has
	// none.
	CreatedAt func(T) (time.Time, bool)

	// Compare orders the images; the greatest is the best. If it is nil, the
	// newest is the best, and an image without a date is not a candidate.
	Compare func(a, b T) int
}

// A candidate is an image that may be a result, with the values used to compare
// it.
type candidate[T any] struct {
	image   T
	id      string
	created time.Time
}

// better reports whether a is a better result than b. Of equal images, the one
// with the smaller ID is better, so that the result does not depend on the
// order of the listing.
func (s *Search[T]) better(a, b *candidate[T]) bool {
	c := a.created.Compare(b.created)
	if s.Compare != nil {
		c = s.Compare(a.image, b.image)
	}
	return c > 0 || c == 0 && a.id < b.id
}

// candidates returns an iterator over the candidates. If there are none, it
// yields the error of NotFound, which has the reasons: an empty slice or map of
// results would have none. An error is the last pair.
func (s *Search[T]) candidates(ctx context.Context) iter.Seq2[candidate[T], error] {
	return func(yield func(candidate[T], error) bool) {
		found, seen, reasons := false, 0, map[string]int{}
		for image, err := range s.Listing.All(ctx) {
			if err != nil {
				if s.IsUnknown != nil && s.IsUnknown(err) {
					err = fmt.Errorf("%w: %w", ErrNotFound, errors.Unwrap(err))
				}
				yield(candidate[T]{}, s.Query.Wrap(err))
				return
			}
			if s.See != nil {
				s.See(image)
			}
			created, ok := s.CreatedAt(image)
			reason := s.PassOver(image)
			if reason == "" && !ok && s.Compare == nil {
				reason = "no date"
			}
			if seen++; reason != "" {
				reasons[reason]++
				continue
			}
			found = true
			if !yield(candidate[T]{image, s.ID(image), created}, nil) {
				return
			}
		}
		if !found {
			yield(candidate[T]{}, s.Query.Wrap(fmt.Errorf("%w%s", s.NotFound(seen, reasons), s.Hint)))
		}
	}
}

// Best returns the n best candidates, best first. It retains at most n images.
func (s *Search[T]) Best(ctx context.Context, n int) ([]T, error) {
	return s.best(ctx, n, func(string) {})
}

// best is Best, and calls see with the ID of every candidate.
func (s *Search[T]) best(ctx context.Context, n int, see func(id string)) ([]T, error) {
	list := shortlist[T]{n: n, better: s.better, ids: make(map[string]bool)}
	for c, err := range s.candidates(ctx) {
		if err != nil {
			return nil, err
		}
		list.offer(c)
		see(c.id)
	}
	images := list.images()
	for _, image := range images {
		if err := s.check(image); err != nil {
			return nil, err
		}
	}
	return images, nil
}

// maxCounted limits the memory for finding images that are listed twice.
const maxCounted = 10_000

// Only returns the only candidate, which need not have a date. If there are
// several, it returns the error from ambiguous, which receives the IDs of the
// best of them, at most listing.Listed, and the number of all. An image that is
// listed twice counts once if it is among the first maxCounted. Only is not
// called One, which would not exclude a second.
func (s *Search[T]) Only(ctx context.Context, ambiguous func(ids []string, count int) error) (T, error) {
	var none T
	if s.Compare == nil {
		s.Compare = func(a, b T) int { return 0 }
	}
	count, counted := 0, make(map[string]bool)
	images, err := s.best(ctx, listing.Listed, func(id string) {
		if counted[id] {
			return
		}
		count++
		if id != "" && len(counted) < maxCounted {
			counted[strings.Clone(id)] = true // an ID can share the memory of its image
		}
	})
	if err != nil {
		return none, err
	}
	if count > 1 {
		ids := make([]string, len(images))
		for i, image := range images {
			ids[i] = s.ID(image)
		}
		return none, s.Query.Wrap(ambiguous(ids, count))
	}
	return images[0], nil
}

// BestBy returns the best candidate per key. It retains one image per key.
func BestBy[K comparable, T any](ctx context.Context, s *Search[T], key func(T) K) (map[K]T, error) {
	best := make(map[K]candidate[T])
	for c, err := range s.candidates(ctx) {
		if err != nil {
			return nil, err
		}
		k := key(c.image)
		if old, ok := best[k]; !ok || s.better(&c, &old) {
			best[k] = c
		}
	}
	images := make(map[K]T, len(best))
	for k, c := range best {
		if err := s.check(c.image); err != nil {
			return nil, err
		}
		images[k] = c.image
	}
	return images, nil
}

func (s *Search[T]) check(image T) error {
	if s.Check == nil {
		return nil
	}
	if err := s.Check(image); err != nil {
		return s.Query.Wrap(err)
	}
	return nil
}

// A shortlist holds the n best of the offered candidates, in a heap whose root
// is the worst of them.
type shortlist[T any] struct {
	n      int
	better func(a, b *candidate[T]) bool
	kept   []candidate[T]
	ids    map[string]bool // of the kept candidates
}

// offer keeps a candidate if it is among the n best so far and is not already
// kept: pages can shift during a listing.
func (l *shortlist[T]) offer(c candidate[T]) {
	if l.ids[c.id] {
		return
	}
	switch {
	case len(l.kept) < l.n:
		heap.Push(l, c)
	case l.better(&c, &l.kept[0]):
		delete(l.ids, l.kept[0].id)
		l.kept[0] = c
		heap.Fix(l, 0)
	default:
		return
	}
	if c.id != "" {
		l.ids[c.id] = true
	}
}

// images removes and returns the kept images, best first.
func (l *shortlist[T]) images() []T {
	images := make([]T, len(l.kept))
	for i := len(images) - 1; i >= 0; i-- {
		images[i] = heap.Pop(l).(candidate[T]).image
	}
	return images
}

// The methods of heap.Interface.

func (l *shortlist[T]) Len() int           { return len(l.kept) }
func (l *shortlist[T]) Less(i, j int) bool { return l.better(&l.kept[j], &l.kept[i]) }
func (l *shortlist[T]) Swap(i, j int)      { l.kept[i], l.kept[j] = l.kept[j], l.kept[i] }
func (l *shortlist[T]) Push(c any)         { l.kept = append(l.kept, c.(candidate[T])) }

func (l *shortlist[T]) Pop() any {
	last := len(l.kept) - 1
	c := l.kept[last]
	l.kept = l.kept[:last]
	return c
}

// CheckToken returns an error if the input has a token: the search would not
// see every image.
func CheckToken(nextToken *string) error {
	if aws.ToString(nextToken) != "" {
		return errors.New("input.NextToken must not be set: the whole listing is searched")
	}
	return nil
}

// CheckCount returns an error if n is not positive.
func CheckCount(n int) error {
	if n < 1 {
		return fmt.Errorf("n is %d, must be positive", n)
	}
	return nil
}

// CheckKey returns an error if key is nil.
func CheckKey[K comparable, T any](key func(T) K) error {
	if key == nil {
		return errors.New("key is nil")
	}
	return nil
}
