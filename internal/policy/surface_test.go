package policy_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// surface returns a line for each name that pkg exports, with everything on
// which a user can depend: signatures, fields, methods, and the values of
// constants. A field or method that is promoted from an embedded type has its
// own line if users cannot look up that type. Syntax alone has neither promoted
// methods nor inferred types, and golang.org/x/tools would be a dependency.
func surface(pkg *types.Package) (lines []string) {
	prefix := "pkg " + strings.TrimPrefix(pkg.Path(), modulePath+"/") + ", "
	d := describer{pkg}
	for _, name := range pkg.Scope().Names() {
		if obj := pkg.Scope().Lookup(name); obj.Exported() {
			for _, line := range d.describe(obj) {
				lines = append(lines, prefix+line)
			}
		}
	}
	slices.Sort(lines)
	return lines
}

// A describer writes lines about the objects of a package.
type describer struct{ pkg *types.Package }

func (d describer) describe(obj types.Object) []string {
	switch obj := obj.(type) {
	case *types.Const:
		return []string{fmt.Sprintf("const %s %s = %v", obj.Name(), d.text(obj.Type()), obj.Val())}
	case *types.Var:
		return []string{fmt.Sprintf("var %s %s", obj.Name(), d.text(obj.Type()))}
	case *types.Func:
		return []string{"func " + d.function(obj.Name(), obj.Type())}
	case *types.TypeName:
		if obj.IsAlias() {
			return []string{fmt.Sprintf("type %s = %s", obj.Name(), d.text(types.Unalias(obj.Type())))}
		}
		return d.describeType(obj.Type().(*types.Named))
	}
	panic(fmt.Sprintf("%v is not declared by a package", obj))
}

func (d describer) describeType(named *types.Named) (lines []string) {
	declaration := "type " + d.text(named)
	switch u := named.Underlying().(type) {
	case *types.Struct:
		lines = append(lines, declaration+" struct")
		for _, field := range fields(u) {
			name := field.Name()
			if field.Embedded() {
				name = "embedded"
			}
			lines = append(lines, fmt.Sprintf("%s struct, %s %s", declaration, name, d.text(field.Type())))
		}
	case *types.Interface:
		lines = append(lines, declaration+" interface")
		for embedded := range u.EmbeddedTypes() {
			lines = append(lines, fmt.Sprintf("%s interface, embedded %s", declaration, d.text(embedded)))
		}
		for method := range u.ExplicitMethods() {
			lines = append(lines, fmt.Sprintf("%s interface, %s", declaration, d.function(method.Name(), method.Type())))
		}
		return lines
	default:
		lines = append(lines, declaration+" "+d.text(u))
	}
	t := instance(named)
	ofValues := types.NewMethodSet(t)
	for selection := range types.NewMethodSet(types.NewPointer(t)).Methods() {
		method := selection.Obj()
		if !method.Exported() || isPromoted(t, selection) {
			continue
		}
		receiver := d.text(t)
		if ofValues.Lookup(method.Pkg(), method.Name()) == nil {
			receiver = "*" + receiver
		}
		lines = append(lines, fmt.Sprintf("method (%s) %s", receiver, d.function(method.Name(), selection.Type())))
	}
	return lines
}

// instance returns T[E] for T[E any], so that methods have the declaration's
// names for the type parameters, not those of their receivers.
func instance(named *types.Named) types.Type {
	var args []types.Type
	for param := range named.TypeParams().TypeParams() {
		args = append(args, param)
	}
	if args == nil {
		return named
	}
	t, err := types.Instantiate(nil, named, args, false)
	if err != nil {
		panic(err) // Instantiate fails only if it validates
	}
	return t
}

// text returns a type, with its package name unless it is in the described
// package.
func (d describer) text(t types.Type) string {
	return types.TypeString(t, func(pkg *types.Package) string {
		if pkg == d.pkg {
			return ""
		}
		return pkg.Name()
	})
}

