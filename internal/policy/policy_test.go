package policy_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// The third-party packages that code may import. A path that ends in /...
// includes all packages below it.
const (
	std          = "the standard library"
	sdkCore      = "github.com/aws/aws-sdk-go-v2/aws/..."
	sdkAppStream = "github.com/aws/aws-sdk-go-v2/service/appstream/..."
	sdkEC2       = "github.com/aws/aws-sdk-go-v2/service/ec2/..."
	sdkEC2Types  = "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	smithy       = "github.com/aws/smithy-go/..."
	metadata     = "github.com/aws/smithy-go/middleware"
)

// mayImport lists what the code of each package may import. Tests may import
// anything except the examples.
//
// paginate is independent of the services. filter imports the types of EC2, but
// not its client, which takes minutes to compile. The packages of the two
// services do not import each other.
var mayImport = map[string][]string{
	".":                                   {},
	"paginate":                            {std, metadata, "./internal/sdkfields"},
	"paginate/paginatetest":               {std, "./paginate"},
	"filter":                              {std, sdkEC2Types},
	"ec2images":                           {std, sdkCore, sdkEC2, smithy, "./paginate", "./filter", "./internal/listing", "./internal/pick", "./internal/wildcard", "./ec2images/internal/imagexml"},
	"ec2images/ec2imagestest":             {std, sdkCore, sdkEC2, smithy, "./filter", "./internal/endpoint"},
	"appstreamimages":                     {std, sdkCore, sdkAppStream, smithy, "./paginate", "./internal/listing", "./internal/pick", "./appstreamimages/internal/imagecbor"},
	"appstreamimages/internal/imagecbor":  {std, sdkAppStream, smithy, "./internal/listing"},
	"appstreamimages/appstreamimagestest": {std, sdkCore, sdkAppStream, smithy, "./internal/endpoint"},
	"internal/endpoint":                   {std},
	"internal/endpoint/endpointtest":      {std, smithy, "./internal/endpoint"},
	"internal/listing":                    {std, sdkCore, smithy, "./paginate"},
	"internal/peer":                       {std},
	"internal/pick":                       {std, sdkCore, "./internal/listing", "./paginate"},
	"internal/sample":                     {std},
	"internal/sdkfields":                  {std, metadata},
	"internal/servicetest":                {std, sdkCore, smithy, "./internal/endpoint", "./paginate", "./paginate/paginatetest"},
	"internal/wildcard":                   {std},

	"ec2images/internal/imagexml":            {std, sdkEC2, smithy, "./internal/listing"},
	"ec2images/internal/imagexml/gendecoder": {std, "./ec2images/internal/imagexml/sdkschema"},
	"ec2images/internal/imagexml/sdkschema":  {std},
}

// mayRequire lists the modules that go.mod may require directly.
var mayRequire = []string{
	"github.com/aws/aws-sdk-go-v2",
	"github.com/aws/aws-sdk-go-v2/service/appstream",
	"github.com/aws/aws-sdk-go-v2/service/ec2",
	"github.com/aws/smithy-go",
	"golang.org/x/sync",
}

// If a program uses templates, or looks up a method by name, the linker must
// keep every exported method. Either doubles the size of the user's binary.
var (
	notImported = []string{"text/template", "html/template"}
	notUsed     = "MethodByName"
)

