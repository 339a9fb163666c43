package policy_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	mention    = regexp.MustCompile(`(\[?)\b([a-z0-9]+\.[A-Z]\w*(?:\.[A-Z]\w*)?)(\]?)`)
	definition = regexp.MustCompile(`(?m)^// \[(.+)\]: (.+)\n`)
)

// documentation returns the addresses of the public packages and of all
// exported names, such as paginate.Options.Prefetch, on pkg.go.dev.
func documentation(t *testing.T) map[string]string {
	t.Helper()
	addresses := map[string]string{}
	err := eachFile(os.DirFS(root), func(dir, name string, _ *token.FileSet, file *ast.File) {
		if dir == "." || isInternal(dir) || strings.HasSuffix(name, "_test.go") {
			return
		}
		address := "https://pkg.go.dev/" + path.Join(modulePath, dir)
		addresses[file.Name.Name] = address
		for _, name := range declared(file) {
			addresses[file.Name.Name+"."+name] = address + "#" + name
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return addresses
}

// declared returns the names that a file declares, exported or not: F, T,
// T.Method, T.Field.
func declared(file *ast.File) (names []string) {
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				name = receiver(d).Name + "." + name
			}
			names = append(names, name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, s.Name.Name)
					for _, member := range members(s.Type) {
						for _, name := range member.Names {
							names = append(names, s.Name.Name+"."+name.Name)
						}
					}
				case *ast.ValueSpec:
					for _, name := range s.Names {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}

// TestMap holds doc.go in step with the packages.
func TestMap(t *testing.T) {
	addresses := documentation(t)
	doc := read(t, "doc.go")
	for _, problem := range checkMap(doc, addresses) {
		t.Error(problem)
	}
	if n := len(definition.FindAllString(doc, -1)); n < 60 {
		t.Errorf("doc.go has %d links, want an index", n)
	}
}

// checkMap reports what is wrong with a package comment that is a map: it links
// all public packages and every name that it mentions, each to its
// documentation.
func checkMap(doc string, addresses map[string]string) (problems []string) {
	links := map[string]string{}
	for _, match := range definition.FindAllStringSubmatch(doc, -1) {
		links[match[1]] = match[2]
	}
	text := definition.ReplaceAllString(doc, "")
	for _, name := range slices.Sorted(maps.Keys(links)) {
		switch address, ok := addresses[name]; {
		case !ok:
			problems = append(problems, fmt.Sprintf("links %s, which does not exist", name))
		case links[name] != address:
			problems = append(problems, fmt.Sprintf("links %s to %s, want %s", name, links[name], address))
		case !strings.Contains(text, "["+name+"]"):
			problems = append(problems, fmt.Sprintf("has a link for %s, and does not use it", name))
		}
	}
	for _, match := range mention.FindAllStringSubmatch(text, -1) {
		if name := match[2]; match[1] == "" || match[3] == "" || links[name] == "" {
			problems = append(problems, fmt.Sprintf("names %s without a link", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(addresses)) {
		if !strings.Contains(name, ".") && links[name] == "" {
			problems = append(problems, fmt.Sprintf("has no link for package %s", name))
		}
	}
	return problems
}

func TestCheckMap(t *testing.T) {
	addresses := map[string]string{"a": "https://x/a", "a.F": "https://x/a#F", "a.T.M": "https://x/a#T.M"}
	const pkg = "// [a]: https://x/a\n"
	for _, tc := range []struct {
		reason string
		doc    string
		want   string // "" if nothing is wrong
	}{
		{"all are linked", "// See [a.F] and [a.T.M] of [a].\n//\n" + pkg + "// [a.F]: https://x/a#F\n// [a.T.M]: https://x/a#T.M\n", ""},
		{"a name without brackets", "// See a.F of [a].\n//\n" + pkg + "// [a.F]: https://x/a#F\n", "has a link for a.F, and does not use it; names a.F without a link"},
		{"a name without a definition", "// See [a.F] of [a].\n//\n" + pkg, "names a.F without a link"},
		{"a name that does not exist", "// See [a.G] of [a].\n//\n" + pkg + "// [a.G]: https://x/a#G\n", "links a.G, which does not exist"},
		{"the address of another name", "// See [a.F] of [a].\n//\n" + pkg + "// [a.F]: https://x/a#G\n", "links a.F to https://x/a#G, want https://x/a#F"},
		{"a package without a link", "// See [a.F].\n//\n// [a.F]: https://x/a#F\n", "has no link for package a"},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			if got := strings.Join(checkMap(tc.doc, addresses), "; "); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
