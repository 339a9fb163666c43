package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// TestMain lets the test binary act as the program.
func TestMain(m *testing.M) {
	if os.Getenv("BE_THE_PROGRAM") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// list runs the program against the server instead of EC2.
func list(t *testing.T, server *ec2imagestest.Server) (out string, err error) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{
		"BE_THE_PROGRAM=1", "AWS_ENDPOINT_URL_EC2=" + server.URL, "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret",
	}
	stdout, err := cmd.Output()
	return string(stdout), err
}

func TestList(t *testing.T) {
	images := []types.Image{{ImageId: new("ami-000000ff"), OwnerId: new("999999999999")}}
	for n := range 15 {
		images = append(images, types.Image{
			ImageId: new(fmt.Sprintf("ami-%08d", n)),
			Name:    new(fmt.Sprint("web ", n)),
			OwnerId: new(ec2imagestest.Account),
		})
	}
	server := ec2imagestest.NewServer(images)
	defer server.Close()

	var want strings.Builder
	for _, image := range images[1:] {
		want.WriteString(*image.ImageId + " " + *image.Name + "\n")
	}
	if got, err := list(t, server); err != nil || got != want.String() {
		t.Errorf("got %v and\n%s\nwant\n%s", err, got, want.String())
	}

	server.Script(ec2imagestest.Fail(http.StatusForbidden, "UnauthorizedOperation", "no"))
	if out, err := list(t, server); err == nil {
		t.Errorf("the program ended well after an error, with the output\n%s", out)
	}
}
