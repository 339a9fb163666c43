//go:build go1.25

package listing_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/internal/peer"
	"github.com/awsimages/awsimages/paginate"
)

const (
	healPages = 6
	healSize  = 7 // images per page
)

// healFaults are the faults that boto3 retries, and other ways to cut a
// response.
var healFaults = map[string]func(w http.ResponseWriter, r *http.Request, doc string){
	"throttled": func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors></Response>")
	},
	"500": func(w http.ResponseWriter, _ *http.Request, _ string) { w.WriteHeader(http.StatusInternalServerError) },
	"502 with HTML": func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, "<html><body>Bad gateway</body></html>")
	},
	"503 empty":             func(w http.ResponseWriter, _ *http.Request, _ string) { w.WriteHeader(http.StatusServiceUnavailable) },
	"closed":                func(http.ResponseWriter, *http.Request, string) { panic(http.ErrAbortHandler) },
	"cut at the start":      func(w http.ResponseWriter, _ *http.Request, doc string) { cutAt(w, doc, 1) },
	"cut in the middle":     func(w http.ResponseWriter, _ *http.Request, doc string) { cutAt(w, doc, len(doc)/2) },
	"cut at the end":        func(w http.ResponseWriter, _ *http.Request, doc string) { cutAt(w, doc, len(doc)-3) },
	"half a document":       func(w http.ResponseWriter, _ *http.Request, doc string) { _, _ = io.WriteString(w, doc[:len(doc)/2]) },
	"stalled before":        func(w http.ResponseWriter, r *http.Request, doc string) { hang(doc, 0)(w, r) },
	"stalled in the middle": func(w http.ResponseWriter, r *http.Request, doc string) { hang(doc, len(doc)/2)(w, r) },
}

func cutAt(w http.ResponseWriter, doc string, n int) {
	w.Header().Set("Content-Length", strconv.Itoa(len(doc)))
	_, _ = io.WriteString(w, doc[:n])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// ways are the ways in which a program can list. Each returns the IDs.
var ways = map[string]func(context.Context, *paginate.Paginator[types.Image]) ([]string, error){
	"All": func(ctx context.Context, p *paginate.Paginator[types.Image]) ([]string, error) {
		return idsUntil(p.All(ctx))
	},
	"Pages": func(ctx context.Context, p *paginate.Paginator[types.Image]) (ids []string, err error) {
		for page, err := range p.Pages(ctx) {
			if err != nil {
				return ids, err
			}
			for _, image := range page.Items {
				ids = append(ids, *image.ImageId)
			}
		}
		return ids, nil
	},
	"Collect": func(ctx context.Context, p *paginate.Paginator[types.Image]) ([]string, error) {
		images, _, err := p.Collect(ctx)
		return ids(images), err
	},
	"Merge": func(ctx context.Context, p *paginate.Paginator[types.Image]) ([]string, error) {
		return idsUntil(paginate.Items(paginate.Merge(ctx, 2, p, empty())))
	},
}

// empty returns a paginator over pages without images.
func empty() *paginate.Paginator[types.Image] {
	return paginate.New(func(_ context.Context, req paginate.Request) (paginate.Response[types.Image], error) {
		if len(req.Token) > healPages {
			return paginate.Response[types.Image]{}, nil
		}
		return paginate.Response[types.Image]{NextToken: req.Token + "x"}, nil
	})
}

func idsUntil(images iter.Seq2[types.Image, error]) (ids []string, err error) {
	for image, failed := range images {
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		ids = append(ids, *image.ImageId)
	}
	return ids, err
}

// TestHeal_everyPage injects each fault at each page. With retries, the listing
// is complete. With one attempt, it yields the pages before the fault and one
// error, and the token of the error resumes it.
func TestHeal_everyPage(t *testing.T) {
	docs := make(map[string]string) // by token
	tokens := make([]string, healPages+1)
	var want []string
	for page := range healPages {
		for i := range healSize {
			want = append(want, fmt.Sprintf("ami-%d", page*healSize+i))
		}
		if page < healPages-1 {
			tokens[page+1] = "t" + strconv.Itoa(page+1)
		}
		docs[tokens[page]] = pageDocument(tokens[page+1], want[page*healSize:]...)
	}

	for name, fault := range healFaults {
		for page := range healPages {
			if !peer.Comparing() && page%2 == 1 {
				continue
			}
			// serve injects the fault into the first request for the page.
			serve := func() http.HandlerFunc {
				var met atomic.Bool // a canceled request may still be served when its retry comes
				return func(w http.ResponseWriter, r *http.Request) {
					_ = r.ParseForm()
					token := r.PostForm.Get("NextToken")
					if token == tokens[page] && !met.Swap(true) {
						fault(w, r, docs[token])
						return
					}
					_, _ = io.WriteString(w, docs[token])
				}
			}
			for way, list := range ways {
				for _, prefetch := range []int{0, 1, 4} {
					if way == "Merge" && prefetch > 0 {
						continue // Merge ignores it
					}
					t.Run(fmt.Sprintf("%s/page=%d/%s/prefetch=%d", name, page+1, way, prefetch), func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							_, client := pipe(t, serve())
							got, err := list(t.Context(), ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.Prefetch = prefetch }))
							if err != nil || !slices.Equal(got, want) {
								t.Errorf("with retries: got %d images, %v, want %d", len(got), err, len(want))
							}
						})
						synctest.Test(t, func(t *testing.T) {
							_, client := pipe(t, serve())
							once := func(o *ec2images.Options) {
								o.Prefetch = prefetch
								o.ClientOptions = append(o.ClientOptions, func(o *ec2.Options) { o.Retryer = aws.NopRetryer{} })
							}
							got, err := list(t.Context(), ec2images.NewPaginator(client, nil, once))
							failed, ok := asType[*paginate.Error](err)
							if !ok || !slices.Equal(got, want[:page*healSize]) {
								t.Fatalf("with one attempt: got %d images, %v, want %d and an error", len(got), err, page*healSize)
							}
							rest, err := list(t.Context(), ec2images.NewPaginator(client, nil, once, func(o *ec2images.Options) { o.StartingToken = failed.ResumeToken }))
							if got = append(got, rest...); err != nil || !slices.Equal(got, want) {
								t.Errorf("resumed: got %d images, %v, want %d", len(got), err, len(want))
							}
						})
					})
				}
			}
		}
	}
}
