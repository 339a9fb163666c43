package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// A program lists all images of an endpoint and prints their number. The
// endpoint is set in the environment, as for AWS's own tools.
type program struct {
	name     string
	versions string
	command  []string
	dir      string
}

// A finder finds a program, or returns an error that names what must be
// installed. exe is the path of this program.
type finder func(ctx context.Context, exe string) (program, error)

func library(_ context.Context, exe string) (program, error) {
	return program{name: "awsimages", versions: runtime.Version(), command: []string{exe, "-list=awsimages"}}, nil
}

func sdkForGo(_ context.Context, exe string) (program, error) {
	p := program{name: "AWS SDK for Go v2", command: []string{exe, "-list=sdk"}}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/aws/aws-sdk-go-v2/service/ec2" {
				p.versions = "service/ec2 " + module.Version
			}
		}
	}
	return p, nil
}

// The command python3 may be a script that finds Python, so Python itself
// reports its path. The same applies to Node.js.

func boto3(ctx context.Context, _ string) (program, error) {
	const ask = `import sys, platform, boto3, botocore
print(sys.executable, f"boto3 {boto3.__version__}, botocore {botocore.__version__}, Python {platform.python_version()}", sep="\n")`
	out, err := exec.CommandContext(ctx, "python3", "-c", ask).Output()
	exe, versions, ok := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if err != nil || !ok {
		return program{}, errors.New("needs python3 with boto3")
	}
	return program{name: "boto3", versions: versions, command: []string{exe, "list.py"}, dir: sourceDir()}, nil
}

func sdkForJavaScript(ctx context.Context, _ string) (program, error) {
	out, err := exec.CommandContext(ctx, "node", "--print", `process.execPath + "\n" + process.version`).Output()
	exe, version, ok := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if err != nil || !ok {
		return program{}, errors.New("needs node")
	}
	const name = "@aws-sdk/client-ec2"
	var pkg struct{ Version string }
	text, err := os.ReadFile(filepath.Join(sourceDir(), "node_modules", name, "package.json"))
	if err != nil || json.Unmarshal(text, &pkg) != nil {
		return program{}, fmt.Errorf("needs %s: npm ci --prefix tools/benchmark", name)
	}
	return program{
		name:     "AWS SDK for JavaScript v3",
		versions: fmt.Sprintf("%s %s, Node.js %s", name, pkg.Version, version),
		command:  []string{exe, "list.mjs"},
		dir:      sourceDir(),
	}, nil
}

// sourceDir returns the directory of this file, and of the other programs.
func sourceDir() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

// A cost is the resources that a process has used.
type cost struct {
	cpu  time.Duration // user and system
	wall time.Duration
	peak int64 // bytes of memory, or 0 if the system does not report it
}

// measure runs the program, which must find all images.
func (p program) measure(ctx context.Context, url string, images int) (cost, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, p.command[0], p.command[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.dir, environment(url), &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return cost{}, fmt.Errorf("%w: %s", err, &stderr)
	}
	if got := strings.TrimSpace(stdout.String()); got != fmt.Sprint(images) {
		return cost{}, fmt.Errorf("lists %q images, not %d", got, images)
	}
	state := cmd.ProcessState
	return cost{state.UserTime() + state.SystemTime(), wall, peakMemory(state)}, nil
}

// environment returns this process's environment, with an endpoint in place of
// AWS.
func environment(url string) []string {
	var env []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(strings.ToLower(v), "=")
		if !strings.HasPrefix(name, "aws_") && !strings.HasSuffix(name, "_proxy") {
			env = append(env, v)
		}
	}
	return append(env,
		"AWS_ENDPOINT_URL_EC2="+url,
		"AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", // boto3 reads only the second name
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
	)
}
