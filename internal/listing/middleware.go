package listing

import (
	"fmt"
	"reflect"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// IsOf reports whether the type of m is from the package of the client. It does
// not dereference m, which may be a nil pointer.
func IsOf[Client any](m middleware.DeserializeMiddleware) bool {
	t := reflect.TypeOf(m)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath() == reflect.TypeFor[Client]().PkgPath()
}

// MarkPaginator adds the feature ID of paginators to the user agent, as the
// SDK's own paginators do.
func MarkPaginator(stack *middleware.Stack) error {
	return mark(stack, awsmiddleware.UserAgentFeaturePaginator)
}

// MarkWaiter adds the feature ID of waiters to the user agent, as the SDK's own
// waiters do.
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
