package paginate

// ReadToken returns what a StartingToken means: the service's token, and the
// number of items to skip.
func ReadToken(s string) (token string, skip int, err error) {
	p, err := parseToken(s, "")
	return p.token, p.skip, err
}

// WriteToken is the reverse of ReadToken.
func WriteToken(token string, skip int) string {
	return WriteKeyToken("", token, skip)
}

// WriteKeyToken is WriteToken with another key than NextToken.
func WriteKeyToken(key, token string, skip int) string {
	return position{key: key, token: token, skip: skip}.String()
}
