package ec2images

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
)

// An anyOf lists the images of alternatives, one alternative after the other, each
// image once.
//
// A run omits an image that it has already yielded. A run that resumes does not know
// what the runs before it have yielded. For each alternative that it has not listed
// from the beginning, it therefore also omits the images which that alternative
// certainly selects. So runs differ in what they omit. Positions do not, because they
// count the images as EC2 returns them (see [paginate.Response].Omit): each image
// before a position is yielded by then, there or before.
type anyOf struct {
	alternatives []alternative // those that are certain first
	sum          string        // of the filters; it is part of resume tokens
}

// An alternative is one of the listings of an anyOf.
type alternative struct {
	filters []types.Filter
	fetch   paginate.Fetch[types.Image]
	certain *filter.Matcher // nil if it is not certain what EC2 selects
}

// newAnyOf returns the listing of images that match the input's filters and at least
// one of the alternatives in or.
func newAnyOf(call call, input *ec2.DescribeImagesInput, or *filter.Alternatives) *anyOf {
	// The input's filters are part of what is simplified: their values count toward
	// EC2's limit.
	var sets [][]types.Filter
	for _, filters := range or.All() {
		sets = append(sets, slices.Concat(input.Filters, filters))
	}
	a := &anyOf{}
	for _, filters := range filter.Or(sets...).Simplify().All() {
		in := *input
		in.Filters = filters
		in = copyInput(&in)
		alt := alternative{filters: in.Filters, fetch: fetch(call, &in)}
		if m, err := filter.Compile(filters); err == nil && m.IsCertain() {
			alt.certain = m
		}
		a.alternatives = append(a.alternatives, alt)
	}
	slices.SortStableFunc(a.alternatives, func(x, y alternative) int { return x.rank() - y.rank() })
	a.sum = sum(a.alternatives)
	return a
}

// rank returns the place of an alternative among the others. In a run that resumes,
// an alternative that is not certain causes repetitions in those after it.
func (alt *alternative) rank() int {
	if alt.certain == nil {
		return 1
	}
	return 0
}

func sum(alternatives []alternative) string {
	hash := fnv.New64a()
	for _, alt := range alternatives {
		for _, f := range alt.filters {
			fmt.Fprintf(hash, "%q%q", aws.ToString(f.Name), f.Values)
		}
		fmt.Fprintln(hash)
	}
	return fmt.Sprintf("%016x", hash.Sum64())
}

// begin returns the fetch function of a run.
func (a *anyOf) begin() paginate.Fetch[types.Image] {
	if len(a.alternatives) == 1 {
		return a.request
	}
	run := &anyOfRun{anyOf: a}
	return run.fetch
}

// request requests a page of an alternative.
func (a *anyOf) request(ctx context.Context, req paginate.Request) (paginate.Response[types.Image], error) {
	at, err := a.parse(req.Token)
	if err != nil {
		return paginate.Response[types.Image]{}, err
	}
	resp, err := a.alternatives[at.index].fetch(ctx, paginate.Request{Token: at.next, PageSize: req.PageSize})
	resp.NextToken = a.text(at.after(resp))
	return resp, err
}

// An anyOfRun is a run over several alternatives.
type anyOfRun struct {
	*anyOf
	yielded imageIDs
	partial []alternative // those that the run does not list from their beginning
}

func (r *anyOfRun) fetch(ctx context.Context, req paginate.Request) (paginate.Response[types.Image], error) {
	at, err := r.parse(req.Token)
	if err != nil {
		return paginate.Response[types.Image]{}, err
	}
	if r.yielded == nil { // this is the first request
		r.yielded = imageIDs{}
		r.partial = r.alternatives[:at.index]
		if at.next != "" {
			r.partial = r.alternatives[:at.index+1]
		}
	}
	resp, err := r.request(ctx, req)
	if err != nil {
		return resp, fmt.Errorf("alternative %s: %w", filter.Format(r.alternatives[at.index].filters), err)
	}
	earlier := r.partial[:min(at.index, len(r.partial))]
	for i := range resp.Items {
		image := &resp.Items[i]
		if r.yielded.has(image) || isSelected(image, earlier) {
			resp.Omit = append(resp.Omit, i)
		} else {
			r.yielded.add(image)
		}
	}
	return resp, nil
}

// isSelected reports whether one of the alternatives certainly selects an image. An
// image without an id could not be told from others.
func isSelected(image *types.Image, alternatives []alternative) bool {
	return aws.ToString(image.ImageId) != "" && slices.ContainsFunc(alternatives, func(alt alternative) bool {
		return alt.certain != nil && alt.certain.Match(*image)
	})
}

// checkAnyOf reports what is wrong with the alternatives for an input. Problems of
// the input's own filters are reported by checkInput.
func checkAnyOf(input *ec2.DescribeImagesInput, or *filter.Alternatives) error {
	if or == nil {
		return nil
	}
	if err := or.Validate(); err != nil || filter.Validate(input.Filters) != nil {
		return err
	}
	var errs []error
	for i, filters := range or.All() {
		err := filter.Validate(slices.Concat(input.Filters, filters))
		if problem, ok := errors.AsType[*filter.Error](err); ok { // the number of filters
			problem.Alternative = i
			problem.Err = fmt.Errorf("together with input.Filters: %w", problem.Err)
			errs = append(errs, problem)
		}
	}
	return errors.Join(errs...)
}
