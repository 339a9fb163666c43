package servicetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// paged returns a client that returns images in pages of the given sizes.
func (s Service[C, O, In, I]) paged(images []I, sizes ...int) C {
	src := &paginatetest.Source[I]{Pages: paginatetest.Pages(images, sizes...)}
	return s.over(src.Fetch)
}

// The chosen images do not depend on the order of the images or on the pages.
func (s Service[C, O, In, I]) testAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 100 {
		days := map[string]int{}
		images := make([]I, 1+r.IntN(30))
		for i := range images {
			day := r.IntN(7)
			images[i] = s.Image(i+1, day)
			days[s.ID(images[i])] = day
		}
		want := slices.SortedFunc(maps.Keys(days), func(a, b string) int {
			return cmp.Or(cmp.Compare(days[b], days[a]), cmp.Compare(a, b))
		})
		want = slices.DeleteFunc(want, func(id string) bool { return days[id] == 0 })
		r.Shuffle(len(images), func(i, j int) { images[i], images[j] = images[j], images[i] })
		client := s.paged(images, r.IntN(4), r.IntN(4), 1+r.IntN(9))
		for name, choose := range s.Choose {
			if name == "Only" || len(want) == 0 {
				continue
			}
			_, got, err := choose(t.Context(), client, nil, Settings[O]{})
			if most := min(len(want), 3); err != nil || len(got) == 0 || name == "LatestN" && len(got) != most || !s.same(want[:len(got)], got) {
				t.Fatalf("%s of %v: got %v, %v, want the first of %v", name, days, s.ids(got), err, want)
			}
		}
	}
}

// The reasons are values, which a program can read.
func (s Service[C, O, In, I]) testNotFound(t *testing.T) {
	undated := []I{s.Image(1, 0), s.Image(2, 0)}
	for name, choose := range s.Choose {
		tests := []struct {
			images  []I
			reasons map[string]int
		}{{nil, nil}, {undated, map[string]int{"no date": 2}}}
		for _, tc := range tests {
			if name == "Only" && tc.images != nil {
				continue // it needs no date
			}
			result, _, err := choose(t.Context(), s.paged(tc.images, 1), nil, Settings[O]{})
			seen, reasons := s.NotFound(err)
			if !errors.Is(err, s.ErrNotFound) || seen != len(tc.images) || !maps.Equal(reasons, tc.reasons) || !reflect.ValueOf(result).IsZero() {
				t.Errorf("%s: got %v, %v, want a NotFoundError alone with %v", name, result, err, tc.reasons)
			}
		}
	}
}

// Of one unknown ID, no image qualifies. Of several IDs, the others may exist: the
// service's error is not about them.
func (s Service[C, O, In, I]) testUnknown(t *testing.T) {
	images := s.images(1)
	server := s.Start(t, images, nil)
	for _, unknown := range s.Unknown {
		for name, choose := range s.Choose {
			for _, ids := range [][]string{{unknown}, {s.ID(images[0]), unknown}} {
				result, _, err := choose(t.Context(), server.Client(), s.Select(ids...), Settings[O]{})
				var answer smithy.APIError
				if !errors.As(err, &answer) || errors.Is(err, s.ErrNotFound) != (len(ids) == 1) || !reflect.ValueOf(result).IsZero() {
					t.Errorf("%s of %v: got %v, %v, want the service's error alone, and ErrNotFound for one ID", name, ids, result, err)
				}
			}
		}
	}
}

// Every function that chooses returns the error of any page, and no images.
func (s Service[C, O, In, I]) testChooseFails(t *testing.T) {
	faults := map[string]endpoint.Fault{
		"throttled":  s.Throttled,
		"denied":     s.Denied,
		"expired":    s.ExpiredToken,
		"cut off":    endpoint.Cut(0),
		"cut":        endpoint.Cut(100),
		"truncated":  endpoint.Truncate(100),
		"proxy":      endpoint.Body(200, http.Header{"Content-Type": {"text/html"}}, "<html></html>"),
		"empty body": endpoint.Body(200, nil, ""),
	}
	const pages = 3
	server := s.Start(t, s.images(5*pages), nil)
	settings := Settings[O]{Options: paginate.Options{PageSize: 5}}
	for name, choose := range s.Choose {
		alone := func(reason string, ctx context.Context, check func(error) bool) {
			t.Helper()
			result, _, err := choose(ctx, server.Client(), nil, settings)
			if !check(err) || !reflect.ValueOf(result).IsZero() {
				t.Errorf("%s: %s: got %v, %v, want the error alone", name, reason, result, err)
			}
		}
		for page := range pages {
			for reason, fault := range faults {
				server.Script(append(make([]endpoint.Fault, page), fault)...)
				alone(fmt.Sprintf("%s on page %d", reason, page+1), t.Context(), func(err error) bool {
					var failed *paginate.Error
					return errors.As(err, &failed) && failed.Page == page+1
				})
			}
		}
		server.Script(nil, nil, endpoint.RepeatToken(0))
		alone("a token repeats", t.Context(), func(err error) bool { return errors.Is(err, paginate.ErrTokenLoop) })
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		alone("canceled", ctx, func(err error) bool { return errors.Is(err, context.Canceled) })
	}
}
