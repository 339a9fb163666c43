package endpoint

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// Tokens creates opaque, tamper-proof tokens, which are valid for one query in
// one Region. The same position of the same query has the same token, in each
// run of a test. Tokens are signed, not stored.
type Tokens struct {
	// Region identifies the account and the Region that the tokens are valid
	// in.
	Region string
}

// Make returns the token for a position in the results of a query.
func (t *Tokens) Make(query string, position int) string {
	plain := binary.BigEndian.AppendUint64(nil, uint64(position))
	return base64.StdEncoding.EncodeToString(append(t.sign(query, plain), plain...))
}

// Position returns the position of a token. It returns false if the token is
// not one of the query's.
func (t *Tokens) Position(query, token string) (int, bool) {
	text, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(text) != sha256.Size+8 {
		return 0, false
	}
	signature, plain := text[:sha256.Size], text[sha256.Size:]
	return int(binary.BigEndian.Uint64(plain)), hmac.Equal(signature, t.sign(query, plain))
}

func (t *Tokens) sign(query string, plain []byte) []byte {
	h := hmac.New(sha256.New, nil)
	h.Write(plain)
	h.Write([]byte(t.Region + "\n" + query))
	return h.Sum(nil)
}