func TestPolicy(t *testing.T) {
	problems, err := breaches(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
}

// TestPolicy_breaches breaks each rule in turn, in a module that otherwise
// follows all of them.
func TestPolicy_breaches(t *testing.T) {
	const gomod = "module " + modulePath + "\n\nrequire (\n\tgithub.com/aws/smithy-go v1.0.0\n\texample.com/b v1.0.0 // indirect\n)\n"
	const sdk = "github.com/aws/aws-sdk-go-v2/"
	tests := []struct {
		reason string
		file   string
		text   string
		want   string // the breach, or "" if there is none
	}{
		{"the module as it is", "LICENSE", "", ""},
		{"requires one module more", "go.mod", gomod + "\nrequire example.com/c v1.2.3\n", "go.mod requires example.com/c"},
		{"requires one more in a block", "go.mod", strings.ReplaceAll(gomod, " // indirect", ""), "go.mod requires example.com/b"},
		{"the engine imports a service", "paginate/a.go", `package paginate; import _ "` + sdk + `service/ec2"`, "paginate may not import " + sdk + "service/ec2"},
		{"the engine imports more of smithy", "paginate/a.go", `package paginate; import _ "github.com/aws/smithy-go"`, "paginate may not import github.com/aws/smithy-go"},
		{"its test does", "paginate/a_test.go", `package paginate; import _ "github.com/aws/smithy-go"`, ""},
		{"the filters import the client", "filter/a.go", `package filter; import _ "` + sdk + `service/ec2"`, "filter may not import"},
		{"the filters import another module", "filter/a.go", `package filter; import _ "golang.org/x/sync/errgroup"`, "filter may not import"},
		{"a service imports the other", "ec2images/a.go", `package ec2images; import _ "` + modulePath + `/appstreamimages"`, "ec2images may not import ./appstreamimages"},
		{"a service imports the SDK's other", "appstreamimages/a.go", `package appstreamimages; import _ "` + sdk + `service/ec2/types"`, "appstreamimages may not import"},
		{"a service imports its own, renamed", "appstreamimages/a.go", `package appstreamimages; import t "` + sdk + `service/appstream/types"`, ""},
		{"a path that only begins alike", "ec2images/a.go", `package ec2images; import _ "` + sdk + `service/ec2instanceconnect"`, "ec2images may not import"},
		{"the front door imports anything", "doc.go", `// Package awsimages.` + "\n" + `package awsimages; import _ "fmt"`, ". may not import fmt"},
		{"a test imports the examples", "ec2images/a_test.go", `package ec2images; import _ "` + modulePath + `/examples/quickstart"`, "imports the examples"},
		{"templates", "ec2images/a.go", `package ec2images; import _ "text/template"`, "ec2images may not import text/template"},
		{"a method by name", "ec2images/a.go", `package ec2images; var m = v.MethodByName("x")`, "MethodByName"},
		{"a package that the table does not have", "internal/new/a.go", "// Package new.\npackage new", "internal/new: mayImport does not have this package"},
		{"a package without a comment", "ec2images/doc.go", "package ec2images", "ec2images: the package has no comment"},
		{"a function without one", "filter/a.go", "package filter; func New() {}", "New has no comment"},
		{"a function for tests alone", "filter/a_test.go", "package filter; func New() {}", ""},
		{"a function that is not exported", "filter/a.go", "package filter; func new() {}", ""},
		{"a method", "filter/a.go", "package filter; func (t *T) New() {}", "New has no comment"},
		{"a method of a generic type", "filter/a.go", "package filter; func (t T[K]) New() {}", "New has no comment"},
		{"a method that nobody can reach", "filter/a.go", "package filter; func (t t) New() {}", ""},
		{"a type", "filter/a.go", "package filter; type T int", "T has no comment"},
		{"a type of a group that has one", "filter/a.go", "package filter\n// Types.\ntype (\nT int\n)", "T has no comment"},
		{"a field", "filter/a.go", "package filter\n// T.\ntype T struct { F int }", "F has no comment"},
		{"a field with a comment beside it", "filter/a.go", "package filter\n// T.\ntype T struct {\nF int // is one.\n}", ""},
		{"a method of an interface", "filter/a.go", "package filter\n// T.\ntype T interface { F() }", "F has no comment"},
		{"a variable", "filter/a.go", "package filter; var V int", "V has no comment"},
		{"a constant of a group that has one", "filter/a.go", "package filter\n// All.\nconst (\nA = 1\n)", ""},
		{"code of another module", "tools/a.go", "package tools; func New() {}", ""},
		{"code that is test data", "filter/testdata/a.go", "package x; func New() {}", ""},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			module := fstest.MapFS{
				"go.mod":       {Data: []byte(gomod)},
				"doc.go":       {Data: []byte("// Package awsimages.\npackage awsimages")},
				"tools/go.mod": {},
			}
			for _, name := range []string{"paginate", "filter", "ec2images", "appstreamimages"} {
				module[name+"/doc.go"] = &fstest.MapFile{Data: []byte("// Package x.\npackage " + name)}
			}
			module[tc.file] = &fstest.MapFile{Data: []byte(tc.text)}
			problems, err := breaches(module)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(problems, "\n")
			if len(problems) > 1 || !strings.Contains(got, tc.want) || (got == "") != (tc.want == "") {
				t.Errorf("got %q, want one problem with %q", got, tc.want)
			}
		})
	}
}
