package paginatetest_test

import (
	"context"
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

type (
	seq     = iter.Seq2[int, error]
	fetch   = paginate.Fetch[int]
	yielder = func(int, error) bool
)

var numbers = paginatetest.Check[int]{Item: func(i int) int { return i + 1 }, PageSize: 7}

func sized(o *paginate.Options) { o.PageSize = 7 }

// A list is an iterator. With the zero value of the faults it is correct.
type list struct {
	token       string          // the token at which it starts
	keepToken   *cursor         // fault: writes its token here
	stop        func(page) bool // fault: ends early
	yieldError  func(yielder, *paginate.Error)
	skipContext bool
	noMemory    bool
	onlyLast    bool
}

type page = paginate.Response[int]

// A cursor is the state of a traversal that an iterator stores in the wrong
// place. Its lock prevents a data race, which is not the fault under test.
type cursor struct {
	NextToken string
	mu        sync.Mutex
}

func (c *cursor) get() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.NextToken
}

func (c *cursor) set(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.NextToken = token
}

func (l list) run(ctx context.Context, fetch fetch, yield yielder) {
	token := l.token
	seen := map[string]bool{"": true, token: true}
	last := ""
	for number := 1; ; number++ {
		fail := func(err error) {
			resume := token
			if resume == "" {
				resume = "None___0" // botocore's older form: from the start
			}
			if err == paginate.ErrTokenLoop {
				resume = ""
			}
			l.fail(yield, &paginate.Error{Page: number, ResumeToken: resume, Err: err})
		}
		if err := ctx.Err(); err != nil && !l.skipContext {
			fail(err)
			return
		}
		resp, err := fetch(ctx, paginate.Request{Token: token, PageSize: 7})
		if err != nil {
			fail(err)
			return
		}
		for _, n := range resp.Items {
			if !yield(n, nil) {
				return
			}
		}
		if resp.NextToken == "" || l.stop != nil && l.stop(resp) {
			return
		}
		if l.onlyLast && resp.NextToken == last {
			fail(paginate.ErrTokenLoop)
			return
		}
		if !l.noMemory && seen[resp.NextToken] {
			fail(paginate.ErrTokenLoop)
			return
		}
		last, token = resp.NextToken, resp.NextToken
		seen[token] = true
		if l.keepToken != nil {
			l.keepToken.set(token)
		}
	}
}

func (l list) fail(yield yielder, err *paginate.Error) {
	if l.yieldError != nil {
		l.yieldError(yield, err)
		return
	}
	yield(0, err)
}

// each returns an iterator that calls run for every range.
func each(run func(context.Context, fetch, yielder)) func(fetch) func(context.Context) iter.Seq2[int, error] {
	return func(fetch fetch) func(context.Context) iter.Seq2[int, error] {
		return func(ctx context.Context) seq {
			return func(yield func(int, error) bool) { run(ctx, fetch, yield) }
		}
	}
}

// wantProblem checks that err names the rule, or that it is nil.
func wantProblem(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("got %v, want no error", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("got %v, want an error that names %s", err, want)
	}
}

