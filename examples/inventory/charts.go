package main

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"regexp"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// palette contains colors that are distinguishable on white and on black.
var palette = []color.Color{
	color.RGBA{0x4c, 0x8b, 0xf5, 0xff},
	color.RGBA{0xf2, 0x8e, 0x2b, 0xff},
	color.RGBA{0x3c, 0xa9, 0x6b, 0xff},
	color.RGBA{0xd8, 0x5a, 0x7a, 0xff},
	color.RGBA{0x8f, 0x6b, 0xd6, 0xff},
	color.RGBA{0x2f, 0xa8, 0xb8, 0xff},
	color.RGBA{0x9a, 0x9a, 0x9a, 0xff},
}

// maxBars is the maximum number of bars in a chart. One more bar sums up the
// rest.
const maxBars = 12

// charts draws the charts of the report.
func charts(places []group, months map[string]int64, at time.Time) ([]chart, error) {
	accounts, regions := shares(places)
	images := stack(places, accounts, regions, func(g group) int64 { return g.Images })
	storage := stack(places, accounts, regions, func(g group) int64 { return g.GiB })
	var all []chart
	for _, c := range []struct {
		title, axis string
		bars        []string
		stacks      []layer
	}{
		{"Own images by age", "images", ageLabels, []layer{{"", ages(months, at)}}},
		{"Images by account and Region", "images", accounts, images},
		{"GiB of snapshots behind own images", "GiB", accounts, storage},
	} {
		svg, err := draw(c.axis, c.bars, c.stacks)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.title, err)
		}
		all = append(all, chart{c.title, svg})
	}
	return all, nil
}

const others = "others"

// shares returns the accounts and the Regions with the most images.
func shares(places []group) (accounts, regions []string) {
	of := func(key func(group) string, limit int) []string {
		n := map[string]int64{}
		for _, g := range places {
			n[key(g)] += g.Images
		}
		var names []string
		for name := range n {
			names = append(names, name)
		}
		slices.SortFunc(names, func(a, b string) int {
			if n[a] != n[b] {
				return int(n[b] - n[a])
			}
			return strings.Compare(a, b)
		})
		if len(names) > limit {
			names = append(names[:limit], others)
		}
		return names
	}
	return of(func(g group) string { return g.Account }, maxBars), of(func(g group) string { return g.Region }, len(palette)-1)
}

// A layer is a part of every bar.
type layer struct {
	name   string
	values plotter.Values
}

// stack returns one layer per Region, with a value for each account.
func stack(places []group, accounts, regions []string, value func(group) int64) []layer {
	layers := make([]layer, len(regions))
	for i, region := range regions {
		layers[i] = layer{region, make(plotter.Values, len(accounts))}
	}
	index := func(names []string, name string) int {
		if i := slices.Index(names, name); i >= 0 {
			return i
		}
		return len(names) - 1 // the others
	}
	for _, g := range places {
		layers[index(regions, g.Region)].values[index(accounts, g.Account)] += float64(value(g))
	}
	return layers
}

var ageLabels = []string{"< 1 year", "1", "2", "3", "4", "5", "6 and more", "unknown"}

// ages counts the images of months by their age in years.
func ages(months map[string]int64, at time.Time) plotter.Values {
	values := make(plotter.Values, len(ageLabels))
	for month, n := range months {
		created, err := time.Parse("2006-01", month)
		if err != nil {
			values[len(values)-1] += float64(n)
			continue
		}
		age := (at.Year()-created.Year())*12 + int(at.Month()-created.Month())
		values[min(max(age/12, 0), len(values)-2)] += float64(n)
	}
	return values
}

// draw draws horizontal bars, so that there is room for long names.
func draw(axis string, bars []string, layers []layer) (template.HTML, error) {
	p := plot.New()
	p.BackgroundColor = color.Transparent
	p.X.Label.Text = axis
	p.Legend.Top = false // the short bars are at the bottom
	const thickness = 14
	var below *plotter.BarChart
	for i, l := range layers {
		// The first bar is at the top.
		values := slices.Clone(l.values)
		slices.Reverse(values)
		chart, err := plotter.NewBarChart(values, vg.Points(thickness))
		if err != nil {
			return "", err
		}
		chart.Horizontal = true
		chart.LineStyle.Width = 0
		chart.Color = palette[i%len(palette)]
		if below != nil {
			chart.StackOn(below)
		}
		below = chart
		p.Add(chart)
		if l.name != "" {
			p.Legend.Add(l.name, chart)
		}
	}
	p.X.Min, p.X.Max = 0, max(p.X.Max*1.08, 1) // so that the last tick fits
	names := slices.Clone(bars)
	slices.Reverse(names)
	p.NominalY(names...)
	p.X.Tick.Marker = thousands{}
	for _, style := range []*font.Font{&p.X.Label.TextStyle.Font, &p.X.Tick.Label.Font, &p.Y.Tick.Label.Font, &p.Legend.TextStyle.Font} {
		style.Size = vg.Points(10)
		style.Typeface, style.Variant = "Liberation", "Sans"
	}
	height := vg.Points(float64(len(bars))*22 + 60 + float64(len(layers)-1)*4)
	canvas := vgsvg.New(420, height)
	p.Draw(vgdraw.New(canvas))
	var svg bytes.Buffer
	if _, err := canvas.WriteTo(&svg); err != nil {
		return "", err
	}
	return inline(svg.String()), nil
}

// thousands labels an axis with a few round numbers.
type thousands struct{}

// Ticks returns the ticks.
func (thousands) Ticks(min, max float64) []plot.Tick {
	ticks := plot.DefaultTicks{}.Ticks(min, max)
	for i := range ticks {
		if ticks[i].Label != "" {
			ticks[i].Label = number(int64(ticks[i].Value))
		}
	}
	return ticks
}

var (
	prolog = regexp.MustCompile(`(?s)^.*?<svg `)
	size   = regexp.MustCompile(`<svg width="[^"]*" height="[^"]*"`)
	family = regexp.MustCompile(`font-family:[^;"]*`)
)

// inline makes an SVG document part of the page: as wide as its container, and
// in the page's color. Its font has the same metrics as the font of the plot.
func inline(svg string) template.HTML {
	svg = prolog.ReplaceAllString(svg, "<svg ")
	svg = size.ReplaceAllString(svg, "<svg")
	svg = family.ReplaceAllString(svg, "font-family:Liberation Sans,Arial,sans-serif")
	svg = strings.ReplaceAll(svg, "#000000", "currentColor")
	return template.HTML(svg)
}
