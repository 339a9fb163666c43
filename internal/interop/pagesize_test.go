package interop_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/awsimages/awsimages/internal/peer"
)

// cuts are the items at which a listing stops: on the first page of each size
// and on later ones, at the end of a page and within it.
var cuts = []int{1, 25, 62, 130}

// sizes returns the page sizes to try with a service. 0 means the default.
func (s service) sizes() []int { return []int{0, 7, s.maxPage} }

// amount returns the number of items that a resume token skips.
func amount(t *testing.T, token string) int {
	t.Helper()
	text, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	var fields struct {
		Amount int `json:"boto_truncate_amount"`
	}
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	return fields.Amount
}

// resumeOurs resumes a listing in every way that this module provides, with
// every page size. Each image is listed once.
func resumeOurs(t *testing.T, s service, cut int, token string) {
	t.Helper()
	for _, size := range s.sizes() {
		for name, c := range map[string]config{
			"Collect":  {},
			"Prefetch": {prefetch: 3},
			"Merge":    {merged: true},
			"MaxItems": {MaxItems: 20},
		} {
			c.PageSize, c.StartingToken = size, token
			rest := s.ours(t, c)
			for rest.Token != "" { // MaxItems ended it
				c.StartingToken = rest.Token
				next := s.ours(t, c)
				rest = listing{append(rest.IDs, next.IDs...), next.Token}
			}
			if want := s.want[cut:]; !slices.Equal(rest.IDs, want) {
				t.Errorf("%s in pages of %d: got %d images, want the last %d", name, size, len(rest.IDs), len(want))
			}
		}
	}
}

// resumePeer resumes a listing in another tool. botocore skips items on one
// page only and ignores the rest of the amount; this module intentionally
// differs. resumePeer returns the number of items that are repeated for that
// reason.
func resumePeer(t *testing.T, s service, peer lister, size, cut int, token string) (repeated int) {
	t.Helper()
	firstPage := size
	if size == 0 {
		firstPage = s.noSize
	}
	n := amount(t, token)
	firstPage = min(firstPage, images-(cut-n))
	repeated = max(0, n-firstPage)
	rest := peer.list(t, s, config{PageSize: size, StartingToken: token})
	if want := s.want[cut-repeated:]; !slices.Equal(rest.IDs, want) {
		t.Errorf("%s in pages of %d, skips %d: got %d images, want the last %d", peer.name, size, n, len(rest.IDs), len(want))
	}
	return repeated
}

// A token of any tool, created with any page size, resumes here with any page
// size.
func TestTokens_anyPageSize(t *testing.T) {
	cuts := cuts
	if !peer.Comparing() {
		cuts = []int{62}
	}
	for _, s := range services(t) {
		for _, maker := range []struct {
			name string
			list func(*testing.T, config) listing
		}{
			{"New", s.ours},
			{"New with Prefetch", func(t *testing.T, c config) listing { c.prefetch = 2; return s.ours(t, c) }},
			{"Merge", func(t *testing.T, c config) listing { c.merged = true; return s.ours(t, c) }},
			{"FromSDK", s.fromSDK},
		} {
			for _, size := range s.sizes() {
				for _, cut := range cuts {
					t.Run(fmt.Sprintf("%s/%s/size=%d/cut=%d", s.name, maker.name, size, cut), func(t *testing.T) {
						l := maker.list(t, config{MaxItems: cut, PageSize: size})
						if !slices.Equal(l.IDs, s.want[:cut]) {
							t.Fatalf("got %d images, want the first %d", len(l.IDs), cut)
						}
						resumeOurs(t, s, cut, l.Token)
					})
				}
			}
		}
	}
}

func TestTokens_anyPageSizeBoto3(t *testing.T) {
	crossPageSizes(t, lister{"boto3", boto3(t)}, []int{0, 7, 25}, cuts)
}

// Each listing of the CLI is a process, so this test makes few of them.
func TestTokens_anyPageSizeCLI(t *testing.T) {
	peer.AWSCLI(t) // skips the test without it, instead of each listing
	crossPageSizes(t, lister{"aws", awsCLI}, []int{0}, []int{62})
}

// crossPageSizes resumes here the listings that a peer has stopped, and resumes
// in the peer those that stop here with each page size in ourSizes.
func crossPageSizes(t *testing.T, peer lister, ourSizes, cuts []int) {
	dropped := 0
	for _, s := range services(t) {
		for _, cut := range cuts {
			for _, size := range []int{0, 7} {
				t.Run(fmt.Sprintf("%s/%s/size=%d/cut=%d", s.name, peer.name, size, cut), func(t *testing.T) {
					l := peer.list(t, s, config{MaxItems: cut, PageSize: size})
					if !slices.Equal(l.IDs, s.want[:cut]) {
						t.Fatalf("got %d images, want the first %d", len(l.IDs), cut)
					}
					resumeOurs(t, s, cut, l.Token)
				})
			}
			for _, size := range ourSizes {
				t.Run(fmt.Sprintf("%s/ours/size=%d/cut=%d", s.name, size, cut), func(t *testing.T) {
					l := s.ours(t, config{MaxItems: cut, PageSize: size})
					for _, peerSize := range []int{0, 7} {
						dropped += resumePeer(t, s, peer, peerSize, cut, l.Token)
					}
				})
			}
		}
	}
	if dropped == 0 {
		t.Error("no listing has shown what botocore drops")
	}
}
