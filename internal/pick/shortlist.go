package pick

import "container/heap"

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
