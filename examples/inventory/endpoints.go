package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// endpoints are the servers that stand for AWS: EC2, AppStream and STS. STS
// returns a different access key for each account, which selects the account of
// the later requests.
type endpoints struct {
	ec2       *ec2imagestest.Server
	appstream *appstreamimagestest.Server
	sts       *httptest.Server

	worlds map[[2]string]worlds // per account and Region

	mu      sync.Mutex
	refused map[string]bool // requests that failed, by requestID
}

// worlds are what an account sees in a Region, and the faults there.
type worlds struct {
	ec2       *ec2imagestest.Region
	appstream *appstreamimagestest.Region

	ec2Fault, appStreamFault *dial
}

// turnOff makes the requests fail as in a Region that the account has not
// enabled.
func (w worlds) turnOff() {
	w.ec2Fault.set(ec2imagestest.Fail(http.StatusUnauthorized, "AuthFailure", "AWS was not able to validate the provided access credentials"))
	w.appStreamFault.set(appstreamimagestest.Fail(http.StatusBadRequest, "UnrecognizedClientException", "The security token included in the request is invalid"))
}

// throttle limits the number of requests per second.
func (w worlds) throttle(perSecond int) {
	w.ec2Fault.set(throttle(perSecond, ec2imagestest.Throttle()))
	w.appStreamFault.set(throttle(perSecond, appstreamimagestest.Throttle()))
}

// startEndpoints starts the servers of an estate. Each request takes latency.
// One account has not enabled the last Region, unless that is the only one, and one
// is throttled.
func startEndpoints(e *estate, latency time.Duration) *endpoints {
	s := &endpoints{
		ec2:       ec2imagestest.NewServer(nil),
		appstream: appstreamimagestest.NewServer(nil),
		sts:       httptest.NewServer(stsHandler{e.accounts}),
		worlds:    map[[2]string]worlds{},
		refused:   map[string]bool{},
	}
	for i, p := range e.places {
		w := worlds{ec2Fault: &dial{}, appStreamFault: &dial{}}
		key := accessKey(p.account)
		w.ec2 = s.ec2.AddRegion(key, p.region, p.ec2, func(o *ec2imagestest.Options) {
			o.Account, o.Fault = p.account, chain(s.noteErrors, ec2imagestest.Latency(latency), w.ec2Fault.turn)
		})
		w.appstream = s.appstream.AddRegion(key, p.region, p.appstream, func(o *appstreamimagestest.Options) {
			o.Fault = chain(s.noteErrors, appstreamimagestest.Latency(latency), w.appStreamFault.turn)
		})
		switch {
		case i == len(e.places)-1 && len(e.regions) > 1:
			w.turnOff()
		case i == 1:
			w.throttle(4)
		}
		s.worlds[[2]string{p.account, p.region}] = w
	}
	return s
}

func (s *endpoints) close() {
	s.ec2.Close()
	s.appstream.Close()
	s.sts.Close()
}

// environment returns the environment variables that direct the SDKs to the
// servers.
func (s *endpoints) environment() []string {
	return []string{
		"AWS_ENDPOINT_URL_EC2=" + s.ec2.URL,
		"AWS_ENDPOINT_URL_APPSTREAM=" + s.appstream.URL,
		"AWS_ENDPOINT_URL_STS=" + s.sts.URL,
		"AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
		"AWS_SECRET_ACCESS_KEY=secret",
	}
}

type fault = func(http.Handler) http.Handler

// chain returns a fault that applies all faults, the first outermost.
func chain(faults ...fault) fault {
	return func(next http.Handler) http.Handler {
		for i := range faults {
			next = faults[len(faults)-1-i](next)
		}
		return next
	}
}

// A dial is a fault that can be replaced.
type dial struct{ now atomic.Pointer[fault] }

func (d *dial) set(f fault) { d.now.Store(&f) }

// turn applies the current fault.
func (d *dial) turn(next http.Handler) http.Handler {
	if f := d.now.Load(); f != nil {
		return (*f)(next)
	}
	return next
}

// throttle allows perSecond requests per second and applies over to the others.
func throttle(perSecond int, over fault) fault {
	var mu sync.Mutex
	var last time.Time
	left := 0.0
	return func(next http.Handler) http.Handler {
		refuse := over(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			now := time.Now()
			left = min(left+now.Sub(last).Seconds()*float64(perSecond), float64(perSecond))
			last = now
			ok := left >= 1
			if ok {
				left--
			}
			mu.Unlock()
			if ok {
				next.ServeHTTP(w, r)
			} else {
				refuse.ServeHTTP(w, r)
			}
		})
	}
}

// requestID returns the SDK's identifier of a request.
func requestID(h http.Header) string {
	return h.Get("Amz-Sdk-Invocation-Id") + " " + h.Get("Amz-Sdk-Request")
}

// noteErrors records the requests that fail.
func (s *endpoints) noteErrors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		watched := &statusWriter{ResponseWriter: w}
		next.ServeHTTP(watched, r)
		if watched.status >= http.StatusBadRequest {
			s.mu.Lock()
			s.refused[requestID(r.Header)] = true
			s.mu.Unlock()
		}
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// A record counts the requests to the endpoints.
type record struct {
	Pages   int // distinct pages that were fetched
	Twice   int // requests for a page that had already been fetched
	Refused int // requests that failed
}

// record returns the record so far.
func (s *endpoints) record() (r record) {
	type page struct{ accessKey, region, service, scope, token string }
	fetched := map[page]bool{}
	s.mu.Lock()
	defer s.mu.Unlock()
	add := func(h http.Header, p page) {
		switch {
		case s.refused[requestID(h)]:
			r.Refused++
		case fetched[p]:
			r.Twice++
		default:
			fetched[p] = true
			r.Pages++
		}
	}
	for _, in := range s.ec2.AllRequests() {
		add(in.Header, page{in.AccessKeyID, in.Region, "ec2", fmt.Sprint(in.Input.Owners), aws.ToString(in.Input.NextToken)})
	}
	for _, in := range s.appstream.AllRequests() {
		add(in.Header, page{in.AccessKeyID, in.Region, "appstream", string(in.Input.Type), aws.ToString(in.Input.NextToken)})
	}
	return r
}

// endpointsCommand serves an estate until standard input ends. It writes its
// addresses as environment variables, and its record whenever it reads a line.
func endpointsCommand(_ context.Context, flags *flag.FlagSet, args []string, out io.Writer) error {
	size := addEstateFlags(flags)
	latency := flags.Duration("latency", 20*time.Millisecond, "the time that each request takes")
	if err := parse(flags, args); err != nil {
		return err
	}
	e, err := newEstate(*size.listings, *size.images)
	if err != nil {
		return err
	}
	s := startEndpoints(e, *latency)
	defer s.close()
	encoder := json.NewEncoder(out)
	if err := encoder.Encode(s.environment()); err != nil {
		return err
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if err := encoder.Encode(s.record()); err != nil {
			return err
		}
	}
	return nil
}

// estateFlags are the flags that determine an estate.
type estateFlags struct{ listings, images *int }

func addEstateFlags(flags *flag.FlagSet) estateFlags {
	return estateFlags{
		flags.Int("listings", 40, "the number of `listings`: 4 for each account in each Region"),
		flags.Int("images", 50_000, "the approximate number of `images`"),
	}
}
