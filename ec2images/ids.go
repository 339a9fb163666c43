package ec2images

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// maxIDs is the number of IDs that EC2 accepts in one call.
const maxIDs = 1000

// NewIDPaginator returns a paginator over the images with the given IDs,
// regardless of owner and state: it includes deprecated and disabled images. It
// yields the images that exist and then, if IDs are missing, an error that
// wraps a [*MissingError] and [ErrNotFound]. The listing is then complete, and
// the error has no ResumeToken. NewIDPaginator makes no request.
//
// The IDs are requested in batches of PageSize, at most 1000, and yielded in
// their order. A repeated ID is requested once. Without IDs, there are no calls
// and no images. EC2 rejects a batch with an ID that does not exist; it is
// requested again in parts, with at most 2n-1 calls for n IDs.
//
// A batch is a page, and for MaxPages so is the error about missing IDs. Resume
// tokens record which IDs of earlier batches are missing. They are not valid
// in boto3. A token of other IDs is invalid ([paginate.ErrInvalidToken]), which
// is not detected in the first batch. PageSize can change between runs.
//
// Errors and clients are as for [NewPaginator]. A blank ID is an invalid
// option, and so is AnyOf.
func NewIDPaginator(client ec2.DescribeImagesAPIClient, ids []string, optFns ...func(*Options)) *paginate.Paginator[types.Image] {
	opts := newOptions(&ec2.DescribeImagesInput{}, optFns)
	query := listing.NewQuery("ec2images", "")
	query.AddText(fmt.Sprint(len(ids)), "image ids") // the last error lists them
	var anyOfErr error
	if opts.AnyOf != nil {
		anyOfErr = errors.New("AnyOf is set, but a listing by ids has no filters")
	}
	return newIDPaginator(client, ids, opts, listing.Paginator, query, listing.CheckBlank("ids", ids), anyOfErr)
}

// newIDPaginator is NewIDPaginator for options that are already set. The query
// describes the listing in its errors.
func newIDPaginator(client ec2.DescribeImagesAPIClient, ids []string, opts Options, style listing.Style, query *listing.Query, problems ...error) *paginate.Paginator[types.Image] {
	call, err := newCall(client, opts.CallOptions, style)
	b := newBatches(call, ec2.DescribeImagesInput{IncludeDisabled: aws.Bool(true)}, ids)
	b.limiter, b.tolerant = opts.Limiter, true
	opts.Limiter = nil // batches wait for it: a page can be several requests, or none
	op := listing.Operation[types.Image](query, append(problems, err)...)
	op.Begin = func() (paginate.Fetch[types.Image], func(*types.Image) bool) { return b.begin(), nil }
	op.IsFinal = func(err error) bool {
		var missing *MissingError // the listing is complete
		return errors.As(err, &missing)
	}
	return op.Paginator(func(o *paginate.Options) { *o = opts.Options })
}

// fetchIDs returns the fetch function of an input with ImageIds. The call for a
// batch fails if an ID does not exist. Runs can share the function: it keeps no
// state, because it is not tolerant.
func fetchIDs(call call, in ec2.DescribeImagesInput) paginate.Fetch[types.Image] {
	return newBatches(call, in, in.ImageIds).begin()
}

// A batches lists images by ID.
type batches struct {
	call     call
	input    ec2.DescribeImagesInput
	ids      []string         // without repetitions
	sum      string           // checksum of ids, which is part of resume tokens
	limiter  paginate.Limiter // of each request, or nil
	tolerant bool             // yields the images that exist, and an error about the others last
}

func newBatches(call call, in ec2.DescribeImagesInput, ids []string) *batches {
	ids = listing.Distinct(ids)
	return &batches{call: call, input: in, ids: ids, sum: checksum(fmt.Sprintf("%q", ids))}
}

// begin returns the fetch function of a run.
func (b *batches) begin() paginate.Fetch[types.Image] {
	var refusal error // EC2's last error for IDs that do not exist
	return func(ctx context.Context, req paginate.Request) (resp paginate.Response[types.Image], err error) {
		at, err := b.parse(req.Token)
		switch {
		case err != nil || len(b.ids) == 0: // without IDs, the call would list every image
			return resp, err
		case at.first == len(b.ids):
			return resp, &MissingError{IDs: at.missing.of(b.ids), Err: refusal}
		}
		last := min(len(b.ids), at.first+batchSize(req.PageSize))
		ids := b.ids[at.first:last]
		if !b.tolerant {
			resp, err = b.request(ctx, ids, at.next)
		} else if resp, err = b.all(ctx, ids); isUnknown(err) {
			refusal = err
			resp.Items, err = b.split(ctx, ids, err, false)
			err = listing.AfterAnswer(err)
		}
		if err != nil {
			return resp, err
		}
		resp.Items = sortedByID(resp.Items, ids)
		if at.next = resp.NextToken; at.next == "" {
			if b.tolerant {
				at.missing = append(at.missing, b.absent(at.first, last, resp.Items)...)
			}
			at.first = last
		}
		resp.NextToken = b.text(at)
		return resp, nil
	}
}

