package pick

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsimages/awsimages/paginate"
)

// CheckOptions reports options, and an input's token, that hide images from a
// search.
func CheckOptions(opts paginate.Options, nextToken *string) error {
	const why = "it hides images, and all of them have to be seen here"
	var errs []error
	if opts.MaxItems != 0 {
		errs = append(errs, fmt.Errorf("MaxItems is %d: %s", opts.MaxItems, why))
	}
	if opts.StartingToken != "" {
		errs = append(errs, errors.New("StartingToken is set: "+why))
	}
	if aws.ToString(nextToken) != "" {
		errs = append(errs, errors.New("input.NextToken is set: "+why))
	}
	return errors.Join(errs...)
}

// CheckCount reports a number of images that cannot be wanted.
func CheckCount(n int) error {
	if n < 1 {
		return fmt.Errorf("n is %d, less than 1", n)
	}
	return nil
}

// CheckKey reports a missing key function.
func CheckKey[K comparable, T any](key func(T) K) error {
	if key == nil {
		return errors.New("the key is nil")
	}
	return nil
}
