package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/paginate"
)

// quickstart returns the output of a command line.
func quickstart(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), &out, args); err != nil {
		t.Fatalf("quickstart %q: %v", args, err)
	}
	return out.String()
}

// images returns the first column of all tables in an output.
func images(out string) (names []string) {
	inTable := false
	for line := range strings.Lines(out) {
		switch word, _, _ := strings.Cut(line, " "); {
		case word == "IMAGE":
			inTable = true
		case line == "\n":
			inTable = false
		case inTable:
			names = append(names, word)
		}
	}
	return names
}

// commands returns the arguments of the commands that an output suggests for
// resuming.
func commands(out string) (args [][]string) {
	for line := range strings.Lines(out) {
		if command, ok := strings.CutPrefix(line, "  go run -C examples ./quickstart "); ok {
			args = append(args, strings.Fields(command))
		}
	}
	return args
}

func TestTour(t *testing.T) {
	out := quickstart(t)
	for _, want := range []string{
		"EC2, us-east-1 (test server)\n\nIMAGE",
		"EC2, us-east-1 (test server), resumed\n\nIMAGE",
		"EC2, us-east-1 (test server): images 20, requests 2\n",
		"AppStream, us-east-1 (test server)\n\nIMAGE",
		"AppStream, us-east-1 (test server), resumed\n\nIMAGE",
		"AppStream, us-east-1 (test server): images 20, requests 2\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the output has no %q:\n%s", want, out)
		}
	}
	got := images(out)
	if len(got) != 40 || !unique(got) {
		t.Errorf("got %d images, want 40 different ones: %q", len(got), got)
	}
	if n := len(commands(out)); n != 2 {
		t.Errorf("got %d commands, want one of each service", n)
	}
}

// A user who runs the suggested commands lists every image once.
func TestQuickstart_resumeToTheEnd(t *testing.T) {
	tests := []struct {
		args []string
		want int
	}{
		{[]string{"-service", "appstream"}, 60},
		{[]string{"-service", "appstream", "-page-size", "7"}, 60},
		{[]string{"-service", "appstream", "-type", "PRIVATE", "-max-items", "6", "-region", "eu-west-1"}, 20},
		{[]string{"-service", "ec2", "-max-items", "1100", "-page-size", "300"}, 4117},
	}
	for _, tc := range tests {
		var got []string
		for next := [][]string{tc.args}; next != nil; {
			out := quickstart(t, next[0]...)
			got = append(got, images(out)...)
			next = commands(out)
		}
		if len(got) != tc.want || !unique(got) {
			t.Errorf("%q and what it says: got %d images, want %d different ones", tc.args, len(got), tc.want)
		}
	}
}

func unique(s []string) bool {
	s = slices.Sorted(slices.Values(s))
	return len(slices.Compact(s)) == len(s)
}

func TestFlags(t *testing.T) {
	tests := []struct {
		args string
		want string // of the summary
	}{
		{"-service ec2 -max-items 30 -page-size 5", "EC2, us-east-1 (test server): images 30, requests 6"},
		{"-service ec2 -max-items 7 -page-size 3", "EC2, us-east-1 (test server): images 7, requests 3"},
		{"-service ec2 -max-items 10", "EC2, us-east-1 (test server): images 10, requests 1"},
		{"-service ec2 -max-items 0", "EC2, us-east-1 (test server): images 4117, requests 5"},
		{"-service ec2 -region eu-west-1", "EC2, eu-west-1 (test server): images 20, requests 2"},
		{"-service appstream -max-items 0", "AppStream, us-east-1 (test server): images 60, requests 3"},
		{"-service appstream -max-items 0 -type SHARED -page-size 10", "AppStream, us-east-1 (test server): images 20, requests 2"},
		{"-max-items 26 -page-size 25", "AppStream, us-east-1 (test server): images 26, requests 2"},
	}
	for _, tc := range tests {
		if out := quickstart(t, strings.Fields(tc.args)...); !strings.Contains(out, "\n"+tc.want+"\n") {
			t.Errorf("%s: no %q in\n%s", tc.args, tc.want, out)
		}
	}
}

