package engine_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/examples/inventory/engine"
	"github.com/awsimages/awsimages/examples/inventory/internal/fakeaws"
	"github.com/awsimages/awsimages/paginate"
)

func TestOutcomeOf_ec2(t *testing.T) {
	page := func(pages int64, enabled bool) *engine.Listing {
		return &engine.Listing{Key: engine.Key{Service: "ec2"}, Pages: pages, Enabled: enabled}
	}
	for _, tt := range []struct {
		reason  string
		fault   ec2imagestest.Fault
		listing *engine.Listing
		want    engine.Outcome
	}{
		{"throttled", ec2imagestest.Throttle(), page(0, false), engine.RetryLater},
		{"unavailable", ec2imagestest.Fail(503, "Unavailable", "x"), page(0, false), engine.RetryLater},
		{"internal error", ec2imagestest.Fail(500, "InternalError", "x"), page(0, false), engine.RetryLater},
		{"no answer", ec2imagestest.Cut(0), page(0, false), engine.RetryLater},
		{"half an answer", ec2imagestest.Cut(500), page(0, false), engine.RetryLater},
		{"expired token", ec2imagestest.ExpiredToken(), page(1, false), engine.StartOver},
		{"denied", ec2imagestest.Fail(403, "UnauthorizedOperation", "x"), page(0, false), engine.NotAllowed},
		{"Region off", ec2imagestest.InvalidCredentials(), page(0, false), engine.NoRegion},
		{"a key revoked between two pages", ec2imagestest.InvalidCredentials(), page(1, false), engine.Unexpected},
		{"a key revoked, and EC2 has said that the Region is enabled", ec2imagestest.InvalidCredentials(), page(0, true), engine.Unexpected},
		{"another parameter", ec2imagestest.Fail(400, "InvalidParameterValue", "The filter 'x' is invalid"), page(0, false), engine.Unexpected},
		{"a proxy's page", ec2imagestest.Body(200, "text/html", "<html>"), page(0, false), engine.Unexpected},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			server := ec2imagestest.NewServer(ec2imagestest.Catalog(20), func(o *ec2imagestest.Options) { o.Fault = tt.fault })
			defer server.Close()
			for _, err := range ec2images.NewPaginator(server.Client(), nil).Pages(t.Context()) {
				if got := engine.OutcomeOf(err, tt.listing); err == nil || got != tt.want {
					t.Errorf("got outcome %d of %v, want %d", got, err, tt.want)
				}
			}
		})
	}
}

func TestOutcomeOf_appStream(t *testing.T) {
	for _, tt := range []struct {
		reason  string
		fault   appstreamimagestest.Fault
		enabled bool
		want    engine.Outcome
	}{
		{"throttled", appstreamimagestest.Throttle(), false, engine.RetryLater},
		{"Region off", appstreamimagestest.InvalidCredentials(), false, engine.NoRegion},
		{"credentials", appstreamimagestest.InvalidCredentials(), true, engine.Unexpected},
		{"half an answer", appstreamimagestest.Cut(100), false, engine.RetryLater},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			server := appstreamimagestest.NewServer(appstreamimagestest.Catalog(20), func(o *appstreamimagestest.Options) { o.Fault = tt.fault })
			defer server.Close()
			listing := &engine.Listing{Key: engine.Key{Service: "appstream"}, Enabled: tt.enabled}
			for _, err := range appstreamimages.NewPaginator(server.Client(), nil).Pages(t.Context()) {
				if got := engine.OutcomeOf(err, listing); err == nil || got != tt.want {
					t.Errorf("got outcome %d of %v, want %d", got, err, tt.want)
				}
			}
		})
	}
}

func TestOutcomeOf_others(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want engine.Outcome
	}{
		{context.DeadlineExceeded, engine.RetryLater},
		{engine.NewDatabaseError(errors.New("disk full")), engine.RetryLater},
		{fmt.Errorf("page 3: %w", paginate.ErrTokenLoop), engine.StartOver},
		{errors.New("x"), engine.Unexpected},
	} {
		if got := engine.OutcomeOf(tt.err, &engine.Listing{}); got != tt.want {
			t.Errorf("got outcome %d of %v, want %d", got, tt.err, tt.want)
		}
	}
}

// STS can be throttled, or out of reach, like any service. That says nothing
// about the account, and nothing about a Region.
func TestOutcomeOf_sts(t *testing.T) {
	for _, tt := range []struct {
		reason string
		fault  fakeaws.Fault
		url    string // instead of a server
		want   engine.Outcome
	}{
		{"denied", fakeaws.FailSTS(403, "AccessDenied", "x"), "", engine.NoAccount},
		{"throttled", fakeaws.FailSTS(400, "Throttling", "Rate exceeded"), "", engine.RetryLater},
		{"internal error", fakeaws.FailSTS(500, "InternalFailure", "x"), "", engine.RetryLater},
		{"unavailable", fakeaws.FailSTS(503, "ServiceUnavailable", "x"), "", engine.RetryLater},
		{"a host that is not found", nil, "http://sts.invalid", engine.RetryLater},
		{"nothing listens", nil, "http://127.0.0.1:1", engine.RetryLater},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			server := ec2imagestest.NewServer(nil)
			defer server.Close()
			if tt.url == "" {
				sts := httptest.NewServer(tt.fault(http.NotFoundHandler()))
				defer sts.Close()
				tt.url = sts.URL
			}
			credentials, err := engine.NewCredentials(t.Context(),
				config.WithBaseEndpoint(tt.url),
				config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} }),
				config.WithCredentialsProvider(ec2imagestest.Credentials("AKIDEXAMPLE")))
			if err != nil {
				t.Fatal(err)
			}
			cfg := credentials.Config(account, "reader", "us-east-1")
			cfg.BaseEndpoint = &server.URL
			listing := &engine.Listing{Key: engine.Key{Account: account, Region: "us-east-1", Service: "ec2", Scope: "owned"}}
			asked := 0
			for _, err := range engine.Images(t.Context(), cfg, listing) {
				asked++
				if got := engine.OutcomeOf(err, listing); err == nil || got != tt.want {
					t.Errorf("got outcome %d of %v, want %d", got, err, tt.want)
				}
			}
			if asked != 1 || len(server.Requests()) > 0 {
				t.Errorf("got %d errors and %d requests to EC2, want 1 and none", asked, len(server.Requests()))
			}
		})
	}
}
