//go:build go1.25

package appstreamimages_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/paginate"
)

func TestImageAvailableWaiter(t *testing.T) {
	pending, copying := inState("web", types.ImageStatePending), inState("web", types.ImageStateCopying)
	available, failed := inState("web", types.ImageStateAvailable), inState("web", types.ImageStateFailed)
	db := inState("db", types.ImageStateAvailable)
	deleting, deprecated := inState("web", types.ImageStateDeleting), inState("web", "DEPRECATED")
	unknown := &types.ResourceNotFoundException{Message: aws.String("no such image")}
	down := errors.New("down")
	web := &appstream.DescribeImagesInput{Names: []string{"web"}}
	both := &appstream.DescribeImagesInput{Arns: []string{*available.Arn, *db.Arn}}
	s := time.Second
	tests := []struct {
		reason  string
		in      *appstream.DescribeImagesInput
		answers []answer
		asked   []time.Duration // times of the calls
		err     error
		text    string // a part of the error
	}{
		{"available at once", web, []answer{{images: []types.Image{available}}}, []time.Duration{0}, nil, ""},
		{"available at last", web, []answer{{images: []types.Image{pending}}, {images: []types.Image{copying}}, {images: []types.Image{available}}}, []time.Duration{0, 30 * s, 60 * s}, nil, ""},
		{"slow answers count", web, []answer{{images: []types.Image{pending}, after: 5 * s}, {images: []types.Image{available}}}, []time.Duration{0, 35 * s}, nil, ""},
		{"slow answers count to the end", web, []answer{{images: []types.Image{pending}, after: 25 * s}}, []time.Duration{0, 55 * s}, context.DeadlineExceeded, "web=PENDING"},
		{"one of two is not there yet", both, []answer{{images: []types.Image{db, pending}}, {images: []types.Image{db, available}}}, []time.Duration{0, 30 * s}, nil, ""},
		{"failed", web, []answer{{images: []types.Image{pending}}, {images: []types.Image{failed}}}, []time.Duration{0, 30 * s}, nil, "appstreamimages: names web: image web is FAILED"},
		{"one of two has failed", both, []answer{{images: []types.Image{db, failed}}}, []time.Duration{0}, nil, "image web is FAILED"},
		{"being deleted", web, []answer{{images: []types.Image{pending}}, {images: []types.Image{deleting}}}, []time.Duration{0, 30 * s}, appstreamimages.ErrNotFound, "appstreamimages: names web: no image found: web=DELETING"},
		{"one of two is being deleted", both, []answer{{images: []types.Image{db, deleting}}}, []time.Duration{0}, appstreamimages.ErrNotFound, "no image found: web=DELETING"},
		{"one has failed, one is being deleted", web, []answer{{images: []types.Image{deleting, failed}}}, []time.Duration{0}, nil, "image web is FAILED"},
		{"a state that the SDK does not name", web, []answer{{images: []types.Image{pending}}, {images: []types.Image{deprecated}}}, []time.Duration{0, 30 * s}, nil, "appstreamimages: names web: image web is DEPRECATED"},
		{"each other state that the SDK names", web, []answer{{images: []types.Image{inState("web", types.ImageStateCreating)}}, {images: []types.Image{inState("web", types.ImageStateImporting)}}, {images: []types.Image{inState("web", types.ImageStateValidating)}}, {images: []types.Image{available}}}, []time.Duration{0, 30 * s, 60 * s, 90 * s}, nil, ""},
		{"no state yet", web, []answer{{images: []types.Image{inState("web", "")}}, {images: []types.Image{available}}}, []time.Duration{0, 30 * s}, nil, ""},
		{"unknown", web, []answer{{err: unknown}}, []time.Duration{0}, appstreamimages.ErrNotFound, "appstreamimages: names web: no image found: ResourceNotFoundException: no such image"},
		{"vanished", web, []answer{{images: []types.Image{pending}}, {err: unknown}}, []time.Duration{0, 30 * s}, appstreamimages.ErrNotFound, "appstreamimages: names web: no image found: ResourceNotFoundException: no such image"},
		{"vanished without an error", web, []answer{{images: []types.Image{pending}}, {}}, []time.Duration{0, 30 * s}, appstreamimages.ErrNotFound, "names web: no image found: web"},
		{"one of two has vanished", both, []answer{{images: []types.Image{available}}}, []time.Duration{0}, appstreamimages.ErrNotFound, "appstreamimages: arns " + *available.Arn + ", " + *db.Arn + ": no image found: " + *db.Arn},
		{"an error of the call", web, []answer{{images: []types.Image{pending}}, {err: down}}, []time.Duration{0, 30 * s}, down, "names web: page 1: down"},
		{"not in time", web, []answer{{images: []types.Image{pending}}}, []time.Duration{0, 30 * s, 60 * s, 90 * s}, context.DeadlineExceeded, "names web: not available (web=PENDING)"},
		{"no answer in time", web, []answer{{after: time.Hour}}, []time.Duration{0}, context.DeadlineExceeded, ""},
	}
	for _, tc := range tests {
		synctest.Test(t, func(t *testing.T) {
			client, asked := script(tc.answers...)
			output, err := appstreamimages.NewImageAvailableWaiter(client, steady).WaitForOutput(t.Context(), tc.in, 100*s)
			if fails := tc.err != nil || tc.text != ""; (err != nil) != fails || tc.err != nil && !errors.Is(err, tc.err) || fails != (output == nil) {
				t.Errorf("%s: got %v, %v, want %v", tc.reason, output, err, tc.err)
			}
			if err != nil && !strings.Contains(err.Error(), tc.text) {
				t.Errorf("%s: got %v, want it to say %q", tc.reason, err, tc.text)
			}
			if err == nil && len(output.Images) != len(tc.answers[len(tc.answers)-1].images) {
				t.Errorf("%s: got %d images, want those of the last answer", tc.reason, len(output.Images))
			}
			if !slices.Equal(asked(), tc.asked) {
				t.Errorf("%s: asked at %v, want %v", tc.reason, asked(), tc.asked)
			}
		})
	}
}

