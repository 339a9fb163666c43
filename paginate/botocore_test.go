package paginate_test

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/awsimages/awsimages/paginate"
)

// TestPaginator_botocoreCases repeats runs of botocore's paginator: the same
// pages in the same order, the same options. Items, tokens and requests are
// what botocore 1.43 made of them.
func TestPaginator_botocoreCases(t *testing.T) {
	type request struct {
		Token    string `json:"token"`
		PageSize int    `json:"page_size"`
	}
	var cases []struct {
		Name  string `json:"name"`
		Pages []struct {
			Items     []int  `json:"items"`
			NextToken string `json:"next_token"`
		} `json:"pages"`
		MaxItems      int    `json:"max_items"`
		PageSize      int    `json:"page_size"`
		StartingToken string `json:"starting_token"`
		Want          struct {
			Items     []int     `json:"items"`
			NextToken string    `json:"next_token"`
			Requests  []request `json:"requests"`
		} `json:"want"`
	}
	data, err := os.ReadFile("testdata/botocore.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != 30 {
		t.Errorf("%d cases, want 30", len(cases))
	}
	for _, tc := range cases {
		t.Run(tc.Name, func(t *testing.T) {
			var requests []request
			fetch := func(_ context.Context, req paginate.Request) (paginate.Response[int], error) {
				page := tc.Pages[len(requests)]
				requests = append(requests, request(req))
				return paginate.Response[int]{Items: page.Items, NextToken: page.NextToken}, nil
			}
			p := paginate.New(fetch, func(o *paginate.Options) {
				o.MaxItems = tc.MaxItems
				o.PageSize = tc.PageSize
				o.StartingToken = tc.StartingToken
			})
			items, resumeToken, err := p.Collect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(items, tc.Want.Items) {
				t.Errorf("items: got %v, want %v", items, tc.Want.Items)
			}
			if resumeToken != tc.Want.NextToken {
				t.Errorf("token: got %q, want %q", resumeToken, tc.Want.NextToken)
			}
			if !slices.Equal(requests, tc.Want.Requests) {
				t.Errorf("requests: got %+v, want %+v", requests, tc.Want.Requests)
			}
		})
	}
}
