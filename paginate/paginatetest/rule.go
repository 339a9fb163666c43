package paginatetest

import "fmt"

// A rule is a rule of the contract in the documentation of package paginate.
type rule struct {
	number int // 0 if it has no number there
	name   string
}

var (
	restartable = rule{1, "restartable"}
	lazy        = rule{2, "lazy"}
	oneError    = rule{3, "one error"}
	emptyPages  = rule{4, "empty pages"}
	tokenLoops  = rule{5, "token loops"}
	contexts    = rule{6, "context"}
	leaving     = rule{7, "leaving"}
	resuming    = rule{0, "resuming"}
)

func (r rule) String() string {
	if r.number == 0 {
		return r.name
	}
	return fmt.Sprintf("rule %d (%s)", r.number, r.name)
}

// broken returns the error of an iterator that breaks the rule.
func (r rule) broken(format string, args ...any) error {
	return &problem{r, fmt.Errorf(format, args...)}
}

// A problem reports which rule an iterator breaks, and how.
type problem struct {
	rule rule
	err  error
}

func (p *problem) Error() string { return fmt.Sprintf("%v: %v", p.rule, p.err) }

func (p *problem) Unwrap() error { return p.err }
