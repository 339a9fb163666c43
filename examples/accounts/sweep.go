package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/paginate"
)

// A sweep lists several accounts in several Regions.
type sweep struct {
	out, notes io.Writer
	file       string // of the tokens, or ""

	// tokens are the resume tokens of all that is not complete: of listings, by
	// their labels account/Region, and of accounts that have not been asked for
	// their Regions, by account/.
	tokens map[string]string

	pagers   []*paginate.Paginator[types.Image]
	failures int
}

// newSweep returns a sweep of the accounts, or of what the file of tokens says
// is missing.
func newSweep(out, notes io.Writer, file string, accounts []string) (*sweep, error) {
	tokens, err := readTokens(file)
	if tokens == nil {
		tokens = map[string]string{}
		for _, account := range accounts {
			tokens[account+"/"] = ""
		}
	}
	return &sweep{out: out, notes: notes, file: file, tokens: tokens}, err
}

// add adds what is missing of an account: some listings, or all of the named
// Regions, or of all Regions. EC2 says which of them the account has enabled.
// An error of EC2 leaves the account incomplete, and the others as they are.
func (s *sweep) add(ctx context.Context, account string, client *ec2.Client, regions []string, optFns ...func(*ec2images.Options)) error {
	if len(s.labels(account)) == 0 {
		return nil
	}
	enabled, err := enabledRegions(ctx, client)
	if err != nil {
		s.failures++
		return s.note(account, err)
	}
	if _, all := s.tokens[account+"/"]; all {
		delete(s.tokens, account+"/")
		if regions == nil {
			regions = enabled
		}
		for _, region := range regions {
			s.tokens[account+"/"+region] = ""
		}
	}
	var missing []string
	for _, label := range s.labels(account) {
		region := strings.TrimPrefix(label, account+"/")
		if slices.Contains(enabled, region) {
			missing = append(missing, region)
			continue
		}
		delete(s.tokens, label)
		if err := s.note(label, errors.New("not enabled")); err != nil {
			return err
		}
	}
	resume := func(o *ec2images.Options) {
		o.Label = account + "/" + o.Label
		o.StartingToken = s.tokens[o.Label]
	}
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	s.pagers = append(s.pagers, ec2images.NewRegionPaginators(client, input, missing, append(slices.Clone(optFns), resume)...)...)
	return nil
}

// labels returns the labels of an account that have tokens.
func (s *sweep) labels(account string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.tokens)), func(label string) bool {
		return !strings.HasPrefix(label, account+"/")
	})
}

func enabledRegions(ctx context.Context, client *ec2.Client) (names []string, err error) {
	out, err := client.DescribeRegions(ctx, nil)
	if err != nil {
		return nil, err
	}
	for _, region := range out.Regions {
		names = append(names, aws.ToString(region.RegionName))
	}
	return names, nil
}

// list writes a line for each image, and notes each listing that ends early.
func (s *sweep) list(ctx context.Context, limit int) (err error) {
	defer func() { err = errors.Join(err, writeTokens(s.file, s.tokens)) }()
	for page, err := range paginate.Merge(ctx, limit, s.pagers...) {
		if err == nil {
			if err := s.write(page); err != nil {
				return err // requests in flight are canceled
			}
			continue
		}
		s.failures++
		if err := s.note("", err); err != nil {
			return err
		}
		if failed, ok := errors.AsType[*paginate.Error](err); ok && failed.Label != "" { // without, options are invalid
			s.tokens[failed.Label] = failed.ResumeToken
		}
	}
	if s.failures > 0 {
		return fmt.Errorf("%d listings or accounts are incomplete", s.failures)
	}
	return nil
}

// write writes the images of a page, and then the tokens: an image is written
// again if the process dies in between, but none is lost.
func (s *sweep) write(page *paginate.Page[types.Image]) error {
	var lines strings.Builder
	for _, image := range page.Items {
		fmt.Fprintln(&lines, page.Label, aws.ToString(image.ImageId), image.Architecture, aws.ToString(image.Name))
	}
	if _, err := io.WriteString(s.out, lines.String()); err != nil {
		return err
	}
	s.tokens[page.Label] = page.ResumeToken
	if page.ResumeToken == "" {
		delete(s.tokens, page.Label)
	}
	return writeTokens(s.file, s.tokens)
}

// note writes an error of an account or a listing, unless it names that itself.
func (s *sweep) note(label string, problem error) error {
	if label != "" {
		problem = fmt.Errorf("%s: %w", label, problem)
	}
	_, err := fmt.Fprintln(s.notes, problem)
	return err
}
