package pick

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// ErrNotFound is returned if a search has no candidates.
var ErrNotFound = errors.New("no image found")

// CheckToken returns an error if the input has a token: the search would not
// see every image.
func CheckToken(nextToken *string) error {
	if aws.ToString(nextToken) != "" {
		return errors.New("input.NextToken is set, but a picker must see every image")
	}
	return nil
}

// CheckCount returns an error if n is not positive.
func CheckCount(n int) error {
	if n < 1 {
		return fmt.Errorf("n is %d, must be at least 1", n)
	}
	return nil
}

// CheckKey returns an error if key is nil.
func CheckKey[K comparable, T any](key func(T) K) error {
	if key == nil {
		return errors.New("key is nil")
	}
	return nil
}
