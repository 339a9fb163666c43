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

// The program in the README is examples/list, and its loops are those of the
// root package's example.
func TestReadmeCode(t *testing.T) {
	readme := read(t, "README.md")
	var programs, loops []string
	for _, block := range fence.FindAllStringSubmatch(readme, -1) {
		switch code := block[2]; {
		case block[1] == "go" && strings.Contains(code, "\nfunc main() {"):
			programs = append(programs, code)
		case block[1] == "go":
			loops = append(loops, code)
		}
	}
	if want := []string{read(t, "examples/list/main.go")}; !slices.Equal(programs, want) {
		t.Errorf("got the programs\n%s\nwant\n%s", strings.Join(programs, "\n"), want[0])
	}
	example := read(t, "example_test.go")
	for _, loop := range loops {
		indented := regexp.MustCompile("(?m)^(.)").ReplaceAllString(loop, "\t$1")
		if !strings.Contains(example, "error {\n"+indented+"\treturn nil\n}") {
			t.Errorf("no function of example_test.go is\n%s", indented)
		}
	}
	if len(loops) != 2 {
		t.Errorf("got %d loops, want the SDK's and ours", len(loops))
	}
}

// .ci/run runs the commands that the README names.
func TestReadmeCommands(t *testing.T) {
	ci := read(t, ".ci/run")
	blocks := fence.FindAllStringSubmatch(read(t, "README.md"), -1)
	var commands []string
	for line := range strings.Lines(blocks[0][2]) {
		command, _, _ := strings.Cut(line, "#")
		commands = append(commands, strings.TrimSpace(command))
	}
	if want := []string{"go run -C examples ./quickstart", "go test ./..."}; !slices.Equal(commands, want) {
		t.Fatalf("got the commands %q, want %q", commands, want)
	}
	for _, command := range commands {
		if !strings.Contains(ci, "'"+command+"'") {
			t.Errorf(".ci/run does not run %q", command)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)]*)\)`)

// Every link leads to a file of the repository or to the documentation of one
// of its packages.
func TestReadmeLinks(t *testing.T) {
	for _, match := range link.FindAllStringSubmatch(read(t, "README.md"), -1) {
		target := match[1]
		if dir, ok := strings.CutPrefix(target, "https://pkg.go.dev/"+modulePath); ok {
			target = "." + dir + "/doc.go"
		}
		if _, err := os.Stat(filepath.Join(root, target)); err != nil {
			t.Errorf("the link %s: %v", match[1], err)
		}
	}
}
