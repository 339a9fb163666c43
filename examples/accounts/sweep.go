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
	pagers []*paginate.Paginator[types.Image]

	// tokens are the resume tokens of the listings that are not complete, by
	// their labels, which are account/Region.
	tokens map[string]string

	failures int // listings that are not complete
}

// newSweep returns a sweep of the accounts, each with its own client that
// serves all Regions. If there are tokens, it resumes the listings that have
// one and leaves out the others.
func newSweep(
	ctx context.Context, accounts, regions []string, tokens map[string]string,
	newClient func(ctx context.Context, account string) (*ec2.Client, error), optFns ...func(*ec2images.Options),
) (*sweep, error) {
	s := &sweep{tokens: map[string]string{}}
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	for _, account := range accounts {
		missing := slices.DeleteFunc(slices.Clone(regions), func(region string) bool {
			_, ok := tokens[account+"/"+region]
			return tokens != nil && !ok
		})
		client, err := newClient(ctx, account)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", account, err)
		}
		resume := func(o *ec2images.Options) {
			o.Label = account + "/" + o.Label
			o.StartingToken = tokens[o.Label]
			s.tokens[o.Label] = o.StartingToken
		}
		s.pagers = append(s.pagers, ec2images.NewRegionPaginators(client, input, missing, append(slices.Clone(optFns), resume)...)...)
	}
	return s, nil
}

// list writes a line for each image to out, and what is missing to notes.
func (s *sweep) list(ctx context.Context, out, notes io.Writer, limit int) error {
	unavailable := map[string][]string{} // the labels of an account
	available := map[string]bool{}       // the accounts that have a Region
	for page, err := range paginate.Merge(ctx, limit, s.pagers...) {
		if err == nil {
			available[account(page.Label)] = true
			if err := s.write(out, page); err != nil {
				return err // requests in flight are cancelled
			}
			continue
		}
		label := ""
		if failed, ok := errors.AsType[*paginate.Error](err); ok {
			label = failed.Label
		}
		switch {
		case ec2images.IsRegionUnavailable(err):
			unavailable[account(label)] = append(unavailable[account(label)], label)
			continue
		case ec2images.IsTokenRefused(err):
			s.tokens[label] = "" // start again
		case errors.Is(err, paginate.ErrTokenLoop):
			delete(s.tokens, label) // it would loop again
		}
		available[account(label)] = true
		if _, err := fmt.Fprintln(notes, err); err != nil {
			return err
		}
		s.failures++
	}
	for _, account := range slices.Sorted(maps.Keys(unavailable)) {
		note := account + ": no Region is available: the credentials are at fault"
		if available[account] {
			for _, label := range unavailable[account] {
				delete(s.tokens, label)
			}
			note = strings.Join(slices.Sorted(slices.Values(unavailable[account])), ", ") + ": not enabled"
		} else {
			s.failures += len(unavailable[account])
		}
		if _, err := fmt.Fprintln(notes, note); err != nil {
			return err
		}
	}
	if s.failures > 0 {
		return fmt.Errorf("%d of %d listings are incomplete", s.failures, len(s.pagers))
	}
	return nil
}

// write writes the images of a page, and keeps where to resume after it.
func (s *sweep) write(out io.Writer, page *paginate.Page[types.Image]) error {
	var lines strings.Builder
	for _, image := range page.Items {
		fmt.Fprintln(&lines, page.Label, aws.ToString(image.ImageId), image.Architecture, aws.ToString(image.Name))
	}
	if _, err := io.WriteString(out, lines.String()); err != nil {
		return err
	}
	s.tokens[page.Label] = page.ResumeToken
	if page.ResumeToken == "" {
		delete(s.tokens, page.Label)
	}
	return nil
}

// account returns the account of a label.
func account(label string) string {
	account, _, _ := strings.Cut(label, "/")
	return account
}
