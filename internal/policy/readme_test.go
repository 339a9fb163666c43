package policy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// read returns the content of a file of the module.
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

// The code of the README is that of examples/list, and of the examples of the
// root package.
func TestReadmeCode(t *testing.T) {
	code := blocks(t, "go")
	if len(code) == 0 {
		t.Fatal("the README has no code")
	}
	examples := read(t, "example_test.go")
	_, program, _ := strings.Cut(read(t, "examples/list/main.go"), "\n") // without its comment
	for _, block := range code {
		indented := regexp.MustCompile("(?m)^(.)").ReplaceAllString(block, "\t$1")
		if block != program && !strings.Contains(examples, "\n"+indented) {
			t.Errorf("no example has\n%s", block)
		}
	}
}

// .ci/run runs the commands that the README names.
func TestReadmeCommands(t *testing.T) {
	ci := read(t, ".ci/run")
	commands := 0
	for _, block := range blocks(t, "sh") {
		for command := range strings.Lines(block) {
			command = strings.TrimSpace(command)
			commands++
			if !strings.Contains(ci, "'"+command+"'") {
				t.Errorf(".ci/run does not run %q", command)
			}
		}
	}
	if commands == 0 {
		t.Error("the README has no commands")
	}
}

var span = regexp.MustCompile("`([a-z0-9]+\\.[A-Z]\\w*(?:\\.[A-Z]\\w*)?)[`(]")

// The names in the README exist.
func TestReadmeNames(t *testing.T) {
	addresses := documentation(t)
	for _, match := range span.FindAllStringSubmatch(read(t, "README.md"), -1) {
		if name := match[1]; addresses[name] == "" {
			t.Errorf("%s does not exist", name)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)]*)\)`)

// elsewhere are the sites that the README links, besides the documentation of
// the packages.
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
