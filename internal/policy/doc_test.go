package policy_test

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

var mention = regexp.MustCompile(`\b([a-z0-9]+)\.([A-Z]\w*)(?:\.([A-Z]\w*))?`)

// TestMap checks that doc.go links every public package and that all names in
// it exist.
func TestMap(t *testing.T) {
	doc := read(t, "doc.go")
	declared := map[string]bool{} // package.Name, including methods and fields
	err := eachFile(os.DirFS(root), func(dir, name string, _ *token.FileSet, file *ast.File) {
		if dir == "." || strings.Contains("/"+dir+"/", "/internal/") || strings.HasSuffix(name, "_test.go") {
			return
		}
		pkg := file.Name.Name
		if link := "// [" + pkg + "]: https://pkg.go.dev/" + path.Join(modulePath, dir) + "\n"; !strings.Contains(doc, link) {
			t.Errorf("%s: doc.go has no line %q", name, link)
		}
		for node := range ast.Preorder(file) {
			var names []*ast.Ident
			switch n := node.(type) {
			case *ast.FuncDecl:
				names = []*ast.Ident{n.Name}
			case *ast.TypeSpec:
				names = []*ast.Ident{n.Name}
			case *ast.ValueSpec:
				names = n.Names
			case *ast.Field:
				names = n.Names
			}
			for _, name := range names {
				declared[pkg+"."+name.Name] = true
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	mentions := mention.FindAllStringSubmatch(doc, -1)
	for _, m := range mentions {
		if pkg := m[1] + "."; !declared[pkg+m[2]] || m[3] != "" && !declared[pkg+m[3]] {
			t.Errorf("doc.go names %s, which does not exist", m[0])
		}
	}
	if len(mentions) < 20 {
		t.Errorf("got %d names, want an index", len(mentions))
	}
}
