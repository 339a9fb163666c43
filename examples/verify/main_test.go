package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// TestMain lets the test binary act as the program and as the processes that it
// starts. If PLANT_A_DIFFERENCE is the name of a program, a proxy in front of
// that program removes the first match of PATTERN from its responses.
func TestMain(m *testing.M) {
	if os.Getenv("BE_THE_PROGRAM") == "" {
		os.Exit(m.Run())
	}
	if planted := os.Getenv("PLANT_A_DIFFERENCE"); planted != "" {
		pattern := regexp.MustCompile(os.Getenv("PATTERN"))
		wrap = func(program string, next http.Handler) http.Handler {
			if program != planted {
				return next
			}
			return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				response := httptest.NewRecorder()
				next.ServeHTTP(response, req)
				body := response.Body.Bytes()
				if at := pattern.FindIndex(body); at != nil {
					body = slices.Delete(body, at[0], at[1])
				}
				_, _ = w.Write(body)
			})
		}
	}
	main()
}

// A result is the result of a run of the program.
type result struct {
	stdout, stderr string
	status         int
}

func verify(t *testing.T, env []string, args ...string) result {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), "BE_THE_PROGRAM=1"), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// nothingInstalled hides boto3, the AWS CLI and moto.
const nothingInstalled = "PATH="

func TestVerify_endpoint(t *testing.T) {
	for _, args := range [][]string{{"-max-items=1234"}, {"-owners=self,amazon"}} {
		r := verify(t, []string{nothingInstalled}, args...)
		if r.status != 0 || r.stderr != "" {
			t.Errorf("%q: got the status %d and %q, want 0", args, r.status, r.stderr)
		}
		for _, want := range []string{
			"the test endpoint:", "AWS SDK for Go v2  ", "awsimages  ", "awsimages, SDK decoder  ", "no difference",
			"needs python3 with boto3", "needs the AWS CLI", "needs python3 with moto.server",
		} {
			if !strings.Contains(r.stdout, want) {
				t.Errorf("%q: the output has no %q:\n%s", args, want, r.stdout)
			}
		}
	}
}

// The table shows the number of pages that the fast decoder decoded.
func TestVerify_table(t *testing.T) {
	r := verify(t, []string{nothingInstalled})
	for _, row := range []string{
		`AWS SDK for Go v2 +2500 +3 +3 +0 +\d`,
		`awsimages +2500 +3 +3 +3 +\d`,
		`awsimages, SDK decoder +2500 +3 +3 +0 +\d`,
	} {
		if !regexp.MustCompile(row).MatchString(r.stdout) {
			t.Errorf("the table has no row %s:\n%s", row, r.stdout)
		}
	}
}

// With everything installed there are two sources and five programs.
func TestVerify_peers(t *testing.T) {
	for _, module := range []string{"boto3", "moto.server"} {
		if exec.Command("python3", "-c", "import "+module).Run() != nil {
			t.Skipf("needs python3 with %s", module)
		}
	}
	r := verify(t, nil, "-max-items=700")
	if r.status != 0 {
		t.Errorf("got the status %d and %s, want 0", r.status, r.stderr)
	}
	t.Log(r.stdout)
	for _, want := range []string{"the test endpoint:", "moto:", "boto3 ", "no difference"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("the output has no %q", want)
		}
	}
	if strings.Contains(r.stdout, "not compared") {
		t.Log("the SDKs do not know the same fields")
	}
}

// A proxy removes something from the responses to one program.
func TestVerify_difference(t *testing.T) {
	const rootDevice = `<rootDeviceName>[^<]*</rootDeviceName>`
	tests := []struct {
		reason, program, pattern string
		maxItems                 string
		want                     []string
	}{
		{"a field of an image", "awsimages", rootDevice, "10", []string{
			"image 1, ami-", "\n  RootDeviceName: AWS SDK for Go v2 has \"/dev/", ", awsimages has nothing\n",
		}},
		{"a field of a structure in a list", "awsimages", `<volumeSize>[^<]*</volumeSize>`, "10", []string{
			"\n  BlockDeviceMappings[0].Ebs.VolumeSize: AWS SDK for Go v2 has ",
		}},
		{"two fields: both are named", "awsimages", rootDevice + `\s*<rootDeviceType>[^<]*</rootDeviceType>`, "10", []string{
			"\n  RootDeviceName: ", "\n  RootDeviceType: ",
		}},
		{"what the library lists without its decoder", "awsimages, SDK decoder", rootDevice, "10", []string{
			"\n  RootDeviceName: ", ", awsimages, SDK decoder has nothing\n",
		}},
		{"the token: the listing ends early", "awsimages", `<nextToken>[^<]*</nextToken>`, "0", []string{
			"number of images: AWS SDK for Go v2 has 2500, awsimages has 1000\n",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "page.xml")
			r := verify(t, []string{nothingInstalled, "PLANT_A_DIFFERENCE=" + tt.program, "PATTERN=" + tt.pattern}, "-o="+file, "-max-items="+tt.maxItems)
			if r.status != 1 {
				t.Errorf("got the status %d, want 1", r.status)
			}
			for _, want := range tt.want {
				if !strings.Contains(r.stderr, want) {
					t.Errorf("got %q, want it to contain %q", r.stderr, want)
				}
			}
			page, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(page, []byte(ec2imagestest.Account)) || !bytes.Contains(page, []byte("<rootDeviceName>")) {
				t.Error("the page has the id of the account, or is not the one that the source has sent")
			}
		})
	}
}