// The last attempt is made if more than MinDelay is left after the one before,
// and the wait ends with it.
func TestImageAvailableWaiter_maxWait(t *testing.T) {
	s := time.Second
	tests := []struct {
		maxWait time.Duration
		after   time.Duration // of each answer
		asked   []time.Duration
	}{
		{1, 0, []time.Duration{0}},
		{30 * s, 0, []time.Duration{0}},
		{30*s + 1, 0, []time.Duration{0, 30 * s}},
		{60 * s, 0, []time.Duration{0, 30 * s}},
		{60*s + 1, 0, []time.Duration{0, 30 * s, 60 * s}},
		{100 * s, 0, []time.Duration{0, 30 * s, 60 * s, 90 * s}},
		{35 * s, 5 * s, []time.Duration{0}},
		{35*s + 1, 5 * s, []time.Duration{0, 35 * s}},
		{70 * s, 5 * s, []time.Duration{0, 35 * s}},
		{70*s + 1, 5 * s, []time.Duration{0, 35 * s, 70 * s}},
	}
	for _, tc := range tests {
		synctest.Test(t, func(t *testing.T) {
			client, asked := script(answer{images: []types.Image{inState("web", types.ImageStatePending)}, after: tc.after})
			start := time.Now()
			err := appstreamimages.NewImageAvailableWaiter(client, steady).Wait(t.Context(), waitInput, tc.maxWait)
			end := min(tc.asked[len(tc.asked)-1]+tc.after, tc.maxWait)
			if waited := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || waited != end || !slices.Equal(asked(), tc.asked) {
				t.Errorf("maxWait %v, answers take %v: got %v after %v, asked at %v, want the end after %v, asked at %v", tc.maxWait, tc.after, err, waited, asked(), end, tc.asked)
			}
		})
	}
}

