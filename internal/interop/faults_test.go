package interop_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/internal/endpoint"
	"github.com/awsimages/awsimages/internal/peer"
)

var update = flag.Bool("update", false, "write docs/faults.md")

// An outcome is the result of a listing whose first request has a fault.
type outcome struct {
	Images   int    `json:"images"`
	Error    string `json:"error"` // its name, "" if the listing is complete
	Requests int    `json:"requests"`
}

// heals reports whether the listing is complete.
func (o outcome) heals() bool { return o.Error == "" && o.Images == images }

// String returns the cell of the table: what became of the listing, and the
// number of attempts at the first page. A listing that is neither complete nor
// an error is the worst of all.
func (o outcome) String() string {
	switch {
	case o.heals():
		return fmt.Sprintf("heals (%d)", o.Requests-(pages-1))
	case o.Error == "":
		return fmt.Sprintf("**%d images, no error** (%d)", o.Images, o.Requests)
	}
	return fmt.Sprintf("%s (%d)", o.Error, o.Requests)
}

var credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
})

// A faultyService is one of the services under faults.
type faultyService struct {
	name  string
	input map[string]any
	serve func(*testing.T) (url string, script func(...ec2imagestest.Fault), server *http.Client)
	ours  func(t *testing.T, url string, client clientDo, stall time.Duration) (images int, err error)
}

type clientDo func(*http.Request) (*http.Response, error)

func (f clientDo) Do(r *http.Request) (*http.Response, error) { return f(r) }

// impatient is an SDK retryer without pauses.
func impatient() *retry.Standard {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

func faultyServices() []faultyService {
	return []faultyService{{
		name:  "ec2",
		input: map[string]any{"IncludeDeprecated": true, "IncludeDisabled": true},
		serve: func(t *testing.T) (string, func(...ec2imagestest.Fault), *http.Client) {
			server := ec2imagestest.NewServer(ec2imagestest.Catalog(images))
			t.Cleanup(server.Close)
			return server.URL, server.Script, server.Client().Options().HTTPClient.(*http.Client)
		},
		ours: func(t *testing.T, url string, client clientDo, stall time.Duration) (int, error) {
			api := ec2.New(ec2.Options{Region: "us-east-1", Credentials: credentials, BaseEndpoint: &url, HTTPClient: client, Retryer: impatient()})
			input := &ec2.DescribeImagesInput{IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true)}
			items, _, err := ec2images.NewPaginator(api, input, func(o *ec2images.Options) { o.PageSize, o.StallTimeout = 25, stall }).Collect(t.Context())
			return len(items), err
		},
	}, {
		name:  "appstream",
		input: map[string]any{},
		serve: func(t *testing.T) (string, func(...ec2imagestest.Fault), *http.Client) {
			server := appstreamimagestest.NewServer(appstreamimagestest.Catalog(images))
			t.Cleanup(server.Close)
			return server.URL, server.Script, server.Client().Options().HTTPClient.(*http.Client)
		},
		ours: func(t *testing.T, url string, client clientDo, stall time.Duration) (int, error) {
			api := appstream.New(appstream.Options{Region: "us-east-1", Credentials: credentials, BaseEndpoint: &url, HTTPClient: client, Retryer: impatient()})
			items, _, err := appstreamimages.NewPaginator(api, nil, func(o *appstreamimages.Options) { o.StallTimeout = stall }).Collect(t.Context())
			return len(items), err
		},
	}}
}

// at returns a fault that depends on a length of the body: so many per mille of
// it, at least 1 byte and never all.
func at(perMille int, fault func(n int) ec2imagestest.Fault) ec2imagestest.Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			size := len(bytes.TrimRight(answer.Body.Bytes(), "\n"))
			fault(min(max(size*perMille/1000, 1), size-1))(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				maps.Copy(w.Header(), answer.Header())
				w.WriteHeader(answer.Code)
				_, _ = w.Write(answer.Body.Bytes())
			})).ServeHTTP(w, r)
		})
	}
}

// short is the timeout where a response stalls.
const short = 2 * time.Second

type fault struct {
	name   string
	faults map[string]ec2imagestest.Fault // by service
	stalls bool
	refuse bool // there is no listener at first
}

func faults() []fault {
	both := func(f ec2imagestest.Fault) map[string]ec2imagestest.Fault {
		return map[string]ec2imagestest.Fault{"ec2": f, "appstream": f}
	}
	stall := func(n int) ec2imagestest.Fault { return ec2imagestest.Stall(n, time.Hour) }
	html := "<html><body><h1>Bad gateway</h1></body></html>"
	return []fault{
		{name: "throttled", faults: map[string]ec2imagestest.Fault{"ec2": ec2imagestest.Throttle(), "appstream": appstreamimagestest.Throttle()}},
		{name: "500", faults: map[string]ec2imagestest.Fault{
			"ec2":       ec2imagestest.Fail(500, "InternalError", "An internal error has occurred"),
			"appstream": appstreamimagestest.Fail(500, "InternalFailure", "An internal error has occurred"),
		}},
		{name: "502 with HTML", faults: both(ec2imagestest.Body(502, "text/html", html))},
		{name: "503 with an empty body", faults: both(ec2imagestest.Body(503, "", ""))},
		{name: "connection refused", refuse: true},
		{name: "connection closed before the response", faults: both(ec2imagestest.Cut(0))},
		{name: "connection reset before the response", faults: both(endpoint.Reset(0))},
		{name: "body cut after its first byte", faults: both(at(0, ec2imagestest.Cut))},
		{name: "body cut in the middle", faults: both(at(500, ec2imagestest.Cut))},
		{name: "body cut before its last byte", faults: both(at(1000, ec2imagestest.Cut))},
		{name: "connection reset in the body", faults: both(at(500, endpoint.Reset))},
		{name: "whole body with half a document", faults: both(at(500, endpoint.Truncate))},
		{name: "stalled before the response", faults: both(ec2imagestest.Stall(0, time.Hour)), stalls: true},
		{name: "stalled in the body", faults: both(at(500, stall)), stalls: true},
		{name: "200 with a proxy's page", faults: both(ec2imagestest.Body(200, "text/html", html))},
		{name: "200 with an empty body", faults: both(ec2imagestest.Body(200, "", ""))},
		{name: "token expired", faults: map[string]ec2imagestest.Fault{"ec2": ec2imagestest.ExpiredToken(), "appstream": appstreamimagestest.ExpiredToken()}},
	}
}

