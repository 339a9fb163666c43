// Package listing has what the paginators of the two services share.
package listing

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/paginate"
)

// MarkPaginator adds to the user agent that a paginator makes the request, as
// the SDK's own paginators do.
func MarkPaginator(stack *middleware.Stack) error {
	return mark(stack, awsmiddleware.UserAgentFeaturePaginator)
}

// MarkWaiter adds to the user agent that a waiter makes the request, as the SDK's
// own waiters do.
func MarkWaiter(stack *middleware.Stack) error {
	return mark(stack, awsmiddleware.UserAgentFeatureWaiter)
}

func mark(stack *middleware.Stack, feature awsmiddleware.UserAgentFeature) error {
	id := (*awsmiddleware.RequestUserAgent)(nil).ID()
	m, ok := stack.Build.Get(id)
	if !ok {
		m = awsmiddleware.NewRequestUserAgent()
		if err := stack.Build.Add(m, middleware.After); err != nil {
			return err
		}
	}
	agent, ok := m.(*awsmiddleware.RequestUserAgent)
	if !ok {
		return fmt.Errorf("middleware %s is a %T", id, m)
	}
	agent.AddUserAgentFeature(feature)
	return nil
}

// CheckSelector reports why a list of values selects everything on the wire,
// although it was meant to select something: it is empty, or a value in it is
// blank. A nil list is no selector.
func CheckSelector(name string, values []string) error {
	if values != nil && len(values) == 0 {
		return fmt.Errorf("%s is empty but not nil: on the wire that is every image", name)
	}
	for i, value := range values {
		if strings.TrimSpace(value) == "" {
			return fmt.Errorf("%s[%d] is blank", name, i)
		}
	}
	return nil
}

// StartAt makes the token of an input the StartingToken.
func StartAt(opts *paginate.Options, nextToken *string) error {
	token := aws.ToString(nextToken)
	if token != "" && opts.StartingToken != "" {
		return fmt.Errorf("StartingToken and input.NextToken are both set")
	}
	if token != "" {
		opts.StartingToken = token
	}
	return nil
}
