package appstreamimages

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
	smithytime "github.com/aws/smithy-go/time"
	smithywaiter "github.com/aws/smithy-go/waiter"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// ImageAvailableWaiterOptions configure an [ImageAvailableWaiter]. The
// delays have the defaults of the SDK's own AppStream waiters.
type ImageAvailableWaiterOptions struct {
	// CallOptions configure the calls of the client.
	CallOptions

	// Limiter is like that of [paginate.Options].
	Limiter paginate.Limiter

	// MinDelay is the minimum delay between attempts. The default is 30
	// seconds.
	MinDelay time.Duration

	// MaxDelay is the maximum delay between attempts. The delay grows from
	// MinDelay, with jitter. The default is 120 seconds.
	MaxDelay time.Duration

	// WaitForCreation makes the waiter wait for images that do not exist yet:
	// it tries again after an error that wraps [ErrNotFound]. AppStream does
	// not find images that other accounts share by Names: wait for those by
	// Arns. If maxWait is a minute or less, set MinDelay as well.
	WaitForCreation bool

	// Retryable is called after every attempt. It returns true and nil to try
	// again, false and nil if the wait is over, and an error to fail. The
	// output contains the images of all pages; it is nil if the attempt failed.
	// The default is described at [ImageAvailableWaiter]. A function that
	// replaces the default can read it from this field first, and call it.
	Retryable func(context.Context, *appstream.DescribeImagesInput, *appstream.DescribeImagesOutput, error) (bool, error)
}

// An ImageAvailableWaiter waits until images are in the state AVAILABLE. The
// SDK has waiters for AppStream fleets, but none for images. This waiter is
// used in the same way.
//
// The wait fails with an error that wraps an [*ImageFailedError] as soon as one
// of the images is in the state FAILED, or in a state that the SDK does not
// name, such as DEPRECATED (hashicorp/terraform-provider-aws issue 32958). It
// fails with an error that wraps [ErrNotFound] if an image that the input names
// does not exist, no longer exists or is in the state DELETING, and with the
// error of any call that fails.
type ImageAvailableWaiter struct {
	client  appstream.DescribeImagesAPIClient
	options ImageAvailableWaiterOptions
}

const (
	defaultMinDelay = 30 * time.Second
	defaultMaxDelay = 120 * time.Second
)

// NewImageAvailableWaiter returns a waiter. It makes no request.
func NewImageAvailableWaiter(client appstream.DescribeImagesAPIClient, optFns ...func(*ImageAvailableWaiterOptions)) *ImageAvailableWaiter {
	options := ImageAvailableWaiterOptions{
		MinDelay:  defaultMinDelay,
		MaxDelay:  defaultMaxDelay,
		Retryable: imageAvailableRetryable,
	}
	for _, fn := range optFns {
		fn(&options)
	}
	return &ImageAvailableWaiter{client: client, options: options}
}

// Wait waits until all images that the input selects by Names or Arns are
// available, for at most maxWait. The option functions apply to this wait only.
//
// If the images are not available in time, the error wraps
// [context.DeadlineExceeded]. Wait returns it as soon as no more than MinDelay
// is left, so a maxWait of at most MinDelay allows one attempt. The error wraps
// [paginate.ErrInvalidOptions], and no call is made, if an argument or an
// option is invalid, or if the input has neither Names nor Arns.
func (w *ImageAvailableWaiter) Wait(ctx context.Context, input *appstream.DescribeImagesInput, maxWait time.Duration, optFns ...func(*ImageAvailableWaiterOptions)) error {
	_, err := w.WaitForOutput(ctx, input, maxWait, optFns...)
	return err
}

// WaitForOutput is like [ImageAvailableWaiter.Wait], but returns the last
// output, with the images of all pages. On error, it returns nil.
func (w *ImageAvailableWaiter) WaitForOutput(ctx context.Context, input *appstream.DescribeImagesInput, maxWait time.Duration, optFns ...func(*ImageAvailableWaiterOptions)) (*appstream.DescribeImagesOutput, error) {
	if input == nil {
		input = &appstream.DescribeImagesInput{}
	}
	options := w.options
	for _, fn := range optFns {
		fn(&options)
	}
	if options.MinDelay <= 0 {
		options.MinDelay = defaultMinDelay
	}
	if options.MaxDelay <= 0 {
		options.MaxDelay = defaultMaxDelay
	}
	if options.Retryable == nil {
		options.Retryable = imageAvailableRetryable
	}
	pager := w.paginator(input, options, checkWait(ctx, input, maxWait, options))
	if err := pager.Validate(); err != nil {
		return nil, err
	}

	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	left := maxWait
	answered := false // by AppStream, in an earlier attempt
	for attempt := int64(1); ; attempt++ {
		start := time.Now()
		output, err := describe(ctx, pager)
		if answered {
			err = listing.AfterAnswer(err)
		}
		answered = answered || err == nil || isUnknown(err)
		retry, err := options.Retryable(ctx, input, output, err)
		if options.WaitForCreation && errors.Is(err, ErrNotFound) {
			retry, err = true, nil
		}
		switch {
		case err != nil:
			return nil, err
		case !retry:
			return output, nil
		}
		left -= time.Since(start)
		// ComputeDelay reserves MinDelay for the last attempt. It returns 0 if
		// no more than that is left, and less than MinDelay before the last
		// attempt.
		if left <= options.MinDelay {
			return nil, notYet(input, output, context.DeadlineExceeded)
		}
		delay, _ := smithywaiter.ComputeDelay(attempt, options.MinDelay, options.MaxDelay, left) // fails only without random numbers
		delay = max(delay, options.MinDelay)
		left -= delay
		if err := smithytime.SleepWithContext(ctx, delay); err != nil {
			return nil, notYet(input, output, err)
		}
	}
}

