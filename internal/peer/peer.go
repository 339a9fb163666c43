// Package peer starts the third-party programs that tests compare with: moto,
// boto3 and the AWS CLI. A test that needs one is skipped unless the environment
// has AWSIMAGES_COMPARE=1, or if the program is not installed.
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

// Comparing reports whether AWSIMAGES_COMPARE=1 is set, the switch for all tests
// that need more than Go or more than seconds. Tests with random cases try more
// of them if it is set.
func Comparing() bool {
	return os.Getenv("AWSIMAGES_COMPARE") == "1"
}

// Compare skips the test unless [Comparing] returns true.
func Compare(t testing.TB) {
	t.Helper()
	if !Comparing() {
		t.Skip("needs AWSIMAGES_COMPARE=1")
	}
}

// Python returns a command that runs Python with a script and its arguments. It
// skips the test without the switch or the module.
func Python(t testing.TB, module string, args ...string) *exec.Cmd {
	t.Helper()
	Compare(t)
	if !runs("python3", "-c", "import "+module) {
		t.Skipf("needs python3 with %s", module)
	}
	return withAccount(exec.Command("python3", args...))
}

// AWSCLI returns a command that runs the AWS CLI. It skips the test without the
// switch or the AWS CLI.
func AWSCLI(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	Compare(t)
	if !runs("aws", "--version") {
		t.Skip("needs the AWS CLI")
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

// Moto starts a moto server on a free port, which is stopped at the end of the
// test, and returns its address. It waits, without a time limit, until the
// server prints the address or ends.
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