// The errors name every image that is missing or not available.
func TestImageAvailableWaiter_names(t *testing.T) {
	in := &appstream.DescribeImagesInput{Names: []string{"a", "b", "c", "d", "e"}}
	images := []types.Image{
		inState("a", types.ImageStatePending), inState("b", types.ImageStateAvailable), inState("c", types.ImageStateCopying),
		{Arn: aws.String("arn:aws:appstream:us-east-1:123456789012:image/f"), State: types.ImageStatePending},
	}
	waiter := appstreamimages.NewImageAvailableWaiter(paged(images))
	for want, patient := range map[string]bool{
		"no image found: d, e": false,
		"not available (a=PENDING, c=COPYING, arn:aws:appstream:us-east-1:123456789012:image/f=PENDING, d=missing, e=missing)": true,
	} {
		err := waiter.Wait(t.Context(), in, time.Second, func(o *waiterOptions) { o.WaitForCreation = patient })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
	}
}

func TestImageFailedError(t *testing.T) {
	image := inState("web", types.ImageStateFailed)
	image.StateChangeReason = &types.ImageStateChangeReason{Code: types.ImageStateChangeReasonCodeInternalError, Message: aws.String("it could not be created")}
	image.ImageErrors = []types.ResourceError{
		{ErrorCode: types.FleetErrorCodeInternalServiceError, ErrorMessage: aws.String("try again")},
		{ErrorCode: types.FleetErrorCodeSubnetNotFound},
	}
	err := appstreamimages.NewImageAvailableWaiter(paged([]types.Image{image})).Wait(t.Context(), waitInput, time.Minute)
	failed, ok := as[*appstreamimages.ImageFailedError](err)
	if !ok || failed.Image.StateChangeReason != image.StateChangeReason {
		t.Fatalf("got %v, want an ImageFailedError with the image", err)
	}
	want := "appstreamimages: names web: image web is FAILED; INTERNAL_ERROR: it could not be created; INTERNAL_SERVICE_ERROR: try again; SUBNET_NOT_FOUND"
	if err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// The delays grow from MinDelay to MaxDelay, with jitter.
func TestImageAvailableWaiter_delays(t *testing.T) {
	for _, tc := range []struct {
		reason   string
		min, max time.Duration
		options  func(*waiterOptions)
	}{
		{"the defaults of the SDK's waiters of AppStream", 30 * time.Second, 120 * time.Second, func(*waiterOptions) {}},
		{"zero is the default", 30 * time.Second, 120 * time.Second, func(o *waiterOptions) { o.MinDelay, o.MaxDelay = 0, 0 }},
		{"relative to the default", 30 * time.Second, 60 * time.Second, func(o *waiterOptions) { o.MaxDelay = 2 * o.MinDelay }},
		{"relative to the other default", 60 * time.Second, 120 * time.Second, func(o *waiterOptions) { o.MinDelay = o.MaxDelay / 2 }},
		{"others", 1, 8 * time.Second, func(o *waiterOptions) { o.MinDelay, o.MaxDelay = 1, 8*time.Second }},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, asked := script(answer{images: []types.Image{inState("web", types.ImageStatePending)}})
			start := time.Now()
			err := appstreamimages.NewImageAvailableWaiter(client).Wait(t.Context(), waitInput, time.Hour, tc.options)
			if waited := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || waited > time.Hour || waited < time.Hour-tc.max {
				t.Errorf("%s: got %v after %v, want context.DeadlineExceeded after an hour", tc.reason, err, waited)
			}
			times := asked()
			longest := time.Duration(0)
			defer func() {
				if longest <= tc.max/2 {
					t.Errorf("%s: the longest delay is %v, want it to come near %v", tc.reason, longest, tc.max)
				}
			}()
			for i, next := range times[1:] {
				longest = max(longest, next-times[i])
				if delay := next - times[i]; delay < tc.min || delay > tc.max {
					t.Errorf("%s: got the delay %v, want %v to %v", tc.reason, delay, tc.min, tc.max)
				}
			}
			if got, want := times[1]-times[0], tc.min; got != want {
				t.Errorf("%s: got the first delay %v, want %v", tc.reason, got, want)
			}
		})
	}
}

