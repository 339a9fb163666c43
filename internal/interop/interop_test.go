// Package interop_test compares listings of this module with those of boto3,
// the AWS CLI and moto.
package interop_test

import (
	"bufio"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	appstreamtypes "github.com/aws/aws-sdk-go-v2/service/appstream/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/internal/peer"
	"github.com/awsimages/awsimages/paginate"
)

// A config is boto3's PaginationConfig, with settings for this module.
type config struct {
	MaxItems      int    `json:",omitempty"`
	PageSize      int    `json:",omitempty"`
	StartingToken string `json:",omitempty"`
	prefetch      int
	merged        bool // with Merge, instead of Collect
}

func (c config) options(o *paginate.Options) {
	o.MaxItems, o.PageSize, o.StartingToken = c.MaxItems, c.PageSize, c.StartingToken
	o.Prefetch = c.prefetch
}

// A listing is the result of a listing that may have stopped early: the ids of
// its images, and the resume token.
type listing struct {
	IDs   []string `json:"ids"`
	Token string   `json:"token"`
}

// collect lists with a paginator of this module.
func collect[T any](t *testing.T, c config, p *paginate.Paginator[T], id func(T) string) (l listing) {
	t.Helper()
	pages := p.Pages(t.Context())
	if c.merged {
		pages = paginate.Merge(t.Context(), 0, p)
	}
	for page, err := range pages {
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			l.IDs = append(l.IDs, id(item))
		}
		l.Token = page.ResumeToken
	}
	return l
}

// A service is one of the two test servers, with a request for it.
type service struct {
	name    string // boto3's
	url     string
	input   map[string]any
	cliArgs []string
	maxPage int
	noSize  int      // the page size if none is requested
	want    []string // the ids of the complete listing
	ours    func(*testing.T, config) listing
	fromSDK func(*testing.T, config) listing // with FromSDK
}

const images = 137

func amiID(i ec2types.Image) string { return *i.ImageId }

func desktopARN(i appstreamtypes.Image) string { return *i.Arn }

func services(t *testing.T) []service {
	amis := ec2imagestest.NewServer(ec2imagestest.Catalog(images))
	t.Cleanup(amis.Close)
	amisClient := amis.Client()
	amisInput := &ec2.DescribeImagesInput{IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true)}

	desktops := appstreamimagestest.NewServer(appstreamimagestest.Catalog(images))
	t.Cleanup(desktops.Close)
	desktopsClient := desktops.Client()

	all := []service{{
		name:    "ec2",
		url:     amis.URL,
		input:   map[string]any{"IncludeDeprecated": true, "IncludeDisabled": true},
		cliArgs: []string{"ec2", "describe-images", "--include-deprecated", "--include-disabled", "--query", "{Images: Images[].ImageId, NextToken: NextToken}"},
		maxPage: 40,
		noSize:  images,
		ours: func(t *testing.T, c config) listing {
			p := ec2images.NewPaginator(amisClient, amisInput, func(o *ec2images.Options) { c.options(&o.Options) })
			return collect(t, c, p, amiID)
		},
		fromSDK: func(t *testing.T, c config) listing {
			p := paginate.FromSDK(amisClient.DescribeImages, amisInput,
				func(out *ec2.DescribeImagesOutput) []ec2types.Image { return out.Images }, c.options)
			return collect(t, c, p, amiID)
		},
	}, {
		name:    "appstream",
		url:     desktops.URL,
		input:   map[string]any{},
		cliArgs: []string{"appstream", "describe-images", "--query", "{Images: Images[].Arn, NextToken: NextToken}"},
		maxPage: 25,
		noSize:  25,
		ours: func(t *testing.T, c config) listing {
			p := appstreamimages.NewPaginator(desktopsClient, nil, func(o *appstreamimages.Options) { c.options(&o.Options) })
			return collect(t, c, p, desktopARN)
		},
		fromSDK: func(t *testing.T, c config) listing {
			p := paginate.FromSDK(desktopsClient.DescribeImages, nil,
				func(out *appstream.DescribeImagesOutput) []appstreamtypes.Image { return out.Images }, c.options)
			return collect(t, c, p, desktopARN)
		},
	}}
	for i := range all {
		whole := all[i].ours(t, config{})
		if all[i].want = whole.IDs; len(whole.IDs) != images || whole.Token != "" {
			t.Fatalf("%s: %d images and the token %q, want %d and none", all[i].name, len(whole.IDs), whole.Token, images)
		}
	}
	return all
}

// boto3 starts a Python process and returns a function that lists with it.
func boto3(t *testing.T) func(*testing.T, service, config) listing {
	cmd := peer.Python(t, "boto3", "testdata/list.py")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_, _ = io.Copy(io.Discard, stdout)
		if err := cmd.Wait(); err != nil {
			t.Errorf("testdata/list.py: %v", err)
		}
	})
	answers := bufio.NewReader(stdout)
	return func(t *testing.T, s service, c config) (l listing) {
		t.Helper()
		request := map[string]any{"service": s.name, "url": s.url, "input": s.input, "config": c}
		if err := json.NewEncoder(stdin).Encode(request); err != nil {
			t.Fatal(err)
		}
		line, err := answers.ReadBytes('\n')
		if err != nil {
			t.Fatalf("boto3 has not answered: %v", err)
		}
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		return l
	}
}

