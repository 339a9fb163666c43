// Package sdkschema reads from the source of the AWS SDK the mapping of EC2's
// XML elements to fields of structures.
//
// The SDK contains this mapping only in generated functions; it is not
// available at run time. The package is used by the generator of the decoder
// and by the tests that compare the decoder with the SDK.
package sdkschema

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// A Structure is a struct of the SDK's package types.
type Structure struct {
	Name   string  // of the type
	Fields []Field // in the SDK's order
}

// A Field is a field of a [Structure] and the element that fills it.
type Field struct {
	Name    string // of the field
	Element string // as the SDK spells it
	Kind    Kind   // of the field's type
	Type    string // in package types; only for Enum, Nested and List
}

// A Kind is the kind of value to which the SDK decodes an element.
type Kind int

const (
	String Kind = iota // *string
	Bool               // *bool
	Int32              // *int32
	Time               // *time.Time
	Enum               // Type, a string type
	Nested             // *Type, a Structure
	List               // []Type, each a Structure in an <item>
)

// Load returns the structure called name and all structures that are reachable
// from it, in the order in which they are first found. It reads the version of
// the SDK that the go command finds for the current directory.
func Load(name string) ([]Structure, error) {
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2/service/ec2").Output()
	if err != nil {
		return nil, fmt.Errorf("sdkschema: find the SDK: %w", err)
	}
	src, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "deserializers.go"))
	if err != nil {
		return nil, fmt.Errorf("sdkschema: %w", err)
	}
	l := loader{src: string(src), seen: map[string]bool{}}
	if err := l.structure(name); err != nil {
		return nil, fmt.Errorf("sdkschema: %w", err)
	}
	return l.structures, nil
}

// functionPrefix is the prefix of the name of the SDK's function for each
// shape.
const functionPrefix = "awsEc2query_deserializeDocument"

type loader struct {
	src        string
	structures []Structure
	seen       map[string]bool // by name of the structure
}

// structure adds the structure called name and what it refers to.
func (l *loader) structure(name string) error {
	if l.seen[name] {
		return nil
	}
	l.seen[name] = true

	cases, err := l.cases(name)
	if err != nil {
		return err
	}
	at := len(l.structures)
	l.structures = append(l.structures, Structure{Name: name})
	for _, c := range cases {
		f, err := l.field(c)
		if err != nil {
			return fmt.Errorf("%s: element %s: %w", name, c.element, err)
		}
		l.structures[at].Fields = append(l.structures[at].Fields, f)
		if f.Kind == Nested || f.Kind == List {
			if err := l.structure(f.Type); err != nil {
				return err
			}
		}
	}
	return nil
}

// An elementCase is the case for one element in one of the SDK's functions.
type elementCase struct {
	element string
	body    []ast.Stmt
}

// cases returns the cases `case strings.EqualFold("element", …):` of the
// function for the shape called name, which may be a structure or a list.
// Only that function is parsed: the file is over 200,000 lines long.
func (l *loader) cases(name string) ([]elementCase, error) {
	_, rest, ok := strings.Cut(l.src, "\nfunc "+functionPrefix+name+"(")
	if !ok {
		return nil, fmt.Errorf("the SDK has no function %s%s", functionPrefix, name)
	}
	body, _, _ := strings.Cut(rest, "\n}\n")
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p; func f("+body+"\n}\n", 0)
	if err != nil {
		return nil, err
	}
	var cases []elementCase
	ast.Inspect(file, func(n ast.Node) bool {
		clause, ok := n.(*ast.CaseClause)
		if !ok || len(clause.List) != 1 {
			return true
		}
		if call, ok := clause.List[0].(*ast.CallExpr); ok && selector(call.Fun) == "strings.EqualFold" {
			if lit, ok := call.Args[0].(*ast.BasicLit); ok {
				if element, err := strconv.Unquote(lit.Value); err == nil {
					cases = append(cases, elementCase{element, clause.Body})
				}
			}
		}
		return true
	})
	if len(cases) == 0 {
		return nil, fmt.Errorf("function %s%s has no elements", functionPrefix, name)
	}
	return cases, nil
}

// field finds in a case either the assignment to a field of sv, or the call of
// the function that fills one.
func (l *loader) field(c elementCase) (Field, error) {
	f := Field{Element: c.element}
	var expr string // the assigned expression, or the called function
	for _, stmt := range c.body {
		ast.Inspect(stmt, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if call, ok := n.Rhs[0].(*ast.CallExpr); ok && strings.HasPrefix(selector(n.Lhs[0]), "sv.") {
					f.Name, expr = strings.TrimPrefix(selector(n.Lhs[0]), "sv."), selector(call.Fun)
				}
			case *ast.CallExpr:
				if name := selector(n.Fun); strings.HasPrefix(name, functionPrefix) {
					if arg, ok := n.Args[0].(*ast.UnaryExpr); ok {
						f.Name, expr = strings.TrimPrefix(selector(arg.X), "sv."), name
					}
				}
			}
			return true
		})
	}
	switch expr {
	case "ptr.String":
		f.Kind = String
	case "ptr.Bool":
		f.Kind = Bool
	case "ptr.Int32":
		f.Kind = Int32
	case "ptr.Time":
		f.Kind = Time
	default:
		if name, ok := strings.CutPrefix(expr, "types."); ok {
			f.Kind, f.Type = Enum, name
			break
		}
		shape, ok := strings.CutPrefix(expr, functionPrefix)
		if !ok {
			return f, fmt.Errorf("unknown conversion %q", expr)
		}
		if strings.Contains(l.src, "\nfunc "+expr+"(v **types."+shape+",") {
			f.Kind, f.Type = Nested, shape
			break
		}
		item, err := l.item(shape)
		if err != nil {
			return f, err
		}
		f.Kind, f.Type = List, item
	}
	return f, nil
}

// item returns the structure of the elements of the list called name.
func (l *loader) item(name string) (string, error) {
	cases, err := l.cases(name)
	if err != nil {
		return "", err
	}
	if len(cases) != 1 || cases[0].element != "item" {
		return "", fmt.Errorf("%s is not a list of <item>", name)
	}
	var item string
	for _, stmt := range cases[0].body {
		ast.Inspect(stmt, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if shape, ok := strings.CutPrefix(selector(call.Fun), functionPrefix); ok {
					item = shape
				}
			}
			return true
		})
	}
	if item == "" {
		return "", fmt.Errorf("%s is not a list of structures", name)
	}
	return item, nil
}

// selector returns the text of x if x has the form a or a.b, and "" otherwise.
func selector(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return selector(x.X) + "." + x.Sel.Name
	}
	return ""
}
