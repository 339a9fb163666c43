package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

func TestOutcomeOf(t *testing.T) {
	for _, tt := range []struct {
		reason string
		fault  ec2imagestest.Fault
		want   outcome
	}{
		{"throttled", ec2imagestest.Throttle(), retryLater},
		{"unavailable", ec2imagestest.Fail(503, "Unavailable", "x"), retryLater},
		{"internal error", ec2imagestest.Fail(500, "InternalError", "x"), retryLater},
		{"no answer", ec2imagestest.Cut(0), retryLater},
		{"half an answer", ec2imagestest.Cut(500), retryLater},
		{"expired token", ec2imagestest.ExpiredToken(), startOver},
		{"denied", ec2imagestest.Fail(403, "UnauthorizedOperation", "x"), notAllowed},
		{"Region off", ec2imagestest.Fail(401, "AuthFailure", "x"), noRegion},
		{"another parameter", ec2imagestest.Fail(400, "InvalidParameterValue", "The filter 'x' is invalid"), unexpected},
		{"a proxy's page", ec2imagestest.Body(200, "text/html", "<html>"), unexpected},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			server := ec2imagestest.NewServer(ec2imagestest.Catalog(20), func(o *ec2imagestest.Options) { o.Fault = tt.fault })
			defer server.Close()
			for _, err := range ec2images.NewPaginator(server.Client(), nil).Pages(t.Context()) {
				if got := outcomeOf(err); err == nil || got != tt.want {
					t.Errorf("got outcome %d of %v, want %d", got, err, tt.want)
				}
			}
		})
	}
	for err, want := range map[error]outcome{
		context.DeadlineExceeded:                                            retryLater,
		&databaseError{errors.New("disk full")}:                             retryLater,
		fmt.Errorf("x: %w", &accountError{Err: errors.New("AccessDenied")}): noAccount,
		errors.New("x"): unexpected,
	} {
		if got := outcomeOf(err); got != want {
			t.Errorf("got outcome %d of %v, want %d", got, err, want)
		}
	}
}
