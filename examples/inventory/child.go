package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// A child is another process of this program. It ends when this process ends,
// unless it is killed first.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// startChild starts a command of this program, with additional environment
// variables.
func startChild(environment []string, args ...string) (*child, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &child{cmd, in, bufio.NewReader(out)}, nil
}

// String returns the ID of the process.
func (c *child) String() string { return fmt.Sprint(c.cmd.Process.Pid) }

// read reads a line of JSON that the process writes.
func (c *child) read(v any) error {
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("process %v ended: %w", c, err)
	}
	return json.Unmarshal(line, v)
}

// request writes a line, and reads the response.
func (c *child) request(v any) error {
	if _, err := io.WriteString(c.in, "\n"); err != nil {
		return err
	}
	return c.read(v)
}

// kill kills the process, like a crash.
func (c *child) kill() error { return c.cmd.Process.Kill() }

// stop shuts the process down gracefully, and kills it after ten seconds.
func (c *child) stop() {
	_ = c.in.Close()
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	_ = c.cmd.Process.Signal(syscall.SIGCONT)
	timer := time.AfterFunc(10*time.Second, func() { _ = c.kill() })
	defer timer.Stop()
	_, _ = io.Copy(io.Discard, c.out)
	_ = c.cmd.Wait()
}

// cpuTime returns the CPU time of the process, which must have ended.
func (c *child) cpuTime() time.Duration {
	if c.cmd.ProcessState == nil {
		return 0
	}
	return c.cmd.ProcessState.UserTime() + c.cmd.ProcessState.SystemTime()
}
