package paginate_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/awsimages/awsimages/paginate"
	"github.com/awsimages/awsimages/paginate/paginatetest"
)

// service returns the words in pages of two.
var service = &paginatetest.Source[string]{
	Pages: paginatetest.Pages([]string{"al2023", "bottlerocket", "debian-12", "ubuntu-24.04", "windows-2025"}, 2),
}

func ExampleNew() {
	// A Fetch function requests one page. This one counts.
	fetch := func(_ context.Context, req paginate.Request) (paginate.Response[int], error) {
		first, _ := strconv.Atoi(req.Token)
		resp := paginate.Response[int]{Items: []int{first, first + 1}}
		if first < 4 {
			resp.NextToken = strconv.Itoa(first + 2)
		}
		return resp, nil
	}
	for n, err := range paginate.New(fetch).All(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Print(n, " ")
	}
	// Output: 0 1 2 3 4 5
}

func ExamplePaginator_All() {
	pager := paginate.New(service.Fetch, func(o *paginate.Options) { o.MaxItems = 3 })
	for name, err := range pager.All(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(name)
	}
	// Output:
	// al2023
	// bottlerocket
	// debian-12
}

// A loop that ignores the error, or leaves out the second variable, cannot tell
// a partial listing from a complete one. The last value is not an item: it is
// the zero value that comes with the error.
func ExamplePaginator_All_incorrect() {
	expired := func(number int, _ paginate.Request) error {
		if number == 2 {
			return errors.New("token expired")
		}
		return nil
	}
	src := &paginatetest.Source[string]{Pages: service.Pages, Fail: expired}
	for name, err := range paginate.New(src.Fetch).All(context.Background()) {
		_ = err // the mistake
		fmt.Printf("%q\n", name)
	}
	// Output:
	// "al2023"
	// "bottlerocket"
	// ""
}

func ExamplePaginator_Collect() {
	pager := paginate.New(service.Fetch, func(o *paginate.Options) { o.MaxItems = 3 })
	names, resumeToken, err := pager.Collect(context.Background())
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(names)
	fmt.Println("resumes at", resumeToken)
	// Output:
	// [al2023 bottlerocket debian-12]
	// resumes at eyJOZXh0VG9rZW4iOiAidDEiLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==
}

// A loop stops at an item, and another, perhaps in another process, resumes
// from it.
func ExamplePage_ResumeTokenAt() {
	ctx := context.Background()
	var resume string
find:
	for page, err := range paginate.New(service.Fetch).Pages(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		for i, name := range page.Items {
			if name == "ubuntu-24.04" {
				resume = page.ResumeTokenAt(i)
				break find
			}
		}
	}

	pager := paginate.New(service.Fetch, func(o *paginate.Options) { o.StartingToken = resume })
	for name, err := range pager.All(ctx) {
		fmt.Println(name, err)
	}
	// Output:
	// ubuntu-24.04 <nil>
	// windows-2025 <nil>
}

// Items listed before an error are not lost, and the error has a token to
// resume from.
func ExampleError() {
	src := &paginatetest.Source[string]{
		Pages: service.Pages,
		Fail: func(number int, _ paginate.Request) error {
			if number == 2 {
				return errors.New("request limit exceeded")
			}
			return nil
		},
	}
	names, _, err := paginate.New(src.Fetch).Collect(context.Background())
	fmt.Println(names, err)

	if failed := (*paginate.Error)(nil); errors.As(err, &failed) {
		retry := paginate.New(src.Fetch, func(o *paginate.Options) { o.StartingToken = failed.ResumeToken })
		names, _, err = retry.Collect(context.Background())
		fmt.Println(names, err)
	}
	// Output:
	// [al2023 bottlerocket] paginate: page 2: request limit exceeded
	// [debian-12 ubuntu-24.04 windows-2025] <nil>
}

// Some services return the token of the request at the end, as CloudWatch Logs
// does in GetLogEvents. A loop until there is no token never ends
// (awslabs/aws-sdk-rust issue 620), and a paginator reports
// [paginate.ErrTokenLoop]. The Fetch function knows the service.
func ExampleNew_unchangedToken() {
	getLogEvents := func(token string) (events []string, nextToken string) {
		if token == "" {
			return []string{"started", "stopped"}, "f/1"
		}
		return nil, token
	}
	fetch := func(_ context.Context, req paginate.Request) (paginate.Response[string], error) {
		events, next := getLogEvents(req.Token)
		if next == req.Token {
			next = "" // the end
		}
		return paginate.Response[string]{Items: events, NextToken: next}, nil
	}
	events, _, err := paginate.New(fetch).Collect(context.Background())
	fmt.Println(events, err)
	// Output: [started stopped] <nil>
}