// awsCLI lists with the AWS CLI.
func awsCLI(t *testing.T, s service, c config) (l listing) {
	t.Helper()
	args := append(slices.Clone(s.cliArgs), "--endpoint-url", s.url, "--output", "json")
	if c.MaxItems > 0 {
		args = append(args, "--max-items", strconv.Itoa(c.MaxItems))
	}
	if c.PageSize > 0 {
		args = append(args, "--page-size", strconv.Itoa(c.PageSize))
	}
	if c.StartingToken != "" {
		args = append(args, "--starting-token", c.StartingToken)
	}
	cmd := peer.AWSCLI(t, args...)
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("aws %v: %v", args, err)
	}
	var result struct {
		Images    []string
		NextToken string
	}
	if err := json.Unmarshal(output, &result); err != nil {
		t.Fatal(err)
	}
	return listing{result.Images, result.NextToken}
}

type lister struct {
	name string
	list func(*testing.T, service, config) listing
}

var ours = lister{"ours", func(t *testing.T, s service, c config) listing { return s.ours(t, c) }}

// relay stops a listing at random items and passes the token from lister to
// lister. Together they list every image once. All use the same page size,
// because botocore skips items on one page only.
func relay(t *testing.T, s service, rnd *rand.Rand, meanItems int, listers ...lister) {
	t.Helper()
	var got []string
	var steps []string
	token := ""
	size := 1 + rnd.IntN(s.maxPage)
	for step := 0; ; step++ {
		l := listers[step%len(listers)]
		c := config{MaxItems: 1 + rnd.IntN(2*meanItems), PageSize: size, StartingToken: token}
		part := l.list(t, s, c)
		got = append(got, part.IDs...)
		steps = append(steps, l.name+":"+strconv.Itoa(len(part.IDs)))
		if token = part.Token; token == "" {
			break
		}
		if step > images {
			t.Fatalf("%s: the listing does not end: %v", s.name, steps)
		}
	}
	if !slices.Equal(got, s.want) {
		t.Errorf("%s: the relay %v has listed %d images, want the %d of the listing in their order", s.name, steps, len(got), len(s.want))
	}
}

func TestTokens_boto3(t *testing.T) {
	const seed = 1
	b := lister{"boto3", boto3(t)}
	for _, s := range services(t) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		for range 10 {
			relay(t, s, rnd, 15, ours, b)
			relay(t, s, rnd, 15, b, ours)
		}
		// boto3's own paginator can list the whole endpoint.
		if whole := b.list(t, s, config{PageSize: 10}); !slices.Equal(whole.IDs, s.want) || whole.Token != "" {
			t.Errorf("%s: boto3 alone has listed %d images and the token %q, want %d and none", s.name, len(whole.IDs), whole.Token, len(s.want))
		}
	}
}

// Every tool creates the same token.
func TestTokens_equal(t *testing.T) {
	list := boto3(t)
	for _, s := range services(t) {
		for _, c := range []config{
			{MaxItems: 1, PageSize: 10},
			{MaxItems: 10, PageSize: 10},
			{MaxItems: 13, PageSize: 10},
			{MaxItems: images - 1, PageSize: 10},
			{MaxItems: images, PageSize: 10},
			{MaxItems: images + 1},
		} {
			got, want := s.ours(t, c), list(t, s, c)
			if got.Token != want.Token || !slices.Equal(got.IDs, want.IDs) {
				t.Errorf("%s, %+v: got %d images and the token %q, want %d and %q", s.name, c, len(got.IDs), got.Token, len(want.IDs), want.Token)
			}
		}
	}
}

func TestTokens_cli(t *testing.T) {
	const seed = 2
	cli := lister{"aws", awsCLI}
	for _, s := range services(t) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		relay(t, s, rnd, 25, ours, cli)
		relay(t, s, rnd, 25, cli, ours)
	}
}

// moto has the ids and the attributes of real images. It differs from EC2 in
// one way: it ignores MaxResults and returns everything.
func TestMoto_realImages(t *testing.T) {
	url := peer.Moto(t)
	client := ec2imagestest.NewServer(nil)
	t.Cleanup(client.Close)
	p := ec2images.NewPaginator(client.Client(func(o *ec2.Options) { o.BaseEndpoint = &url }), nil)
	got := collect(t, config{}, p, amiID)
	want := boto3(t)(t, service{name: "ec2", url: url, input: map[string]any{}}, config{})
	if len(want.IDs) < 500 {
		t.Errorf("moto has %d images: too few to be its real ones", len(want.IDs))
	}
	if !slices.Equal(got.IDs, want.IDs) {
		t.Errorf("got %d images, want the %d that boto3 lists", len(got.IDs), len(want.IDs))
	}
	t.Logf("%d images", len(got.IDs))
}
