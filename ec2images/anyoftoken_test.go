//go:build go1.25

package ec2images_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

var (
	webNames = filter.And(filter.Name.Like("web-*"))
	dbTeam   = filter.And(filter.Tag("Team").Is("db"))
)

// A listing of two alternatives keeps the contract, wherever its images are.
// The check expects the tokens of its source, so the tokens of errors are
// translated.
func TestAnyOf_contract(t *testing.T) {
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	check := paginatetest.Check[types.Image]{
		Item:  func(i int) types.Image { return types.Image{ImageId: aws.String(fmt.Sprintf("ami-%08d", i))} },
		Input: input,
	}
	for _, listed := range []string{"name", "tag:Team"} {
		for ahead := range 3 {
			check.Ahead = ahead
			synctest.Test(t, func(t *testing.T) {
				err := check.All(func(fetch paginate.Fetch[types.Image]) func(context.Context) iter.Seq2[types.Image, error] {
					images := over(fetch)
					client := fake(func(ctx context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
						if aws.ToString(in.Filters[0].Name) == listed {
							return images.DescribeImages(ctx, in)
						}
						return &ec2.DescribeImagesOutput{}, ctx.Err()
					})
					all := ec2images.NewPaginator(client, input, func(o *ec2images.Options) {
						o.AnyOf, o.Prefetch = filter.Or(webNames, dbTeam), ahead
					}).All
					return func(ctx context.Context) iter.Seq2[types.Image, error] {
						return func(yield func(types.Image, error) bool) {
							for image, err := range all(ctx) {
								if failed, ok := as[*paginate.Error](err); ok {
									if failed.ResumeToken != "" {
										failed.ResumeToken = withoutAlternative(t, failed.ResumeToken)
									}
									if listed == "tag:Team" {
										failed.Page = max(1, failed.Page-1)
									}
								}
								if !yield(image, err) {
									return
								}
							}
						}
					}
				})
				if err != nil {
					t.Errorf("images that %s selects, %d pages ahead: %v", listed, ahead, err)
				}
			})
		}
	}
}

// withoutAlternative returns a resume token with the service token that an
// alternative's position has.
func withoutAlternative(t *testing.T, resumeToken string) string {
	t.Helper()
	text, err := base64.StdEncoding.DecodeString(resumeToken)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	if token, ok := fields["NextToken"].(string); ok {
		parts := strings.SplitN(token, ":", 4)
		if len(parts) < 4 {
			delete(fields, "NextToken")
		} else {
			fields["NextToken"] = parts[3]
		}
	}
	if text, err = json.Marshal(fields); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(text)
}

// tokensOf returns the service tokens in the resume tokens of a listing's
// pages.
func tokensOf(t *testing.T, pager *paginate.Paginator[types.Image]) (tokens []string) {
	t.Helper()
	for page, err := range pager.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if page.ResumeToken != "" {
			text, err := base64.StdEncoding.DecodeString(page.ResumeToken)
			if err != nil {
				t.Fatal(err)
			}
			var fields struct{ NextToken string }
			if err := json.Unmarshal(text, &fields); err != nil {
				t.Fatal(err)
			}
			tokens = append(tokens, fields.NextToken)
		}
	}
	return tokens
}

func TestAnyOf_tokens(t *testing.T) {
	client := pagesOf(func(string) []types.Image { return shelf })
	list := func(anyOf *filter.Alternatives, token string) *paginate.Paginator[types.Image] {
		return ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.AnyOf, o.StartingToken, o.PageSize = anyOf, token, 4 })
	}
	or := filter.Or(webNames, dbTeam)
	tokens := tokensOf(t, list(or, ""))
	var sum string
	if _, err := fmt.Sscanf(tokens[1], "any-of:1:%16s", &sum); err != nil || len(tokens) != 3 ||
		tokens[0] != "any-of:0:"+sum+":4" || tokens[1] != "any-of:1:"+sum || tokens[2] != "any-of:1:"+sum+":4" {
		t.Fatalf("got the tokens %q, %v", tokens, err)
	}

	// A single alternative is an ordinary listing.
	single := filter.Or(dbTeam, slices.Concat(dbTeam, webNames))
	if got := tokensOf(t, list(single, "")); len(got) != 1 || got[0] != "4" {
		t.Errorf("a single alternative: got the tokens %q, want 4", got)
	}

	tests := []struct {
		reason string
		anyOf  *filter.Alternatives
		token  string
		ok     bool
	}{
		{"the first alternative", or, tokens[0], true},
		{"the beginning of the second", or, tokens[1], true},
		{"the second", or, tokens[2], true},
		{"alternatives written anew", filter.Or(filter.And(filter.Name.Like("web-*")), dbTeam), tokens[1], true},
		{"a token of the service alone, which has no alternative", or, "4", false},
		{"another OR", filter.Or(webNames, filter.And(filter.Tag("Team").Is("web"))), tokens[1], false},
		{"another order", filter.Or(dbTeam, webNames), tokens[1], false},
		{"one alternative more", filter.Or(webNames, dbTeam, filter.And(filter.IsPublic.Is(true))), tokens[0], false},
		{"a single alternative", single, tokens[0], false},
		{"a token of the service, for a single alternative", single, "4", true},
		{"no alternative at the index", or, "any-of:2:" + sum, false},
		{"no index", or, "any-of::" + sum, false},
		{"a negative index", or, "any-of:-1:" + sum, false},
		{"a large index", or, "any-of:99999999999:" + sum, false},
		{"no sum", or, "any-of:1", false},
		{"another sum", or, "any-of:1:0" + sum[1:], false},
		{"an empty token of the service", or, "any-of:1:" + sum + ":", false},
		{"the beginning, which has no text", or, "any-of:0:" + sum, false},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			_, _, err := list(tc.anyOf, tc.token).Collect(t.Context())
			if tc.ok && err != nil || !tc.ok && !errors.Is(err, paginate.ErrInvalidToken) {
				t.Errorf("got %v, want success: %t", err, tc.ok)
			}
		})
	}
}

