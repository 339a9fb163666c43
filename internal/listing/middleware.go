package listing

import (
	"reflect"

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
