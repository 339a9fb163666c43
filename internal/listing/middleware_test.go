package listing_test

import (
	"slices"
	"testing"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsimages/awsimages/internal/listing"
)

// userAgent is a user's own middleware in place of the SDK's.
type userAgent struct{ middleware.BuildMiddleware }

func (userAgent) ID() string { return (*awsmiddleware.RequestUserAgent)(nil).ID() }

func TestMarkPaginator_otherUserAgent(t *testing.T) {
	for _, own := range [][]middleware.BuildMiddleware{nil, {userAgent{}}} {
		stack := middleware.NewStack("DescribeImages", smithyhttp.NewStackRequest)
		for _, m := range own {
			if err := stack.Build.Add(m, middleware.After); err != nil {
				t.Fatal(err)
			}
		}
		want := stack.Build.List()
		if err := listing.MarkPaginator(stack); err != nil || !slices.Equal(stack.Build.List(), want) {
			t.Errorf("got error %v and the middleware %v, want %v", err, stack.Build.List(), want)
		}
	}
}
