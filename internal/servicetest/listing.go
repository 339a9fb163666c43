package servicetest

import (
	"context"
	"errors"
	"iter"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"

	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func (s Service[C, O, In, I]) check(input *In) paginatetest.Check[I] {
	return paginatetest.Check[I]{Item: func(i int) I { return s.Image(i+1, i+1) }, Input: input}
}

func (s Service[C, O, In, I]) testContract(t *testing.T) {
	input := s.Input()
	bubble(t, func(t *testing.T) {
		err := s.check(input).All(func(fetch paginate.Fetch[I]) func(context.Context) iter.Seq2[I, error] {
			return s.NewPaginator(s.over(fetch), input).All
		})
		if err != nil {
			t.Errorf("All: %v", err)
		}
		err = s.check(input).Pages(func(fetch paginate.Fetch[I]) func(context.Context) iter.Seq2[*paginate.Page[I], error] {
			return s.NewPaginator(s.over(fetch), input).Pages
		})
		if err != nil {
			t.Errorf("Pages: %v", err)
		}
	})
}

func (s Service[C, O, In, I]) testPageSizes(t *testing.T) {
	standard, small := int32(s.PageSize), int32(s.PageSize*4/5)
	sized := func(size int32) *In {
		in := new(In)
		*field[*int32](in, "MaxResults") = &size
		return in
	}
	tests := []struct {
		reason string
		in     *In
		fn     func(*Settings[O])
		want   []int32
	}{
		{"the default", nil, func(*Settings[O]) {}, []int32{standard, standard, standard}},
		{"PageSize", nil, func(o *Settings[O]) { o.PageSize = int(small) }, []int32{small, small, small, small}},
		{"MaxResults is the default of PageSize", sized(small), func(*Settings[O]) {}, []int32{small, small, small, small}},
		{"PageSize before MaxResults", sized(5), func(o *Settings[O]) { o.PageSize = int(small) }, []int32{small, small, small, small}},
		{"no page size, whatever MaxResults is", sized(5), func(o *Settings[O]) { o.PageSize, o.MaxItems = -1, 1 }, []int32{0}},
		{"MaxItems never lowers the page size", nil, func(o *Settings[O]) { o.MaxItems = 3 }, []int32{standard}},
	}
	server := s.Start(t, s.images(s.PageSize*5/2), nil)
	for _, tc := range tests {
		before := len(server.Requests())
		if _, _, err := s.NewPaginator(server.Client(), tc.in, tc.fn).Collect(t.Context()); err != nil {
			t.Errorf("%s: %v", tc.reason, err)
		}
		var got []int32
		for _, request := range server.Requests()[before:] {
			got = append(got, aws.ToInt32(*field[*int32](&request.Input, "MaxResults")))
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.reason, got, tc.want)
		}
	}
	for name, choose := range s.Choose {
		client, calls := s.recorder(s.images(1))
		if _, _, err := choose(t.Context(), client, sized(small), Settings[O]{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := calls(); len(got) != 1 || aws.ToInt32(*field[*int32](&got[0].in, "MaxResults")) != small {
			t.Errorf("%s: got the calls %v, want one with MaxResults %d", name, got, small)
		}
	}
}

// Neither a later change of the input nor a client that changes what it is given
// changes the next call.
func (s Service[C, O, In, I]) testCopiedInput(t *testing.T) {
	var calls []string
	client := s.Fake(func(_ context.Context, in *In, _ []func(*O)) (*paginate.Response[I], error) {
		calls = append(calls, text(in))
		spoil(reflect.ValueOf(in))
		return &paginate.Response[I]{}, nil
	})
	in := s.Input()
	pager := s.NewPaginator(client, in)
	spoil(reflect.ValueOf(in))
	for range 2 {
		if _, _, err := pager.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want := s.Input()
	*field[*int32](want, "MaxResults") = aws.Int32(int32(s.PageSize))
	for _, got := range calls {
		if got != text(want) {
			t.Errorf("got the input  %s\nwant %s", got, text(want))
		}
	}

	calls = nil
	*field[*string](want, "NextToken") = aws.String("t9")
	if _, _, err := s.NewPaginator(client, want).Collect(t.Context()); err != nil || len(calls) != 1 || !strings.Contains(calls[0], `"t9"`) {
		t.Errorf("got the calls %s, %v, want one with the input's NextToken", calls, err)
	}
}

// spoil modifies everything reachable from v.
func spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			spoil(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				spoil(v.Field(i))
			}
		}
	case reflect.String:
		v.SetString("spoiled")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	}
}

