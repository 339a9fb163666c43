package main

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

func TestRun(t *testing.T) {
	out, err := run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n1000 images, attempts: 2 request: ", // the page after the throttled request
		"\nspan list Unset\n", "\nimages.pages 4\n", "\nimages.retries 1\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the output has no %q:\n%s", want, out)
		}
	}
}

// Every page is one span below the caller's, and every attempt one below that,
// whichever function lists.
func TestInstrument(t *testing.T) {
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	throttle, refuse := ec2imagestest.Throttle(), ec2imagestest.Fail(403, "UnauthorizedOperation", "no")
	for _, tc := range []struct {
		reason          string
		list            func(*testing.T, *ec2.Client)
		faults          []ec2imagestest.Fault
		pages, attempts int
		images          int64
		failed          bool
	}{
		{"a listing", collect, nil, 3, 3, 2058, false},
		{"a listing with retries", collect, []ec2imagestest.Fault{nil, throttle, ec2imagestest.Cut(100)}, 3, 5, 2058, false},
		{"a listing that fails", collect, []ec2imagestest.Fault{refuse}, 1, 1, 0, true},
		{"a listing that fails after every attempt", collect, []ec2imagestest.Fault{throttle, throttle, throttle}, 1, 3, 0, true},
		{"Latest", func(t *testing.T, client *ec2.Client) { _, _ = ec2images.Latest(t.Context(), client, input) }, nil, 1, 1, 355, false},
		{"the SDK's paginator", func(t *testing.T, client *ec2.Client) {
			_, _ = ec2.NewDescribeImagesPaginator(client, input).NextPage(t.Context())
		}, nil, 1, 1, 355, false},
		{"another operation", func(t *testing.T, client *ec2.Client) {
			_, _ = client.DescribeRegions(t.Context(), nil)
		}, nil, 0, 1, 0, false},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			spans := tracetest.NewInMemoryExporter()
			reader := sdkmetric.NewManualReader()
			option, err := instrument(trace.NewTracerProvider(trace.WithSyncer(spans)), sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
			if err != nil {
				t.Fatal(err)
			}
			server := ec2imagestest.NewServer(ec2imagestest.Catalog(2500))
			defer server.Close()
			server.Script(tc.faults...)
			tc.list(t, server.Client(option, func(o *ec2.Options) {
				o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = time.Millisecond })
			}))

			counts := map[string]int{}
			for _, span := range spans.GetSpans() {
				counts[span.Name]++
			}
			if counts["EC2.DescribeImages"] != tc.pages || counts["Attempt"] != tc.attempts {
				t.Errorf("got %d spans of pages and %d of attempts, want %d and %d", counts["EC2.DescribeImages"], counts["Attempt"], tc.pages, tc.attempts)
			}
			got := sums(t, reader, tc.failed)
			if got[pageCount] != int64(tc.pages) || got[imageCount] != tc.images || tc.pages > 0 && got[retryCount] != int64(tc.attempts-tc.pages) {
				t.Errorf("got the metrics %v", got)
			}
		})
	}
}

func collect(t *testing.T, client *ec2.Client) {
	_, _, _ = ec2images.NewPaginator(client, nil).Collect(t.Context())
}

// sums returns the counters of the calls that failed, or of those that did not.
func sums(t *testing.T, reader sdkmetric.Reader, failed bool) map[string]int64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int64{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if sum, ok := m.Data.(metricdata.Sum[int64]); ok {
				for _, point := range sum.DataPoints {
					if v, _ := point.Attributes.Value(attribute.Key("error")); v.AsBool() == failed {
						counts[m.Name] += point.Value
					}
				}
			}
		}
	}
	return counts
}
