// Package process starts other processes of this program.
package process

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

// A Process is another process of this program. Its standard input ends when
// this process ends, which a worker ignores.
type Process struct {
	Cmd *exec.Cmd
	Out *bufio.Reader

	in io.WriteCloser
}

// Start starts a command of this program, with additional environment
// variables. What it writes to standard error goes to stderr.
func Start(environment []string, stderr io.Writer, args ...string) (*Process, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stderr = stderr
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
	return &Process{cmd, bufio.NewReader(out), in}, nil
}

// String returns the ID of the process.
func (p *Process) String() string { return fmt.Sprint(p.Cmd.Process.Pid) }

// Read reads a line of JSON that the process writes.
func (p *Process) Read(v any) error {
	line, err := p.Out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("process %v ended: %w", p, err)
	}
	return json.Unmarshal(line, v)
}

// Request writes a line, and reads the response.
func (p *Process) Request(v any) error {
	if _, err := io.WriteString(p.in, "\n"); err != nil {
		return err
	}
	return p.Read(v)
}

// Kill kills the process, like a crash.
func (p *Process) Kill() error { return p.Cmd.Process.Kill() }

// Stop shuts the process down gracefully, and kills it after ten seconds.
func (p *Process) Stop() {
	_ = p.in.Close()
	_ = p.Cmd.Process.Signal(syscall.SIGTERM)
	_ = p.Cmd.Process.Signal(syscall.SIGCONT)
	timer := time.AfterFunc(10*time.Second, func() { _ = p.Kill() })
	defer timer.Stop()
	_, _ = io.Copy(io.Discard, p.Out)
	_ = p.Cmd.Wait()
}

// CPUTime returns the CPU time of the process, which must have ended.
func (p *Process) CPUTime() time.Duration {
	if p.Cmd.ProcessState == nil {
		return 0
	}
	return p.Cmd.ProcessState.UserTime() + p.Cmd.ProcessState.SystemTime()
}
