package filter

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Match reports whether EC2 would select img with filters. To match many
// images, use [Compile].
//
// An image must match every filter, even if two have the same name. It matches
// a filter if any of the filter's values matches any of the attribute's values,
// as case-sensitive text:
//
//   - A missing attribute matches nothing, not even *. An attribute that is
//     present but empty, such as a tag value, matches "" and *.
//   - Booleans are the texts true and false, numbers are decimal.
//   - A time in whole seconds matches with and without .000: EC2 uses both.
//   - An entry such as t3.* of an instance type specification is text.
//   - The platform types.PlatformValuesWindows is treated as "windows", the
//     value that EC2 returns.
//
// The error does not depend on img. It joins an [*Error] for each problem:
// [ErrNoName], [ErrNoValues], [ErrEscape], [ErrUnknown], [ErrUndecidable], and
// [ErrLimit] for a value. A value that is not documented ([ErrValue]) matches
// nothing.
func Match(filters []types.Filter, img types.Image) (bool, error) {
	m, err := Compile(filters)
	if err != nil {
		return false, err
	}
	return m.Match(img), nil
}

// A Matcher is a compiled list of filters, or a compiled OR. It is safe for
// concurrent use. The zero Matcher matches every image.
type Matcher struct {
	alternatives [][]condition // of which one must be met, if there are any
}

// Compile prepares filters, which it copies, for matching many images. It
// returns the errors of [Match].
func Compile(filters []types.Filter) (*Matcher, error) {
	conditions, errs := compile(filters, -1)
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	return &Matcher{[][]condition{conditions}}, nil
}

// compile returns the conditions of filters, which may be an alternative of an
// OR.
func compile(filters []types.Filter, alternative int) (conditions []condition, errs []error) {
	for i, f := range filters {
		at := Error{Alternative: alternative, Index: i}
		c, problems := newCondition(at, f, nil)
		errs = append(errs, problems...)
		if err := c.checkDecidable(); err != nil {
			at.Name, at.Err = c.name, err
			errs = append(errs, &at)
		}
		conditions = append(conditions, c)
	}
	return conditions, errs
}

// Match reports what the function [Match] does. It does not allocate.
func (m *Matcher) Match(img types.Image) bool {
	for _, conditions := range m.alternatives {
		if meets(&img, conditions) {
			return true
		}
	}
	return m.alternatives == nil
}

func meets(img *types.Image, conditions []condition) bool {
	for i := range conditions {
		if selected, _ := conditions[i].selects(img); !selected {
			return false
		}
	}
	return true
}

// A condition is one parsed filter.
type condition struct {
	name   string
	values []pattern
}

// newCondition parses f, the filter at the position at. It returns the problems
// of f, including those that checkValue finds in its values.
func newCondition(at Error, f types.Filter, checkValue func(name string, p pattern) error) (c condition, problems []error) {
	if f.Name != nil {
		c.name = *f.Name
	}
	problem := func(value string, err error) {
		problems = append(problems, &Error{at.Alternative, at.Index, c.name, value, err})
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

// checkDecidable returns an error that wraps ErrUnknown or ErrUndecidable if c
// cannot be evaluated from an image. It does not report a missing name.
func (c *condition) checkDecidable() error {
	if _, decidable := c.selects(&types.Image{}); decidable || c.name == "" {
		return nil
	}
	if c.name == string(PublicSSMParameterName) {
		return fmt.Errorf("%w: an image records only the parameter that refers to it now", ErrUndecidable)
	}
	return ErrUnknown
}

// IsCertain reports whether EC2 certainly selects every image that m matches.
// It returns false if that depends on what AWS does not document, or documents
// in two ways:
//
//   - Two filters on an attribute that an image can have several of, such as
//     block devices: EC2 may require that one of them matches both.
//   - A value with ?, exactly one character in older documentation.
//   - A time that is not a prefix of whole seconds, as 2021-09-29T* is.
//   - A value, other than that of a tag, that matches the empty text.
//
// An OR is certain if each alternative is.
func (m *Matcher) IsCertain() bool {
	for _, conditions := range m.alternatives {
		seen := map[string]bool{}
		for _, c := range conditions {
			attribute := manyValued(c.name)
			if seen[attribute] && attribute != "" || !c.isCertain() {
				return false
			}
			seen[attribute] = true
		}
	}
	return true
}

// manyValued returns the attribute that the filter called name concerns, or ""
// if an image has at most one. A filter on the key of a tag does not depend on
// a filter on the value of a tag, and an image has each key once.
func manyValued(name string) string {
	for _, attribute := range []string{"block-device-mapping", "image-watermark", "instance-type-specification", "product-code"} {
		if name == attribute || strings.HasPrefix(name, attribute+".") {
			return attribute
		}
	}
	if name == string(TagKey) || isTag(name) {
		return name
	}
	return ""
}

func isTag(name string) bool {
	return strings.HasPrefix(name, string(Tag("")))
}

// isCertain reports whether EC2 certainly matches the values of c as this
// package does. An unnecessary false costs an image that a resumed run repeats.
// A wrong true could lose one.
func (c *condition) isCertain() bool {
	_, isTime := restrictedField(c.name).(Time)
	for _, p := range c.values {
		if p.tokens != nil || p.match("") && !isTag(c.name) || isTime && !p.isPrefix(len(wholeSecond)) {
			return false
		}
	}
	return true
}

// isPrefix reports whether p is at most n bytes of text, followed by *.
func (p *pattern) isPrefix(n int) bool {
	return p.wild && len(p.prefix) <= n && p.suffix == "" && len(p.middle) == 0
}
