package listing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsimages/awsimages/paginate"
)

// Regions returns the results of newPaginator for the given Regions. A problem
// of the arguments, or one that all Regions share, is reported only once: the
// result is then a single paginator with that error and no Label.
func Regions[T any](pkg string, regions []string, nextToken *string, newPaginator func(region string) *paginate.Paginator[T]) []*paginate.Paginator[T] {
	pagers := make([]*paginate.Paginator[T], len(regions))
	for i, region := range regions {
		pagers[i] = newPaginator(region)
	}
	problem := errors.Join(checkRegions(regions), checkToken(nextToken))
	if problem == nil {
		problem = sharedProblem(pagers)
	}
	if problem == nil {
		return pagers
	}
	never := func(context.Context, paginate.Request) (paginate.Response[T], error) { panic("unreachable") }
	return []*paginate.Paginator[T]{paginate.New(never, paginate.Describe(pkg, ""), paginate.Reject(problem))}
}

func checkRegions(regions []string) error {
	var errs []error
	for i, region := range regions {
		first := slices.Index(regions, region)
		switch {
		case strings.TrimSpace(region) == "":
			errs = append(errs, fmt.Errorf("regions[%d] is blank", i))
		case first < i:
			errs = append(errs, fmt.Errorf("regions[%d] is %s, as is regions[%d]", i, region, first))
		}
	}
	return errors.Join(errs...)
}

func checkToken(nextToken *string) error {
	if aws.ToString(nextToken) != "" {
		return errors.New("input.NextToken is set, but a token is valid in one Region only")
	}
	return nil
}

// sharedProblem returns the problem of the options if all paginators have the
// same one, or nil.
func sharedProblem[T any](pagers []*paginate.Paginator[T]) error {
	var shared error
	for _, pager := range pagers {
		problem := optionProblem(pager)
		if problem == nil || shared != nil && problem.Error() != shared.Error() {
			return nil
		}
		shared = problem
	}
	return shared
}

// optionProblem returns the problem of a paginator's options, or nil.
func optionProblem[T any](pager *paginate.Paginator[T]) error {
	failed, ok := errors.AsType[*paginate.Error](CheckOptions(context.Background(), pager))
	if !ok {
		return nil
	}
	if invalid, ok := failed.Err.(interface{ Unwrap() []error }); ok {
		wrapped := invalid.Unwrap() // ErrInvalidOptions and the problem
		return wrapped[len(wrapped)-1]
	}
	return failed.Err
}

// CheckOptions returns the error of a paginator that makes no request because
// its options are invalid or ctx is nil. The error is nil or a
// [*paginate.Error].
func CheckOptions[T any](ctx context.Context, pager *paginate.Paginator[T]) error {
	if ctx != nil {
		ended, cancel := context.WithCancel(ctx)
		cancel()
		ctx = ended
	}
	_, _, err := pager.Collect(ctx)
	if errors.Is(err, paginate.ErrInvalidOptions) {
		return err
	}
	return nil
}