// TestFaults_table lists with boto3 and with this module through each fault
// once, and compares the outcomes with docs/faults.md.
func TestFaults_table(t *testing.T) {
	boto3 := faultyBoto3(t)
	var table strings.Builder
	table.WriteString("| fault of the first request | EC2: boto3 | awsimages | AppStream: boto3 | awsimages |\n|---|---|---|---|---|\n")
	for _, f := range faults() {
		table.WriteString("| " + f.name)
		for _, s := range faultyServices() {
			theirs, ours := meet(t, f, s, boto3)
			if theirs.heals() && !ours.heals() || ours.Error == "" && !ours.heals() {
				t.Errorf("%s, %s: got %v, and %v of boto3", s.name, f.name, ours, theirs)
			}
			fmt.Fprintf(&table, " | %v | %v", theirs, ours)
		}
		table.WriteString(" |\n")
	}
	checkTable(t, table.String())
}

// meet lets both lists meet a fault, each on its own server.
func meet(t *testing.T, f fault, s faultyService, boto3 func(map[string]any) outcome) (theirs, ours outcome) {
	t.Helper()
	timeout := time.Minute
	if f.stalls {
		timeout = short
	}
	url, open, _ := begin(t, f, s)
	control := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { open() }))
	defer control.Close()
	theirs = boto3(map[string]any{"service": s.name, "url": url, "input": s.input, "timeout": timeout.Seconds(), "open": control.URL})

	url, open, inner := begin(t, f, s)
	requests := 0
	count := func(r *http.Request) (*http.Response, error) {
		if requests++; requests == 2 {
			open()
		}
		return inner.Do(r)
	}
	listed, err := s.ours(t, url, count, timeout)
	return theirs, outcome{Images: listed, Error: nameOf(err), Requests: requests}
}

// pages is the number of pages of 25.
const pages = (images + 24) / 25

// begin starts a server with a fault. Where connections are refused at first,
// open starts to accept them.
func begin(t *testing.T, f fault, s faultyService) (url string, open func(), client *http.Client) {
	t.Helper()
	url, script, client := s.serve(t)
	if !f.refuse {
		script(f.faults[s.name])
		return url, func() {}, client
	}
	backend := strings.TrimPrefix(url, "http://")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	var once sync.Once
	return "http://" + address, func() { once.Do(func() { forward(t, address, backend) }) }, client
}

// forward accepts connections at an address until the test ends, and forwards
// them.
func forward(t *testing.T, address, backend string) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				server, err := net.Dial("tcp", backend)
				if err != nil {
					return
				}
				defer func() { _ = server.Close() }()
				go func() { _, _ = io.Copy(server, conn) }()
				_, _ = io.Copy(conn, server)
			}()
		}
	}()
}

// nameOf returns the name of an error: the service's code, or what a program
// finds it by.
func nameOf(err error) string {
	if err == nil {
		return ""
	}
	var failed smithy.APIError
	if errors.As(err, &failed) {
		return failed.ErrorCode()
	}
	if errors.Is(err, ec2images.ErrStalled) {
		return "ErrStalled"
	}
	var decoding *smithy.DeserializationError
	if errors.As(err, &decoding) {
		return "DeserializationError"
	}
	return fmt.Sprintf("%T", err)
}

// faultyBoto3 starts a Python process that lists with boto3.
func faultyBoto3(t *testing.T) func(map[string]any) outcome {
	cmd := peer.Python(t, "boto3", "testdata/faults.py")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_, _ = io.Copy(io.Discard, stdout)
		if err := cmd.Wait(); err != nil {
			t.Errorf("testdata/faults.py: %v", err)
		}
	})
	answers := bufio.NewReader(stdout)
	return func(row map[string]any) (o outcome) {
		t.Helper()
		if err := json.NewEncoder(stdin).Encode(row); err != nil {
			t.Fatal(err)
		}
		line, err := answers.ReadBytes('\n')
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(line, &o); err != nil {
			t.Fatal(err)
		}
		return o
	}
}

const introduction = `# Faults

What happens to a listing of %d images in pages of 25 if its first request meets
a single fault: with boto3's default client, and with this library over a client
with the SDK's standard retryer. The number of attempts at the first page is in
parentheses. Written by

    AWSIMAGES_COMPARE=1 go test ./internal/interop -run Faults -update

The test fails if boto3 heals a fault that this library does not.

`

// checkTable compares the table with that of docs/faults.md, or writes it there.
func checkTable(t *testing.T, table string) {
	t.Helper()
	const file = "../../docs/faults.md"
	want := fmt.Sprintf(introduction, images) + table
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is\n%s\nwant\n%s", file, got, want)
	}
}
