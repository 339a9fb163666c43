package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"

	"github.com/awsimages/awsimages/internal/peer"
	"github.com/awsimages/awsimages/internal/sdkfields"
)

// services are packages of the SDK, with botocore's name where that differs.
var services = map[string]string{
	"apigateway": "", "apigatewayv2": "", "appstream": "", "autoscaling": "", "cloudfront": "",
	"cloudwatchlogs": "logs", "cognitoidentityprovider": "cognito-idp", "dynamodb": "", "ec2": "", "ecs": "",
	"elasticloadbalancingv2": "elbv2", "iam": "", "kinesis": "", "kms": "", "lambda": "", "organizations": "",
	"rds": "", "resourcegroupstaggingapi": "", "route53": "", "s3": "", "sns": "", "ssm": "",
}

// refused are the operations of services that FromSDK does not list, with what
// its error says or, if it has none, with the difference from botocore.
var refused = map[string]string{
	// The output that the SDK has for it is without Position.
	"apigateway.GetSdkTypes": "GetSdkTypesInput and GetSdkTypesOutput have no token of a known name: use New",

	"dynamodb.Query":                 "the token ExclusiveStartKey of QueryInput is a map[string]interface {}, not a string: use New",
	"dynamodb.Scan":                  "the token ExclusiveStartKey of ScanInput is a map[string]interface {}, not a string: use New",
	"kinesis.DescribeStream":         "DescribeStreamInput and DescribeStreamOutput have no token of a known name: use New",
	"route53.ListResourceRecordSets": "ListResourceRecordSetsInput has several tokens, StartRecordName and StartRecordType: use New",
	"s3.ListMultipartUploads":        "ListMultipartUploadsInput has several tokens, KeyMarker and UploadIdMarker: use New",
	"s3.ListObjectVersions":          "ListObjectVersionsInput has several tokens, KeyMarker and VersionIdMarker: use New",

	// It fails at the first page, with or without a delimiter.
	"s3.ListObjects": "the next token is NextMarker, botocore's is NextMarker || Contents[-1].Key",
}

// A pagination is how botocore pages through an operation.
type botocorePagination struct {
	InputToken  any    `json:"input_token"`  // a string, or a list
	OutputToken any    `json:"output_token"` // a string, or a list
	LimitKey    string `json:"limit_key"`
	MoreResults string `json:"more_results"`
}

// FromSDK lists at least 98 of 100 operations through which botocore pages,
// with the fields that botocore uses. The types of inputs and outputs are made
// from the SDK's source, because compiling so many clients takes minutes.
func TestFromSDK_coverage(t *testing.T) {
	models := botocoreModels(t)
	var total, listed, sdks int
	got := make(map[string]string)
	for name, dir := range packages(t, slices.Collect(maps.Keys(services))...) {
		pkg := &sdkPackage{dir: dir}
		var ours, theirs int
		for operation, want := range models[name] {
			problem := pkg.differs(operation, want)
			if problem == "" {
				ours++
			} else {
				got[name+"."+operation] = problem
			}
			if pkg.hasPaginator(operation) {
				theirs++
			}
		}
		n := len(models[name])
		t.Logf("%-25s botocore pages %4d, FromSDK %4d, the SDK's paginators %4d", name, n, ours, theirs)
		total, listed, sdks = total+n, listed+ours, sdks+theirs
	}
	t.Logf("%-25s botocore pages %4d, FromSDK %4d (%.1f %%), the SDK's paginators %4d (%.1f %%)", "all",
		total, listed, 100*float64(listed)/float64(total), sdks, 100*float64(sdks)/float64(total))
	if len(services) < 16 || total < 480 || listed*100 < total*98 {
		t.Errorf("FromSDK lists %d of %d operations of %d services, want 98 of 100", listed, total, len(services))
	}
	for operation, problem := range got {
		t.Logf("%s: %s", operation, problem)
		if refused[operation] != problem {
			t.Errorf("%s: %s", operation, problem)
		}
	}
	for operation := range refused {
		if got[operation] == "" {
			t.Errorf("%s is listed, and not refused", operation)
		}
	}
}

