package listing

import (
	"errors"
	"net"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/paginate"
)

// InRegion makes options those of one Region among several, which an input with
// a next token cannot be asked in.
func InRegion(opts *paginate.Options, region string, nextToken *string) {
	if strings.TrimSpace(region) == "" {
		paginate.Reject(errors.New("a Region is blank"))(opts)
	}
	if opts.StartingToken != "" || aws.ToString(nextToken) != "" {
		paginate.Reject(errors.New("a token is good for one Region only"))(opts)
	}
	if opts.Label != "" {
		region = opts.Label + "/" + region
	}
	opts.Label = region
}

// regionCodes are what services answer in a Region that the account has not
// enabled: EC2 the first or, in older accounts, the second, others the rest.
var regionCodes = []string{"AuthFailure", "OptInRequired", "UnrecognizedClientException", "InvalidClientTokenId"}

// IsRegionUnavailable reports whether an error means that a service is not
// there for the account in a Region.
func IsRegionUnavailable(err error) bool {
	if failed, ok := errors.AsType[smithy.APIError](err); ok {
		return slices.Contains(regionCodes, failed.ErrorCode())
	}
	lookup, ok := errors.AsType[*net.DNSError](err)
	return ok && lookup.IsNotFound
}
