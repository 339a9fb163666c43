// Package fakeaws serves EC2, AppStream and STS for the demo and the tests.
package fakeaws

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// Servers stand for AWS: EC2, AppStream and STS. STS returns a different access
// key for each account, which selects the account of the later requests.
type Servers struct {
	EC2       *ec2imagestest.Server
	AppStream *appstreamimagestest.Server
	Fault     *Dial // the fault of EC2 and AppStream, after those of a Region
	STS       *Dial // the fault of STS

	sts     *httptest.Server
	regions map[[2]string]*Region // per account and Region

	mu      sync.Mutex
	ec2     []*ec2imagestest.Region // all that were added
	refused map[string]bool         // requests that failed, by requestID
}

// A Region is an account's services in a Region, and their faults.
type Region struct {
	EC2       *ec2imagestest.Region
	AppStream *appstreamimagestest.Region

	EC2Fault, AppStreamFault *Dial

	enable func(enabled bool)
}

// Options are what goes wrong.
type Options struct {
	Latency time.Duration // of each request

	// Lifetime is how long credentials are valid. The default is an hour.
	Lifetime time.Duration

	// Plain leaves out that the last account has not enabled the last Region,
	// and that the second place is throttled.
	Plain bool
}

// Start starts the servers.
func Start(c *Content, options Options) *Servers {
	s := &Servers{
		EC2:       ec2imagestest.NewServer(nil),
		AppStream: appstreamimagestest.NewServer(nil),
		Fault:     &Dial{},
		STS:       &Dial{},
		regions:   map[[2]string]*Region{},
		refused:   map[string]bool{},
	}
	s.sts = httptest.NewServer(stsHandler{c.Accounts, s.STS, cmp.Or(options.Lifetime, time.Hour)})
	for i, p := range c.Places {
		g := s.add(p, options.Latency)
		if options.Plain {
			continue
		}
		switch {
		case i == len(c.Places)-1 && len(c.Regions) > 1:
			g.Enable(false)
		case i == 1:
			g.Throttle(4)
		}
	}
	return s
}

func (s *Servers) add(p *Place, latency time.Duration) *Region {
	g := &Region{EC2Fault: &Dial{}, AppStreamFault: &Dial{}}
	s.regions[[2]string{p.Account, p.Region}] = g
	key := AccessKey(p.Account)
	g.enable = func(enabled bool) {
		g.EC2 = s.EC2.AddRegion(key, p.Region, p.EC2, func(o *ec2imagestest.Options) {
			o.Account, o.NotOptedIn = p.Account, !enabled
			o.Fault = chain(s.noteErrors, ec2imagestest.Stall(0, latency), g.EC2Fault.apply, s.Fault.apply)
		})
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ec2 = append(s.ec2, g.EC2)
	}
	g.enable(true)
	g.AppStream = s.AppStream.AddRegion(key, p.Region, p.AppStream, func(o *appstreamimagestest.Options) {
		o.Fault = chain(s.noteErrors, appstreamimagestest.Stall(0, latency), g.AppStreamFault.apply, s.Fault.apply)
	})
	return g
}

// At returns an account's services in a Region.
func (s *Servers) At(account, region string) *Region { return s.regions[[2]string{account, region}] }

// Regions returns all of them.
func (s *Servers) Regions() (all []*Region) {
	for _, g := range s.regions {
		all = append(all, g)
	}
	return all
}

// Enable enables the Region for the account, or disables it.
func (g *Region) Enable(enabled bool) {
	g.enable(enabled)
	g.AppStreamFault.Set(nil)
	if !enabled {
		g.AppStreamFault.Set(appstreamimagestest.InvalidCredentials())
	}
}

// Throttle limits the number of requests per second.
func (g *Region) Throttle(perSecond int) {
	g.EC2Fault.Set(throttle(perSecond, ec2imagestest.Throttle()))
	g.AppStreamFault.Set(throttle(perSecond, appstreamimagestest.Throttle()))
}

// Close shuts the servers down.
func (s *Servers) Close() {
	s.EC2.Close()
	s.AppStream.Close()
	s.sts.Close()
}

// AccessKey returns the access key of an account.
func AccessKey(account string) string { return "ASIA" + account }

// Environment returns the environment variables that direct the SDKs to the
// servers.
func (s *Servers) Environment() []string {
	return []string{
		"AWS_ENDPOINT_URL_EC2=" + s.EC2.URL,
		"AWS_ENDPOINT_URL_APPSTREAM=" + s.AppStream.URL,
		"AWS_ENDPOINT_URL_STS=" + s.sts.URL,
		"AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
		"AWS_SECRET_ACCESS_KEY=secret",
	}
}

// A Fault changes the answers of a service.
type Fault = func(http.Handler) http.Handler

// chain returns a fault that applies all faults, the first outermost.
func chain(faults ...Fault) Fault {
	return func(next http.Handler) http.Handler {
		for i := range faults {
			next = faults[len(faults)-1-i](next)
		}
		return next
	}
}

// A Dial is a fault that can be replaced.
type Dial struct{ now atomic.Pointer[Fault] }

// Set replaces the fault. With nil, nothing fails.
func (d *Dial) Set(f Fault) { d.now.Store(&f) }

// apply applies the current fault to a request.
func (d *Dial) apply(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := d.now.Load(); f != nil && *f != nil {
			(*f)(next).ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Silent is a fault that accepts requests and never answers.
func Silent(http.Handler) http.Handler {
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		// Only then the server notices that the client has gone.
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
}

// throttle allows perSecond requests per second and applies over to the others.
func throttle(perSecond int, over Fault) Fault {
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
func (s *Servers) noteErrors(next http.Handler) http.Handler {
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

// A Record counts the requests for pages.
type Record struct {
	Pages   int // distinct pages that were fetched
	Twice   int // requests for a page that had already been fetched
	Refused int // requests that failed
}

// Record returns the record so far.
func (s *Servers) Record() (r Record) {
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
	for _, g := range s.ec2 {
		for _, in := range g.Requests() {
			add(in.Header, page{in.AccessKeyID, in.Region, "ec2", fmt.Sprint(in.Input.Owners), aws.ToString(in.Input.NextToken)})
		}
	}
	for _, g := range s.regions {
		for _, in := range g.AppStream.Requests() {
			add(in.Header, page{in.AccessKeyID, in.Region, "appstream", string(in.Input.Type), aws.ToString(in.Input.NextToken)})
		}
	}
	return r
}
