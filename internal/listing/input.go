package listing

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// CheckSelector reports why a list of values selects every image on the wire,
// although it is there to select some: it is empty, or a value in it is blank. A
// nil list is no selector.
func CheckSelector(name string, values []string) error {
	if values != nil && len(values) == 0 {
		return fmt.Errorf("%s is empty but not nil: on the wire that is every image", name)
	}
	return CheckBlank(name, values)
}

// CheckBlank reports values that are blank.
func CheckBlank(name string, values []string) error {
	var errs []error
	for i, value := range values {
		if strings.TrimSpace(value) == "" {
			errs = append(errs, fmt.Errorf("%s[%d] is blank", name, i))
		}
	}
	return errors.Join(errs...)
}

// Start returns where a listing starts: at startingToken, or at the token of its
// input. The error reports that both are set.
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

// Distinct returns the values without repetitions, in their order.
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
