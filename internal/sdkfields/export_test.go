package sdkfields

// Table returns the names of the pairs of tokens, of the page sizes, and of the
// fields that report whether there are more pages.
func Table() (pairs, pageSizes, morePages []string) {
	for _, pair := range tokens {
		for _, output := range pair.outputs {
			pairs = append(pairs, pair.input+" "+output)
		}
	}
	return pairs, sizes, more
}
