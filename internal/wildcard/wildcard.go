// Package wildcard looks at the wildcards in the values of EC2's filters.
package wildcard

// AllEscaped reports whether value contains * or ?, each of them escaped by a
// backslash, as the methods Is of package filter write them. Such a value matches only
// texts that contain these characters: probably a pattern was meant, and Like.
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
