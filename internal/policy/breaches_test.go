package policy_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const modulePath = "github.com/awsimages/awsimages"

// root is the root directory of the module.
const root = "../.."

// breaches returns every breach of the rules of policy_test.go in a module. It
// checks every file, regardless of build constraints, and skips nested modules.
func breaches(module fs.FS) (problems []string, err error) {
	gomod, err := fs.ReadFile(module, "go.mod")
	if err != nil {
		return nil, err
	}
	for _, path := range required(string(gomod)) {
		if !slices.Contains(mayRequire, path) {
			problems = append(problems, "go.mod requires "+path)
		}
	}
	hasComment := map[string]bool{} // per package
	err = eachFile(module, func(dir, name string, fset *token.FileSet, file *ast.File) {
		report := func(at ast.Node, problem string) {
			problems = append(problems, fmt.Sprintf("%v: %s", fset.Position(at.Pos()), problem))
		}
		isTest := strings.HasSuffix(name, "_test.go")
		checkImports(file, dir, isTest, report)
		if isTest {
			return
		}
		hasComment[dir] = hasComment[dir] || file.Doc != nil
		checkUses(file, report)
		for _, name := range undocumented(file, dir) {
			report(name, name.Name+" has no comment")
		}
	})
	for _, dir := range slices.Sorted(maps.Keys(hasComment)) {
		if !hasComment[dir] {
			problems = append(problems, dir+": the package has no comment")
		}
		if _, ok := mayImport[dir]; !ok {
			problems = append(problems, dir+": mayImport does not have this package")
		}
	}
	return problems, err
}

// eachFile calls do with each Go file of a module.
func eachFile(module fs.FS, do func(dir, name string, fset *token.FileSet, file *ast.File)) error {
	return fs.WalkDir(module, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if d.IsDir() {
			_, err := fs.Stat(module, name+"/go.mod")
			if isModule := err == nil; isModule || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		src, err := fs.ReadFile(module, name)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		do(path.Dir(name), name, fset, file)
		return nil
	})
}

var requirement = regexp.MustCompile(`(?m)^(?:require |\t)(\S+) v\S+$`)

// required returns the modules that a go.mod requires directly.
func required(gomod string) (paths []string) {
	for _, match := range requirement.FindAllStringSubmatch(gomod, -1) {
		paths = append(paths, match[1])
	}
	return paths
}

type reporter = func(at ast.Node, problem string)

func checkImports(file *ast.File, dir string, isTest bool, report reporter) {
	for _, spec := range file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		if local, ok := strings.CutPrefix(name, modulePath+"/"); ok {
			name = "./" + local
		}
		allowed := slices.ContainsFunc(mayImport[dir], func(pattern string) bool { return matches(pattern, name) })
		switch {
		case strings.HasPrefix(name, "./examples/"):
			report(spec, dir+" imports the examples")
		case !isTest && (!allowed || slices.Contains(notImported, name)):
			report(spec, dir+" may not import "+name)
		}
	}
}

func matches(pattern, name string) bool {
	if pattern == std {
		domain, _, _ := strings.Cut(name, "/")
		return !strings.Contains(domain, ".")
	}
	if tree, ok := strings.CutSuffix(pattern, "/..."); ok {
		return strings.HasPrefix(name+"/", tree+"/")
	}
	return name == pattern
}

func checkUses(file *ast.File, report reporter) {
	for node := range ast.Preorder(file) {
		if sel, ok := node.(*ast.SelectorExpr); ok && sel.Sel.Name == notUsed {
			report(sel, "calls "+notUsed)
		}
	}
}

// undocumented returns the exported names that have no comment. In an internal
// package, the fields of structs need no comments.
func undocumented(file *ast.File, dir string) (names []*ast.Ident) {
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && (d.Recv == nil || receiver(d).IsExported()) {
				names = append(names, d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					if s.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) {
						names = append(names, s.Name)
					}
					if s.Name.IsExported() && !strings.HasPrefix(dir, "internal/") {
						names = append(names, undocumentedFields(s.Type)...)
					}
				case *ast.ValueSpec:
					if s.Doc == nil && s.Comment == nil && d.Doc == nil {
						names = append(names, s.Names...)
					}
				}
			}
		}
	}
	return slices.DeleteFunc(names, func(name *ast.Ident) bool { return !name.IsExported() })
}

// receiver returns the name of a method's receiver type.
func receiver(method *ast.FuncDecl) (name *ast.Ident) {
	for node := range ast.Preorder(method.Recv.List[0].Type) {
		if id, ok := node.(*ast.Ident); ok {
			return id
		}
	}
	panic("a receiver without a type")
}

// undocumentedFields returns the fields of a struct, or the methods of an
// interface, that have no comment.
func undocumentedFields(expr ast.Expr) (names []*ast.Ident) {
	for _, field := range members(expr) {
		if field.Doc == nil && field.Comment == nil {
			names = append(names, field.Names...)
		}
	}
	return names
}

// members returns the fields of a struct, or the methods of an interface.
func members(expr ast.Expr) []*ast.Field {
	switch t := expr.(type) {
	case *ast.StructType:
		return t.Fields.List
	case *ast.InterfaceType:
		return t.Methods.List
	}
	return nil
}