func TestImageAvailableWaiter_nilRetryable(t *testing.T) {
	waiter := appstreamimages.NewImageAvailableWaiter(paged([]types.Image{inState("web", types.ImageStateFailed)}), func(o *waiterOptions) { o.Retryable = nil })
	if _, ok := as[*appstreamimages.ImageFailedError](waiter.Wait(t.Context(), waitInput, time.Minute)); !ok {
		t.Error("nil is not the default")
	}
}

func TestImageFailedError_missingFields(t *testing.T) {
	err := &appstreamimages.ImageFailedError{Image: types.Image{
		Arn: aws.String("arn:aws:appstream:us-east-1:123456789012:image/web"), State: types.ImageStateFailed,
		StateChangeReason: &types.ImageStateChangeReason{}, ImageErrors: []types.ResourceError{{}},
	}}
	if got, want := err.Error(), "image arn:aws:appstream:us-east-1:123456789012:image/web is FAILED"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestImageAvailableWaiter_context(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(45*time.Second, cancel)
		client, _ := script(answer{images: []types.Image{inState("web", types.ImageStatePending)}})
		start := time.Now()
		err := appstreamimages.NewImageAvailableWaiter(client, steady).Wait(ctx, waitInput, time.Hour)
		if waited := time.Since(start); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "web=PENDING") || waited != 45*time.Second {
			t.Errorf("got %v after %v, want context.Canceled after 45s", err, waited)
		}
	})
}

// An image that is not available may be on any page.
func TestImageAvailableWaiter_allPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		available, pending := inState("a", types.ImageStateAvailable), inState("b", types.ImageStatePending)
		in := &appstream.DescribeImagesInput{Names: []string{"a"}}
		client := paged([]types.Image{available, available, pending}, 1, 0, 1)
		if err := appstreamimages.NewImageAvailableWaiter(client, steady).Wait(t.Context(), in, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want context.DeadlineExceeded", err)
		}
		client = paged([]types.Image{available, available}, 1, 0, 1)
		output, err := appstreamimages.NewImageAvailableWaiter(client).WaitForOutput(t.Context(), in, time.Minute)
		if err != nil || len(output.Images) != 2 {
			t.Errorf("got %v, %v, want the images of both pages", output, err)
		}
	})
}

// Two of three published wait loops wait for an image that does not exist yet.
func TestImageAvailableWaiter_waitForCreation(t *testing.T) {
	patient := func(o *waiterOptions) { o.WaitForCreation = true }
	pending, failed := inState("web", types.ImageStatePending), inState("web", types.ImageStateFailed)
	available := answer{images: []types.Image{inState("web", types.ImageStateAvailable)}}
	missing := answer{err: &types.ResourceNotFoundException{}}
	tests := []struct {
		reason  string
		answers []answer
		calls   int
		err     error
		text    string
	}{
		{"reported missing, left out, then available", []answer{missing, {}, available}, 3, nil, ""},
		{"it fails as soon as it exists", []answer{missing, {images: []types.Image{failed}}}, 2, nil, "image web is FAILED"},
		{"never created", []answer{missing}, 3, context.DeadlineExceeded, "not available (web=missing)"},
		{"created and not in time", []answer{missing, {images: []types.Image{pending}}}, 3, context.DeadlineExceeded, "not available (web=PENDING)"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, asked := script(tc.answers...)
				err := appstreamimages.NewImageAvailableWaiter(client, steady).Wait(t.Context(), waitInput, 80*time.Second, patient)
				if wants := tc.err != nil || tc.text != ""; (err != nil) != wants || !errors.Is(err, tc.err) && tc.err != nil || len(asked()) != tc.calls {
					t.Errorf("got %v after %d calls, want %v after %d", err, len(asked()), tc.err, tc.calls)
				}
				if err != nil && !strings.Contains(err.Error(), tc.text) {
					t.Errorf("got %v, want it to contain %q", err, tc.text)
				}
			})
		})
	}
}

// An error that follows an answer is the paginator's, whose text already says
// what was listed.
func TestImageAvailableWaiter_laterError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := script(answer{images: []types.Image{inState("web", types.ImageStatePending)}}, answer{err: errors.New("down")})
		err := appstreamimages.NewImageAvailableWaiter(client, steady).Wait(t.Context(), waitInput, time.Hour)
		if want := "appstreamimages: names web: page 1: down"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