func (d describer) function(name string, signature types.Type) string {
	return name + strings.TrimPrefix(d.text(signature), "func")
}

// fields returns the fields of a struct that users can select. It descends into
// embedded structs that users cannot look up.
func fields(s *types.Struct) (selectable []*types.Var) {
	for field := range s.Fields() {
		embedded, isStruct := pointee(field.Type()).Underlying().(*types.Struct)
		switch {
		case field.Embedded() && isStruct && isHidden(field):
			selectable = append(selectable, fields(embedded)...)
		case field.Exported():
			selectable = append(selectable, field)
		}
	}
	return selectable
}

// isPromoted reports whether a method of t is listed at an embedded type that
// users can look up.
func isPromoted(t types.Type, selection *types.Selection) bool {
	path := selection.Index()
	s, ok := t.Underlying().(*types.Struct)
	return ok && len(path) > 1 && !isHidden(s.Field(path[0]))
}

// isHidden reports whether the public documentation has no entry for the type
// of an embedded field.
func isHidden(field *types.Var) bool {
	named, ok := types.Unalias(pointee(field.Type())).(*types.Named)
	return !field.Exported() || ok && isInternal(named.Obj().Pkg().Path())
}

func pointee(t types.Type) types.Type {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		return pointer.Elem()
	}
	return t
}

func TestSurface(t *testing.T) {
	for _, tc := range []struct {
		reason string
		source string
		want   string // without "pkg p, "
	}{
		{"nothing is exported", "type t struct{ F int }; func f() {}; var v int; const c = 1", ""},
		{"a function, with the names of its parameters", "func F(n int, s ...string) (ok bool) { return }", "func F(n int, s ...string) (ok bool)"},
		{"a generic function", "func F[T ~string, U any](t T) U { panic(0) }", "func F[T ~string, U any](t T) U"},
		{"a variable whose type is not written", "var V = map[string]int{}", "var V map[string]int"},
		{"constants without and with a type", "type T int; const (A = 2 * 3; B T = iota)", "const A untyped int = 6\nconst B T = 1\ntype T int"},
		{"a variable of a predeclared type", "var Err error", "var Err error"},
		{"a struct", "type T struct { F, g int; H []T }", "type T struct\ntype T struct, F int\ntype T struct, H []T"},
		{"a struct that embeds an exported one", "type T struct { U }; type U struct { F int }; func (U) M() {}", "method (U) M()\ntype T struct\ntype T struct, embedded U\ntype U struct\ntype U struct, F int"},
		{"a struct that embeds one which is not", "type T struct { *u }; type u struct { F, g int }; func (*u) M() {}", "method (T) M()\ntype T struct\ntype T struct, F int"},
		{"a generic struct", "type T[E any] struct { Items []E }; func (t *T[X]) M(x X) {}", "method (*T[E]) M(x E)\ntype T[E any] struct\ntype T[E any] struct, Items []E"},
		{"methods of values and of pointers", "type T int; func (T) V() {}; func (*T) P(); func (T) v() {}", "method (*T) P()\nmethod (T) V()\ntype T int"},
		{"an interface", "type T interface { M(n int) error; U }; type U interface { N() }", "type T interface\ntype T interface, M(n int) error\ntype T interface, embedded U\ntype U interface\ntype U interface, N()"},
		{"a constraint", "type T interface { ~int | ~string }", "type T interface\ntype T interface, embedded ~int | ~string"},
		{"a function type and an alias", "type F func(n int) bool; type A = F", "type A = F\ntype F func(n int) bool"},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, "p.go", "package p; "+tc.source, 0)
			if err != nil {
				t.Fatal(err)
			}
			pkg, err := new(types.Config).Check(modulePath+"/p", fset, []*ast.File{file}, nil)
			if err != nil {
				t.Fatal(err)
			}
			lines := surface(pkg)
			for i, line := range lines {
				lines[i] = strings.TrimPrefix(line, "pkg p, ")
			}
			if got := strings.Join(lines, "\n"); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}
