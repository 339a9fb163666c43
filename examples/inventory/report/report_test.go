package report_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/awsimages/awsimages/examples/inventory/report"
)

// measure.js writes what is wrong in the page of each frame.
//
//go:embed testdata/measure.js
var measure string

// Nothing in the page overlaps, is cut off or cannot be read, on a telephone and
// on a screen, light and dark.
func TestReport_boxes(t *testing.T) {
	var page bytes.Buffer
	if err := report.Sample().Write(&page); err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems(t, page.String(), map[string]string{"": ""}) {
		t.Error(problem)
	}
}

// The measurement finds a page in which something is wrong.
func TestReport_measure(t *testing.T) {
	var page bytes.Buffer
	if err := report.Sample().Write(&page); err != nil {
		t.Fatal(err)
	}
	wants := map[string]string{
		".bars { grid-template-columns: 2rem 1fr 2rem } .label { white-space: nowrap }": "overlaps",
		".legend i { position: absolute }":                                              "overlaps",
		".bars { width: 60rem }":                                                        "wide",
		".label { color: var(--card) }":                                                 "contrast",
		".total { overflow: hidden; height: 4px }":                                      "cut off",
	}
	styles := map[string]string{}
	for style := range wants {
		styles[style] = style
	}
	found := strings.Join(problems(t, page.String(), styles), "\n")
	for style, want := range wants {
		if !regexp.MustCompile(regexp.QuoteMeta(style) + ".*" + want).MatchString(found) {
			t.Errorf("%s: got the problems\n%.2000s\nwant one with %q", style, found, want)
		}
	}
}

// problems shows a page in Chromium, once with each of the styles, which have
// names, and returns what is wrong.
func problems(t *testing.T, page string, styles map[string]string) (problems []string) {
	t.Helper()
	var frames strings.Builder
	for _, width := range []int{400, 1200} {
		for _, scheme := range []string{"light", "dark"} {
			for name, style := range styles {
				fmt.Fprintf(&frames, `<iframe title="%[1]d px, %[2]s %[3]s" style="border: 0; width: %[1]dpx; height: 4000px; color-scheme: %[2]s" srcdoc="%[4]s"></iframe>`,
					width, scheme, html.EscapeString(name), html.EscapeString(strings.Replace(page, "</style>", style+"</style>", 1)))
			}
		}
	}
	out := inChromium(t, "<!DOCTYPE html>"+frames.String()+`<pre id="problems"></pre><script>`+measure+`</script>`, "--dump-dom")
	_, after, ok := strings.Cut(string(out), `<pre id="problems">`)
	list, _, _ := strings.Cut(after, "</pre>")
	if err := json.Unmarshal([]byte(html.UnescapeString(list)), &problems); !ok || err != nil {
		t.Fatalf("%v in %.500s", err, after)
	}
	return problems
}

// inChromium opens a page in Chromium, and returns what that writes.
func inChromium(t *testing.T, page string, args ...string) []byte {
	t.Helper()
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("skipped: needs chromium")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	args = append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir=" + filepath.Join(dir, "user")}, args...)
	out, err := exec.Command(program, append(args, "file://"+file)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var outside = regexp.MustCompile(`<(script|link|img)|src=|href=|@import|url\(`)

// The page needs no other file.
func TestReport_selfContained(t *testing.T) {
	var page bytes.Buffer
	if err := report.Sample().Write(&page); err != nil {
		t.Fatal(err)
	}
	if found := outside.FindString(page.String()); found != "" {
		t.Errorf("got %q in the page", found)
	}
	for _, want := range []string{"<b>1,234,567</b><span>added in run 12</span>", "1 listings failed", "others", "6 and more"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("%q is missing", want)
		}
	}
}