// The file is written only if there is a difference.
func TestVerify_noFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.xml")
	if r := verify(t, []string{nothingInstalled}, "-max-items=10", "-o="+file); r.status != 0 {
		t.Errorf("got the status %d and %s, want 0", r.status, r.stderr)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want no file", err)
	}
}

// With -aws, the SDK's settings determine the endpoint.
func TestVerify_aws(t *testing.T) {
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(300))
	defer server.Close()
	env := []string{
		nothingInstalled, "AWS_ENDPOINT_URL_EC2=" + server.URL, "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret",
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull, "AWS_EC2_METADATA_DISABLED=true",
	}
	r := verify(t, env, "-aws", "-region=eu-west-1")
	if r.status != 0 || !strings.Contains(r.stdout, "AWS, eu-west-1:") || !strings.Contains(r.stdout, "no difference") {
		t.Errorf("got the status %d, %s%s, want no difference", r.status, r.stderr, r.stdout)
	}
	requests := server.Requests()
	if len(requests) == 0 || requests[0].Region != "eu-west-1" || !slices.Equal(requests[0].Input.Owners, []string{"self"}) {
		t.Errorf("got the requests %+v, want one for the own images in eu-west-1", requests)
	}
	if len(requests) > 2 { // the SDK may retry after a broken local connection
		t.Errorf("got %d requests, want each to be made once", len(requests))
	}

	server.Script(slices.Repeat([]ec2imagestest.Fault{ec2imagestest.Fail(http.StatusForbidden, "UnauthorizedOperation", "no")}, 10)...)
	if r := verify(t, env, "-aws", "-region=eu-west-1"); r.status != 2 || !strings.Contains(r.stderr, "UnauthorizedOperation") {
		t.Errorf("got the status %d and %s, want 2 and the error of EC2", r.status, r.stderr)
	}
}

func TestVerify_flags(t *testing.T) {
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"-max-items=-1"}, "-max-items is -1"},
		{[]string{"-region=eu-west-1"}, "require -aws"},
		{[]string{"-profile=me"}, "require -aws"},
		{[]string{"-aws", "-profile=no such profile"}, "no such profile"},
		{[]string{"aws"}, `unexpected argument "aws"`},
	}
	for _, tt := range tests {
		if r := verify(t, []string{nothingInstalled}, tt.args...); r.status != 2 || !strings.Contains(r.stderr, tt.want) || r.stdout != "" {
			t.Errorf("%q: got the status %d, %q, %q, want 2 and %q", tt.args, r.status, r.stderr, r.stdout, tt.want)
		}
	}
}

func TestWithoutAccounts(t *testing.T) {
	for _, tt := range []struct{ reason, page, want string }{
		{"elements", "<a>123456789012</a><b>123456789012</b>", "<a>000000000001</a><b>000000000001</b>"},
		{"several accounts", "<a>999999999999/web</a><b>123456789012</b>", "<a>000000000001/web</a><b>000000000002</b>"},
		{"a name, without spaces", "<a>golden_123456789012_v1</a>", "<a>golden_000000000001_v1</a>"},
		{"an ARN", "arn:aws:organizations::123456789012:ou/o-1", "arn:aws:organizations::000000000001:ou/o-1"},
		{"with hyphens, as the console shows it", "<a>123456789012</a><b>1234-5678-9012</b>", "<a>000000000001</a><b>0000-0000-0001</b>"},
		{"part of a longer number", "<a>123456789012</a><b>web-20260105123456789012</b>", "<a>000000000001</a><b>web-20260105000000000001</b>"},
		{"other numbers", "<a>1234567890123</a><b>ami-12345678901234567</b>", "<a>1234567890123</a><b>ami-12345678901234567</b>"},
		{"none", "<a>web</a>", "<a>web</a>"},
	} {
		if got := string(withoutAccounts([]byte(tt.page))); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.reason, got, tt.want)
		}
	}
}
