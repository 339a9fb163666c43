package imagecbor

import "github.com/aws/smithy-go/middleware"

// NewDeserializer returns the deserializer that AddDecoder puts in the place of
// the SDK's.
func NewDeserializer(sdk middleware.DeserializeMiddleware) middleware.DeserializeMiddleware {
	return &deserializer{sdk}
}

var FillNulls = fillNulls
