//go:build go1.25

package paginate_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// A model is a random source and the expected result: a slice, and whether an
// error follows it.
type model struct {
	pager *paginate.Paginator[int]
	items []int // from the first page to the last, or to the one that fails
	fails bool
}

var errModel = errors.New("down")

// newModel makes a source of up to 8 pages of up to 4 items. Its latency
// varies, a request may fail, and the last token may be one from before.
func newModel(random *rand.Rand, name string) model {
	sizes := make([]int, 1+random.IntN(8))
	total := 0
	for i := range sizes {
		sizes[i] = random.IntN(5)
		total += sizes[i]
	}
	m := model{items: numbers(total)}
	src := &paginatetest.Source[int]{Pages: paginatetest.Pages(m.items, sizes...)}
	switch last := len(sizes) - 1; random.IntN(4) {
	case 0:
		fail := 1 + random.IntN(len(sizes))
		src.Fail = func(_ int, req paginate.Request) error {
			if req.Token == "" && fail == 1 || req.Token == "t"+strconv.Itoa(fail-1) {
				return errModel
			}
			return nil
		}
		for _, size := range sizes[fail-1:] {
			total -= size
		}
		m.items, m.fails = m.items[:total], true
	case 1:
		if last > 0 {
			src.Pages[last].NextToken, m.fails = src.Pages[random.IntN(last)].NextToken, true
		}
	}
	fetch := func(ctx context.Context, req paginate.Request) (paginate.Response[int], error) {
		// By the token, so that concurrent runs do not share a generator.
		time.Sleep(time.Duration(len(req.Token)+total%3) * time.Millisecond)
		return src.Fetch(ctx, req)
	}
	m.pager = paginate.New(fetch, func(o *paginate.Options) {
		o.Label = name
		o.Prefetch = random.IntN(4)
		if maxItems := random.IntN(12); maxItems > 0 && maxItems < len(m.items) {
			o.MaxItems = maxItems
			m.items, m.fails = m.items[:maxItems], false
		}
	})
	return m
}

// FuzzConcurrent merges random sources, breaks somewhere, ranges again, and
// lists each of them by itself, ahead or in step. Whatever the limit and the
// latencies, the items of a source and its error are the model's.
func FuzzConcurrent(f *testing.F) {
	f.Add(uint64(1), uint8(3), uint8(2), uint8(5))
	f.Add(uint64(2), uint8(40), uint8(8), uint8(0))
	f.Add(uint64(3), uint8(0), uint8(1), uint8(1))
	f.Add(uint64(4), uint8(9), uint8(0), uint8(20))
	f.Fuzz(func(t *testing.T, seed uint64, sources, limit, stop uint8) {
		synctest.Test(t, func(t *testing.T) { // panics if a goroutine is left
			random := rand.New(rand.NewPCG(seed, 0))
			models := map[string]model{}
			var pagers []*paginate.Paginator[int]
			for i := range sources % 48 {
				name := fmt.Sprint("source ", i)
				models[name] = newModel(random, name)
				pagers = append(pagers, models[name].pager)
			}
			merged := paginate.Merge(t.Context(), int(limit%16), pagers...)

			got := newOutcome()
			for page, err := range merged {
				if got.add(page, err); got.pairs == int(stop) {
					break
				}
			}
			for name, m := range models {
				if items := got.items[name]; !slices.Equal(items, m.items[:min(len(items), len(m.items))]) {
					t.Errorf("%s, after %d pairs: got %v, want the first of %v", name, stop, items, m.items)
				}
			}

			got = newOutcome()
			for page, err := range merged {
				got.add(page, err)
			}
			got.check(t, models)

			got = newOutcome()
			for _, p := range pagers {
				for page, err := range p.Pages(t.Context()) {
					got.add(page, err)
				}
			}
			got.check(t, models)
		})
	})
}

// An outcome is what a loop got, by label.
type outcome struct {
	pairs int
	items map[string][]int
	fails map[string]bool
}

func newOutcome() *outcome {
	return &outcome{items: map[string][]int{}, fails: map[string]bool{}}
}

func (o *outcome) add(page *paginate.Page[int], err error) {
	o.pairs++
	name := labelOf(page, err)
	switch {
	case o.fails[name]:
		o.items[name] = append(o.items[name], -1) // a pair after the error
	case err != nil:
		o.fails[name] = errors.Is(err, errModel) || errors.Is(err, paginate.ErrTokenLoop)
	default:
		o.items[name] = append(o.items[name], page.Items...)
	}
}

func (o *outcome) check(t *testing.T, models map[string]model) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(models)) {
		m := models[name]
		if !slices.Equal(o.items[name], m.items) || o.fails[name] != m.fails {
			t.Errorf("%s: got %v and an error: %v, want %v and %v", name, o.items[name], o.fails[name], m.items, m.fails)
		}
	}
}
