package report

import (
	"maps"
	"slices"
	"time"
)

// A chart is horizontal bars. A bar has a part for each name in the legend, or
// one part without a legend.
type chart struct {
	Title  string
	Legend []string
	Bars   []bar
}

// A bar is a row of a chart.
type bar struct {
	Label string
	Total int64
	Parts []part
}

// A part is a part of a bar.
type part struct {
	Color   int // in the order of the legend
	Percent float64
	Title   string
}

// The maximum numbers of bars in a chart, and of parts in a bar. One of them
// sums up the rest. The page has a color for each part.
const (
	maxBars  = 12
	maxParts = 7
)

const others = "others"

// charts returns the charts of the report.
func charts(places []group, months map[string]int64, at time.Time) []chart {
	return []chart{
		newChart("Own images by age", ageLabels, []string{""}, ages(months, at)),
		byPlace("Images by account and Region", places, func(g group) int64 { return g.Images }),
		byPlace("GiB of snapshots behind own images", places, func(g group) int64 { return g.GiB }),
	}
}

// A cell identifies a part of a bar.
type cell struct{ bar, part string }

// newChart returns a chart of the values.
func newChart(title string, bars, parts []string, values map[cell]int64) chart {
	c := chart{Title: title}
	if len(parts) > 1 {
		c.Legend = parts
	}
	var longest int64
	for _, label := range bars {
		b := bar{Label: label}
		for _, name := range parts {
			b.Total += values[cell{label, name}]
		}
		longest = max(longest, b.Total)
		c.Bars = append(c.Bars, b)
	}
	for i := range c.Bars {
		b := &c.Bars[i]
		for color, name := range parts {
			if n := values[cell{b.Label, name}]; n > 0 {
				title := number(n)
				if name != "" {
					title = name + ": " + title
				}
				b.Parts = append(b.Parts, part{color, 100 * float64(n) / float64(longest), title})
			}
		}
	}
	return c
}

// byPlace returns a chart with a bar for each account and a part for each
// Region.
func byPlace(title string, places []group, value func(group) int64) chart {
	accounts := largest(places, value, maxBars, func(g group) string { return g.Account })
	// A Region has the same color in all charts.
	regions := largest(places, func(g group) int64 { return g.Images }, maxParts, func(g group) string { return g.Region })
	values := map[cell]int64{}
	for _, g := range places {
		c := cell{g.Account, g.Region}
		if !slices.Contains(accounts, c.bar) {
			c.bar = others
		}
		if !slices.Contains(regions, c.part) {
			c.part = others
		}
		values[c] += value(g)
	}
	return newChart(title, accounts, regions, values)
}

// largest returns the names with the largest values, the largest first, and
// others if there are more than limit.
func largest(places []group, value func(group) int64, limit int, name func(group) string) []string {
	sums := map[string]int64{}
	for _, g := range places {
		sums[name(g)] += value(g)
	}
	names := slices.SortedFunc(maps.Keys(sums), func(a, b string) int {
		if sums[a] != sums[b] {
			return int(sums[b] - sums[a])
		}
		if a < b {
			return -1
		}
		return 1
	})
	if len(names) > limit {
		names = append(names[:limit-1], others)
	}
	return names
}

var ageLabels = []string{"< 1 year", "1 year", "2 years", "3 years", "4 years", "5 years", "6 and more", "unknown"}

// ages counts the images of months by their age in years.
func ages(months map[string]int64, at time.Time) map[cell]int64 {
	values := map[cell]int64{}
	for month, n := range months {
		created, err := time.Parse("2006-01", month)
		if err != nil {
			values[cell{"unknown", ""}] += n
			continue
		}
		age := (at.Year()-created.Year())*12 + int(at.Month()-created.Month())
		values[cell{ageLabels[min(max(age/12, 0), 6)], ""}] += n
	}
	return values
}
