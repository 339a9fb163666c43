package ec2images

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/paginate"
)

// An anyOfPosition is the position of a page of one of several alternatives.
// Its text takes the place of a service token:
//
//	any-of:1:8c7fd5ea5ad6ee36     the first page of the alternative at index 1
//	any-of:1:8c7fd5ea5ad6ee36:t1  its page at the service token t1
//
// The checksum of the filters follows the index. The first page of the first
// alternative has no text. The service tokens of the first alternative are not
// used unchanged, although they could be: a tool without the OR, such as boto3,
// would list the rest of that alternative as if it were the rest of the
// listing.
//
// A single alternative is an ordinary listing. Its service tokens are used
// unchanged.
type anyOfPosition struct {
	index int // index of the alternative
	next  string
}

const anyOfPrefix = "any-of:"

// after returns the position after a response of the alternative.
func (at anyOfPosition) after(resp paginate.Response[types.Image]) anyOfPosition {
	if resp.NextToken == "" {
		return anyOfPosition{index: at.index + 1}
	}
	return anyOfPosition{at.index, resp.NextToken}
}

// text returns the text of a position, or "" at the end of the listing.
func (a *anyOf) text(at anyOfPosition) string {
	switch {
	case at.index == len(a.alternatives):
		return ""
	case len(a.alternatives) == 1:
		return at.next
	}
	text := anyOfPrefix + strconv.Itoa(at.index) + ":" + a.sum
	if at.next != "" {
		text += ":" + at.next
	}
	return text
}

// parse is the inverse of text. The error wraps [paginate.ErrInvalidToken] if
// the position is not one of this listing.
func (a *anyOf) parse(token string) (at anyOfPosition, err error) {
	text, ok := strings.CutPrefix(token, anyOfPrefix)
	single := len(a.alternatives) == 1
	if token == "" || single && !ok {
		return anyOfPosition{next: token}, nil
	}
	index, text, _ := strings.Cut(text, ":")
	sum, next, hasNext := strings.Cut(text, ":")
	n, err := strconv.ParseUint(index, 10, 31)
	at = anyOfPosition{int(n), next}
	ok = ok && err == nil && !single && sum == a.sum && at.index < len(a.alternatives)
	if !ok || hasNext != (next != "") || at.index == 0 && next == "" {
		return at, fmt.Errorf("%w: %q is not a position in a listing of these alternatives", paginate.ErrInvalidToken, token)
	}
	return at, nil
}
