package main

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
)

const (
	defaultLimit = 20
	maxLimit     = 100

	// maxPages is the number of pages of EC2 that one page of ours may need. A
	// filter that selects few images leaves most pages of EC2 empty.
	maxPages = 20

	retryAfter = "5" // seconds
)

// A handler serves images as JSON. Its parameters are owner, name, limit and
// page. Page is the value of next in the previous answer.
type handler struct {
	client  ec2.DescribeImagesAPIClient
	key     []byte        // signs the tokens
	owners  []string      // those that a browser may list
	timeout time.Duration // of a request
}

// An answer can have fewer images than the limit, or none, and yet have a next
// page.
type answer struct {
	Images []image `json:"images"`
	Next   string  `json:"next,omitempty"` // "" at the end
}

type image struct {
	ID      string     `json:"id"`
	Name    string     `json:"name,omitempty"`
	Created *time.Time `json:"created,omitempty"`
}

// A query is what a request lists. It is signed together with the token, so that
// the token is valid for this query only.
type query struct {
	owner, name string
	limit       int
}

func (q query) String() string {
	return url.Values{"owner": {q.owner}, "name": {q.name}, "limit": {strconv.Itoa(q.limit)}}.Encode()
}

var errBadRequest = errors.New("bad request")

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), h.timeout)
	defer cancel()
	answer, err := h.list(ctx, r.URL.Query())
	if r.Context().Err() != nil {
		return // the browser has left
	}
	if err != nil {
		status := statusOf(err)
		log.Printf("%d: %v", status, err)
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", retryAfter)
		}
		http.Error(w, http.StatusText(status), status) // the log has the cause
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		log.Print(err)
	}
}

func (h *handler) list(ctx context.Context, params url.Values) (answer, error) {
	q := query{owner: cmp.Or(params.Get("owner"), "self"), name: params.Get("name"), limit: defaultLimit}
	if text := params.Get("limit"); text != "" {
		var err error
		if q.limit, err = strconv.Atoi(text); err != nil || q.limit < 1 || q.limit > maxLimit {
			return answer{}, errBadRequest
		}
	}
	if !slices.Contains(h.owners, q.owner) {
		return answer{}, errBadRequest
	}
	token, ok := h.verify(q, params.Get("page"))
	if !ok {
		return answer{}, errBadRequest
	}
	input := &ec2.DescribeImagesInput{Owners: []string{q.owner}}
	if q.name != "" {
		input.Filters = filter.And(filter.Name.Like(q.name))
	}
	// The limit is MaxItems. With the limit as PageSize, a listing with a filter
	// takes many more requests, most of them for empty pages.
	images, next, err := ec2images.NewPaginator(h.client, input, func(o *ec2images.Options) {
		o.MaxItems = q.limit
		o.MaxPages = maxPages
		o.StartingToken = token
	}).Collect(ctx)
	if err != nil && !errors.Is(err, paginate.ErrMaxPages) { // next resumes after ErrMaxPages
		return answer{}, err
	}
	a := answer{Images: make([]image, len(images))}
	for i, img := range images {
		a.Images[i] = image{ID: aws.ToString(img.ImageId), Name: aws.ToString(img.Name)}
		if t, ok := ec2images.CreatedAt(img); ok {
			a.Images[i].Created = &t
		}
	}
	if next != "" {
		a.Next = h.sign(q, next)
	}
	return a, nil
}

// sign returns the token with a signature. A browser could otherwise send a
// token that skips millions of images, and one request would list them all.
func (h *handler) sign(q query, token string) string {
	return base64.RawURLEncoding.EncodeToString(h.mac(q, token)) + "." + base64.RawURLEncoding.EncodeToString([]byte(token))
}

// verify returns the token in a text that sign returned for the same query. The
// empty text is the first page.
func (h *handler) verify(q query, text string) (token string, ok bool) {
	if text == "" {
		return "", true
	}
	signature, encoded, _ := strings.Cut(text, ".")
	mac, err1 := base64.RawURLEncoding.DecodeString(signature)
	data, err2 := base64.RawURLEncoding.DecodeString(encoded)
	ok = err1 == nil && err2 == nil && hmac.Equal(mac, h.mac(q, string(data)))
	return string(data), ok
}

func (h *handler) mac(q query, token string) []byte {
	mac := hmac.New(sha256.New, h.key)
	mac.Write([]byte(q.String() + "\n" + token))
	return mac.Sum(nil)
}

// statusOf returns the HTTP status for an error of list.
func statusOf(err error) int {
	switch {
	case errors.Is(err, errBadRequest):
		return http.StatusBadRequest
	case ec2images.IsTokenRefused(err), errors.Is(err, paginate.ErrTokenLoop):
		return http.StatusGone // the browser starts over
	case errors.Is(err, paginate.ErrInvalidOptions):
		return http.StatusBadRequest // such as a name that EC2 does not accept
	case ec2images.IsAccessDenied(err):
		return http.StatusForbidden
	case ec2images.IsThrottled(err), errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	}
	return http.StatusBadGateway
}
