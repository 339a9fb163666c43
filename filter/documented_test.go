package filter_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	goTypes "go/types"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

// The fields match AWS's table, which is in the SDK's documentation of
// DescribeImagesInput.Filters.
func TestFields_documented(t *testing.T) {
	entries := documentedFilters(t)
	var documented []string
	for _, entry := range entries {
		if entry.name != "tag:" { // made by Tag
			documented = append(documented, entry.name)
		}
	}
	fields := declaredFields(t)
	var declared []string
	for _, field := range fields {
		declared = append(declared, field.name)
		if want := goName(field.name); field.ident != want {
			t.Errorf("the field of %s: got %s, want %s", field.name, field.ident, want)
		}
		if !strings.HasPrefix(field.doc, field.ident+" ") {
			t.Errorf("%s: got the doc comment %q, want one that begins with the name", field.ident, field.doc)
		}
	}
	for _, name := range documented {
		if !slices.Contains(declared, name) {
			t.Errorf("AWS documents the filter %s: add %s to fields.go, a case to selects, a row to fieldTests, and a line to restrictedFields if its type is not Text", name, goName(name))
		}
	}
	for _, name := range declared {
		if !slices.Contains(documented, name) {
			t.Errorf("AWS does not document the filter %s any more", name)
		}
	}
	if !t.Failed() && !slices.Equal(declared, documented) {
		t.Errorf("order: got %q, want %q", declared, documented)
	}

	var tested []string
	for _, test := range fieldTests {
		tested = append(tested, test.name)
	}
	for _, name := range declared {
		if !slices.Contains(tested, name) {
			t.Errorf("fieldTests has no row for %s", name)
		}
	}
	t.Logf("%d filters and tag:<key>", len(documented))
}

// If AWS's table lists the values of a filter, Validate accepts them.
func TestValidate_documentedValues(t *testing.T) {
	// The lists that AWS's table has in another form.
	want := map[string][]string{
		"platform": {"windows"},
		"scan-result.highest-finding-severity-label": {"informational", "low", "medium", "high", "critical"},
		"sriov-net-support":                          {"simple"},
		"free-tier-eligible":                         {"true", "false"},
	}
	for _, name := range []string{
		"block-device-mapping.delete-on-termination", "block-device-mapping.encrypted",
		"ena-support", "image-allowed", "is-public",
	} {
		want[name] = []string{"true", "false"}
	}
	list := regexp.MustCompile(`\(\s*([\w.-]+(?: \| [\w.-]+)*)\s*\)`)
	for _, entry := range documentedFilters(t) {
		if m := list.FindStringSubmatch(entry.text); m != nil {
			want[entry.name] = strings.Split(m[1], " | ")
		}
	}
	// What the SDK defines for the attribute is accepted as well.
	want["state"] = nil // available, pending and failed, and what else there is
	for _, state := range types.ImageState("").Values() {
		want["state"] = append(want["state"], string(state))
	}
	want["product-code.type"] = append(want["product-code.type"], string(types.ProductCodeValuesDevpay))
	want["owner-alias"] = nil // AWS: "defined in an Amazon-maintained list"

	for _, field := range declaredFields(t) {
		err := filter.Validate(filter.And(filter.Raw(field.name, "no value")))
		if want := field.typ != "Text" && field.name != "owner-alias"; (err != nil) != want {
			t.Errorf("%s is a field of type %s: got the error %v, want one: %v", field.name, field.typ, err, want)
		}
		var got []string
		if _, values, ok := strings.Cut(fmt.Sprint(err), ", want "); ok && !strings.HasPrefix(values, "a ") {
			got = strings.Split(strings.Replace(values, " or ", ", ", 1), ", ")
		}
		slices.Sort(got)
		slices.Sort(want[field.name])
		if !slices.Equal(got, want[field.name]) {
			t.Errorf("%s: got the values %q, want %q", field.name, got, want[field.name])
		}
	}
}

type documentedFilter struct{ name, text string }

// documentedFilters reads AWS's table from the source of the SDK.
func documentedFilters(t *testing.T) []documentedFilter {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2/service/ec2").Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("skipped: needs the go command, to find the SDK's source")
	}
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	file := filepath.Join(strings.TrimSpace(string(dir)), "api_op_DescribeImages.go")
	src, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var doc string
	ast.Inspect(src, func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.Name == "DescribeImagesInput" {
			for _, field := range spec.Type.(*ast.StructType).Fields.List {
				if len(field.Names) == 1 && field.Names[0].Name == "Filters" {
					doc = field.Doc.Text()
				}
			}
		}
		return doc == ""
	})
	var filters []documentedFilter
	items := strings.Split(doc, "\n  - ")
	for _, item := range items[1:] {
		// Some names are followed by an en dash.
		name, text, ok := strings.Cut(strings.Replace(item, " – ", " - ", 1), " - ")
		if !ok || strings.ContainsAny(name, " \n") {
			t.Errorf("got %q in the documentation of %s, want a name, a dash and a text", item, file)
		}
		// A severity label of the item before has the form of a filter.
		if strings.HasPrefix(text, "CVSS score ") {
			continue
		}
		filters = append(filters, documentedFilter{name, strings.Join(strings.Fields(text), " ")})
	}
	if len(filters) == 0 {
		t.Fatalf("got no filters in the documentation of %s, want the table", file)
	}
	return filters
}

type declaredField struct{ ident, typ, name, doc string }

// declaredFields reads the fields from the source of this package.
func declaredFields(t *testing.T) []declaredField {
	t.Helper()
	src, err := parser.ParseFile(token.NewFileSet(), "fields.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var fields []declaredField
	for _, decl := range src.Decls {
		if group, ok := decl.(*ast.GenDecl); ok && group.Tok == token.CONST {
			for _, spec := range group.Specs {
				spec := spec.(*ast.ValueSpec)
				name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				fields = append(fields, declaredField{spec.Names[0].Name, goTypes.ExprString(spec.Type), name, spec.Doc.Text()})
			}
		}
	}
	return fields
}

// goName returns the name of the field for the filter called name.
func goName(name string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '-' || r == '.' }) {
		switch word {
		case "id", "ena", "ssm", "sriov":
			b.WriteString(strings.ToUpper(word))
		default:
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