func (s Service[C, O, In, I]) testInvalidInput(t *testing.T) {
	server := s.Start(t, nil, nil)
	sized, resumed := new(In), new(In)
	*field[*int32](sized, "MaxResults") = aws.Int32(-3)
	*field[*string](resumed, "NextToken") = aws.String("a")
	tests := []struct {
		client C
		in     *In
		fn     func(*Settings[O])
		want   []string // parts of the error
	}{
		{server.Client(), nil, func(o *Settings[O]) { o.MaxItems, o.PageSize = -1, -2 }, []string{"MaxItems is -1", "PageSize is -2"}},
		{server.Client(), sized, func(*Settings[O]) {}, []string{"PageSize is -3"}},
		{server.Client(), resumed, func(o *Settings[O]) { o.StartingToken = "b" }, []string{"StartingToken", "NextToken"}},
		{server.Client(), nil, func(o *Settings[O]) { o.StartingToken = "a___b___1" }, []string{"invalid token"}},
		{s.None[0], nil, func(*Settings[O]) {}, []string{"the client is nil"}},
		{s.None[1], nil, func(*Settings[O]) {}, []string{"the client is nil"}},
	}
	for _, tc := range tests {
		_, _, err := s.NewPaginator(tc.client, tc.in, tc.fn).Collect(t.Context())
		if !errors.Is(err, paginate.ErrInvalidOptions) {
			t.Errorf("%q: got %v, want ErrInvalidOptions", tc.want, err)
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want it to contain %q", err, want)
			}
		}
	}
	if n := len(server.Requests()); n != 0 {
		t.Errorf("got %d requests, want none", n)
	}
}

// Calls have the user agent of the SDK's paginator, which a direct call does not
// have, and the client's options.
func (s Service[C, O, In, I]) testUserAgent(t *testing.T) {
	server := s.Start(t, s.images(2), nil)
	pager := s.NewPaginator(server.Client(), nil, func(o *Settings[O]) {
		o.ClientOptions = append(o.ClientOptions, func(o *O) { *field[string](o, "Region") = "ap-south-1" })
	})
	for page, err := range pager.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if id, ok := awsmiddleware.GetRequestIDMetadata(page.Metadata); !ok || id == "" {
			t.Error("the page has no request id")
		}
	}
	if err := s.SDK(t.Context(), server.Client()); err != nil {
		t.Fatal(err)
	}
	ours, sdk := server.Requests()[0], server.Requests()[1]
	if ours.Region != "ap-south-1" {
		t.Errorf("got the Region %s, want that of the client's options", ours.Region)
	}
	if got, want := ours.Header.Get("User-Agent"), sdk.Header.Get("User-Agent"); got != want {
		t.Errorf("got the user agent %q, want the SDK paginator's, %q", got, want)
	}
}

func (s Service[C, O, In, I]) testNoOutput(t *testing.T) {
	client := s.Fake(func(context.Context, *In, []func(*O)) (*paginate.Response[I], error) { return nil, nil })
	if _, _, err := s.NewPaginator(client, nil).Collect(t.Context()); err == nil {
		t.Error("got no error: nothing is not a page")
	}
}

