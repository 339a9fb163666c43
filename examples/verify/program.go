package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A program is a process that lists the images of a query.
type program struct {
	name     string
	command  func(q query) []string
	stdin    bool // it reads the query
	asOne    bool // it prints all images as one page
	noTokens bool // it has no resume tokens
	knows    any  // an output with every field that it has, or nil if it has those of the Go SDK
}

// A finder finds a program, or returns an error that wraps errNotInstalled.
type finder func(ctx context.Context) (*program, error)

// finders find the programs. Every program is compared with the first.
var finders = []finder{
	goProgram("AWS SDK for Go v2", "sdk", true),
	goProgram("awsimages", "awsimages", false),
	goProgram("awsimages, SDK decoder", "awsimages-sdk", false),
	boto3,
	awsCLI,
}

// goProgram finds this program itself, which also acts as the Go programs.
func goProgram(name, list string, noTokens bool) finder {
	return func(context.Context) (*program, error) {
		exe, err := os.Executable()
		return &program{
			name:     name,
			command:  func(query) []string { return []string{exe, "-list=" + list} },
			stdin:    true,
			noTokens: noTokens,
		}, err
	}
}

//go:embed list.py
var listPython string

func boto3(ctx context.Context) (*program, error) {
	const script = `import json, boto3
from botocore.utils import ArgumentGenerator
model = boto3.client("ec2", region_name="us-east-1").meta.service_model
print(json.dumps(ArgumentGenerator().generate_skeleton(model.operation_model("DescribeImages").output_shape)))`
	p := &program{
		name:    "boto3",
		command: func(query) []string { return []string{"python3", "-c", listPython} },
		stdin:   true,
	}
	return p, p.learn(ctx, "needs python3 with boto3", "python3", "-c", script)
}

func awsCLI(ctx context.Context) (*program, error) {
	p := &program{
		name: "AWS CLI",
		command: func(q query) []string {
			args := []string{
				"aws", "ec2", "describe-images", "--endpoint-url", q.URL, "--include-deprecated", "--include-disabled",
				"--page-size", fmt.Sprint(q.PageSize), "--output", "json",
			}
			if q.MaxItems > 0 {
				args = append(args, "--max-items", fmt.Sprint(q.MaxItems))
			}
			if len(q.Owners) > 0 {
				args = append(append(args, "--owners"), q.Owners...)
			}
			if !q.Print {
				args = append(args, "--query", "length(Images)")
			}
			return args
		},
		asOne: true,
	}
	return p, p.learn(ctx, "needs the AWS CLI", "aws", "ec2", "describe-images", "--generate-cli-skeleton", "output")
}

// learn runs a command that prints an output with every field that the program
// has.
func (p *program) learn(ctx context.Context, needs string, command ...string) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = environment()
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", needs, errNotInstalled)
	}
	var output struct{ Images any }
	if err := json.Unmarshal(out, &output); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	p.knows = output.Images
	return nil
}

// run runs the program and returns its output and its CPU time.
func (p *program) run(ctx context.Context, q query) (out []byte, cpu time.Duration, err error) {
	command := p.command(q)
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = environment()
	if p.stdin {
		in, err := json.Marshal(q)
		if err != nil {
			return nil, 0, err
		}
		cmd.Stdin = bytes.NewReader(in)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err = cmd.Output()
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return out, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// environment returns the environment of this process without its settings for
// AWS. The programs list from a local endpoint and need no real credentials.
func environment() []string {
	var env []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(strings.ToLower(v), "=")
		if !strings.HasPrefix(name, "aws_") && !strings.HasSuffix(name, "_proxy") {
			env = append(env, v)
		}
	}
	return append(env,
		"AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER=",
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
	)
}

// A listing is the result of a program's listing.
type listing struct {
	program  string
	knows    any
	images   []any  // each decoded by encoding/json
	pages    []int  // number of images on each page, or nil if the program does not report pages
	fast     int    // number of pages that the fast decoder decoded
	token    string // the resume token
	hasToken bool   // whether the program has resume tokens
	requests []string
}

func (l *listing) pageCount() string {
	if l.pages == nil {
		return "-"
	}
	return fmt.Sprint(len(l.pages))
}

// parse parses the output of a run whose query has Print set.
func (p *program) parse(out []byte) (*listing, error) {
	l := &listing{hasToken: !p.noTokens}
	decoder := json.NewDecoder(bytes.NewReader(out))
	decoder.UseNumber()
	for {
		var page struct {
			Images                 []any
			ResumeToken, NextToken string // the AWS CLI calls it NextToken
			Fast                   bool
		}
		switch err := decoder.Decode(&page); {
		case err == nil:
		case errors.Is(err, io.EOF):
			return l, nil
		default:
			return nil, err
		}
		l.images = append(l.images, page.Images...)
		l.token = page.ResumeToken + page.NextToken
		if page.Fast {
			l.fast++
		}
		if !p.asOne {
			l.pages = append(l.pages, len(page.Images))
		}
	}
}
