package filter

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Match reports whether EC2 would select img by filters. For more than one image,
// [Compile] the filters once.
//
// An image has to pass every filter, the same name twice included, and passes a
// filter if one of its values fits one value of the attribute: an image has many
// block devices, product codes, tags and watermarks. All is compared as text, case
// matters, and every value may have wildcards:
//
//   - An attribute that the image does not have fits nothing, not even *. A text
//     that is there and empty, such as a tag's value, fits "" and *.
//   - Booleans are the texts true and false, numbers are decimal.
//   - A time fits in both forms in which EC2 writes it: a whole second with .000
//     and without.
//   - The key in tag:<key> is literal.
//   - The platform types.PlatformValuesWindows is taken for the "windows" that EC2
//     answers.
//
// The error joins an [*Error] for each filter that cannot be decided: one without a
// name or values, one with a value that EC2 refuses ([ErrEscape], [ErrLimit]), one
// of an unknown name ([ErrUnknown]), and [PublicSSMParameterName]
// ([ErrUndecidable]). It does not depend on the image. A value that the filter does
// not have ([ErrValue]) is no error here, it fits nothing.
func Match(filters []types.Filter, img types.Image) (bool, error) {
	m, err := Compile(filters)
	if err != nil {
		return false, err
	}
	return m.Match(img), nil
}

// A Matcher is a set of filters that is ready to be matched with many images. It
// is safe for concurrent use. The zero Matcher has no filters and selects all.
type Matcher struct {
	conditions []condition
}

// Compile prepares filters for matching. Its errors are those of [Match]. Later
// changes to filters do not change the Matcher.
func Compile(filters []types.Filter) (*Matcher, error) {
	m := &Matcher{conditions: make([]condition, len(filters))}
	var errs []error
	for i, f := range filters {
		c, problems := newCondition(i, f, nil)
		errs = append(errs, problems...)
		if err := c.checkDecidable(); err != nil {
			errs = append(errs, &Error{Index: i, Name: c.name, Err: err})
		}
		m.conditions[i] = c
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return m, nil
}

// Match reports whether EC2 would select img by the filters of m, as the function
// [Match] describes it. It does not allocate.
func (m *Matcher) Match(img types.Image) bool {
	for i := range m.conditions {
		if selected, _ := m.conditions[i].selects(&img); !selected {
			return false
		}
	}
	return true
}

// A condition is one filter, taken apart.
type condition struct {
	name   string
	values []pattern
}

// newCondition takes f, the filter at index i, apart. It returns what is wrong with
// it, including what checkValue finds in its values.
func newCondition(i int, f types.Filter, checkValue func(name string, p pattern) error) (c condition, problems []error) {
	if f.Name != nil {
		c.name = *f.Name
	}
	problem := func(value string, reason error) {
		problems = append(problems, &Error{Index: i, Name: c.name, Value: value, Err: reason})
	}
	if c.name == "" || c.name == string(Tag("")) {
		problem("", ErrNoName)
	}
	if len(f.Values) == 0 {
		problem("", ErrNoValues)
	}
	for _, value := range f.Values {
		p, err := parse(value)
		if err == nil && checkValue != nil {
			err = checkValue(c.name, p)
		}
		if err != nil {
			problem(value, err)
		}
		c.values = append(c.values, p)
	}
	return c, problems
}

// checkDecidable returns an ErrUnknown or an ErrUndecidable if no image can decide
// c. A missing name is another error.
func (c *condition) checkDecidable() error {
	if _, decidable := c.selects(&types.Image{}); decidable || c.name == "" {
		return nil
	}
	if c.name == string(PublicSSMParameterName) {
		return fmt.Errorf("%w: an image tells which parameter names it now, not which ever did", ErrUndecidable)
	}
	return ErrUnknown
}
