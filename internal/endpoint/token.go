package endpoint

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync/atomic"
)

// Tokens makes tokens that a caller cannot read or change, that are good for
// one query in one world only, and that can expire. The same position of the
// same query has the same token, until they expire.
type Tokens struct {
	// World is the name of the world that the tokens are good in.
	World string

	generation atomic.Uint64
}

// Expire makes all tokens invalid that were made so far.
func (t *Tokens) Expire() { t.generation.Add(1) }

// Make returns the token of a position in what a query lists.
func (t *Tokens) Make(query string, position int) string {
	plain := binary.BigEndian.AppendUint64(nil, uint64(position))
	return base64.StdEncoding.EncodeToString(append(t.sign(query, plain), plain...))
}

// Position returns the position of a token, or false if it is not one of the
// query's, or has expired.
func (t *Tokens) Position(query, token string) (int, bool) {
	text, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(text) != sha256.Size+8 {
		return 0, false
	}
	signature, plain := text[:sha256.Size], text[sha256.Size:]
	return int(binary.BigEndian.Uint64(plain)), hmac.Equal(signature, t.sign(query, plain))
}

func (t *Tokens) sign(query string, plain []byte) []byte {
	h := hmac.New(sha256.New, binary.BigEndian.AppendUint64(nil, t.generation.Load()))
	h.Write(plain)
	h.Write([]byte(t.World + "\n" + query))
	return h.Sum(nil)
}