// A Region that has answered is not off, whatever the later attempts yield.
func TestImageAvailableWaiter_regionAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		off := answer{err: &smithy.GenericAPIError{Code: "UnrecognizedClientException"}}
		pending := answer{images: []types.Image{inState("web", types.ImageStatePending)}}
		missing := answer{err: &types.ResourceNotFoundException{}}
		for _, tc := range []struct {
			answers []answer
			want    bool
		}{
			{[]answer{off}, true},
			{[]answer{pending, off}, false},
			{[]answer{missing, off}, false},
			{[]answer{pending, missing, off}, false},
		} {
			client, _ := script(tc.answers...)
			waiter := appstreamimages.NewImageAvailableWaiter(client, steady, func(o *waiterOptions) { o.WaitForCreation = true })
			err := waiter.Wait(t.Context(), waitInput, time.Hour)
			if got := appstreamimages.IsRegionUnavailable(err); err == nil || got != tc.want {
				t.Errorf("after %d answers: %v: got unavailable %v, want %v", len(tc.answers)-1, err, got, tc.want)
			}
		}
	})
}

// A caller's function can call the default.
func TestImageAvailableWaiter_retryable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := errors.New("down")
		client, asked := script(answer{err: down}, answer{images: []types.Image{inState("web", types.ImageStateAvailable)}})
		patient := func(o *waiterOptions) {
			retryable := o.Retryable
			o.Retryable = func(ctx context.Context, in *appstream.DescribeImagesInput, out *appstream.DescribeImagesOutput, err error) (bool, error) {
				if errors.Is(err, down) {
					return true, nil
				}
				return retryable(ctx, in, out, err)
			}
		}
		if err := appstreamimages.NewImageAvailableWaiter(client, steady).Wait(t.Context(), waitInput, time.Hour, patient); err != nil || len(asked()) != 2 {
			t.Errorf("got %v after %d calls, want nil after 2", err, len(asked()))
		}
	})
}

// The default never retries after an error. It knows AppStream's error also without the
// paginator's.
func TestImageAvailableWaiter_defaultRetryable(t *testing.T) {
	appstreamimages.NewImageAvailableWaiter(nil, func(o *waiterOptions) {
		unknown := &types.ResourceNotFoundException{Message: aws.String("no such image")}
		down := errors.New("down")
		for _, tc := range []struct {
			state types.ImageState
			err   error
			want  []error
		}{
			{"", unknown, []error{unknown, appstreamimages.ErrNotFound}},
			{"", down, []error{down}},
			{types.ImageStateFailed, nil, nil},
			{types.ImageStateDeleting, nil, []error{appstreamimages.ErrNotFound}},
		} {
			output := &appstream.DescribeImagesOutput{Images: []types.Image{inState("web", tc.state)}}
			retry, err := o.Retryable(t.Context(), waitInput, output, tc.err)
			if retry || err == nil {
				t.Errorf("state %q, %v: got %v, %v, want an error", tc.state, tc.err, retry, err)
			}
			for _, want := range tc.want {
				if !errors.Is(err, want) {
					t.Errorf("state %q, %v: got %v, want %v", tc.state, tc.err, err, want)
				}
			}
		}
	})
}

