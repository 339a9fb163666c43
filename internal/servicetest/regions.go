package servicetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/paginate"
)

// list returns the IDs of the images on each label, and the errors.
func (s Service[C, O, In, I]) list(t *testing.T, pagers []*paginate.Paginator[I]) (ids map[string][]string, failed map[string]error) {
	t.Helper()
	ids, failed = map[string][]string{}, map[string]error{}
	for page, err := range paginate.Merge(t.Context(), 2, pagers...) {
		if failure := (*paginate.Error)(nil); errors.As(err, &failure) {
			failed[failure.Label] = err
			continue
		}
		ids[page.Label] = append(ids[page.Label], s.ids(page.Items)...)
	}
	return ids, failed
}

func (s Service[C, O, In, I]) testRegions(t *testing.T) {
	images := s.images(25)
	server := s.Start(t, images, nil)
	regions := []string{"eu-west-1", "ap-south-1", "us-east-1"}
	fns := make([]func(*O), 1, 2)
	fns[0] = func(o *O) { *field[string](o, "Region"), *field[string](o, "AppID") = "overruled", "sweep" }
	pagers := s.NewRegionPaginators(server.Client(), nil, regions, func(o *Settings[O]) {
		o.PageSize = 10
		o.Label = "123456789012/" + o.Label
		o.ClientOptions = fns
	})
	if fns[:2][1] != nil {
		t.Error("the memory behind the caller's ClientOptions is written to")
	}
	regions[0], fns[0] = "changed later", nil

	ids, failed := s.list(t, pagers)
	if len(failed) > 0 {
		t.Error(failed)
	}
	requests := map[string]int{}
	for _, request := range server.Requests() {
		requests[request.Region]++
		if got := request.Header.Get("User-Agent"); !strings.Contains(got, "app/sweep") {
			t.Errorf("the user agent %q has lost a client option", got)
		}
	}
	want := map[string]int{"eu-west-1": 3, "ap-south-1": 3, "us-east-1": 3}
	if !maps.Equal(requests, want) {
		t.Errorf("got the requests %v, want %v", requests, want)
	}
	for region := range want {
		if got := ids["123456789012/"+region]; !s.same(got, images) {
			t.Errorf("%s: got %d images, want %d", region, len(got), len(images))
		}
	}
}

