package ec2images_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/paginate"
)

// skewed responds with a date that differs by the duration by.
func skewed(fault ec2imagestest.Fault, by time.Duration) ec2imagestest.Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat))
			fault(next).ServeHTTP(w, r)
		})
	}
}

// If the SDK has found that the clock is wrong, the Region is not to blame.
func TestIsRegionUnavailable_clock(t *testing.T) {
	server := start(t, nil)
	authFailure := ec2imagestest.Fail(http.StatusUnauthorized, "AuthFailure", "AWS was not able to validate the provided access credentials")
	for by, want := range map[time.Duration]bool{0: true, time.Hour: false} {
		server.Script(skewed(authFailure, by))
		_, _, err := ec2images.NewPaginator(server.Client(), nil).Collect(t.Context())
		if err == nil || ec2images.IsRegionUnavailable(err) != want {
			t.Errorf("a clock that differs by %v: %v: got %v, want %v", by, err, !want, want)
		}
	}
}

// An invalid StartingToken is rejected by this package, one of another query by
// EC2.
func TestIsTokenRefused_startingToken(t *testing.T) {
	server := start(t, ec2imagestest.Catalog(30))
	small := func(o *ec2images.Options) { o.PageSize = 5 }
	all := &ec2.DescribeImagesInput{IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true)}
	var token string
	for page, err := range ec2images.NewPaginator(server.Client(), all, small).Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		token = page.ResumeToken
		break
	}
	tests := []struct {
		reason, token string
		input         *ec2.DescribeImagesInput
	}{
		{"no text", "\xff\xfe___\xff___1", all},
		{"two tokens", "a___b___1", all},
		{"garbled", "x", all},
		{"of another query", token, &ec2.DescribeImagesInput{Owners: []string{"self"}}},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			_, _, err := ec2images.NewPaginator(server.Client(), tc.input, small, func(o *ec2images.Options) { o.StartingToken = tc.token }).Collect(t.Context())
			failed, _ := as[*paginate.Error](err)
			if !ec2images.IsTokenRefused(err) || failed == nil {
				t.Errorf("got %v, want a refused token", err)
			}
		})
	}
}
