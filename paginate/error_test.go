package paginate_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

func TestError_wrapsTheCause(t *testing.T) {
	cause := &customError{}
	src := &paginatetest.Source[int]{
		Pages: paginatetest.Pages(numbers(4), 2),
		Fail: func(number int, _ paginate.Request) error {
			if number == 2 {
				return cause
			}
			return nil
		},
	}
	p := paginate.New(src.Fetch, func(o *paginate.Options) { o.Label = "eu-west-1" })
	items, resumeToken, err := p.Collect(t.Context())
	if want := []int{1, 2}; !slices.Equal(items, want) {
		t.Errorf("items before the error: got %v, want %v", items, want)
	}
	var failed *paginate.Error
	ok := errors.As(err, &failed)
	if !ok {
		t.Fatalf("got %T, want *paginate.Error", err)
	}
	if failed.Page != 2 || failed.Label != "eu-west-1" {
		t.Errorf("got page %d of %q, want page 2 of eu-west-1", failed.Page, failed.Label)
	}
	if got := (*customError)(nil); !errors.As(err, &got) || got != cause {
		t.Errorf("the cause is not reachable through %v", err)
	}
	if want := "paginate: eu-west-1: page 2: custom"; err.Error() != want {
		t.Errorf("got the text %q, want %q", err, want)
	}

	// The token resumes at the page that failed, and Collect returns it.
	if resumeToken != failed.ResumeToken {
		t.Errorf("Collect: got the token %q, want %q", resumeToken, failed.ResumeToken)
	}
	rest, err := list(paginate.New(src.Fetch, func(o *paginate.Options) { o.StartingToken = resumeToken }))
	if want := []int{3, 4}; err != nil || !slices.Equal(rest, want) {
		t.Errorf("resumed: got %v, %v, want %v", rest, err, want)
	}
}

func TestError_oneLine(t *testing.T) {
	one, two, three := errors.New("one"), errors.New("two"), &customError{}
	tests := []struct {
		reason   string
		label    string
		maxItems int
		problems []error
		want     string
		reaches  []error
	}{
		{
			reason:   "one problem",
			problems: []error{one},
			want:     "paginate: invalid options: one", reaches: []error{one},
		},
		{
			reason:   "several problems, those of the options after that of the Operation",
			maxItems: -1,
			problems: []error{one, two},
			want:     "paginate: invalid options: one; two; MaxItems is -1, must not be negative", reaches: []error{one, two},
		},
		{
			reason:   "problems joined in problems",
			problems: []error{errors.Join(one, errors.Join(two, three))},
			want:     "paginate: invalid options: one; two; custom", reaches: []error{one, two, three},
		},
		{
			reason:   "joined problems under a prefix",
			problems: []error{fmt.Errorf("filters: %w", errors.Join(one, two)), three},
			want:     "paginate: invalid options: filters: one; two; custom", reaches: []error{one, two, three},
		},
		{
			reason:   "a text that is several lines, with an indent and an empty one",
			problems: []error{errors.New("one:\r\n\ttwo\n\nthree\u2028four\n")},
			want:     "paginate: invalid options: one:; two; three; four",
		},
		{
			reason:   "a label",
			label:    "a\nb",
			problems: []error{one},
			want:     "paginate: a; b: invalid options: one", reaches: []error{one},
		},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			op := operation(endless)
			op.Err = errors.Join(tc.problems...)
			p := op.Paginator(label(tc.label), func(o *paginate.Options) { o.MaxItems = tc.maxItems })
			_, _, err := p.Collect(t.Context())
			if got := err.Error(); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			for _, want := range append(tc.reaches, paginate.ErrInvalidOptions) {
				if !errors.Is(err, want) {
					t.Errorf("got %v, want it to wrap %v", err, want)
				}
			}
		})
	}
}

func TestError_oneLineOfAnyCause(t *testing.T) {
	err := &paginate.Error{Label: "eu-west-1", Page: 2, Err: errors.New("bad answer:\n<html>\n</html>\n")}
	if got, want := err.Error(), "paginate: eu-west-1: page 2: bad answer:; <html>; </html>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
