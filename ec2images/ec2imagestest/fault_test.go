package ec2imagestest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// A recording that is replayed with its old Date header: the SDK takes
// AuthFailure for a wrong clock.
func TestServer_oldDate(t *testing.T) {
	old := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", "Thu, 01 Jan 2015 00:00:00 GMT")
			next.ServeHTTP(w, r)
		})
	}
	refuse := ec2imagestest.InvalidCredentials()
	server := start(t, nil, func(o *ec2imagestest.Options) { o.Fault = refuse })
	_, err := server.Client().DescribeImages(t.Context(), nil)
	if err == nil || strings.Contains(err.Error(), "clock skew") {
		t.Errorf("got %v, want AuthFailure alone", err)
	}
	server = start(t, nil, func(o *ec2imagestest.Options) {
		o.Fault = func(next http.Handler) http.Handler { return old(refuse(next)) }
	})
	_, err = server.Client().DescribeImages(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "clock skew") {
		t.Errorf("got %v, want what the documentation of Body warns of", err)
	}
}