// A page can be too large for the limit of a message, as with gRPC
// (gravitational/teleport issue 42501). The listing resumes with pages of half
// the size.
func ExampleError_smallerPages() {
	errTooLarge := errors.New("the message is too large")
	resources := []string{"small", "small", "large", "large", "large", "small"}
	fetch := func(_ context.Context, req paginate.Request) (resp paginate.Response[string], err error) {
		first, _ := strconv.Atoi(req.Token)
		last := min(first+req.PageSize, len(resources))
		resp.Items = resources[first:last]
		if last < len(resources) {
			resp.NextToken = strconv.Itoa(last)
		}
		if strings.Count(strings.Join(resp.Items, " "), "large") > 1 {
			err = errTooLarge
		}
		return resp, err
	}
	token := ""
	for size := 4; size > 0; size /= 2 {
		names, resumeToken, err := paginate.New(fetch, func(o *paginate.Options) {
			o.PageSize = size
			o.StartingToken = token
		}).Collect(context.Background())
		fmt.Println(size, "a page:", names, err)
		if !errors.Is(err, errTooLarge) {
			break
		}
		token = resumeToken
	}
	// Output:
	// 4 a page: [] paginate: page 1: the message is too large
	// 2 a page: [small small] paginate: page 2: the message is too large
	// 1 a page: [large large large small] <nil>
}

// A bound on the requests of one run, for a service that may never stop
// returning tokens. The listing can be resumed.
func ExampleOptions_maxPages() {
	pager := paginate.New(service.Fetch, func(o *paginate.Options) { o.MaxPages = 2 })
	names, resumeToken, err := pager.Collect(context.Background())
	fmt.Println(names, errors.Is(err, paginate.ErrMaxPages), resumeToken != "")
	// Output: [al2023 bottlerocket debian-12 ubuntu-24.04] true true
}

func ExampleItems() {
	pages := paginate.New(service.Fetch).Pages(context.Background())
	for name, err := range paginate.Items(pages) {
		fmt.Println(name, err)
		break
	}
	// Output: al2023 <nil>
}

// A counter permits every request. A program uses rate.NewLimiter(5, 1) of
// golang.org/x/time/rate, which permits five in a second.
type counter struct{ requests atomic.Int32 }

func (c *counter) Wait(context.Context) error {
	c.requests.Add(1)
	return nil
}

func ExampleLimiter() {
	limiter := &counter{}
	shared := func(o *paginate.Options) { o.Limiter = limiter }
	pages := paginate.Merge(context.Background(), 0,
		paginate.New(service.Fetch, shared),
		paginate.New(service.Fetch, shared),
	)
	images := 0
	for _, err := range paginate.Items(pages) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		images++
	}
	fmt.Println(images, "images in", limiter.requests.Load(), "requests")
	// Output: 10 images in 6 requests
}

func ExampleMerge() {
	europe := &paginatetest.Source[string]{Pages: paginatetest.Pages([]string{"al2023", "debian-12", "golden"}, 2)}
	asia := &paginatetest.Source[string]{Pages: paginatetest.Pages([]string{"al2023", "windows-2025"}, 2)}
	pagers := []*paginate.Paginator[string]{
		paginate.New(europe.Fetch, func(o *paginate.Options) { o.Label = "eu-west-1" }),
		paginate.New(asia.Fetch, func(o *paginate.Options) { o.Label = "ap-south-1" }),
	}
	for page, err := range paginate.Merge(context.Background(), 8, pagers...) {
		if err != nil {
			fmt.Println(err) // names the Region; the others continue
			continue
		}
		for _, name := range page.Items {
			fmt.Println(page.Label, name)
		}
	}
	// Unordered output:
	// eu-west-1 al2023
	// eu-west-1 debian-12
	// eu-west-1 golden
	// ap-south-1 al2023
	// ap-south-1 windows-2025
}

// Items makes one sequence of the pages. What failed is in the error.
func ExampleMerge_items() {
	up := &paginatetest.Source[string]{Pages: paginatetest.Pages([]string{"al2023", "debian-12"}, 1)}
	down := &paginatetest.Source[string]{Fail: func(int, paginate.Request) error { return errors.New("request limit exceeded") }}
	pages := paginate.Merge(context.Background(), 1, // one at a time: in turns
		paginate.New(up.Fetch),
		paginate.New(down.Fetch, func(o *paginate.Options) { o.Label = "eu-west-1" }),
	)
	for name, err := range paginate.Items(pages) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(name)
	}
	// Output:
	// al2023
	// paginate: eu-west-1: page 1: request limit exceeded
	// debian-12
}

func ExampleOptions_prefetch() {
	pager := paginate.New(service.Fetch, func(o *paginate.Options) { o.Prefetch = 2 })
	for name, err := range pager.All(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(name) // meanwhile the next two pages are fetched
	}
	// Output:
	// al2023
	// bottlerocket
	// debian-12
	// ubuntu-24.04
	// windows-2025
}
