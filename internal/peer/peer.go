// Package peer finds and starts the programs of others that tests compare with.
// Where one is missing the test is skipped, and says what it needs.
package peer

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Python returns the command that runs Python with a script and its
// arguments. The test is skipped if a module is missing.
func Python(t testing.TB, module string, args ...string) *exec.Cmd {
	t.Helper()
	if exec.Command("python3", "-c", "import "+module).Run() != nil {
		t.Skipf("skipped: needs python3 with %s", module)
	}
	return withAccount(exec.Command("python3", args...))
}

// AWSCLI returns the command that runs the AWS CLI. The test is skipped if
// that is missing.
func AWSCLI(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	if exec.Command("aws", "--version").Run() != nil {
		t.Skip("skipped: needs the AWS CLI")
	}
	return withAccount(exec.Command("aws", args...))
}

// withAccount gives a command credentials that mean nothing, and keeps the
// user's own settings away from it.
func withAccount(cmd *exec.Cmd) *exec.Cmd {
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	cmd.Env = append(cmd.Env,
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "AWS_PAGER=",
	)
	return cmd
}

// Moto starts a moto server that ends with the test, and returns where it
// listens.
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
			go func() { _, _ = io.Copy(io.Discard, log) }() // or moto would block
			return strings.TrimSpace(address)
		}
		if err != nil {
			t.Fatalf("moto has ended before it said where it listens: %v", err)
		}
	}
}
