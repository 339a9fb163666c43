package ec2imagestest_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// named returns images with the given names.
func named(names []string) []types.Image {
	images := make([]types.Image, len(names))
	for i := range images {
		images[i].Name = &names[i]
	}
	return images
}

// signed returns a client with the given access key and Region. It does not sign
// without an access key.
func signed(server *ec2imagestest.Server, accessKeyID, region string) *ec2.Client {
	return server.Client(func(o *ec2.Options) {
		o.Region = region
		o.Credentials = ec2imagestest.Credentials(accessKeyID)
		if accessKeyID == "" {
			o.Credentials = aws.AnonymousCredentials{}
		}
	})
}

// start starts a server that is closed at the end of the test.
func start(t testing.TB, images []types.Image, optFns ...func(*ec2imagestest.Options)) *ec2imagestest.Server {
	t.Helper()
	server := ec2imagestest.NewServer(images, optFns...)
	t.Cleanup(server.Close)
	return server
}

func wantError(t *testing.T, reason string, err error, status int, code string) {
	t.Helper()
	var api smithy.APIError
	var failed *smithyhttp.ResponseError
	if !errors.As(err, &api) || api.ErrorCode() != code || api.ErrorMessage() == "" {
		t.Errorf("%s: got %v, want the code %s", reason, err, code)
	} else if !errors.As(err, &failed) || failed.HTTPStatusCode() != status {
		t.Errorf("%s: got %v, want the status %d", reason, err, status)
	}
}
