package main

import (
	"fmt"
	"html"
	"strings"
)

// The dimensions of the chart, in pixels.
const (
	chartWidth = 780
	top        = 88 // of the first bar
	rowHeight  = 42
	barHeight  = 24
	barStart   = 226
	longestBar = 400
)

// The chart has its own background, so that it is readable on a page whose
// colors do not follow the reader's settings.
const chartStyle = `<style>
text { font: 14px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.ground { fill: #ffffff; stroke: #d1d9e0 }
.title { font-size: 18px; font-weight: 600 }
.note { font-size: 13px; fill: #59636e }
.bar { fill: #8c959f }
.first { fill: #00758f }
.strong { font-weight: 600 }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc }
.ground { fill: #0d1117; stroke: #3d444d }
.note { fill: #9198a1 }
.bar { fill: #6e7681 }
.first { fill: #29beb0 }
}
</style>
`

// chart returns a bar chart of the CPU times, in SVG.
func (r report) chart() string {
	height := top + rowHeight*len(r.results) + 8
	note := fmt.Sprintf("user + system, whole processes, %s pages of %s, the median of %d. Shorter is better.",
		thousands((r.images+pageSize-1)/pageSize), thousands(pageSize), r.runs)
	longest := 0.0
	var words []string
	for _, result := range r.results {
		longest = max(longest, result.median().cpu.Seconds())
		words = append(words, fmt.Sprintf("%s %.2f s", result.name, result.median().cpu.Seconds()))
	}

	var b strings.Builder
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %[1]d %[2]d\" role=\"img\">\n", chartWidth, height)
	fmt.Fprintf(&b, "<title>%s: %s</title>\n", r.title(), html.EscapeString(strings.Join(words, ", ")))
	b.WriteString(chartStyle)
	fmt.Fprintf(&b, "<rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"8\"/>\n", chartWidth-1, height-1)
	fmt.Fprintf(&b, "<text class=\"title\" x=\"24\" y=\"38\">%s</text>\n", r.title())
	fmt.Fprintf(&b, "<text class=\"note\" x=\"24\" y=\"60\">%s</text>\n", note)
	for i, result := range r.results {
		class, emphasis := "bar", ""
		if i == 0 {
			class, emphasis = "bar first", ` class="strong"`
		}
		seconds := result.median().cpu.Seconds()
		width := max(seconds/longest*longestBar, 1)
		y := top + i*rowHeight
		fmt.Fprintf(&b, "<text%s x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", emphasis, barStart-12, y+17, html.EscapeString(result.name))
		fmt.Fprintf(&b, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>\n", class, barStart, y, width, barHeight)
		label := fmt.Sprintf("<tspan class=\"strong\">%s</tspan> <tspan class=\"note\">%.2f s</tspan>", r.ratio(result), seconds)
		fmt.Fprintf(&b, "<text x=\"%.1f\" y=\"%d\">%s</text>\n", barStart+width+10, y+17, label)
	}
	b.WriteString("</svg>\n")
	return b.String()
}
