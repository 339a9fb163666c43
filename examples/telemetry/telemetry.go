package main

import (
	"context"
	"errors"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing/smithyoteltracing"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// The names of the metrics. Each has the attributes region and error.
const (
	pageCount    = "images.pages"
	imageCount   = "images.listed"
	retryCount   = "images.retries"
	pageDuration = "images.page.duration"
)

// instrument returns an option function for a client. The client then records a
// span for every call, whose parent is the span in the context, and the metrics
// above for every call of DescribeImages, which returns one page.
func instrument(traces trace.TracerProvider, metrics metric.MeterProvider) (func(*ec2.Options), error) {
	meter := metrics.Meter("github.com/awsimages/awsimages/examples/telemetry")
	pages, err1 := meter.Int64Counter(pageCount, metric.WithUnit("{page}"))
	images, err2 := meter.Int64Counter(imageCount, metric.WithUnit("{image}"))
	retries, err3 := meter.Int64Counter(retryCount, metric.WithUnit("{retry}"))
	duration, err4 := meter.Float64Histogram(pageDuration, metric.WithUnit("s"),
		metric.WithExplicitBucketBoundaries(0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60))
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	measure := func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		start := time.Now()
		out, metadata, err := next.HandleInitialize(ctx, in)

		attributes := metric.WithAttributes(attribute.String("region", awsmiddleware.GetRegion(ctx)), attribute.Bool("error", err != nil))
		duration.Record(ctx, time.Since(start).Seconds(), attributes)
		pages.Add(ctx, 1, attributes)
		retries.Add(ctx, int64(max(attempts(metadata), 1)-1), attributes)
		if output, ok := out.Result.(*ec2.DescribeImagesOutput); ok && err == nil {
			images.Add(ctx, int64(len(output.Images)), attributes)
		}
		return out, metadata, err
	}
	return func(o *ec2.Options) {
		o.TracerProvider = smithyoteltracing.Adapt(traces)
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			if stack.ID() != "DescribeImages" {
				return nil
			}
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("measure", measure), middleware.After)
		})
	}, nil
}

// attempts returns the number of attempts of a call, from its metadata, which is
// also that of the page.
func attempts(metadata middleware.Metadata) int {
	results, _ := retry.GetAttemptResults(metadata)
	return len(results.Results)
}
