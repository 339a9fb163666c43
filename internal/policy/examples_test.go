// The go/doc of Go 1.24 does not find all that an example declares.

//go:build go1.25

package policy_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every example is a program on its page. One that uses a variable of another
// file is shown without it, and does not run there.
func TestExamples(t *testing.T) {
	files := map[string][]*ast.File{}
	err := eachFile(os.DirFS(root), func(dir, name string, _ *token.FileSet, _ *ast.File) {
		if !strings.HasSuffix(name, "_test.go") || isInternal(dir) {
			return
		}
		// With object resolution, which go/doc needs.
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.ParseComments)
		if err != nil {
			t.Error(err)
			return
		}
		files[dir] = append(files[dir], file)
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, files := range files {
		for _, name := range incomplete(files) {
			t.Errorf("%s: Example%s uses what its file does not declare", dir, name)
		}
	}
}

// incomplete returns the names of the examples that go/doc makes no program of.
func incomplete(files []*ast.File) (names []string) {
	for _, example := range doc.Examples(files...) {
		if example.Play == nil {
			names = append(names, example.Name)
		}
	}
	return names
}

func TestIncomplete(t *testing.T) {
	const shared = "package p_test\n\nvar shared = 1\n"
	const use = "package p_test\n\nimport \"fmt\"\n\nfunc ExampleA() {\n\tfmt.Println(shared)\n\t// Output: 1\n}\n"
	for _, tc := range []struct {
		reason string
		files  []string
		want   []string
	}{
		{"declared in another file", []string{shared, use}, []string{"A"}},
		{"declared in the same file", []string{use + "\nvar shared = 1\n"}, nil},
	} {
		var files []*ast.File
		for _, src := range tc.files {
			file, err := parser.ParseFile(token.NewFileSet(), "p_test.go", src, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		if got := incomplete(files); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.reason, got, tc.want)
		}
	}
}
