package ec2images

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
)

// An anyOf lists the images of alternatives, one alternative after the other,
// each image once.
//
// A run omits an image that it has already yielded. A run that resumes has no
// record of the images that earlier runs yielded. For each alternative that it
// has not listed from the beginning, it therefore also omits the images that
// this alternative certainly selects. Runs differ in the images that they omit,
// but positions do not depend on that, because they count the images that EC2
// returns (see [paginate.Operation].Begin): each image before a position has
// been yielded, there or earlier.
type anyOf struct {
	alternatives []alternative // the certain ones first
	sum          string        // checksum of the query, which is part of resume tokens
}

// An alternative is one of the listings of an anyOf.
type alternative struct {
	filters []types.Filter
	fetch   paginate.Fetch[types.Image]
	certain *filter.Matcher // nil if the alternative is not certain
}

// newAnyOf returns a listing of the images that match the input's filters and
// at least one of the alternatives in or.
func newAnyOf(call call, input *ec2.DescribeImagesInput, or *filter.Alternatives) *anyOf {
	// The input's filters are simplified together with the alternatives,
	// because their values count toward EC2's limit.
	var sets [][]types.Filter
	for _, filters := range or.All() {
		sets = append(sets, slices.Concat(input.Filters, filters))
	}
	// An alternative that is not certain causes repetitions in the alternatives
	// after it.
	var certain, others []alternative
	for _, filters := range filter.Or(sets...).Simplify().All() {
		in := *input
		in.Filters = filters
		in = copyInput(&in)
		alt := alternative{filters: in.Filters, fetch: fetch(call, &in)}
		if m, err := filter.Compile(filters); err == nil && m.IsCertain() {
			alt.certain = m
			certain = append(certain, alt)
		} else {
			others = append(others, alt)
		}
	}
	alternatives := append(certain, others...)
	return &anyOf{alternatives, sum(input, alternatives)}
}

// sum returns a checksum of the query.
func sum(input *ec2.DescribeImagesInput, alternatives []alternative) string {
	var text strings.Builder
	_, _ = fmt.Fprintf(&text, "%q %q %q %t %t\n", input.Owners, input.ImageIds, input.ExecutableUsers,
		aws.ToBool(input.IncludeDeprecated), aws.ToBool(input.IncludeDisabled))
	for _, alt := range alternatives {
		for _, f := range alt.filters {
			_, _ = fmt.Fprintf(&text, "%q%q", aws.ToString(f.Name), f.Values)
		}
		_, _ = fmt.Fprintln(&text)
	}
	return checksum(text.String())
}

// checksum returns a short hash of what a resume token belongs to.
func checksum(text string) string {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(text))
	return fmt.Sprintf("%016x", hash.Sum64())
}

// begin returns the functions of a run.
func (a *anyOf) begin() (paginate.Fetch[types.Image], func(*types.Image) bool) {
	run := &anyOfRun{anyOf: a}
	return run.fetch, run.keep
}

// An anyOfRun is one run over the alternatives.
type anyOfRun struct {
	*anyOf
	yielded imageIDs
	partial []alternative // the alternatives that the run does not list from the beginning
	earlier []alternative // those of partial that precede the alternative of the page
}

func (r *anyOfRun) fetch(ctx context.Context, req paginate.Request) (resp paginate.Response[types.Image], err error) {
	at, err := r.parse(req.Token)
	if err != nil {
		return resp, err
	}
	alt := r.alternatives[at.index]
	resp, err = alt.fetch(ctx, paginate.Request{Token: at.next, PageSize: req.PageSize})
	if err != nil {
		return resp, fmt.Errorf("alternative %s: %w", filter.Format(alt.filters), err)
	}
	if r.yielded == nil { // the run starts at at
		r.yielded = imageIDs{}
		r.partial = r.alternatives[:at.index]
		if at.next != "" {
			r.partial = r.alternatives[:at.index+1]
		}
	}
	r.earlier = r.partial[:min(at.index, len(r.partial))]
	resp.NextToken = r.text(at.after(resp))
	return resp, nil
}

// keep reports whether an image of the page that was fetched last has not been
// yielded.
func (r *anyOfRun) keep(image *types.Image) bool {
	if r.yielded.has(image) || isSelected(image, r.earlier) {
		return false
	}
	r.yielded.add(image)
	return true
}

// isSelected reports whether one of the alternatives certainly selects an
// image. It returns false for an image without an ID, which cannot be
// distinguished from others.
func isSelected(image *types.Image, alternatives []alternative) bool {
	return aws.ToString(image.ImageId) != "" && slices.ContainsFunc(alternatives, func(alt alternative) bool {
		return alt.certain != nil && alt.certain.Match(*image)
	})
}

// checkAnyOf returns the problems of the alternatives together with an input.
// Problems of the input's filters alone are reported by checkInput.
func checkAnyOf(input *ec2.DescribeImagesInput, or *filter.Alternatives) error {
	if or == nil {
		return nil
	}
	if err := rejected(or.Validate()); err != nil || rejected(filter.Validate(input.Filters)) != nil {
		return err
	}
	var errs []error
	for i, filters := range or.All() {
		err := rejected(filter.Validate(slices.Concat(input.Filters, filters)))
		var problem *filter.Error
		if errors.As(err, &problem) { // too many filters
			problem.Alternative = i
			problem.Err = fmt.Errorf("together with input.Filters: %w", problem.Err)
			errs = append(errs, problem)
		}
	}
	return errors.Join(errs...)
}

// imageIDs are the IDs of images. An image without an ID is never the same as
// another.
type imageIDs map[string]struct{}

func (ids imageIDs) has(image *types.Image) bool {
	_, ok := ids[aws.ToString(image.ImageId)]
	return ok
}

func (ids imageIDs) add(image *types.Image) {
	if id := aws.ToString(image.ImageId); id != "" {
		ids[strings.Clone(id)] = struct{}{} // a copy, which does not retain memory shared with the ID
	}
}

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
// The service tokens of a single alternative are used unchanged.
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

// text returns the text of a position, or "" at both ends of the listing.
func (a *anyOf) text(at anyOfPosition) string {
	switch {
	case at == anyOfPosition{}, at.index == len(a.alternatives):
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
	text, isOwn := strings.CutPrefix(token, anyOfPrefix)
	if token == "" || len(a.alternatives) == 1 && !isOwn {
		return anyOfPosition{next: token}, nil
	}
	index, text, _ := strings.Cut(text, ":")
	_, at.next, _ = strings.Cut(text, ":")
	at.index = parseIndex(index)
	if at.index >= len(a.alternatives) || a.text(at) != token {
		return at, fmt.Errorf("%w: %q is not a position in a listing of these alternatives", paginate.ErrInvalidToken, token)
	}
	return at, nil
}
