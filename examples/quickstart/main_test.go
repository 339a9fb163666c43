package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// quickstart returns what the command prints.
func quickstart(t *testing.T, useAWS bool) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = file
	err = run(t.Context(), useAWS)
	os.Stdout = stdout
	out, readErr := os.ReadFile(file.Name())
	if err := errors.Join(err, readErr, file.Close()); err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// amis returns the IDs of the EC2 images in an output.
func amis(out string) (ids []string) {
	for line := range strings.Lines(out) {
		if id, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasPrefix(id, "ami-") {
			ids = append(ids, id)
		}
	}
	return ids
}

func TestQuickstart(t *testing.T) {
	out := quickstart(t, false)
	got := amis(out)
	distinct := slices.Compact(slices.Sorted(slices.Values(got)))
	if len(got) != 20 || len(distinct) != 20 {
		t.Errorf("got %d AMIs, %d of them distinct, want 20", len(got), len(distinct))
	}
	for _, want := range []string{"\nresumed from eyJ", "\nAppStream page 3: 10 images\n60 images\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output has no %q:\n%s", want, out)
		}
	}
}

// With -aws, the credentials, the Region and here also the endpoints come from
// the environment.
func TestQuickstart_aws(t *testing.T) {
	ec2Server := ec2imagestest.NewServer([]ec2types.Image{{ImageId: aws.String("ami-00000001")}})
	defer ec2Server.Close()
	appStreamServer := appstreamimagestest.NewServer(nil)
	defer appStreamServer.Close()
	for name, value := range map[string]string{
		"AWS_REGION": "ap-south-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
		"AWS_ENDPOINT_URL_EC2": ec2Server.URL, "AWS_ENDPOINT_URL_APPSTREAM": appStreamServer.URL,
	} {
		t.Setenv(name, value)
	}
	out := quickstart(t, true)
	if got := amis(out); !slices.Equal(got, []string{"ami-00000001"}) || strings.Contains(out, "resumed") {
		t.Errorf("got\n%s\nwant the only AMI, and nothing resumed", out)
	}
}

func TestQuickstart_error(t *testing.T) {
	server := ec2imagestest.NewServer(nil)
	defer server.Close()
	server.Script(ec2imagestest.Fail(403, "UnauthorizedOperation", "You are not authorized."))
	err := list(t.Context(), server.Client(), nil)
	if err == nil || !strings.Contains(err.Error(), "UnauthorizedOperation") {
		t.Errorf("got %v, want the error of the service", err)
	}
}
