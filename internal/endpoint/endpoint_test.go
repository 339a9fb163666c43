package endpoint_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/awsimages/awsimages/internal/endpoint"
)

func TestTokensCannotBeChanged(t *testing.T) {
	var tokens endpoint.Tokens
	token := tokens.Make("query", 1000)
	if n, ok := tokens.Position("query", token); n != 1000 || !ok {
		t.Fatalf("got %d, %v, want 1000", n, ok)
	}
	text, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for i := range text {
		changed := append([]byte(nil), text...)
		changed[i] ^= 1
		if n, ok := tokens.Position("query", base64.StdEncoding.EncodeToString(changed)); ok {
			t.Errorf("byte %d changed: the token is good, for %d", i, n)
		}
	}
	for _, token := range []string{"", "x", base64.StdEncoding.EncodeToString(text[1:])} {
		if _, ok := tokens.Position("query", token); ok {
			t.Errorf("the token %q is good", token)
		}
	}
}

// A server does not wait for the answers that it owes.
func TestCloseEndsLateAnswers(t *testing.T) {
	begun := make(chan bool, 1)
	server := endpoint.NewServer(func(*http.Request) { begun <- true }, func(http.ResponseWriter, *http.Request) {}, endpoint.Latency(time.Hour))
	failed := make(chan error)
	go func() {
		_, err := http.Get(server.URL())
		failed <- err
	}()
	<-begun
	server.Close()
	if err := <-failed; err == nil {
		t.Error("the request has an answer")
	}
}

func TestFaultsAreBounded(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "12345") }
	server := endpoint.NewServer(func(*http.Request) {}, answer, nil)
	t.Cleanup(server.Close)
	for n, want := range map[int]string{-1: "", 0: "", 3: "123", 5: "12345", 9: "12345"} {
		server.Script(endpoint.Truncate(n))
		resp, err := server.HTTPClient().Get(server.URL())
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if string(got) != want || err != nil {
			t.Errorf("Truncate(%d): got %q, %v, want %q", n, got, err, want)
		}
	}
}
