package policy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// read returns the text of a file of the module.
func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

var fence = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

// blocks returns the code blocks of the README in a language.
func blocks(t *testing.T, language string) (blocks []string) {
	t.Helper()
	for _, match := range fence.FindAllStringSubmatch(read(t, "README.md"), -1) {
		if match[1] == language {
			blocks = append(blocks, match[2])
		}
	}
	return blocks
}

// The code of the README is that of the package's examples, and the text is what
// they print.
func TestReadmeCode(t *testing.T) {
	examples := read(t, "example_test.go")
	for _, tc := range []struct {
		language string
		want     int // the number of blocks
		indent   string
	}{
		{"go", 5, "\t"},
		{"text", 1, "\t// "},
	} {
		code := blocks(t, tc.language)
		if len(code) != tc.want {
			t.Errorf("got %d blocks of %s, want %d", len(code), tc.language, tc.want)
		}
		for _, block := range code {
			indented := regexp.MustCompile("(?m)^(.)").ReplaceAllString(block, tc.indent+"$1")
			if !strings.Contains(examples, "\n"+indented) {
				t.Errorf("example_test.go does not have\n%s", indented)
			}
		}
	}
}

// .ci/run runs the commands that the README names.
func TestReadmeCommands(t *testing.T) {
	ci := read(t, ".ci/run")
	var commands []string
	for line := range strings.Lines(strings.Join(blocks(t, "sh"), "")) {
		command, _, _ := strings.Cut(line, "#")
		commands = append(commands, strings.TrimSpace(command))
	}
	want := []string{"go get " + modulePath, "go run -C examples ./quickstart", "go test ./..."}
	if !slices.Equal(commands, want) {
		t.Fatalf("got the commands %q, want %q", commands, want)
	}
	for _, command := range commands[1:] {
		if !strings.Contains(ci, "'"+command+"'") {
			t.Errorf(".ci/run does not run %q", command)
		}
	}
}

var span = regexp.MustCompile("`([a-z0-9]+\\.[A-Z]\\w*(?:\\.[A-Z]\\w*)?)[`(]")

// The names in the README exist.
func TestReadmeNames(t *testing.T) {
	addresses := documentation(t)
	names := span.FindAllStringSubmatch(read(t, "README.md"), -1)
	for _, match := range names {
		if name := match[1]; addresses[name] == "" {
			t.Errorf("%s does not exist", name)
		}
	}
	if len(names) < 20 {
		t.Errorf("got %d names, want a table of tasks", len(names))
	}
}

var link = regexp.MustCompile(`\]\(([^)]*)\)`)

// elsewhere are the sites that the README links, besides the documentation of the
// packages.
var elsewhere = []string{
	"https://docs.aws.amazon.com/",
	"https://github.com/awsimages/awsimages/actions/workflows/ci.yml",
	"https://img.shields.io/",
	"https://pkg.go.dev/badge/github.com/awsimages/awsimages.svg",
	"https://semver.org/",
}

// A link leads to a file of the repository, to the documentation of one of its
// packages, or to one of the other sites.
func TestReadmeLinks(t *testing.T) {
	for _, match := range link.FindAllStringSubmatch(read(t, "README.md"), -1) {
		target := match[1]
		if slices.ContainsFunc(elsewhere, func(site string) bool { return strings.HasPrefix(target, site) }) {
			continue
		}
		if dir, ok := strings.CutPrefix(target, "https://pkg.go.dev/"+modulePath); ok {
			target = "." + dir + "/doc.go"
		}
		if _, err := os.Stat(filepath.Join(root, target)); err != nil {
			t.Errorf("the link %s: %v", match[1], err)
		}
	}
}
