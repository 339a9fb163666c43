package filter

import "strings"

// IsCertain reports whether EC2 certainly selects every image that m matches.
// It returns false if that depends on behavior that AWS does not document, or
// documents in two ways:
//
//   - Two filters concern the same attribute, and an image can have several of
//     it, such as block devices: EC2 may require that one of them matches both
//     filters.
//   - A value contains ?, which matches exactly one character according to
//     older documentation.
//   - A filter on a time does not select whole seconds, minutes, days and so
//     on, as 2021-09-29T* does: EC2 writes some times in two forms.
//   - A value, other than that of a tag, matches the empty text.
//
// The matcher of an OR is certain if the matcher of each alternative is.
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
// package does.
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
