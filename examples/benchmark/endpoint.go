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

// pageSize is what all programs ask for.
const pageSize = 1000

// startServer starts the endpoint as a process of its own.
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
		return "", nil, fmt.Errorf("the endpoint does not say where it is: %w", err)
	}
	return strings.TrimSpace(line), closeServer, nil
}

// serve is the endpoint. It says where it listens, and ends with its parent.
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

// remember has each page encoded once, so that no program waits for it. A
// request for pages of another size, or without the deprecated and the disabled
// images, is refused: it would be another listing.
func remember() ec2imagestest.Fault {
	var mu sync.Mutex
	answers := map[string]*httptest.ResponseRecorder{} // by the parameters of the request
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			form, _ := url.ParseQuery(string(body))
			if err != nil || form.Get("MaxResults") != fmt.Sprint(pageSize) || form.Get("IncludeDeprecated") != "true" || form.Get("IncludeDisabled") != "true" {
				http.Error(w, "not a request of this benchmark", http.StatusBadRequest)
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
