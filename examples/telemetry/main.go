// Command telemetry lists images with a client that OpenTelemetry observes, and
// prints the spans and the metrics:
//
//	go run -C examples ./telemetry
//
// It lists from a local test server, which throttles one of the requests. A
// program of your own passes its exporters to the two providers, and the option
// of instrument to ec2.NewFromConfig.
//
// The option is one of the client, so it observes every function that is given
// the client: paginators, Latest, ByIDs and the SDK's own paginator. A type that
// wraps the client could count calls as well, but it sees neither the attempts
// nor the responses that are retried. If you have such a type, create the client
// inside it with ec2images.Middleware.
package main

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

func main() {
	text, err := run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(text)
}

// run returns what the program prints.
func run(ctx context.Context) (string, error) {
	var w strings.Builder
	spans := tracetest.NewInMemoryExporter()
	traces := trace.NewTracerProvider(trace.WithSyncer(spans))
	reader := sdkmetric.NewManualReader()
	option, err := instrument(traces, sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	if err != nil {
		return "", err
	}
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(2500))
	defer server.Close()
	server.Script(nil, ec2imagestest.Throttle()) // the second request
	client := server.Client(option, func(o *ec2.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = time.Millisecond })
	})

	ctx, span := traces.Tracer("").Start(ctx, "list")
	for page, err := range ec2images.NewPaginator(client, nil).Pages(ctx) {
		if err != nil {
			return "", err
		}
		id, _ := awsmiddleware.GetRequestIDMetadata(page.Metadata)
		fmt.Fprintln(&w, len(page.Items), "images, attempts:", attempts(page.Metadata), "request:", id)
	}
	_, err = ec2images.Latest(ctx, client, &ec2.DescribeImagesInput{Owners: []string{"self"}})
	span.End()
	if err != nil {
		return "", err
	}

	for _, span := range spans.GetSpans() {
		switch span.Name {
		case "list", "EC2.DescribeImages", "Attempt": // there are ten kinds
			fmt.Fprintln(&w, "span", span.Name, span.Status.Code)
		}
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &all); err != nil {
		return "", err
	}
	for _, m := range all.ScopeMetrics[0].Metrics {
		if sum, ok := m.Data.(metricdata.Sum[int64]); ok {
			fmt.Fprintln(&w, m.Name, sum.DataPoints[0].Value)
		}
	}
	return w.String(), nil
}
