package listing

import (
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
	return []*paginate.Paginator[T]{paginate.Operation[T]{Package: pkg, Err: problem}.Paginator()}
}

func checkRegions(regions []string) error {
	var errs []error
	for i, region := range regions {
		first := slices.Index(regions, region)
		switch {
		case strings.TrimSpace(region) == "":
			errs = append(errs, fmt.Errorf("regions[%d] is blank", i))
		case first < i:
			errs = append(errs, fmt.Errorf("regions[%d] repeats regions[%d]: %s", i, first, region))
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

// sharedProblem returns the problem of the options if all of several paginators
// have the same one, or nil. A problem of a token is one of its Region.
func sharedProblem[T any](pagers []*paginate.Paginator[T]) error {
	if len(pagers) == 1 {
		return nil
	}
	var shared error
	for _, pager := range pagers {
		problem := errors.Unwrap(pager.Validate()) // without the Label
		if problem == nil || errors.Is(problem, paginate.ErrInvalidToken) || shared != nil && problem.Error() != shared.Error() {
			return nil
		}
		shared = problem
	}
	return shared
}
