package pick

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A tally is the number of images that were passed over, by reason.
type tally map[string]int

// String returns a text such as "12 seen: deprecated 3, no date 9".
func (t tally) String() string {
	seen := 0
	var counts []string
	for _, reason := range slices.Sorted(maps.Keys(t)) {
		seen += t[reason]
		counts = append(counts, fmt.Sprintf("%s %d", reason, t[reason]))
	}
	if seen == 0 {
		return "none seen"
	}
	return fmt.Sprintf("%d seen: %s", seen, strings.Join(counts, ", "))
}