// The types made from the source have the fields of the types that the compiler
// makes of it.
func TestFromSDK_compiledTypes(t *testing.T) {
	dirs := packages(t, "autoscaling", "cloudwatchlogs", "cognitoidentityprovider", "dynamodb", "ec2", "iam", "route53", "s3")
	for _, tc := range []struct {
		pkg, operation string
		input, output  reflect.Type
		want           string
	}{
		{"autoscaling", "DescribeLaunchConfigurations", reflect.TypeFor[autoscaling.DescribeLaunchConfigurationsInput](), reflect.TypeFor[autoscaling.DescribeLaunchConfigurationsOutput](), "NextToken, NextToken, MaxRecords, "},
		{"cloudwatchlogs", "DescribeLogGroups", reflect.TypeFor[cloudwatchlogs.DescribeLogGroupsInput](), reflect.TypeFor[cloudwatchlogs.DescribeLogGroupsOutput](), "NextToken, NextToken, Limit, "},
		{"cognitoidentityprovider", "ListUsers", reflect.TypeFor[cognito.ListUsersInput](), reflect.TypeFor[cognito.ListUsersOutput](), "PaginationToken, PaginationToken, Limit, "},
		{"dynamodb", "ListTables", reflect.TypeFor[dynamodb.ListTablesInput](), reflect.TypeFor[dynamodb.ListTablesOutput](), "ExclusiveStartTableName, LastEvaluatedTableName, Limit, "},
		{"dynamodb", "Scan", reflect.TypeFor[dynamodb.ScanInput](), reflect.TypeFor[dynamodb.ScanOutput](), "the token ExclusiveStartKey"},
		{"ec2", "DescribeInstances", reflect.TypeFor[ec2.DescribeInstancesInput](), reflect.TypeFor[ec2.DescribeInstancesOutput](), "NextToken, NextToken, MaxResults, "},
		{"iam", "ListRoles", reflect.TypeFor[iam.ListRolesInput](), reflect.TypeFor[iam.ListRolesOutput](), "Marker, Marker, MaxItems, IsTruncated"},
		{"route53", "ListHostedZones", reflect.TypeFor[route53.ListHostedZonesInput](), reflect.TypeFor[route53.ListHostedZonesOutput](), "Marker, NextMarker, MaxItems, IsTruncated"},
		{"route53", "ListResourceRecordSets", reflect.TypeFor[route53.ListResourceRecordSetsInput](), reflect.TypeFor[route53.ListResourceRecordSetsOutput](), "several tokens"},
		{"s3", "ListObjectsV2", reflect.TypeFor[s3.ListObjectsV2Input](), reflect.TypeFor[s3.ListObjectsV2Output](), "ContinuationToken, NextContinuationToken, MaxKeys, IsTruncated"},
		{"s3", "ListObjectVersions", reflect.TypeFor[s3.ListObjectVersionsInput](), reflect.TypeFor[s3.ListObjectVersionsOutput](), "several tokens"},
	} {
		input, output, err := (&sdkPackage{dir: dirs[tc.pkg]}).operation(tc.operation)
		if err != nil {
			t.Fatal(err)
		}
		for from, types := range map[string][2]reflect.Type{"source": {input, output}, "compiler": {tc.input, tc.output}} {
			f, err := sdkfields.Find(types[0], types[1])
			got := fmt.Sprintf("%s, %s, %s, %s", f.Token.Name, f.Next.Name, f.Size.Name, f.More.Name)
			if got != tc.want && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("%s.%s, with the types of the %s: got %s, %v, want %q", tc.pkg, tc.operation, from, got, err, tc.want)
			}
		}
	}
}

// botocoreModels returns how botocore pages, by the SDK's package and the
// operation.
func botocoreModels(t *testing.T) map[string]map[string]botocorePagination {
	t.Helper()
	const script = `
import json, sys, botocore.session
session = botocore.session.get_session()
print(json.dumps({
    name: session.get_component("data_loader").load_service_model(service or name, "paginators-1")["pagination"]
    for name, service in json.loads(sys.argv[1]).items()}))`
	names, err := json.Marshal(services)
	if err != nil {
		t.Fatal(err)
	}
	cmd := peer.Python(t, "botocore", "-c", script, string(names))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var models map[string]map[string]botocorePagination
	if err := json.Unmarshal(out, &models); err != nil {
		t.Fatal(err)
	}
	return models
}

// packages returns the folders of packages of the SDK. It downloads those that
// no program here imports.
func packages(t *testing.T, names ...string) map[string]string {
	t.Helper()
	const prefix = "github.com/aws/aws-sdk-go-v2/service/"
	args := []string{"mod", "download", "-json"}
	for _, name := range names {
		args = append(args, prefix+name)
	}
	cmd := exec.Command("go", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go mod download: %v\n%s", err, out)
	}
	dirs := make(map[string]string)
	for modules := json.NewDecoder(bytes.NewReader(out)); modules.More(); {
		var module struct{ Path, Dir string }
		if err := modules.Decode(&module); err != nil {
			t.Fatal(err)
		}
		dirs[strings.TrimPrefix(module.Path, prefix)] = module.Dir
	}
	return dirs
}