// The images of each Region, merged with those of others, keep the contract.
func (s Service[C, O, In, I]) testRegionsContract(t *testing.T) {
	input := new(In)
	other := func(_ context.Context, req paginate.Request) (paginate.Response[I], error) {
		if len(req.Token) == 2 {
			return paginate.Response[I]{Items: s.images(1)}, nil
		}
		return paginate.Response[I]{Items: s.images(1), NextToken: req.Token + "t"}, nil
	}
	check := s.check(input)
	check.Ahead = 1
	bubble(t, func(t *testing.T) {
		err := check.All(func(fetch paginate.Fetch[I]) func(context.Context) iter.Seq2[I, error] {
			client := s.Fake(func(ctx context.Context, in *In, optFns []func(*O)) (*paginate.Response[I], error) {
				var o O
				for _, fn := range optFns {
					fn(&o)
				}
				if *field[string](&o, "Region") == "b" {
					return request(ctx, fetch, in)
				}
				return request(ctx, other, in)
			})
			return func(ctx context.Context) iter.Seq2[I, error] {
				pages := paginate.Merge(ctx, 2, s.NewRegionPaginators(client, input, []string{"a", "b", "c"})...)
				return paginate.Items(func(yield func(*paginate.Page[I], error) bool) {
					for page, err := range pages {
						var failed *paginate.Error
						isB := page != nil && page.Label == "b" || errors.As(err, &failed) && failed.Label == "b"
						if isB && !yield(page, err) {
							return
						}
					}
				})
			}
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A client without a BaseEndpoint calls the endpoint of each Region.
func (s Service[C, O, In, I]) testRegionEndpoints(t *testing.T) {
	var mu sync.Mutex
	hosts := map[string]bool{}
	client := s.Over(func(req *http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		hosts[req.URL.Host] = true
		return nil, errors.New("no network")
	})
	_, failed := s.list(t, s.NewRegionPaginators(client, nil, []string{"eu-west-1", "cn-north-1"}))
	if len(failed) != 2 {
		t.Errorf("got %d errors, want 2", len(failed))
	}
	want := map[string]bool{fmt.Sprintf(s.Host, "eu-west-1.amazonaws.com"): true, fmt.Sprintf(s.Host, "cn-north-1.amazonaws.com.cn"): true}
	if !maps.Equal(hosts, want) {
		t.Errorf("got %v, want %v", hosts, want)
	}
}

func (s Service[C, O, In, I]) testInvalidRegions(t *testing.T) {
	server := s.Start(t, nil, nil)
	resumed, token := new(In), "t"
	*field[*string](resumed, "NextToken") = &token
	none := func(*Settings[O]) {}
	tests := []struct {
		reason   string
		regions  []string
		input    *In
		option   func(*Settings[O])
		label    string // label of the only error
		want     string
		requests int
	}{
		{"a blank Region would be the client's own", []string{"eu-west-1", " "}, nil, none, "", "regions[1] is blank", 0},
		{"a Region that comes twice would count twice", []string{"a", "b", "a"}, nil, none, "", "regions[2] repeats regions[0]: a", 0},
		{"a token of one Region means nothing in another", []string{"a", "b"}, resumed, none, "", "input.NextToken is set", 0},
		{"what is wrong in all Regions is reported once", []string{"a", "b"}, nil, func(o *Settings[O]) { o.MaxItems = -1 }, "", "MaxItems is -1", 0},
		{"what is wrong in one is reported there", []string{"a", "b"}, nil, func(o *Settings[O]) {
			if o.Label == "b" {
				o.MaxItems = -1
			}
		}, "b", "MaxItems is -1", 1},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			before := len(server.Requests())
			_, failed := s.list(t, s.NewRegionPaginators(server.Client(), tc.input, tc.regions, tc.option))
			err := failed[tc.label]
			if len(failed) != 1 || !errors.Is(err, paginate.ErrInvalidOptions) || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got %v, want one ErrInvalidOptions with the label %q and %q", failed, tc.label, tc.want)
			}
			if strings.Count(err.Error(), "invalid options") != 1 {
				t.Errorf("got %q, want it to say once that options are invalid", err)
			}
			if n := len(server.Requests()) - before; n != tc.requests {
				t.Errorf("got %d requests, want %d", n, tc.requests)
			}
		})
	}
	for reason, option := range map[string]func(*Settings[O]){
		"different problems":                 func(o *Settings[O]) { o.MaxItems = map[string]int{"a": -1, "b": -2}[o.Label] },
		"a token is a problem of its Region": func(o *Settings[O]) { o.StartingToken = "a___b___1" },
	} {
		_, failed := s.list(t, s.NewRegionPaginators(server.Client(), nil, []string{"a", "b"}, option))
		if len(failed) != 2 || failed["a"] == nil || failed["b"] == nil {
			t.Errorf("%s: got %v, want an error of each Region", reason, failed)
		}
	}
	_, failed := s.list(t, s.NewRegionPaginators(server.Client(), nil, []string{"a"}, func(o *Settings[O]) { o.MaxItems = -1 }))
	if len(failed) != 1 || failed[""] == nil {
		t.Errorf("got %v, want one error without a label, also for a single Region", failed)
	}
	if got := s.NewRegionPaginators(server.Client(), nil, nil); len(got) != 0 {
		t.Errorf("no Regions: got %d paginators", len(got))
	}
}

// One Region is not enabled and one fails. The images of the others are listed,
// and the two errors can be distinguished.
func (s Service[C, O, In, I]) testFailingRegions(t *testing.T) {
	images := s.images(10)
	server := s.Start(t, images, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			handler := next
			switch _, region := endpoint.Signer(r.Header); region {
			case "ap-east-1":
				handler = s.Unavailable(next)
			case "sa-east-1":
				handler = s.Throttled(next)
			}
			handler.ServeHTTP(w, r)
		})
	})
	ids, failed := s.list(t, s.NewRegionPaginators(server.Client(), nil, []string{"eu-west-1", "ap-east-1", "sa-east-1", "us-west-2"}))
	if !s.same(ids["eu-west-1"], images) || !s.same(ids["us-west-2"], images) || len(ids) != 2 {
		t.Errorf("got %v, want the images of eu-west-1 and us-west-2", ids)
	}
	if len(failed) != 2 || !s.IsRegionUnavailable(failed["ap-east-1"]) || s.IsRegionUnavailable(failed["sa-east-1"]) {
		t.Errorf("got %v, want errors of ap-east-1, which is not available, and sa-east-1", failed)
	}
}