// absent returns the indexes from first to last of the IDs without an image.
// Some Regions leave unknown IDs out (cloud-custodian/cloud-custodian#3629).
func (b *batches) absent(first, last int, images []types.Image) (missing indexes) {
	if last-first == 1 && len(images) == 1 && isNameless(images[0]) {
		return nil
	}
	found := make(map[string]bool, len(images))
	for i := range images {
		found[aws.ToString(images[i].ImageId)] = true
	}
	for i := first; i < last; i++ {
		if !found[b.ids[i]] {
			missing = append(missing, i)
		}
	}
	return missing
}

// all makes the calls for ids: one, unless the client returns tokens. A
// tolerant listing has no position between them, since a run that resumed there
// could not know which IDs of the batch are missing.
func (b *batches) all(ctx context.Context, ids []string) (resp paginate.Response[types.Image], err error) {
	pager := paginate.New(func(ctx context.Context, req paginate.Request) (paginate.Response[types.Image], error) {
		return b.request(ctx, ids, req.Token)
	})
	for page, err := range pager.Pages(ctx) {
		if failed := new(paginate.Error); errors.As(err, &failed) {
			return paginate.Response[types.Image]{}, failed.Err
		}
		resp.Items = append(resp.Items, page.Items...)
		resp.Metadata = page.Metadata
	}
	return resp, nil
}

// request makes one call for ids. EC2 returns no tokens for such calls. If a
// client does, they are followed.
func (b *batches) request(ctx context.Context, ids []string, next string) (paginate.Response[types.Image], error) {
	in := copyInput(&b.input)
	in.ImageIds = slices.Clone(ids)
	if next != "" {
		in.NextToken = &next
	}
	if b.limiter != nil {
		if err := b.limiter.Wait(ctx); err != nil {
			return paginate.Response[types.Image]{}, err
		}
	}
	if err := ctx.Err(); err != nil { // it may have ended while the limiter waited
		return paginate.Response[types.Image]{}, err
	}
	return b.call(ctx, &in)
}

// sortedByID returns images in the order of ids, and others before them. EC2
// documents no order: the number of a resume token would mean other images in
// batches of another size. With the size in the token, a run with another one
// would be refused. sortedByID copies the slice, which is the client's.
func sortedByID(images []types.Image, ids []string) []types.Image {
	images = slices.Clone(images)
	places := make(map[string]int, len(ids))
	for i, id := range ids {
		places[id] = i + 1 // more than 0, the place of others
	}
	slices.SortStableFunc(images, func(a, b types.Image) int {
		return places[aws.ToString(a.ImageId)] - places[aws.ToString(b.ImageId)]
	})
	return images
}

// batchSize returns the number of IDs in a request of a page size. 0 means that
// the service may choose, which it does not for IDs.
func batchSize(pageSize int) int {
	if pageSize == 0 {
		return maxIDs
	}
	return min(pageSize, maxIDs)
}

// isNameless reports whether an image has no ID, as in a fixture of a test. If
// one ID was requested, and one image returned, it is that image.
func isNameless(image types.Image) bool { return aws.ToString(image.ImageId) == "" }

