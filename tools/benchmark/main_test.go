package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// TestMain lets the test binary act as the program and as the processes that it
// starts.
func TestMain(m *testing.M) {
	if os.Getenv("BE_THE_PROGRAM") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func benchmark(t *testing.T, args ...string) string {
	t.Helper()
	t.Setenv("BE_THE_PROGRAM", "1")
	var out bytes.Buffer
	if err := run(t.Context(), &out, args); err != nil {
		t.Fatalf("benchmark %q: %v\n%s", args, err, &out)
	}
	return out.String()
}

// Programs that are not installed are named, and the others list all images.
func TestBenchmark(t *testing.T) {
	page, err := os.ReadFile("../../BENCHMARKS.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "BENCHMARKS.md"), page, 0o666); err != nil {
		t.Fatal(err)
	}
	out := benchmark(t, "-images=2000", "-runs=1", "-o="+dir)
	t.Log(out)
	written := read(t, dir, "BENCHMARKS.md")
	for _, program := range []struct{ name, needs string }{
		{name: "awsimages"},
		{name: "AWS SDK for Go v2"},
		{"AWS SDK for JavaScript v3", "needs @aws-sdk/client-ec2: npm ci --prefix tools/benchmark"},
		{"boto3", "needs python3 with boto3"},
	} {
		if program.needs != "" && strings.Contains(out, program.needs) {
			continue
		}
		if want := "run 1, " + program.name + ": 2000 images, "; !strings.Contains(out, want) {
			t.Errorf("the output has no %q", want)
		}
		if want := "\n| " + program.name + " | "; !strings.Contains(written, want) {
			t.Errorf("BENCHMARKS.md has no %q:\n%s", want, written)
		}
	}
	outside := func(text string) []string { return section.Split(text, -1) }
	if got, want := outside(written), outside(string(page)); !slices.Equal(got, want) {
		t.Errorf("got the rest of BENCHMARKS.md %q, want %q", got, want)
	}
	if picture := read(t, filepath.Join(dir, "docs"), "benchmarks.svg"); !strings.Contains(picture, "CPU time to list 2,000 images") {
		t.Errorf("the chart does not say what it is of:\n%s", picture)
	} else if err := wellFormed(picture); err != nil {
		t.Error(err)
	}
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func wellFormed(document string) error {
	decoder := xml.NewDecoder(strings.NewReader(document))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestNothingElseInstalled(t *testing.T) {
	t.Setenv("PATH", "")
	out := benchmark(t, "-images=1000", "-runs=1")
	for _, want := range []string{
		"needs node\n", "needs python3 with boto3\n",
		"\n| awsimages | ", "\n| AWS SDK for Go v2 | ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the output has no %q:\n%s", want, out)
		}
	}
}

func TestImagesAreCounted(t *testing.T) {
	t.Setenv("BE_THE_PROGRAM", "1")
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(1200), func(o *ec2imagestest.Options) { o.Fault = remember() })
	defer server.Close()
	for _, find := range []finder{library, sdkForGo} {
		p, err := find(t.Context(), os.Args[0])
		if err != nil {
			t.Fatal(err)
		}
		if cost, err := p.measure(t.Context(), server.URL, 1200); err != nil || cost.cpu <= 0 || cost.wall <= 0 {
			t.Errorf("%s: got %v, %v", p.name, cost, err)
		}
		if _, err := p.measure(t.Context(), server.URL, 1201); err == nil || !strings.Contains(err.Error(), `lists "1200" images, not 1201`) {
			t.Errorf("%s with an image missing: got %v", p.name, err)
		}
	}
	server.Script(ec2imagestest.Fail(http.StatusForbidden, "UnauthorizedOperation", "no"))
	p := program{command: []string{os.Args[0], "-list=nosuch"}}
	if _, err := p.measure(t.Context(), server.URL, 1200); err == nil || !strings.Contains(err.Error(), `unknown paginator "nosuch"`) {
		t.Errorf("a program that fails: got %v", err)
	}
}

func TestServerRefusesOtherListings(t *testing.T) {
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(10), func(o *ec2imagestest.Options) { o.Fault = remember() })
	defer server.Close()
	full := func() url.Values {
		return url.Values{"Action": {"DescribeImages"}, "MaxResults": {"1000"}, "IncludeDeprecated": {"true"}, "IncludeDisabled": {"true"}}
	}
	status := func(form url.Values) int {
		resp, err := http.PostForm(server.URL, form)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	for range 2 {
		if got := status(full()); got != http.StatusOK {
			t.Errorf("got %d, want 200", got)
		}
	}
	for _, name := range []string{"MaxResults", "IncludeDeprecated", "IncludeDisabled"} {
		form := full()
		form.Del(name)
		if got := status(form); got != http.StatusBadRequest {
			t.Errorf("without %s: got %d, want 400", name, got)
		}
	}
}

// A page is encoded once, and no page is confused with another.
func TestServerRemembers(t *testing.T) {
	encoded := 0
	handler := remember()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		encoded++
		w.Header().Set("X-Amzn-Requestid", "id")
		_, _ = io.WriteString(w, r.FormValue("NextToken"))
	}))
	for _, token := range []string{"a", "b", "a", "b"} {
		form := url.Values{"MaxResults": {"1000"}, "IncludeDeprecated": {"true"}, "IncludeDisabled": {"true"}, "NextToken": {token}}
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if got := w.Body.String() + w.Header().Get("X-Amzn-Requestid"); got != token+"id" {
			t.Errorf("got %q, want %q", got, token+"id")
		}
	}
	if encoded != 2 {
		t.Errorf("got %d pages encoded, want 2", encoded)
	}
}

// No setting of the user redirects the programs away from the endpoint.
func TestEnvironment(t *testing.T) {
	t.Setenv("AWS_PROFILE", "mine")
	t.Setenv("AWS_REGION", "eu-west-1")
	t.Setenv("HTTP_PROXY", "proxy.example:1")
	t.Setenv("https_proxy", "proxy.example:1")
	t.Setenv("OF_THE_USER", "stays")
	var got []string
	for _, v := range environment("http://127.0.0.1:1") {
		switch name, _, _ := strings.Cut(v, "="); name {
		case "AWS_PROFILE", "AWS_REGION", "HTTP_PROXY", "https_proxy", "OF_THE_USER", "AWS_ENDPOINT_URL_EC2":
			got = append(got, v)
		}
	}
	slices.Sort(got)
	if want := []string{"AWS_ENDPOINT_URL_EC2=http://127.0.0.1:1", "AWS_REGION=us-east-1", "OF_THE_USER=stays"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Errors that would occur at the end are reported before the runs.
func TestBadFlags(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "BENCHMARKS.md"), []byte("text"), 0o666); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"-runs=0":   "-runs is 0",
		"-images=0": "-images is 0",
		"-o=nosuch": "nosuch",
		"-o=" + dir: "no section for the results",
	} {
		var out bytes.Buffer
		if err := run(t.Context(), &out, strings.Fields(args)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", args, err, want)
		}
		if out.Len() > 0 {
			t.Errorf("%s: has printed\n%s", args, &out)
		}
	}
}

// The lock file does not depend on the registry with which it was created.
func TestLockFileNamesNoRegistry(t *testing.T) {
	if text := read(t, ".", "package-lock.json"); strings.Contains(text, "://") || strings.Contains(text, `"resolved"`) {
		t.Error("package-lock.json names a registry: make it with the .npmrc beside it")
	}
}
