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

// The code of the README is that of the package's examples, and the error is what
// one of them prints.
func TestReadmeCode(t *testing.T) {
	examples := read(t, "example_test.go")
	code := blocks(t, "go")
	for _, block := range code {
		indented := regexp.MustCompile("(?m)^(.)").ReplaceAllString(block, "\t$1")
		if !strings.Contains(examples, "\n"+indented) {
			t.Errorf("example_test.go does not have\n%s", indented)
		}
	}
	if want := 6; len(code) != want {
		t.Errorf("got %d blocks of code, want %d", len(code), want)
	}
	_, quoted, _ := strings.Cut(read(t, "README.md"), "\n> `")
	if message, _, ok := strings.Cut(quoted, "`\n"); !ok || !strings.Contains(examples, "\t// "+message+"\n") {
		t.Errorf("example_test.go does not print the error %q", message)
	}
}

// .ci/run runs the commands that the README names.
func TestReadmeCommands(t *testing.T) {
	ci := read(t, ".ci/run")
	var commands []string
	for _, block := range blocks(t, "sh") {
		commands = append(commands, strings.Split(strings.TrimSpace(block), "\n")...)
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