func TestBadFlags(t *testing.T) {
	tests := []struct {
		args string
		want string
	}{
		{"-nosuch", "not defined: -nosuch"},
		{"ec2", `unexpected argument "ec2"`},
		{"-service s3", `-service is "s3"`},
		{"-type private", `-type is "private"`},
		{"-type PRIVATE -service ec2", "-type is for AppStream"},
		{"-starting-token abc", "set -service"},
		{"-page-size 26", "add -service ec2"},
		{"-page-size 26 -service appstream", "PageSize is 26"},
		{"-page-size -1", "PageSize is -1"},
		{"-page-size 4294967297", "out of range"},
		{"-page-size many", "-page-size"},
		{"-max-items -1", "MaxItems is -1"},
		{"-max-items many", "-max-items"},
		{"-service ec2 -starting-token a___b___1", "invalid token"},
		{"-service ec2 -starting-token abc", "InvalidParameterValue"},
	}
	for _, tc := range tests {
		var out bytes.Buffer
		err := run(t.Context(), &out, strings.Fields(tc.args))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want an error with %q", tc.args, err, tc.want)
		}
		if out.Len() > 0 {
			t.Errorf("%s: has printed\n%s", tc.args, &out)
		}
	}
}

func TestHelp(t *testing.T) {
	out := quickstart(t, "-h")
	for _, name := range []string{"-aws", "-region", "-service", "-type", "-max-items", "-page-size", "-starting-token"} {
		if !strings.Contains(out, "\n  "+name) {
			t.Errorf("the help has no %s:\n%s", name, out)
		}
	}
}

// With -aws, credentials, Region and endpoints come from the environment. Here
// the endpoints are local again.
func TestAWS(t *testing.T) {
	withEnvironment(t)
	amis := ec2imagestest.NewServer([]ec2types.Image{{ImageId: new("ami-00000001")}, {ImageId: new("ami-00000002")}})
	defer amis.Close()
	t.Setenv("AWS_ENDPOINT_URL_EC2", amis.URL)

	out := quickstart(t, "-aws", "-service", "ec2", "-max-items", "1")
	if want := "EC2, ap-south-1: images 1, requests 1\n"; !strings.Contains(out, want) {
		t.Errorf("the output has no %q:\n%s", want, out)
	}
	next := commands(out)
	if len(next) != 1 || next[0][0] != "-aws" {
		t.Fatalf("the next commands are %q, want one with -aws", next)
	}
	out += quickstart(t, next[0]...)
	if got := images(out); !slices.Equal(got, []string{"ami-00000001", "ami-00000002"}) {
		t.Errorf("got images %q", got)
	}
	quickstart(t, "-aws", "-service", "ec2", "-region", "eu-west-1")
	requests := amis.Requests()
	if got := requests[0].Region; got != "ap-south-1" {
		t.Errorf("the Region is %q, want that of the environment", got)
	}
	if got := requests[len(requests)-1].Region; got != "eu-west-1" {
		t.Errorf("the Region is %q, want that of -region", got)
	}
}

// A listing that fails prints its images so far, and how to resume.
func TestErrorAfterAPage(t *testing.T) {
	withEnvironment(t)
	images3 := appstreamimagestest.Catalog(3)
	server := appstreamimagestest.NewServer(images3)
	defer server.Close()
	t.Setenv("AWS_ENDPOINT_URL_APPSTREAM", server.URL)
	server.Script(nil, appstreamimagestest.Fail(http.StatusBadRequest, "AccessDeniedException", "no"))

	var out bytes.Buffer
	err := run(t.Context(), &out, strings.Fields("-aws -service appstream -page-size 1 -max-items 0"))
	if failed, ok := errors.AsType[*paginate.Error](err); !ok || failed.Page != 2 {
		t.Fatalf("got error %v, want one of page 2", err)
	}
	got := images(out.String())
	for _, next := range commands(err.Error() + "\n") {
		got = append(got, images(quickstart(t, next...))...)
	}
	var want []string
	for _, image := range images3 {
		want = append(want, aws.ToString(image.Name))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOutputFails(t *testing.T) {
	closed, w := io.Pipe()
	_ = closed.Close()
	if err := run(t.Context(), w, nil); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v, want %v", err, io.ErrClosedPipe)
	}
}

// withEnvironment sets up the default credential chain for an endpoint that
// does not check signatures.
func withEnvironment(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "ap-south-1",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
}
