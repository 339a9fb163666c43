package listing

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// CheckSelector returns an error if values is empty but not nil, or if one of
// values is blank. The services would treat such a list as absent and select
// every image.
func CheckSelector(name string, values []string) error {
	if values != nil && len(values) == 0 {
		return fmt.Errorf("%s is empty but not nil, which would select every image", name)
	}
	return CheckBlank(name, values)
}

// CheckBlank returns an error if one of values is blank.
func CheckBlank(name string, values []string) error {
	var errs []error
	for i, value := range values {
		if strings.TrimSpace(value) == "" {
			errs = append(errs, fmt.Errorf("%s[%d] is blank", name, i))
		}
	}
	return errors.Join(errs...)
}

// CheckPageSize returns an error if a page size is larger than the largest that
// a call can have.
func CheckPageSize(size, largest int) error {
	if size > largest {
		return fmt.Errorf("PageSize is %d, must not exceed %d", size, largest)
	}
	return nil
}

// Start returns the token at which a listing starts: startingToken or the
// nextToken of the input. It returns an error if both are set.
func Start(startingToken string, nextToken *string) (string, error) {
	token := aws.ToString(nextToken)
	switch {
	case token == "":
		return startingToken, nil
	case startingToken != "":
		return startingToken, errors.New("StartingToken and input.NextToken are both set")
	}
	return token, nil
}

// Distinct returns the distinct values, in order of first appearance.
func Distinct(values []string) []string {
	seen := make(map[string]bool, len(values))
	var distinct []string
	for _, value := range values {
		if !seen[value] {
			seen[value] = true
			distinct = append(distinct, value)
		}
	}
	return distinct
}
