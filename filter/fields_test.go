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
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

// The fields in the order of AWS's table, each with a filter created from it,
// the expected name and values of that filter, and a value that fullImage does
// not have.
var fieldTests = []struct {
	filter types.Filter
	name   string
	values []string
	other  string
}{
	{filter.Architecture.Is(types.ArchitectureValuesArm64, types.ArchitectureValuesX8664), "architecture", []string{"arm64", "x86_64"}, "i386"},
	{filter.BlockDeviceMappingDeleteOnTermination.Is(true), "block-device-mapping.delete-on-termination", []string{"true"}, "false"},
	{filter.BlockDeviceMappingDeviceName.Is("/dev/xvda"), "block-device-mapping.device-name", []string{"/dev/xvda"}, "/dev/sda1"},
	{filter.BlockDeviceMappingSnapshotID.Is("snap-1"), "block-device-mapping.snapshot-id", []string{"snap-1"}, "snap-2"},
	{filter.BlockDeviceMappingVolumeSize.Is(8, 16), "block-device-mapping.volume-size", []string{"8", "16"}, "08"},
	{filter.BlockDeviceMappingVolumeType.Is(types.VolumeTypeGp3), "block-device-mapping.volume-type", []string{"gp3"}, "gp2"},
	{filter.BlockDeviceMappingEncrypted.Is(false), "block-device-mapping.encrypted", []string{"false"}, "true"},
	{filter.BootMode.Is(types.BootModeValuesUefiPreferred), "boot-mode", []string{"uefi-preferred"}, "uefi"},
	{filter.CreationDate.Is(time.Date(2021, 9, 29, 11, 4, 43, 305e6, time.UTC)), "creation-date", []string{"2021-09-29T11:04:43.305Z"}, "2021-09-29T11:04:43.306Z"},
	{filter.Description.Like("*base?"), "description", []string{"*base?"}, "base*"},
	{filter.ENASupport.Is(true), "ena-support", []string{"true"}, "false"},
	{filter.FreeTierEligible.Is(true), "free-tier-eligible", []string{"true"}, "false"},
	{filter.Hypervisor.Is(types.HypervisorTypeXen), "hypervisor", []string{"xen"}, "ovm"},
	{filter.ImageAllowed.Is(true), "image-allowed", []string{"true"}, "false"},
	{filter.ImageID.Is("ami-1"), "image-id", []string{"ami-1"}, "ami-2"},
	{filter.ImageWatermarkSourceImageCreationTime.Is(time.Date(2021, 9, 29, 11, 4, 43, 305001e3, time.UTC)), "image-watermark.source-image-creation-time", []string{"2021-09-29T11:04:43.305001+00:00"}, "2021-09-29T11:04:43.305Z"},
	{filter.ImageWatermarkSourceImageID.Is("ami-0"), "image-watermark.source-image-id", []string{"ami-0"}, "ami-1"},
	{filter.ImageWatermarkSourceImageRegion.Is("eu-west-1"), "image-watermark.source-image-region", []string{"eu-west-1"}, "us-east-1"},
	{filter.ImageWatermarkWatermarkCreationTime.On(time.Date(2021, 9, 30, 1, 0, 0, 0, time.UTC)), "image-watermark.watermark-creation-time", []string{"2021-09-30T*"}, "2021-09-29T*"},
	{filter.ImageWatermarkWatermarkKey.Is("123456789012:approvedAmi"), "image-watermark.watermark-key", []string{"123456789012:approvedAmi"}, "approvedAmi"},
	{filter.ImageType.Is(types.ImageTypeValuesMachine), "image-type", []string{"machine"}, "kernel"},
	{filter.InstanceTypeSpecificationSupportedInstanceType.Is("t3.*"), "instance-type-specification.supported-instance-type", []string{`t3.\*`}, "t3.micro"},
	{filter.InstanceTypeSpecificationUnsupportedInstanceType.Is("t3.nano"), "instance-type-specification.unsupported-instance-type", []string{"t3.nano"}, "t3.micro"},
	{filter.IsPublic.Is(false), "is-public", []string{"false"}, "true"},
	{filter.KernelID.Is("aki-1"), "kernel-id", []string{"aki-1"}, "aki-2"},
	{filter.ManifestLocation.Like("amazon/*"), "manifest-location", []string{"amazon/*"}, "amazon"},
	{filter.Name.Is("web [42]?"), "name", []string{`web [42]\?`}, "web [42]"},
	{filter.OwnerAlias.Is("amazon"), "owner-alias", []string{"amazon"}, "self"},
	{filter.OwnerID.Is("123456789012"), "owner-id", []string{"123456789012"}, "self"},
	{filter.Platform.Is("windows"), "platform", []string{"windows"}, "Windows"},
	{filter.ProductCode.Is("code"), "product-code", []string{"code"}, "Code"},
	{filter.ProductCodeType.Is(types.ProductCodeValuesMarketplace), "product-code.type", []string{"marketplace"}, "devpay"},
	{filter.PublicSSMParameterName.Like("/aws/service/*"), "public-ssm-parameter-name", []string{"/aws/service/*"}, ""},
	{filter.RamdiskID.Is("ari-1"), "ramdisk-id", []string{"ari-1"}, "ari-2"},
	{filter.RootDeviceName.Is("/dev/xvda"), "root-device-name", []string{"/dev/xvda"}, "/dev/sda1"},
	{filter.RootDeviceType.Is(types.DeviceTypeEbs), "root-device-type", []string{"ebs"}, "instance-store"},
	{filter.ScanResultCriticalFixAvailableSince.Is(scanned), "scan-result.critical-fix-available-since", scannedTexts, "2026*"},
	{filter.ScanResultFindingScanDate.Is(scanned), "scan-result.finding-scan-date", scannedTexts, "2026*"},
	{filter.ScanResultHighFixAvailableSince.Is(scanned), "scan-result.high-fix-available-since", scannedTexts, "2026*"},
	{filter.ScanResultHighestFindingSeverityLabel.Is(types.SeverityLabelHigh), "scan-result.highest-finding-severity-label", []string{"high"}, "critical"},
	{filter.ScanResultInformationalFixAvailableSince.Is(scanned), "scan-result.informational-fix-available-since", scannedTexts, "2026*"},
	{filter.ScanResultLowFixAvailableSince.Is(scanned), "scan-result.low-fix-available-since", scannedTexts, "2026*"},
	{filter.ScanResultMediumFixAvailableSince.Is(scanned), "scan-result.medium-fix-available-since", scannedTexts, "2026*"},
	{filter.SourceImageID.Is("ami-0"), "source-image-id", []string{"ami-0"}, "ami-1"},
	{filter.SourceImageRegion.Is("eu-west-1"), "source-image-region", []string{"eu-west-1"}, "us-east-1"},
	{filter.SourceInstanceID.Is("i-1"), "source-instance-id", []string{"i-1"}, "i-2"},
	{filter.State.Is(types.ImageStateAvailable), "state", []string{"available"}, "pending"},
	{filter.StateReasonCode.Is("Client.InternalError"), "state-reason-code", []string{"Client.InternalError"}, "Client.*Timeout"},
	{filter.StateReasonMessage.Like("*failed*"), "state-reason-message", []string{"*failed*"}, "*Failed*"},
	{filter.SRIOVNetSupport.Is("simple"), "sriov-net-support", []string{"simple"}, "none"},
	{filter.Tag("Owner").Is("TeamA", "TeamB"), "tag:Owner", []string{"TeamA", "TeamB"}, "teamb"},
	{filter.TagKey.Is("Owner"), "tag-key", []string{"Owner"}, "owner"},
	{filter.VirtualizationType.Is(types.VirtualizationTypeHvm), "virtualization-type", []string{"hvm"}, "paravirtual"},
}

