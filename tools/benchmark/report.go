package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A result is the cost of each run of a program.
type result struct {
	program
	costs []cost
}

// median returns the median of each value over the runs.
func (r result) median() cost {
	return cost{
		cpu:  middle(r.costs, func(c cost) time.Duration { return c.cpu }),
		wall: middle(r.costs, func(c cost) time.Duration { return c.wall }),
		peak: middle(r.costs, func(c cost) int64 { return c.peak }),
	}
}

func middle[T cmp.Ordered](costs []cost, part func(cost) T) T {
	var parts []T
	for _, c := range costs {
		parts = append(parts, part(c))
	}
	slices.Sort(parts)
	return parts[len(parts)/2]
}

// A report compares programs with the first one, this library.
type report struct {
	results      []result
	images, runs int
}

// ratio returns the ratio of a program's CPU time to that of the first program.
func (r report) ratio(other result) string {
	ratio := other.median().cpu.Seconds() / r.results[0].median().cpu.Seconds()
	if ratio > 1 && ratio < 9.95 {
		return fmt.Sprintf("%.1f×", ratio)
	}
	return fmt.Sprintf("%.0f×", ratio)
}

// table returns the results as Markdown.
func (r report) table() string {
	var b strings.Builder
	b.WriteString("| | CPU time | ratio | from … to | wall time | peak memory |\n|---|--:|--:|--:|--:|--:|\n")
	for _, result := range r.results {
		m := result.median()
		byCPU := func(a, b cost) int { return cmp.Compare(a.cpu, b.cpu) }
		fmt.Fprintf(&b, "| %s | %.2f s | %s | %.2f … %.2f s | %.2f s | %d MB |\n", result.name, m.cpu.Seconds(), r.ratio(result),
			slices.MinFunc(result.costs, byCPU).cpu.Seconds(), slices.MaxFunc(result.costs, byCPU).cpu.Seconds(), m.wall.Seconds(), m.peak>>20)
	}
	return b.String()
}

// section returns the section of BENCHMARKS.md with the results.
func (r report) section() string {
	var versions []string
	for _, result := range r.results {
		versions = append(versions, result.versions)
	}
	return fmt.Sprintf("![%s](docs/benchmarks.svg)\n\n%s\nThe medians of %d runs. The machine: %s, %d cores, %s/%s. The versions: %s.\n",
		r.title(), r.table(), r.runs, processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, strings.Join(versions, "; "))
}

// title returns the title of the comparison.
func (r report) title() string {
	return fmt.Sprintf("CPU time to list %s images", thousands(r.images))
}

// thousands formats a number with commas, such as 100,000.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

var modelName = regexp.MustCompile(`(?m)^model name\s*: (.*)$`)

// processor returns the name of the processor, as Linux reports it.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	if m := modelName.FindSubmatch(text); m != nil {
		return string(m[1])
	}
	return "unknown processor"
}

// The section of BENCHMARKS.md that this program writes.
var section = regexp.MustCompile(`(?s)(<!-- begin go run -C tools/benchmark \. -o \.\./\.\. -->\n).*(<!-- end -->\n)`)

// A page is BENCHMARKS.md, without the section.
type page struct{ dir, before, after string }

func openPage(dir string) (*page, error) {
	name := filepath.Join(dir, "BENCHMARKS.md")
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	at := section.FindSubmatchIndex(text)
	if at == nil {
		return nil, fmt.Errorf("%s has no section for the results", name)
	}
	return &page{dir, string(text[:at[3]]), string(text[at[4]:])}, nil
}

// write writes a report into the page, and its chart to a file.
func (p *page) write(r report) error {
	text := p.before + "\n" + r.section() + "\n" + p.after
	return errors.Join(
		os.WriteFile(filepath.Join(p.dir, "BENCHMARKS.md"), []byte(text), 0o666),
		os.MkdirAll(filepath.Join(p.dir, "docs"), 0o777),
		os.WriteFile(filepath.Join(p.dir, "docs", "benchmarks.svg"), []byte(r.chart()), 0o666),
	)
}