// TestCheck_faults checks incorrect iterators. Those that name a library have a
// fault that was found in that library.
func TestCheck_faults(t *testing.T) {
	tests := []struct {
		reason string
		want   string // the rule that the check must name
		all    func(fetch) func(context.Context) iter.Seq2[int, error]
	}{
		{"correct", "", each(func(ctx context.Context, fetch fetch, yield yielder) { list{}.run(ctx, fetch, yield) })},
		{"yields the last page only, the second time (go-github, MCP go-sdk, botocore)", "rule 1", func(fetch fetch) func(context.Context) iter.Seq2[int, error] {
			return func(ctx context.Context) seq {
				var kept cursor
				return func(yield func(int, error) bool) { list{token: kept.get(), keepToken: &kept}.run(ctx, fetch, yield) }
			}
		}},
		{"fetches before the loop", "rule 2", func(fetch fetch) func(context.Context) iter.Seq2[int, error] {
			return func(ctx context.Context) seq {
				first, err := fetch(ctx, paginate.Request{})
				var used atomic.Bool
				return func(yield func(int, error) bool) {
					list{}.run(ctx, func(ctx context.Context, req paginate.Request) (page, error) {
						if req.Token == "" && !used.Swap(true) {
							return first, err
						}
						return fetch(ctx, req)
					}, yield)
				}
			}
		}},
		{"fetches one page ahead", "rule 2", each(func(ctx context.Context, fetch fetch, yield yielder) {
			ahead := func(ctx context.Context, req paginate.Request) (page, error) {
				resp, err := fetch(ctx, req)
				if err == nil && resp.NextToken != "" {
					_, _ = fetch(ctx, paginate.Request{Token: resp.NextToken})
				}
				return resp, err
			}
			list{}.run(ctx, ahead, yield)
		})},
		{"ends silently at an error", "rule 3", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{yieldError: func(yielder, *paginate.Error) {}}.run(ctx, fetch, yield)
		})},
		{"the error is not a *paginate.Error", "rule 3", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{yieldError: func(yield yielder, err *paginate.Error) { yield(0, err.Err) }}.run(ctx, fetch, yield)
		})},
		{"yields the error twice", "rule 3", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{yieldError: func(yield yielder, err *paginate.Error) {
				if yield(0, err) {
					yield(0, err)
				}
			}}.run(ctx, fetch, yield)
		})},
		{"repeats the last item beside the error", "rule 3", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{yieldError: func(yield yielder, err *paginate.Error) { yield(7, err) }}.run(ctx, fetch, yield)
		})},
		{"the error has no token", "the error's ResumeToken", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{yieldError: func(yield yielder, err *paginate.Error) { err.ResumeToken = ""; yield(0, err) }}.run(ctx, fetch, yield)
		})},
		{"the error's token begins anew", "the error's ResumeToken", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{yieldError: func(yield yielder, err *paginate.Error) { err.ResumeToken = "None___0"; yield(0, err) }}.run(ctx, fetch, yield)
		})},
		{"the error is of another page", "the error is of page 77", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{yieldError: func(yield yielder, err *paginate.Error) { err.Page = 77; yield(0, err) }}.run(ctx, fetch, yield)
		})},
		{"makes requests that the loop's context does not end", "rule 6", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{}.run(ctx, func(_ context.Context, req paginate.Request) (page, error) {
				return fetch(context.Background(), req)
			}, yield)
		})},
		{"takes an empty page for the end (holodeck)", "rule 4", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{stop: func(p page) bool { return len(p.Items) == 0 }}.run(ctx, fetch, yield)
		})},
		{"ends silently at a repeated token (SDK, StopOnDuplicateToken)", "rule 5", each(func(ctx context.Context, fetch fetch, yield yielder) {
			seen := map[string]bool{}
			list{noMemory: true, stop: func(p page) bool {
				again := seen[p.NextToken]
				seen[p.NextToken] = true
				return again
			}}.run(ctx, fetch, yield)
		})},
		{"follows a repeated token forever (SDK)", "rule 5", each(func(ctx context.Context, fetch fetch, yield yielder) { list{noMemory: true}.run(ctx, fetch, yield) })},
		{"remembers the previous token only, so that A, B, A never ends (botocore)", "rule 5", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{noMemory: true, onlyLast: true}.run(ctx, fetch, yield)
		})},
		{"makes a request although the context is canceled", "rule 6", each(func(ctx context.Context, fetch fetch, yield yielder) { list{skipContext: true}.run(ctx, fetch, yield) })},
		{"drops the rest of a page when the context is canceled", "rule 4", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{}.run(ctx, fetch, func(n int, err error) bool {
				if err == nil && ctx.Err() != nil {
					yield(0, &paginate.Error{ResumeToken: "None___0", Err: ctx.Err()})
					return false
				}
				return yield(n, err)
			})
		})},
		{"continues after break", "rule 7", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{}.run(ctx, fetch, func(n int, err error) bool { yield(n, err); return true })
		})},
		{"swallows a panic of the loop", "rule 7", each(func(ctx context.Context, fetch fetch, yield yielder) {
			defer func() { _ = recover() }()
			list{}.run(ctx, fetch, yield)
		})},
		{"ignores the page size", "page size: pages of [3] items, to the end: request 1 requests a page of 0 items, want 7", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{}.run(ctx, func(ctx context.Context, req paginate.Request) (page, error) {
				return fetch(ctx, paginate.Request{Token: req.Token})
			}, yield)
		})},
		{"sets the page size of the first request only", "page size", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{}.run(ctx, func(ctx context.Context, req paginate.Request) (page, error) {
				if req.Token != "" {
					req.PageSize = 0
				}
				return fetch(ctx, req)
			}, yield)
		})},
		{"the error of a token loop has a token", "leads back", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{yieldError: func(yield yielder, err *paginate.Error) { err.ResumeToken = "None___0"; yield(0, err) }}.run(ctx, fetch, yield)
		})},
		{"loses the first item of each page", "rule 1", each(func(ctx context.Context, fetch fetch, yield yielder) {
			list{}.run(ctx, func(ctx context.Context, req paginate.Request) (page, error) {
				resp, err := fetch(ctx, req)
				resp.Items = resp.Items[min(1, len(resp.Items)):]
				return resp, err
			}, yield)
		})},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) { wantProblem(t, numbers.All(tc.all), tc.want) })
	}
}

