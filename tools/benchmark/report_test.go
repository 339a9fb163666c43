package main

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// sample returns a report of programs with the given CPU times in milliseconds.
func sample(programs ...[]int) report {
	r := report{images: 100_000, runs: 3}
	for i, costs := range programs {
		result := result{program: program{name: fmt.Sprint("<program ", i+1, ">")}}
		for _, ms := range costs {
			d := time.Duration(ms) * time.Millisecond
			result.costs = append(result.costs, cost{cpu: d, wall: 2 * d, peak: int64(ms) << 20})
		}
		r.results = append(r.results, result)
	}
	return r
}

func TestTable(t *testing.T) {
	got := sample([]int{500, 400, 900}, []int{2600, 2500, 2400}, []int{10_100, 90, 10_000}).table()
	const want = `| | CPU time | ratio | from … to | wall time | peak memory |
|---|--:|--:|--:|--:|--:|
| <program 1> | 0.50 s | 1× | 0.40 … 0.90 s | 1.00 s | 500 MB |
| <program 2> | 2.50 s | 5.0× | 2.40 … 2.60 s | 5.00 s | 2500 MB |
| <program 3> | 10.00 s | 20× | 0.09 … 10.10 s | 20.00 s | 10000 MB |
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

var bar = regexp.MustCompile(`<rect class="bar[^>]* width="([0-9.]+)"`)

// The lengths of the bars match the ratios, and everything is inside the
// picture.
func TestChart(t *testing.T) {
	picture := sample([]int{500}, []int{2500}, []int{10_000}).chart()
	if err := wellFormed(picture); err != nil {
		t.Error(err)
	}
	bars := bar.FindAllStringSubmatch(picture, -1)
	for i, want := range []float64{1. / 20, 5. / 20, 1} {
		got, err := strconv.ParseFloat(bars[i][1], 64)
		if err != nil || math.Abs(got/longestBar-want) > 0.001 {
			t.Errorf("bar %d: got the length %v, %v, want %v of %d", i+1, got, err, want, longestBar)
		}
	}
	for _, want := range []string{
		"CPU time to list 100,000 images", "100 pages of 1,000", "&lt;program 3&gt;",
		">1×</tspan>", ">5.0×</tspan>", ">20×</tspan>", ">10.00 s</tspan>",
	} {
		if !strings.Contains(picture, want) {
			t.Errorf("the picture has no %q:\n%s", want, picture)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 123456: "123,456", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
