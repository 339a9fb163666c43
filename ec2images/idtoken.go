package ec2images

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/awsimages/awsimages/paginate"
)

// An idPosition is a position in a listing by IDs. Its text takes the place of
// a service token:
//
//	image-ids:2000           the batch that begins with the id at index 2000
//	image-ids:2000:t1        the same batch, at the token t1 of the service
//	image-ids:2000[3,17-20]  the same batch; the ids at 3 and 17 to 20 are missing
//
// Service tokens within the first batch are used unchanged, unless the listing
// is tolerant: a token that it has not made then says nothing about which IDs
// are missing.
type idPosition struct {
	first   int
	missing indexes // those before first
	next    string
}

const idPrefix = "image-ids:"

// text returns the text of a position, or "" at the end of the listing.
func (b *batches) text(at idPosition) string {
	switch {
	case at.next == "" && at.first == len(b.ids) && at.missing == nil:
		return ""
	case at.first == 0 && !b.tolerant:
		return at.next
	}
	text := idPrefix + strconv.Itoa(at.first)
	if at.missing != nil {
		text += "[" + at.missing.String() + "]"
	}
	if at.next != "" {
		text += ":" + at.next
	}
	return text
}

// parse is the inverse of text. The error wraps [paginate.ErrInvalidToken] if
// the position is not one of this listing.
func (b *batches) parse(token string) (at idPosition, err error) {
	text, isOwn := strings.CutPrefix(token, idPrefix)
	if !isOwn && (token == "" || !b.tolerant) {
		return idPosition{next: token}, nil
	}
	text, at.next, _ = strings.Cut(text, ":")
	text, missing, hasMissing := strings.Cut(text, "[")
	n, err := strconv.ParseUint(text, 10, 31)
	at.first = int(n)
	ok := isOwn && err == nil && at.first < len(b.ids)
	if hasMissing {
		missing, closed := strings.CutSuffix(missing, "]")
		ok = isOwn && closed && err == nil && b.tolerant && (at.first < len(b.ids) || at.first == len(b.ids) && at.next == "")
		if ok { // otherwise its ranges can be of any length
			at.missing, err = parseIndexes(missing, at.first)
			ok = err == nil
		}
	}
	if !ok {
		return at, fmt.Errorf("%w: %q is not a position in a list of %d image ids", paginate.ErrInvalidToken, token, len(b.ids))
	}
	return at, nil
}

// indexes are indexes of IDs, in ascending order.
type indexes []int

// of returns the elements of ids at the indexes.
func (m indexes) of(ids []string) []string {
	missing := make([]string, len(m))
	for n, i := range m {
		missing[n] = ids[i]
	}
	return missing
}

// String returns the indexes as ranges, such as 3,17-20.
func (m indexes) String() string {
	var ranges []string
	for len(m) > 0 {
		n := 1
		for n < len(m) && m[n] == m[0]+n {
			n++
		}
		text := strconv.Itoa(m[0])
		if n > 1 {
			text += "-" + strconv.Itoa(m[n-1])
		}
		ranges = append(ranges, text)
		m = m[n:]
	}
	return strings.Join(ranges, ",")
}

// parseIndexes is the inverse of String, for indexes less than n.
func parseIndexes(text string, n int) (m indexes, err error) {
	for part := range strings.SplitSeq(text, ",") {
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			high = low
		}
		first, err1 := strconv.ParseUint(low, 10, 31)
		last, err2 := strconv.ParseUint(high, 10, 31)
		if err1 != nil || err2 != nil || last < first || int(last) >= n || len(m) > 0 && int(first) <= m[len(m)-1] {
			return nil, fmt.Errorf("%q is not a list of indexes", text)
		}
		for i := first; i <= last; i++ {
			m = append(m, int(i))
		}
	}
	return m, nil
}