func TestImageAvailableWaiter_invalidArguments(t *testing.T) {
	client := fake(func(context.Context, *appstream.DescribeImagesInput) (*appstream.DescribeImagesOutput, error) {
		t.Error("there was a request")
		return nil, errors.New("unreachable")
	})
	var ctx context.Context
	for _, tc := range []struct {
		name    string
		client  appstream.DescribeImagesAPIClient
		ctx     context.Context
		input   *appstream.DescribeImagesInput
		maxWait time.Duration
		delay   time.Duration
		want    string
	}{
		{"several", nil, ctx, nil, 0, time.Second, "appstreamimages: invalid options: the input has neither Names nor Arns, which would select every image; " +
			"the context is nil; maxWait is 0s, must be positive; MinDelay is 30s, must not exceed MaxDelay, 1s; the client is nil"},
		{"no names", client, t.Context(), &appstream.DescribeImagesInput{Names: []string{}}, time.Hour, 0, "appstreamimages: invalid options: " +
			"the input has neither Names nor Arns, which would select every image; Names is empty but not nil, which would select every image"},
		{"no client", nil, t.Context(), waitInput, time.Hour, 0, "the client is nil"},
		{"blank name", client, t.Context(), &appstream.DescribeImagesInput{Names: []string{" "}}, time.Hour, 0, "Names[0] is blank"},
	} {
		err := appstreamimages.NewImageAvailableWaiter(tc.client).Wait(tc.ctx, tc.input, tc.maxWait, func(o *waiterOptions) {
			o.MaxDelay = tc.delay
			o.Retryable = func(context.Context, *appstream.DescribeImagesInput, *appstream.DescribeImagesOutput, error) (bool, error) {
				t.Errorf("%s: Retryable was called", tc.name)
				return false, nil
			}
		})
		if !errors.Is(err, paginate.ErrInvalidOptions) || !strings.HasSuffix(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want ErrInvalidOptions, %s", tc.name, err, tc.want)
		}
	}
}

// The calls of a real client have the user agent of a waiter and the options.
func TestImageAvailableWaiter_clientOptions(t *testing.T) {
	server := start(t, []types.Image{inState("web", types.ImageStateAvailable)})
	waiter := appstreamimages.NewImageAvailableWaiter(server.Client(), func(o *waiterOptions) {
		o.ClientOptions = append(o.ClientOptions, func(o *appstream.Options) { o.Region = "eu-north-1" })
	})
	if err := waiter.Wait(t.Context(), &appstream.DescribeImagesInput{Names: []string{"web"}}, time.Minute); err != nil {
		t.Fatal(err)
	}
	request := server.Requests()[0]
	if request.Region != "eu-north-1" || !slices.Equal(request.Input.Names, []string{"web"}) {
		t.Errorf("got the request %+v, want the Region of the option", request)
	}
	_, features, _ := strings.Cut(request.Header.Get("User-Agent"), " m/")
	features, _, _ = strings.Cut(features, " ")
	if feature := string(awsmiddleware.UserAgentFeatureWaiter); !slices.Contains(strings.Split(features, ","), feature) {
		t.Errorf("got the features %q in the user agent, want %s among them", features, feature)
	}

	// As from the SDK's waiters, a mock receives one function.
	var received int
	mock := counting(func(_ context.Context, _ *input, fns []func(*appstream.Options)) (*appstream.DescribeImagesOutput, error) {
		received = len(fns)
		return &appstream.DescribeImagesOutput{Images: []types.Image{inState("web", types.ImageStateAvailable)}}, nil
	})
	err := appstreamimages.NewImageAvailableWaiter(mock).Wait(t.Context(), waitInput, time.Minute, func(o *waiterOptions) {
		o.ClientOptions = append(o.ClientOptions, func(*appstream.Options) {})
	})
	if err != nil || received != 1 {
		t.Errorf("got %v and %d option functions, want one", err, received)
	}

	// The second attempt, and the metadata of the last output.
	server.SetImages([]types.Image{inState("web", types.ImageStatePending)})
	output, err := waiter.WaitForOutput(t.Context(), waitInput, time.Minute, func(o *waiterOptions) {
		o.MinDelay, o.MaxDelay = time.Millisecond, time.Millisecond
		retryable := o.Retryable
		o.Retryable = func(ctx context.Context, in *appstream.DescribeImagesInput, out *appstream.DescribeImagesOutput, err error) (bool, error) {
			server.SetImages([]types.Image{inState("web", types.ImageStateAvailable)})
			return retryable(ctx, in, out, err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if id, ok := awsmiddleware.GetRequestIDMetadata(output.ResultMetadata); !ok || id == "" {
		t.Error("the output has no request id")
	}
	if n := len(server.Requests()); n != 3 {
		t.Errorf("got %d requests, want one of the first wait and two of the second", n)
	}
}
