package paginate_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/awsimages/awsimages/paginate"
)

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
