package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

// A source is a source of images.
type source struct {
	name   string
	client *ec2.Client
	close  func()
}

// amazon returns EC2 with the credentials of an account.
func amazon(ctx context.Context, profile, region string) (*source, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithSharedConfigProfile(profile), config.WithRegion(region))
	if err != nil {
		return nil, err
	}
	return &source{"AWS, " + cfg.Region, ec2.NewFromConfig(cfg), func() {}}, nil
}

// testEndpoint returns a local test server with images as varied as those of
// EC2.
func testEndpoint() *source {
	const images = 2500
	server := ec2imagestest.NewServer(ec2imagestest.Catalog(images))
	return &source{"the test endpoint", server.Client(), server.Close}
}

var errNotInstalled = errors.New("not installed")

// moto returns a moto server with the AWS images that moto contains.
func moto(ctx context.Context) (*source, error) {
	if exec.CommandContext(ctx, "python3", "-c", "import moto.server").Run() != nil {
		return nil, fmt.Errorf("needs python3 with moto.server: %w", errNotInstalled)
	}
	cmd := exec.CommandContext(ctx, "python3", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	log := bufio.NewReader(stderr)
	for {
		line, err := log.ReadString('\n')
		if _, address, ok := strings.Cut(line, "Running on "); ok {
			go func() { _, _ = io.Copy(io.Discard, log) }() // otherwise moto would block
			return &source{"moto", endpointClient(strings.TrimSpace(address)), func() {
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			}}, nil
		}
		if err != nil {
			_ = cmd.Wait()
			return nil, fmt.Errorf("moto ended before it printed its address: %w", err)
		}
	}
}

// endpointClient returns a client of a local endpoint.
func endpointClient(url string) *ec2.Client {
	server := ec2imagestest.NewServer(nil)
	defer server.Close()
	return server.Client(func(o *ec2.Options) { o.BaseEndpoint = &url })
}
