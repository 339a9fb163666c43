package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// A recorder is a DescribeImages endpoint that makes each request to a source
// once, and replays its response.
type recorder struct {
	source *source
	query  query

	mu    sync.Mutex
	pages map[string]*response // per request parameters
	order []*response          // those with images
}

// A response is a response of the source.
type response struct {
	status int
	header http.Header
	body   []byte
	images int
}

func newRecorder(s *source, q query) *recorder {
	return &recorder{source: s, query: q, pages: map[string]*response{}}
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	form, err := parameters(req)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	resp, err := r.response(req.Context(), form)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	header := resp.header.Clone()
	for _, name := range []string{"Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection"} {
		header.Del(name)
	}
	maps.Copy(w.Header(), header)
	w.WriteHeader(resp.status)
	_, _ = w.Write(resp.body)
}

// parameters returns the parameters of a request, without consuming its body.
func parameters(req *http.Request) (url.Values, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	return url.ParseQuery(string(body))
}

// response returns the recorded response, or makes the request.
func (r *recorder) response(ctx context.Context, form url.Values) (*response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := form.Encode()
	if resp := r.pages[key]; resp != nil {
		return resp, nil
	}
	in, err := r.query.input(form)
	if err != nil {
		return nil, err
	}
	transport := &recordingClient{}
	out, err := r.source.client.DescribeImages(ctx, in, func(o *ec2.Options) {
		transport.HTTPClient, o.HTTPClient = o.HTTPClient, transport
	})
	resp := transport.last
	if resp == nil {
		return nil, err // there is no response
	}
	if err == nil {
		resp.images = len(out.Images)
		r.order = append(r.order, resp)
	}
	r.pages[key] = resp
	return resp, nil
}

// input returns the SDK's input for the parameters, which must be those of the
// query and a token.
func (q query) input(form url.Values) (*ec2.DescribeImagesInput, error) {
	in := q.describeImages()
	if size := form.Get("MaxResults"); size != "" {
		n, err := strconv.ParseInt(size, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("MaxResults is %q", size)
		}
		in.MaxResults = new(int32(n))
	}
	if form.Has("NextToken") {
		in.NextToken = aws.String(form.Get("NextToken"))
	}
	want := url.Values{"Action": {"DescribeImages"}, "Version": form["Version"], "IncludeDeprecated": {"true"}, "IncludeDisabled": {"true"}}
	for i, owner := range q.Owners {
		want.Set(fmt.Sprintf("Owner.%d", i+1), owner)
	}
	for _, name := range []string{"MaxResults", "NextToken"} {
		if form.Has(name) {
			want.Set(name, form.Get(name))
		}
	}
	if form.Encode() != want.Encode() {
		return nil, fmt.Errorf("the request is %s, want %s", form.Encode(), want.Encode())
	}
	return in, nil
}

func (q query) describeImages() *ec2.DescribeImagesInput {
	return &ec2.DescribeImagesInput{Owners: q.Owners, IncludeDeprecated: new(true), IncludeDisabled: new(true)}
}

// A recordingClient records the last response, which is that of the final
// attempt.
type recordingClient struct {
	ec2.HTTPClient
	last *response
}

func (c *recordingClient) Do(req *http.Request) (*http.Response, error) {
	resp, err := c.HTTPClient.Do(req)
	if err != nil {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	c.last = &response{status: resp.StatusCode, header: resp.Header, body: body}
	return resp, nil
}

// pageOf returns the recorded page with the given image, counting from 0.
func (r *recorder) pageOf(image int) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, page := range r.order {
		if image < page.images {
			return page.body
		}
		image -= page.images
	}
	return nil
}

// An endpoint serves one program and records its requests.
type endpoint struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

func newEndpoint(handler http.Handler) *endpoint {
	e := &endpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		form, err := parameters(req)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		e.mu.Lock()
		e.seen = append(e.seen, form.Encode())
		e.mu.Unlock()
		handler.ServeHTTP(w, req)
	}))
	return e
}

// requests returns the parameters of each request.
func (e *endpoint) requests() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.seen
}

var digits = regexp.MustCompile(`[0-9]+`)

// withoutAccounts returns the page with the n-th account id replaced by n. Every
// number of 12 digits counts as an account id. It is replaced wherever it
// stands: in a name, in a longer number, or written as 1234-5678-9012.
func withoutAccounts(page []byte) []byte {
	var replacements []string
	seen := map[string]bool{}
	for _, number := range digits.FindAll(page, -1) {
		id := string(number)
		if len(id) != 12 || seen[id] {
			continue
		}
		seen[id] = true
		n := fmt.Sprintf("%012d", len(seen))
		replacements = append(replacements, id, n, withHyphens(id), withHyphens(n))
	}
	return []byte(strings.NewReplacer(replacements...).Replace(string(page)))
}

func withHyphens(id string) string { return id[:4] + "-" + id[4:8] + "-" + id[8:] }