// Service tokens can contain any text.
func TestAnyOf_serviceTokensWithColons(t *testing.T) {
	client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		switch name := aws.ToString(in.Filters[0].Name); aws.ToString(in.NextToken) {
		case "":
			return &ec2.DescribeImagesOutput{NextToken: aws.String("any-of:0::" + name), Images: []types.Image{{ImageId: aws.String(name)}}}, nil
		case "any-of:0::" + name:
			return &ec2.DescribeImagesOutput{Images: []types.Image{{ImageId: aws.String(name + " 2")}}}, nil
		}
		return nil, errors.New("not a token of this listing")
	})
	got, _, err := ec2images.NewPaginator(client, nil, func(o *ec2images.Options) { o.AnyOf = filter.Or(webNames, dbTeam) }).Collect(t.Context())
	if want := "[name name 2 tag:Team tag:Team 2]"; err != nil || fmt.Sprint(idsOf(got)) != want {
		t.Errorf("got %v, %v, want %s", idsOf(got), err, want)
	}
}

// A token is valid for the whole query.
func TestAnyOf_tokenOfAnotherQuery(t *testing.T) {
	a, b, c := filter.Name.Is("web"), filter.Architecture.Is("arm64"), filter.TagKey.Is("Team")
	query := func(change func(*input), anyOf ...[]types.Filter) (*input, *filter.Alternatives) {
		in := &input{Owners: []string{"111111111111"}, ExecutableUsers: []string{"self"}}
		if change != nil {
			change(in)
		}
		if anyOf == nil {
			anyOf = [][]types.Filter{filter.And(a), filter.And(b), filter.And(c)}
		}
		return in, filter.Or(anyOf...)
	}
	same := func(*input) {}
	image := available("ami-00000001", "")
	client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		return &ec2.DescribeImagesOutput{Images: []types.Image{image}}, nil
	})
	list := func(in *input, anyOf *filter.Alternatives, token string) (string, error) {
		_, next, err := ec2images.NewPaginator(client, in, func(o *ec2images.Options) {
			o.AnyOf, o.StartingToken, o.MaxItems = anyOf, token, 1
		}).Collect(t.Context())
		return next, err
	}
	in, anyOf := query(nil)
	token, err := list(in, anyOf, "")
	if err != nil || token == "" {
		t.Fatal(token, err)
	}
	tests := []struct {
		reason string
		change func(*input)
		anyOf  [][]types.Filter
		valid  bool
	}{
		{"the same", same, nil, true},
		{"other owners", func(in *input) { in.Owners = []string{"222222222222"} }, nil, false},
		{"no users", func(in *input) { in.ExecutableUsers = nil }, nil, false},
		{"by id", func(in *input) { in.ImageIds = []string{"ami-00000001"} }, nil, false},
		{"deprecated ones", func(in *input) { in.IncludeDeprecated = aws.Bool(true) }, nil, false},
		{"disabled ones", func(in *input) { in.IncludeDisabled = aws.Bool(true) }, nil, false},
		{"a filter more", func(in *input) { in.Filters = filter.And(filter.IsPublic.Is(true)) }, nil, false},
		{"filters in other groups", same, [][]types.Filter{filter.And(a), filter.And(b, c)}, false},
		{"another second filter", same, [][]types.Filter{filter.And(a), filter.And(b, filter.IsPublic.Is(true)), filter.And(c)}, false},
	}
	for _, tc := range tests {
		in, anyOf := query(tc.change, tc.anyOf...)
		if _, err := list(in, anyOf, token); errors.Is(err, paginate.ErrInvalidToken) == tc.valid || tc.valid && err != nil {
			t.Errorf("%s: got %v, want the token to be valid: %v", tc.reason, err, tc.valid)
		}
	}
}