// The loop of the documentation resumes until every Region is complete.
func (s Service[C, O, In, I]) testResumedRegions(t *testing.T) {
	const images = 25
	server := s.Start(t, s.images(images), nil)
	server.Script(nil, s.Throttled, nil, nil, endpoint.Cut(100), nil, s.ExpiredToken)
	tokens := map[string]string{"eu-west-1": "", "us-east-1": "", "ap-south-1": "a___b___1"} // the last cannot be parsed
	seen := map[string]map[string]bool{"eu-west-1": {}, "us-east-1": {}, "ap-south-1": {}}
	sweep := func(fn func(*Settings[O])) error {
		pagers := s.NewRegionPaginators(server.Client(), nil, slices.Sorted(maps.Keys(tokens)), fn, func(o *Settings[O]) {
			o.StartingToken = tokens[o.Label]
			o.PageSize = 10
		})
		for page, err := range paginate.Merge(t.Context(), 2, pagers...) {
			var failed *paginate.Error
			switch {
			case errors.As(err, &failed) && failed.Label != "":
				tokens[failed.Label] = failed.ResumeToken
			case err != nil:
				return err
			default:
				for _, id := range s.ids(page.Items) {
					seen[page.Label][id] = true
				}
				if tokens[page.Label] = page.ResumeToken; page.ResumeToken == "" {
					delete(tokens, page.Label)
				}
			}
		}
		return nil
	}
	valid := func(*Settings[O]) {}
	runs := 0
	for ; len(tokens) > 0 && runs < 10; runs++ {
		if err := sweep(valid); err != nil {
			t.Fatal(err)
		}
	}
	for region, ids := range seen {
		if len(ids) != images {
			t.Errorf("%s: got %d images after %d runs, want %d", region, len(ids), runs, images)
		}
	}
	if len(tokens) > 0 || runs < 2 {
		t.Errorf("got the tokens %v after %d runs, want none after at least 2", tokens, runs)
	}

	// A problem of all Regions ends the loop, and leaves the tokens as they are.
	// One that is not reported would be retried forever.
	for _, want := range []map[string]string{{"eu-west-1": "t1", "us-east-1": ""}, {"eu-west-1": "t1"}} {
		tokens = maps.Clone(want)
		err := sweep(func(o *Settings[O]) { o.MaxItems = -1 })
		if !errors.Is(err, paginate.ErrInvalidOptions) || !maps.Equal(tokens, want) {
			t.Errorf("got %v and the tokens %v, want ErrInvalidOptions and %v", err, tokens, want)
		}
	}
	// A token is a problem of its Region.
	tokens = map[string]string{"eu-west-1": "a___b___1"}
	if err := sweep(valid); err != nil || tokens["eu-west-1"] != "" {
		t.Errorf("got %v and the tokens %v, want an empty token", err, tokens)
	}
}
