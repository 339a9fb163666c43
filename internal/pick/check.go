package pick

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// ErrNotFound is the error of a search without candidates.
var ErrNotFound = errors.New("no image found")

// CheckToken reports the token of an input, which hides images from a search.
func CheckToken(nextToken *string) error {
	if aws.ToString(nextToken) != "" {
		return errors.New("input.NextToken is set: it hides images, and a picker must see all of them")
	}
	return nil
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
