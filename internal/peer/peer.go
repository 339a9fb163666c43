// Package peer finds and starts third-party programs with which tests compare.
// If a program is not installed, the test is skipped with a message.
package peer

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Python returns a command that runs Python with a script and its arguments. It
// skips the test if the module is not installed.
func Python(t testing.TB, module string, args ...string) *exec.Cmd {
	t.Helper()
	if !runs("python3", "-c", "import "+module) {
		t.Skipf("skipped: needs python3 with %s", module)
	}
	return withAccount(exec.Command("python3", args...))
}

// AWSCLI returns a command that runs the AWS CLI. It skips the test if the AWS
// CLI is not installed.
func AWSCLI(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	if !runs("aws", "--version") {
		t.Skip("skipped: needs the AWS CLI")
	}
	return withAccount(exec.Command("aws", args...))
}

var ran sync.Map // whether a command succeeded, by its words

// runs reports whether a command succeeds. It runs a command once: the AWS CLI
// takes a second to print its version.
func runs(name string, args ...string) bool {
	command := strings.Join(append([]string{name}, args...), " ")
	ok, found := ran.Load(command)
	if !found {
		ok = exec.Command(name, args...).Run() == nil
		ran.Store(command, ok)
	}
	return ok.(bool)
}

// withAccount sets dummy credentials for a command and hides the user's own
// settings from it.
func withAccount(cmd *exec.Cmd) *exec.Cmd {
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	cmd.Env = append(cmd.Env,
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "AWS_PAGER=",
	)
	return cmd
}

// Moto starts a moto server that is stopped at the end of the test, and returns
// its address.
func Moto(t testing.TB) (url string) {
	t.Helper()
	cmd := Python(t, "moto.server", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	log := bufio.NewReader(stderr)
	for {
		line, err := log.ReadString('\n')
		if _, address, ok := strings.Cut(line, "Running on "); ok {
			go func() { _, _ = io.Copy(io.Discard, log) }() // otherwise moto would block
			return strings.TrimSpace(address)
		}
		if err != nil {
			t.Fatalf("moto ended before it printed its address: %v", err)
		}
	}
}