// One mistake is not reported once for each case that finds it.
func TestCheck_firstFailureOfEachRule(t *testing.T) {
	err := numbers.All(each(func(context.Context, fetch, yielder) {}))
	seen := map[string]bool{}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		rule, _, _ := strings.Cut(line, ":")
		if seen[rule] {
			t.Errorf("got %q, the second problem of %s", line, rule)
		}
		seen[rule] = true
	}
	if len(seen) < 2 {
		t.Errorf("got %v, want the problems of several rules", err)
	}
}

func TestCheck_inputChanges(t *testing.T) {
	input := &cursor{}
	check := paginatetest.Check[int]{Item: func(i int) int { return i }, Input: input}
	// A fault that was found in go-github and the MCP go-sdk: the iterator
	// writes the cursor into the caller's parameters.
	err := check.All(func(fetch fetch) func(context.Context) iter.Seq2[int, error] {
		return func(ctx context.Context) seq {
			return func(yield func(int, error) bool) {
				list{keepToken: input}.run(ctx, fetch, yield)
			}
		}
	})
	if err == nil || !strings.Contains(err.Error(), "the input was") {
		t.Errorf("got %v, want an error about the input", err)
	}
}

func TestCheck_missingPages(t *testing.T) {
	pages := func(skipEmpty bool) func(fetch) func(context.Context) iter.Seq2[*paginate.Page[int], error] {
		return func(fetch fetch) func(context.Context) iter.Seq2[*paginate.Page[int], error] {
			return func(ctx context.Context) iter.Seq2[*paginate.Page[int], error] {
				return func(yield func(*paginate.Page[int], error) bool) {
					for page, err := range paginate.New(fetch, sized).Pages(ctx) {
						if err == nil && len(page.Items) == 0 && skipEmpty {
							continue
						}
						if !yield(page, err) {
							return
						}
					}
				}
			}
		}
	}
	if err := numbers.Pages(pages(false)); err != nil {
		t.Errorf("got %v, want no error", err)
	}
	if err := numbers.Pages(pages(true)); err == nil {
		t.Error("an iterator that leaves out empty pages passes")
	}
}

func TestCheck_wrongTokens(t *testing.T) {
	spoil := func(change func(*paginate.Page[int])) error {
		return numbers.Pages(func(fetch fetch) func(context.Context) iter.Seq2[*paginate.Page[int], error] {
			return func(ctx context.Context) iter.Seq2[*paginate.Page[int], error] {
				return func(yield func(*paginate.Page[int], error) bool) {
					for page, err := range paginate.New(fetch, sized).Pages(ctx) {
						if err == nil {
							change(page)
						}
						if !yield(page, err) {
							return
						}
					}
				}
			}
		})
	}
	for reason, change := range map[string]func(*paginate.Page[int]){
		"none":                        func(p *paginate.Page[int]) { p.ResumeToken = "" },
		"one on the last page":        func(p *paginate.Page[int]) { p.ResumeToken += "x" },
		"one that begins anew":        func(p *paginate.Page[int]) { p.ResumeToken = p.ResumeTokenAt(0) },
		"one of a page without place": func(p *paginate.Page[int]) { *p = paginate.Page[int]{Items: p.Items, ResumeToken: p.ResumeToken} },
	} {
		t.Run(reason, func(t *testing.T) { wantProblem(t, spoil(change), "resuming") })
	}
}
