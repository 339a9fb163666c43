// Package servicetest tests what the packages of the two services do alike.
package servicetest

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/paginate"
)

// A Service is one of the two packages. Its type parameters are the interface of
// its clients, their options, the input of a call, and an image.
type Service[C, O, In, I any] struct {
	Package  string // with which errors begin
	PageSize int    // the default
	Host     string // of the service, with %s for the Region and its suffix

	// Start starts a server that lists the images in every Region. It applies
	// always, if that is not nil, to every request.
	Start func(t *testing.T, images []I, always endpoint.Fault) Server[C, O, In]
	// Fake returns a client that calls a function, and has no output if the
	// function returns nil.
	Fake func(func(context.Context, *In, []func(*O)) (*paginate.Response[I], error)) C
	// Over returns a client of the SDK that sends its requests to a function.
	Over func(smithyhttp.ClientDoFunc) C
	// None are clients that are nil.
	None []C
	// Wrap returns a client of another type that passes its calls on.
	Wrap func(C) C
	// Describe returns the images of one call.
	Describe func(context.Context, C, ...func(*O)) ([]I, error)
	// Middleware is the option function of the package.
	Middleware func(*O)
	// Complicate, if not nil, changes an image into one that the SDK alone
	// cannot decode.
	Complicate func(*I)
	// SDK gets a page with the SDK's paginator.
	SDK func(context.Context, C) error

	// Image returns an image that can be chosen, created on a day. On day 0, it
	// has no date.
	Image func(i, day int) I
	ID    func(I) string
	// Input returns an input with all fields that can be set together, except
	// for NextToken and MaxResults.
	Input func() *In

	NewPaginator        func(C, *In, ...func(*Settings[O])) *paginate.Paginator[I]
	NewRegionPaginators func(C, *In, []string, ...func(*Settings[O])) []*paginate.Paginator[I]
	// Listings are other paginators, over the images with the IDs.
	Listings map[string]func(client C, ids []string, fn func(*Settings[O])) *paginate.Paginator[I]
	// Functions are all functions that make calls. They accept Image(1, 1) and
	// Image(2, 2).
	Functions map[string]Function[C, O]
	// Choose has the functions that choose images. Each returns its result and
	// the images in it, best first: one image, or at most three. The input may
	// be nil.
	Choose map[string]func(context.Context, C, *In, Settings[O]) (any, []I, error)
	// Select returns an input that selects images by ID.
	Select func(ids ...string) *In
	// Unknown are IDs of images that do not exist.
	Unknown []string

	ErrNotFound, ErrStalled error
	// NotFound returns what a NotFoundError says.
	NotFound func(error) (seen int, reasons map[string]int)

	IsThrottled, IsAccessDenied, IsRegionUnavailable, IsTokenRefused func(error) bool

	// The faults that depend on the service.
	Throttled, Denied, Unavailable, ExpiredToken endpoint.Fault
	// Empty responds with an empty body.
	Empty endpoint.Fault
}

// Settings are the options that the functions have in common.
type Settings[O any] struct {
	paginate.Options
	StallTimeout       time.Duration
	ClientOptions      []func(*O)
	DisableFastDecoder bool // of EC2
}

// A Function makes calls.
type Function[C, O any] struct {
	Call func(context.Context, C, Settings[O]) error
	// OptFns is the number of option functions that a mock receives, as from
	// the SDK.
	OptFns int
	// Lacks are the options that the function does not have, or ignores.
	Lacks []string
}

// A Server is a running server.
type Server[C, O, In any] struct {
	Client   func(...func(*O)) C
	Script   func(...endpoint.Fault)
	Requests func() []Request[In]
}

// A Request was sent to a server.
type Request[In any] struct {
	Region string
	Header http.Header
	Input  In
}

// Run runs all tests.
func (s Service[C, O, In, I]) Run(t *testing.T) {
	for _, test := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"contract", s.testContract},
		{"contract of NewRegionPaginators", s.testRegionsContract},
		{"page sizes", s.testPageSizes},
		{"copied input", s.testCopiedInput},
		{"invalid input", s.testInvalidInput},
		{"user agent", s.testUserAgent},
		{"a fake without output", s.testNoOutput},
		{"a page fails", s.testPageFails},
		{"classes of errors", s.testClasses},
		{"blind resume", s.testBlindResume},
		{"Regions", s.testRegions},
		{"endpoints of Regions", s.testRegionEndpoints},
		{"invalid Regions", s.testInvalidRegions},
		{"failing Regions", s.testFailingRegions},
		{"resuming Regions", s.testResumedRegions},
		{"option functions", s.testOptFns},
		{"options", s.testOptions},
		{"invalid PageSize", s.testInvalidPageSize},
		{"limiter", s.testLimiter},
		{"middleware", s.testMiddleware},
		{"last attempt", s.testLastAttempt},
		{"body readers", s.testBodyReaders},
		{"shared output", s.testSharedOutput},
		{"choosing in any order", s.testAnyOrder},
		{"choosing none", s.testNotFound},
		{"choosing an unknown image", s.testUnknown},
		{"choosing from pages that fail", s.testChooseFails},
	} {
		t.Run(test.name, test.run)
	}
}

// field returns a field that the types of the two services have in common.
func field[T any](of any, name string) *T {
	return reflect.ValueOf(of).Elem().FieldByName(name).Addr().Interface().(*T)
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// images returns n images, each created a day after the one before.
func (s Service[C, O, In, I]) images(n int) []I {
	images := make([]I, n)
	for i := range images {
		images[i] = s.Image(i+1, i+1)
	}
	return images
}

func (s Service[C, O, In, I]) ids(images []I) []string {
	var ids []string
	for _, image := range images {
		ids = append(ids, s.ID(image))
	}
	return ids
}

// over returns a client that gets its pages from fetch.
func (s Service[C, O, In, I]) over(fetch paginate.Fetch[I]) C {
	return s.Fake(func(ctx context.Context, in *In, _ []func(*O)) (*paginate.Response[I], error) {
		return request(ctx, fetch, in)
	})
}

func request[I any](ctx context.Context, fetch paginate.Fetch[I], in any) (*paginate.Response[I], error) {
	req := paginate.Request{}
	if token := *field[*string](in, "NextToken"); token != nil {
		req.Token = *token
	}
	if size := *field[*int32](in, "MaxResults"); size != nil {
		req.PageSize = int(*size)
	}
	resp, err := fetch(ctx, req)
	return &resp, err
}

// same returns whether the IDs are those of the images.
func (s Service[C, O, In, I]) same(ids []string, images []I) bool {
	return slices.Equal(ids, s.ids(images))
}
