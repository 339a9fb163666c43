// Package wildcard inspects the wildcards in the values of EC2's filters.
package wildcard

// AllEscaped reports whether value contains * or ?, all escaped with a
// backslash, as the Is methods of package filter escape them. Such a value
// matches only text that contains these characters: the caller probably meant a
// pattern, and Like.
func AllEscaped(value string) bool {
	found := false
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '*', '?':
			return false
		case '\\':
			i++
			found = found || i < len(value) && (value[i] == '*' || value[i] == '?')
		}
	}
	return found
}