// An idPosition is a position in a listing by IDs. Its text takes the place of
// a service token:
//
//	image-ids:2000:8c7fd5ea5ad6ee36     the batch that begins at the ID at index 2000
//	image-ids:2000:8c7fd5ea5ad6ee36:t1  the same, at the service token t1
//	image-ids:2000:8c7fd5ea5ad6ee36[3-9,11]
//
// In the last one, the IDs at the indexes 3 to 9 and 11 are missing.
//
// The checksum of the IDs follows the index: other IDs have other positions.
// The first batch has no text, and service tokens within it are used unchanged.
// A tolerant listing has missing IDs and no service tokens.
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
	case at.first == 0:
		return at.next
	}
	text := idPrefix + strconv.Itoa(at.first) + ":" + b.sum
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
	if token == "" || !isOwn && !b.tolerant {
		return idPosition{next: token}, nil
	}
	index, text, _ := strings.Cut(text, ":")
	text, at.next, _ = strings.Cut(text, ":")
	_, missing, hasMissing := strings.Cut(text, "[")
	at.first = parseIndex(index)
	ok := at.first < len(b.ids) || at.first == len(b.ids) && hasMissing
	if ok && hasMissing { // otherwise its ranges can be of any length
		at.missing = parseIndexes(strings.TrimSuffix(missing, "]"), at.first)
	}
	hasOther := hasMissing
	if b.tolerant {
		hasOther = at.next != ""
	}
	if !ok || hasOther || b.text(at) != token {
		return at, fmt.Errorf("%w: %q is not a position in a list of these %d image ids", paginate.ErrInvalidToken, token, len(b.ids))
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

// parseIndexes is the inverse of String, for indexes less than n. For other
// texts, it returns indexes with a different text, or none.
func parseIndexes(text string, n int) (m indexes) {
	for part := range strings.SplitSeq(text, ",") {
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			high = low
		}
		first, last := parseIndex(low), parseIndex(high)
		if last >= n || len(m) > 0 && first <= m[len(m)-1] {
			return nil
		}
		for i := first; i <= last; i++ {
			m = append(m, i)
		}
	}
	return m
}

// parseIndex is the inverse of [strconv.Itoa] for an index. For any other text,
// it returns an index with a different text.
func parseIndex(text string) int {
	n, _ := strconv.ParseUint(text, 10, 31)
	return int(n)
}

// unknownID returns the message of an error with which EC2 rejects a call for
// an ID that does not exist.
func unknownID(err error) (message string, ok bool) {
	api, ok := listing.ServiceError(err)
	if !ok {
		return "", false
	}
	switch api.ErrorCode() {
	case "InvalidAMIID.NotFound",
		"InvalidAMIID.Unavailable", // deregistered
		// EC2 calls some IDs malformed that have the form of an ID
		// (cloud-custodian/cloud-custodian#3630).
		"InvalidAMIID.Malformed":
		return api.ErrorMessage(), true
	}
	return "", false
}

// isUnknown reports whether EC2 rejects a call for an ID that does not exist.
func isUnknown(err error) bool {
	_, ok := unknownID(err)
	return ok
}

// notExist matches EC2's message about IDs that do not exist.
var notExist = regexp.MustCompile(`^The image ids? '\[.*\]' do(?:es)? not exist$`)

// split returns the images of ids that exist, after EC2 has rejected a call for
// all ids. Each of its calls is for a part of the IDs of the previous call, so
// n IDs take at most 2n-2 calls. A message that names every ID may only repeat
// the request. A message that names some of the IDs is credible, and so are
// those that follow it.
func (b *batches) split(ctx context.Context, ids []string, refusal error, credible bool) ([]types.Image, error) {
	message, _ := unknownID(refusal)
	named, others := partition(ids, message)
	isSentence := notExist.MatchString(message)
	switch {
	case len(ids) == 1, credible && isSentence && len(others) == 0:
		return nil, nil
	case len(named) == 0, len(others) == 0:
		others, named = ids[:len(ids)/2], ids[len(ids)/2:]
	default:
		credible = credible || isSentence
	}
	images, err := b.existing(ctx, others, credible)
	if err != nil {
		return nil, err
	}
	more, err := b.existing(ctx, named, credible)
	return slices.Concat(images, more), err
}

// existing returns the images of the ids that exist.
func (b *batches) existing(ctx context.Context, ids []string, credible bool) ([]types.Image, error) {
	resp, err := b.all(ctx, ids)
	if isUnknown(err) {
		return b.split(ctx, ids, err, credible)
	}
	return resp.Items, err
}

// partition divides ids into those that text names and the others.
func partition(ids []string, text string) (named, others []string) {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-'
	})
	for _, id := range ids {
		if slices.Contains(words, id) {
			named = append(named, id)
		} else {
			others = append(others, id)
		}
	}
	return named, others
}

// A MissingError reports images that do not exist. It wraps [ErrNotFound].
type MissingError struct {
	// IDs are the IDs without an image, in the order given.
	IDs []string

	// Err is EC2's error for one of the IDs: EC2 does not know it. It is nil if
	// EC2 accepted the IDs and omitted the images from its responses, as for a
	// while after an image is deregistered, or if it rejected the IDs in an
	// earlier run of a listing that was resumed.
	Err error
}

// Error returns a message with the IDs and EC2's error.
func (e *MissingError) Error() string {
	s := fmt.Sprintf("%v: %s", ErrNotFound, listing.List(e.IDs))
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns ErrNotFound and e.Err.
func (e *MissingError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrNotFound}
	}
	return []error{ErrNotFound, e.Err}
}
