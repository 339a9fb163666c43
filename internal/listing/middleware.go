package listing

import (
	"context"
	"reflect"
	"sync"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// Settings are the options of a call that the middleware of its client obeys.
// The zero value has the defaults.
type Settings struct {
	StallTimeout       time.Duration // as in [LimitStall]
	DisableFastDecoder bool
}

type settingsKey struct{}

// WithSettings returns a context for calls with the settings. A context, unlike
// option functions, also reaches a client that is wrapped, and users' mocks
// count option functions. They also compare contexts, so WithSettings returns
// ctx itself for the defaults.
func WithSettings(ctx context.Context, s Settings) context.Context {
	if s == (Settings{}) {
		return ctx
	}
	return context.WithValue(ctx, settingsKey{}, s)
}

// Middleware returns an option for clients and for calls. For each call of the
// operation, it calls install, which adds to the stack what the call needs. If
// a client and a call both have the option, install is called once.
//
// install is called when the call begins, after all options of the client and
// of the call. What it adds therefore has the place that it asks for, whichever
// option came first.
func Middleware(operation string, install func(*middleware.Stack, Settings)) func(*middleware.Stack) error {
	const id = "awsimages:Middleware"
	return func(stack *middleware.Stack) error {
		if _, ok := stack.Initialize.Get(id); ok || stack.ID() != operation {
			return nil
		}
		var once sync.Once // the user's middleware may call the next one again
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc(id,
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
				middleware.InitializeOutput, middleware.Metadata, error,
			) {
				once.Do(func() {
					settings, _ := ctx.Value(settingsKey{}).(Settings)
					install(stack, settings)
				})
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
	}
}

// IsOf reports whether the type of m is from the package of the client. It does
// not dereference m, which may be a nil pointer. An ID does not tell: a user's
// deserializer in place of the SDK's has the same.
func IsOf[Client any](m middleware.DeserializeMiddleware) bool {
	t := reflect.TypeOf(m)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath() == reflect.TypeFor[Client]().PkgPath()
}

// MarkPaginator adds the feature ID of paginators to the SDK's user agent, if
// the stack has one, as the SDK's own paginators do.
func MarkPaginator(stack *middleware.Stack) error {
	return mark(stack, awsmiddleware.UserAgentFeaturePaginator)
}

// MarkWaiter adds the feature ID of waiters, as the SDK's own waiters do.
func MarkWaiter(stack *middleware.Stack) error {
	return mark(stack, awsmiddleware.UserAgentFeatureWaiter)
}

func mark(stack *middleware.Stack, feature awsmiddleware.UserAgentFeature) error {
	m, _ := stack.Build.Get((*awsmiddleware.RequestUserAgent)(nil).ID())
	if agent, ok := m.(*awsmiddleware.RequestUserAgent); ok {
		agent.AddUserAgentFeature(feature)
	}
	return nil
}
