// Package listing contains the code that the paginators of the two services
// share.
package listing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsimages/awsimages/paginate"
)

// A Call makes one call of DescribeImages.
type Call[Input, Image any] func(ctx context.Context, in *Input) (paginate.Response[Image], error)

// NewCall returns a Call that calls a client's method with the given option
// functions. response converts the output, which is never nil.
func NewCall[Input, Output, ClientOptions, Image any](
	describeImages func(context.Context, *Input, ...func(*ClientOptions)) (*Output, error),
	optFns []func(*ClientOptions),
	response func(*Output) paginate.Response[Image],
) Call[Input, Image] {
	optFns = slices.Clip(optFns) // a client may append to its argument
	return func(ctx context.Context, in *Input) (paginate.Response[Image], error) {
		out, err := describeImages(ctx, in, optFns...)
		if err == nil && out == nil {
			err = errors.New("the client returned neither an output nor an error")
		}
		if err != nil {
			return paginate.Response[Image]{}, err
		}
		return response(out), nil
	}
}

// Pages returns a fetch function that calls call with the input for each
// request.
func Pages[Input, Image any](call Call[Input, Image], input func(paginate.Request) *Input) paginate.Fetch[Image] {
	return func(ctx context.Context, req paginate.Request) (paginate.Response[Image], error) {
		return call(ctx, input(req))
	}
}

// A Style is a way of calling a client with the SDK alone. It determines how
// many option functions a client that is not the SDK's own receives: users'
// existing mocks count them, as those of mockery and gomock do.
type Style int

const (
	// Paginator is the style of the SDK's paginators: one function before
	// the user's.
	Paginator Style = iota

	// Direct is the style of a direct call: the user's functions alone.
	Direct

	// Waiter is the style of the SDK's waiters: one function that calls the
	// user's.
	Waiter
)

// OptFns returns the option functions for a call: own is the library's, and
// user are the user's. The SDK's own client receives one function that calls
// own last, so that the user's functions cannot undo it by accident.
func OptFns[ClientOptions any](style Style, isSDK bool, own func(*ClientOptions), user []func(*ClientOptions)) []func(*ClientOptions) {
	user = slices.Clone(user)
	switch {
	case isSDK || style == Waiter:
		return []func(*ClientOptions){func(o *ClientOptions) {
			for _, fn := range user {
				fn(o)
			}
			own(o)
		}}
	case style == Paginator:
		return append([]func(*ClientOptions){own}, user...)
	}
	return user
}

// CheckSelector returns an error if values is empty but not nil, or if one of
// values is blank. The services would treat such a list as absent and select
// every image. An empty list of filters is common, and other fields limit the
// listing, so that it is not checked.
func CheckSelector(name string, values []string) error {
	if values != nil && len(values) == 0 {
		return fmt.Errorf("%s is empty but not nil, which would select every image", name)
	}
	return CheckBlank(name, values)
}

// CheckBlank returns an error if one of values is blank.
func CheckBlank(name string, values []string) error {
	var errs []error
	for i, value := range values {
		if strings.TrimSpace(value) == "" {
			errs = append(errs, fmt.Errorf("%s[%d] is blank", name, i))
		}
	}
	return errors.Join(errs...)
}

// CheckPageSize returns an error if a page size is larger than the largest that
// a call can have.
func CheckPageSize(size, largest int) error {
	if size > largest {
		return fmt.Errorf("PageSize is %d, must not exceed %d", size, largest)
	}
	return nil
}

// Start returns the token at which a listing starts: startingToken or the
// nextToken of the input. It returns an error if both are set.
func Start(startingToken string, nextToken *string) (string, error) {
	token := aws.ToString(nextToken)
	switch {
	case token == "":
		return startingToken, nil
	case startingToken != "":
		return "", errors.New("StartingToken and input.NextToken are both set")
	}
	return token, nil
}

// Distinct returns the distinct values, in order of first appearance.
func Distinct(values []string) []string {
	seen := make(map[string]bool, len(values))
	var distinct []string
	for _, value := range values {
		if !seen[value] {
			seen[value] = true
			distinct = append(distinct, value)
		}
	}
	return distinct
}

// A Query describes in errors what was listed, so that a single log line is
// enough: the package, the label of the paginator, if it has one, and the
// conditions.
type Query struct {
	pkg, label string
	conditions []string
}

// NewQuery returns a query without conditions.
func NewQuery(pkg, label string) *Query {
	return &Query{pkg: pkg, label: label}
}

// Add adds a condition, unless it has no values.
func (q *Query) Add(name string, values ...string) {
	if len(values) > 0 {
		q.conditions = append(q.conditions, name+" "+List(values))
	}
}

// AddText adds a condition with the given text, unless the text is empty.
func (q *Query) AddText(name, text string) {
	if text != "" {
		q.conditions = append(q.conditions, name+" "+text)
	}
}

// Operation returns what a package lists for a query, without Begin, and with
// the problems found so far.
func Operation[T any](q *Query, problems ...error) paginate.Operation[T] {
	return paginate.Operation[T]{Package: q.pkg, Selection: q.selection(), Err: errors.Join(problems...), IsFinal: IsTokenRefused}
}

func (q *Query) selection() string { return strings.Join(q.conditions, "; ") }

// Wrap returns err prefixed by the query. It returns an error of the query's
// paginator unchanged, because that already has the prefix.
func (q *Query) Wrap(err error) error {
	switch err.(type) {
	case *paginate.Error, *answeredError:
		return err
	}
	parts := []string{q.pkg}
	for _, part := range []string{q.label, q.selection()} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return fmt.Errorf("%s: %w", strings.Join(parts, ": "), err)
}

// Listed is the maximum number of values that List returns.
const Listed = 10

// List returns a text with the first values and the number of the others.
func List(values []string) string {
	return ListOf(values, len(values))
}

// ListOf is like List, for values that are the first of count.
func ListOf(values []string, count int) string {
	texts := make([]string, min(len(values), Listed))
	for i := range texts {
		texts[i] = quote(values[i])
	}
	text := strings.Join(texts, ", ")
	if more := count - len(texts); more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	return text
}

// quote returns a value, quoted if its end would otherwise be ambiguous.
func quote(value string) string {
	if value == "" || strings.ContainsFunc(value, func(r rune) bool {
		return !unicode.IsPrint(r) || strings.ContainsRune(` ,;"`, r)
	}) {
		return strconv.Quote(value)
	}
	return value
}

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

// sharedProblem returns the problem of the options if all paginators have the
// same one, or nil. A problem of a token is one of its Region. One of a single
// Region is shared: a loop that keeps tokens by Label would retry it forever.
func sharedProblem[T any](pagers []*paginate.Paginator[T]) error {
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