func checkWait(ctx context.Context, input *appstream.DescribeImagesInput, maxWait time.Duration, options ImageAvailableWaiterOptions) error {
	var errs []error
	if len(input.Names) == 0 && len(input.Arns) == 0 {
		errs = append(errs, errors.New("the input has neither Names nor Arns, which would select every image"))
	}
	if ctx == nil {
		errs = append(errs, errors.New("the context is nil"))
	}
	if maxWait <= 0 {
		errs = append(errs, fmt.Errorf("maxWait is %v, must be positive", maxWait))
	}
	if options.MinDelay > options.MaxDelay {
		errs = append(errs, fmt.Errorf("MinDelay is %v, must not exceed MaxDelay, %v", options.MinDelay, options.MaxDelay))
	}
	return errors.Join(errs...)
}

// paginator returns the paginator of all attempts. It reports problem as an
// invalid option.
func (w *ImageAvailableWaiter) paginator(input *appstream.DescribeImagesInput, options ImageAvailableWaiterOptions, problem error) *paginate.Paginator[types.Image] {
	own := func(o *appstream.Options) {
		o.APIOptions = append(o.APIOptions, listing.MarkWaiter) // beside MarkPaginator
	}
	opts := newOptions(input, []func(*Options){func(o *Options) {
		o.Limiter = options.Limiter
		o.CallOptions = options.CallOptions
		o.ClientOptions = append([]func(*appstream.Options){own}, options.ClientOptions...)
	}})
	return newPaginator(w.client, input, opts, listing.Waiter, problem)
}

// describe makes one attempt. It requests all pages, because an image on any
// page may not be available. The SDK's waiters look at the first one alone.
func describe(ctx context.Context, pager *paginate.Paginator[types.Image]) (*appstream.DescribeImagesOutput, error) {
	output := &appstream.DescribeImagesOutput{}
	for page, err := range pager.Pages(ctx) {
		if err != nil {
			return nil, err
		}
		output.Images = append(output.Images, page.Items...)
		output.ResultMetadata = page.Metadata
	}
	return output, nil
}

// imageAvailableRetryable is the default value of Retryable.
func imageAvailableRetryable(_ context.Context, input *appstream.DescribeImagesInput, output *appstream.DescribeImagesOutput, err error) (bool, error) {
	query := newQuery(input, "")
	if isUnknown(err) {
		if failed := new(paginate.Error); errors.As(err, &failed) {
			err = failed.Err
		}
		return false, query.Wrap(fmt.Errorf("%w: %w", ErrNotFound, err))
	}
	if err != nil {
		return false, query.Wrap(err)
	}
	retry := false
	var gone []string
	for _, image := range output.Images {
		switch state := image.State; {
		case state == types.ImageStateFailed || state != "" && !slices.Contains(state.Values(), state):
			return false, query.Wrap(&ImageFailedError{Image: image})
		case state == types.ImageStateDeleting:
			gone = append(gone, nameOf(image)+"=DELETING")
		case state != types.ImageStateAvailable:
			retry = true
		}
	}
	if gone = append(gone, vanished(input, output)...); len(gone) > 0 {
		return false, query.Wrap(fmt.Errorf("%w: %s", ErrNotFound, listing.List(gone)))
	}
	return retry, nil
}

// vanished returns the images that the input names but the output does not
// contain.
func vanished(input *appstream.DescribeImagesInput, output *appstream.DescribeImagesOutput) []string {
	there := make(map[string]bool)
	for _, image := range output.Images {
		there[aws.ToString(image.Arn)] = true
		there[aws.ToString(image.Name)] = true
	}
	return slices.DeleteFunc(slices.Concat(input.Arns, input.Names), func(s string) bool { return there[s] })
}

// notYet returns the error of a wait that ended before the images were
// available. It has the states of the images and the cause.
func notYet(input *appstream.DescribeImagesInput, output *appstream.DescribeImagesOutput, cause error) error {
	if output == nil {
		output = &appstream.DescribeImagesOutput{}
	}
	var states []string
	for _, image := range output.Images {
		if image.State != types.ImageStateAvailable {
			states = append(states, nameOf(image)+"="+string(image.State))
		}
	}
	for _, name := range vanished(input, output) {
		states = append(states, name+"=missing")
	}
	return newQuery(input, "").Wrap(fmt.Errorf("not available (%s): %w", listing.List(states), cause))
}

// nameOf returns the name of an image, or its ARN if it has no name.
func nameOf(image types.Image) string {
	return cmp.Or(aws.ToString(image.Name), aws.ToString(image.Arn))
}

// An ImageFailedError reports that an image does not become available: it is in
// the state FAILED, or in a state that the SDK does not name.
type ImageFailedError struct {
	// Image is that image. Its StateChangeReason and ImageErrors have the
	// reason.
	Image types.Image
}

// Error returns a message with the name of the image, the reason and the
// errors.
func (e *ImageFailedError) Error() string {
	texts := []string{fmt.Sprintf("image %s is %s", nameOf(e.Image), e.Image.State)}
	add := func(code string, message *string) {
		if text := strings.Trim(code+": "+aws.ToString(message), ": "); text != "" {
			texts = append(texts, text)
		}
	}
	if reason := e.Image.StateChangeReason; reason != nil {
		add(string(reason.Code), reason.Message)
	}
	for _, failure := range e.Image.ImageErrors {
		add(string(failure.ErrorCode), failure.ErrorMessage)
	}
	return strings.Join(texts, "; ")
}
