package policy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/api.txt")

// TestAPI compares the exported names of all public packages with docs/api.txt,
// so that every change of them is reviewed.
func TestAPI(t *testing.T) {
	var lines []string
	for _, pkg := range publicPackages(t) {
		lines = append(lines, surface(pkg)...)
	}
	name := filepath.Join(root, "docs", "api.txt")
	if *update {
		if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	text := read(t, "docs/api.txt")
	if diff := difference(strings.Split(strings.TrimSuffix(text, "\n"), "\n"), lines); diff != "" {
		t.Errorf("the exported API is not that of docs/api.txt:\n%s\nIf this is intended, run: go test ./internal/policy -run TestAPI -update", diff)
	}
}

// publicPackages returns the packages that users can import, sorted by path. It
// type-checks their source, with the compiler's export data for their imports.
func publicPackages(t *testing.T) (pkgs []*types.Package) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Dir,Name,GoFiles,Export", "./...")
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("skipped: needs the go command, to compile the packages")
	}
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	listed := map[string]listedPackage{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var p listedPackage
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		listed[p.ImportPath] = p
	}
	fset := token.NewFileSet()
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(listed[path].Export)
	})}
	for _, path := range slices.Sorted(maps.Keys(listed)) {
		p := listed[path]
		if !isPublic(path) || p.Name == "main" {
			continue
		}
		var files []*ast.File
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		pkg, err := config.Check(path, fset, files, nil)
		if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, pkg)
	}
	return pkgs
}

// A listedPackage is a package as the go command describes it.
type listedPackage struct {
	ImportPath, Dir, Name string
	GoFiles               []string
	Export                string // the file with the compiler's export data
}

// isPublic reports whether users can import the package at path. It excludes
// the root package, which exports nothing.
func isPublic(path string) bool {
	return strings.HasPrefix(path, modulePath+"/") && !isInternal(path)
}

func isInternal(path string) bool {
	return strings.Contains("/"+path+"/", "/internal/")
}

// difference returns the lines that only one of two texts contains, prefixed by
// - or +.
func difference(before, after []string) string {
	var b strings.Builder
	for _, line := range before {
		if !slices.Contains(after, line) {
			b.WriteString("-" + line + "\n")
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			b.WriteString("+" + line + "\n")
		}
	}
	return b.String()
}

func TestDifference(t *testing.T) {
	for _, tc := range []struct {
		reason        string
		before, after []string
		want          string
	}{
		{"the same", []string{"a", "b"}, []string{"a", "b"}, ""},
		{"a name that is gone, and one that is new", []string{"a", "b"}, []string{"b", "c"}, "-a\n+c\n"},
		{"a signature that has changed", []string{"func F()"}, []string{"func F(n int)"}, "-func F()\n+func F(n int)\n"},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			if got := difference(tc.before, tc.after); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
