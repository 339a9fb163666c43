package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// pageSize is the page size that all programs request.
const pageSize = 1000

// startServer starts the endpoint as a separate process.
func startServer(ctx context.Context, exe string, images int) (address string, closeServer func(), err error) {
	cmd := exec.CommandContext(ctx, exe, "-serve", fmt.Sprint("-images=", images))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	closeServer = func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		closeServer()
		return "", nil, fmt.Errorf("the endpoint did not print its address: %w", err)
	}
	return strings.TrimSpace(line), closeServer, nil
}

// serve runs the endpoint. It prints its address, and ends when its parent
// ends.
func serve(out io.Writer, parent io.Reader, images int) error {
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(images), func(o *ec2imagestest.Options) {
		o.Fault = remember()
	})
	defer server.Close()
	if _, err := fmt.Fprintln(out, server.URL); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, parent)
	return err
}

// remember caches the encoded pages, so that no program waits for encoding. It
// rejects requests with another page size, or without deprecated or disabled
// images, because they belong to a different listing.
func remember() ec2imagestest.Fault {
	var mu sync.Mutex
	answers := map[string]*httptest.ResponseRecorder{} // per request parameters
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			form, _ := url.ParseQuery(string(body))
			if err != nil || form.Get("MaxResults") != fmt.Sprint(pageSize) || form.Get("IncludeDeprecated") != "true" || form.Get("IncludeDisabled") != "true" {
				http.Error(w, "this request is not part of the benchmark", http.StatusBadRequest)
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			mu.Lock()
			defer mu.Unlock()
			answer := answers[form.Encode()]
			if answer == nil {
				answer = httptest.NewRecorder()
				next.ServeHTTP(answer, r)
				answers[form.Encode()] = answer
			}
			maps.Copy(w.Header(), answer.Header())
			w.WriteHeader(answer.Code)
			_, _ = w.Write(answer.Body.Bytes())
		})
	}
}