// differs returns why FromSDK does not list an operation as botocore does, or
// "" if it does.
func (p *sdkPackage) differs(operation string, want botocorePagination) string {
	input, output, err := p.operation(operation)
	if err != nil {
		return err.Error()
	}
	f, err := sdkfields.Find(input, output)
	if err != nil {
		// The types made here have no names.
		problem := strings.ReplaceAll(err.Error(), input.String(), operation+"Input")
		return strings.ReplaceAll(problem, output.String(), operation+"Output")
	}
	for _, field := range []struct {
		what, got string
		want      any
		required  bool
	}{
		{"token", f.Token.Name, want.InputToken, true},
		{"next token", f.Next.Name, want.OutputToken, true},
		{"page size", f.Size.Name, want.LimitKey, false},
		{"field that tells of more pages", f.More.Name, want.MoreResults, false},
	} {
		// A page size or an IsTruncated that botocore does not use is fine.
		if wanted := goName(field.want); field.got != wanted && (field.required || wanted != "") {
			return fmt.Sprintf("the %s is %s, botocore's is %s", field.what, field.got, wanted)
		}
	}
	return ""
}

// goName returns the name of the SDK's field for a parameter in botocore.
func goName(name any) string {
	text := fmt.Sprint(name)
	if name == nil {
		return ""
	}
	parts := strings.Split(text, ".")
	for i, part := range parts {
		if part != "" {
			parts[i] = string(unicode.ToUpper(rune(part[0]))) + part[1:]
		}
	}
	return strings.Join(parts, ".")
}

// An sdkPackage is the source of one of the SDK's packages.
type sdkPackage struct {
	dir   string
	types map[string]ast.Expr // what its package types declares
}

// hasPaginator reports whether the SDK has a paginator of its own for an
// operation.
func (p *sdkPackage) hasPaginator(operation string) bool {
	source, err := os.ReadFile(filepath.Join(p.dir, "api_op_"+operation+".go"))
	return err == nil && strings.Contains(string(source), "\nfunc New"+operation+"Paginator(")
}

// operation returns types with the fields of the input and the output of an
// operation.
func (p *sdkPackage) operation(name string) (input, output reflect.Type, err error) {
	declared, err := declarations(filepath.Join(p.dir, "api_op_"+name+".go"))
	if err != nil {
		return nil, nil, err
	}
	if p.types == nil {
		if p.types, err = declarations(filepath.Join(p.dir, "types", "types.go"), filepath.Join(p.dir, "types", "enums.go")); err != nil {
			return nil, nil, err
		}
	}
	const depth = 2 // the fields of the output, and of the structs in it
	return p.typeOf(declared[name+"Input"], depth), p.typeOf(declared[name+"Output"], depth), nil
}

// declarations returns the types that files declare.
func declarations(files ...string) (map[string]ast.Expr, error) {
	declared := make(map[string]ast.Expr)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if errors.Is(err, fs.ErrNotExist) && filepath.Base(name) == "enums.go" {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.TYPE {
				for _, spec := range d.Specs {
					spec := spec.(*ast.TypeSpec)
					declared[spec.Name.Name] = spec.Type
				}
			}
		}
	}
	return declared, nil
}

var basicTypes = map[string]reflect.Type{
	"bool": reflect.TypeFor[bool](), "byte": reflect.TypeFor[byte](), "string": reflect.TypeFor[string](),
	"int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](),
	"float32": reflect.TypeFor[float32](), "float64": reflect.TypeFor[float64](),
	"time.Time": reflect.TypeFor[time.Time](), "middleware.Metadata": reflect.TypeFor[middleware.Metadata](),
}

// typeOf returns the type that an expression stands for. Structs have their
// exported fields, unless they are nested deeper than depth. What is none of
// the types by which operations page is an interface.
func (p *sdkPackage) typeOf(expr ast.Expr, depth int) reflect.Type {
	switch expr := expr.(type) {
	case *ast.StarExpr:
		return reflect.PointerTo(p.typeOf(expr.X, depth))
	case *ast.ArrayType:
		return reflect.SliceOf(p.typeOf(expr.Elt, 0))
	case *ast.MapType:
		return reflect.MapOf(p.typeOf(expr.Key, 0), p.typeOf(expr.Value, 0))
	case *ast.Ident:
		if t, ok := basicTypes[expr.Name]; ok {
			return t
		}
	case *ast.SelectorExpr:
		pkg := expr.X.(*ast.Ident).Name
		if pkg == "types" {
			return p.typeOf(p.types[expr.Sel.Name], depth)
		}
		if t, ok := basicTypes[pkg+"."+expr.Sel.Name]; ok {
			return t
		}
	case *ast.StructType:
		var fields []reflect.StructField
		for _, field := range expr.Fields.List {
			for _, name := range field.Names {
				if depth > 0 && name.IsExported() {
					fields = append(fields, reflect.StructField{Name: name.Name, Type: p.typeOf(field.Type, depth-1)})
				}
			}
		}
		return reflect.StructOf(fields)
	}
	return reflect.TypeFor[any]()
}