func TestFields(t *testing.T) {
	for _, test := range fieldTests {
		t.Run(test.name, func(t *testing.T) {
			if got := *test.filter.Name; got != test.name {
				t.Errorf("name: got %q, want %q", got, test.name)
			}
			if got := test.filter.Values; !slices.Equal(got, test.values) {
				t.Errorf("values: got %q, want %q", got, test.values)
			}
			if err := filter.Validate(filter.And(test.filter)); err != nil {
				t.Errorf("Validate: got %v, want nil", err)
			}
			if test.name == string(filter.PublicSSMParameterName) {
				return
			}
			other := filter.Raw(test.name, test.other)
			for _, m := range []struct {
				filter types.Filter
				img    types.Image
				want   bool
				reason string
			}{
				{test.filter, fullImage, true, "an image that has it"},
				{other, fullImage, false, "an image that has another"},
				{test.filter, types.Image{}, false, "an image without any attribute"},
				{filter.Raw(test.name, "*"), types.Image{}, false, "absent is not empty"},
			} {
				got, err := filter.Match(filter.And(m.filter), m.img)
				if err != nil || got != m.want {
					t.Errorf("Match %q, %s: got %v, %v, want %v", m.filter.Values, m.reason, got, err, m.want)
				}
			}
		})
	}
}

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