func (s Service[C, O, In, I]) testPageFails(t *testing.T) {
	server := s.Start(t, s.images(25), nil)
	for reason, fault := range map[string]endpoint.Fault{"throttled": s.Throttled, "expired": s.ExpiredToken} {
		server.Script(nil, fault)
		images, token, err := s.NewPaginator(server.Client(), nil, func(o *Settings[O]) { o.PageSize, o.Label = 10, "my label" }).Collect(t.Context())
		var failed *paginate.Error
		if !errors.As(err, &failed) || failed.Page != 2 || failed.Label != "my label" || len(images) != 10 {
			t.Errorf("%s: got %d images and %v, want 10 and an error of page 2", reason, len(images), err)
			continue
		}
		if failed.ResumeToken != token || (token != "") != (reason == "throttled") {
			t.Errorf("%s: got the resume tokens %q and %q, want the same one if resuming can help", reason, failed.ResumeToken, token)
		}
		if want := s.Package + ": my label: "; !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want an error that begins with %q", reason, err, want)
		}
	}
}

// Each fault is of one class.
func (s Service[C, O, In, I]) testClasses(t *testing.T) {
	server := s.Start(t, nil, nil)
	classes := []struct {
		name  string
		is    func(error) bool
		fault endpoint.Fault
	}{
		{"throttled", s.IsThrottled, s.Throttled},
		{"denied", s.IsAccessDenied, s.Denied},
		{"unavailable", s.IsRegionUnavailable, s.Unavailable},
		{"expired", s.IsTokenRefused, s.ExpiredToken},
		{"a proxy's page", nil, endpoint.Body(200, http.Header{"Content-Type": {"text/html"}}, "<html>sign in</html>")},
	}
	for _, fault := range classes {
		server.Script(fault.fault)
		_, _, err := s.NewPaginator(server.Client(), nil).Collect(t.Context())
		for _, class := range classes {
			if class.is != nil && class.is(err) != (class.name == fault.name) {
				t.Errorf("%s: got %v for the class %s", fault.name, class.is(err), class.name)
			}
		}
	}
}

// A loop that resumes with whatever ResumeToken an error has, at most ten times,
// ends, and loses no image, after each fault at each page.
func (s Service[C, O, In, I]) testBlindResume(t *testing.T) {
	images := s.images(20)
	faults := map[string]endpoint.Fault{
		"throttled":      s.Throttled,
		"denied":         s.Denied,
		"expired token":  s.ExpiredToken,
		"cut":            endpoint.Cut(100),
		"truncated":      endpoint.Truncate(100),
		"a proxy's page": endpoint.Body(200, http.Header{"Content-Type": {"text/html"}}, "<html></html>"),
		"repeated token": endpoint.RepeatToken(0),
	}
	listings := map[string]func(client C, ids []string, fn func(*Settings[O])) *paginate.Paginator[I]{
		"NewPaginator": func(client C, _ []string, fn func(*Settings[O])) *paginate.Paginator[I] {
			return s.NewPaginator(client, nil, fn)
		},
	}
	maps.Copy(listings, s.Listings)
	server := s.Start(t, images, nil)
	for name, list := range listings {
		for reason, fault := range faults {
			for page := range 3 {
				server.Script(append(make([]endpoint.Fault, page), fault)...)
				seen := map[string]bool{}
				token, runs := "", 0
				for ; runs < 10; runs++ {
					got, next, err := list(server.Client(), s.ids(images), func(o *Settings[O]) { o.PageSize, o.StartingToken = 7, token }).Collect(t.Context())
					for _, id := range s.ids(got) {
						seen[id] = true
					}
					if err == nil || errors.Is(err, s.ErrNotFound) {
						break
					}
					token = next
				}
				if runs == 10 || len(seen) != len(images) {
					t.Errorf("%s: %s at page %d: got %d of %d images after %d runs", name, reason, page+1, len(seen), len(images), runs+1)
				}
			}
		}
	}
}
