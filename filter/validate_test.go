package filter_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

func TestValidate(t *testing.T) {
	many := make([]string, 200)
	for i := range many {
		many[i] = fmt.Sprintf("ami-%d", i)
	}
	for _, test := range []struct {
		reason  string
		filters []types.Filter
		want    []error
	}{
		{"no filters select all images", nil, nil},
		{"a filter that is not documented yet", filter.And(filter.Raw("some-new-filter", "value")), nil},
		{"50 filters", slices.Repeat(filter.And(filter.Name.Is("a")), 50), nil},
		{"51 filters", slices.Repeat(filter.And(filter.Name.Is("a")), 51), []error{filter.ErrLimit}},
		{"200 values are accepted (druid-io/druid#1954)", filter.And(filter.ImageID.Is(many...)), nil},
		{"201 values", filter.And(filter.ImageID.Is(append(many, "ami-x")...)), []error{filter.ErrLimit}},
		{"201 values in two filters, about which EC2 decides", filter.And(filter.ImageID.Is(many...), filter.Name.Is("a")), nil},
		{"201 values in two filters of one name", filter.And(filter.ImageID.Is(many...), filter.ImageID.Is("a")), nil},
		{"255 characters", filter.And(filter.Name.Is(strings.Repeat("é", 255))), nil},
		{"256 characters (ansible-collections/amazon.aws#2393)", filter.And(filter.Name.Is(strings.Repeat("é", 256))), []error{filter.ErrLimit}},
		{"256 characters with the escapes", filter.And(filter.Name.Is(strings.Repeat("*", 128))), []error{filter.ErrLimit}},

		{"a nil name (aws/karpenter#3532)", []types.Filter{{Values: []string{"a"}}}, []error{filter.ErrNoName}},
		{"an empty name", filter.And(filter.Raw("", "a")), []error{filter.ErrNoName}},
		{"an empty tag key", filter.And(filter.Tag("").Is("a")), []error{filter.ErrNoName}},
		{"nil values", filter.And(filter.Raw("name")), []error{filter.ErrNoValues}},
		{"no values", filter.And(filter.Name.Is(), filter.Name.Like(), filter.State.Is(), filter.CreationDate.On()), []error{filter.ErrNoValues, filter.ErrNoValues, filter.ErrNoValues, filter.ErrNoValues}},
		{"nothing at all", make([]types.Filter, 1), []error{filter.ErrNoName, filter.ErrNoValues}},
		{"an empty value is one", filter.And(filter.Tag("Owner").Is("")), nil},

		{"an undocumented value", filter.And(filter.Raw("hypervisor", "kvm")), []error{filter.ErrValue}},
		{"a constant of another case", filter.And(filter.Raw("platform", string(types.PlatformValuesWindows))), []error{filter.ErrValue}},
		{"a platform that EC2 calls none", filter.And(filter.Platform.Is("linux")), []error{filter.ErrValue}},
		{"the owner self selects nothing and is no error (amazon-archives/aws-sdk-core-ruby#83)", filter.And(filter.OwnerAlias.Is("self")), nil},
		{"a state that only the SDK has", filter.And(filter.Raw("state", string(types.ImageStateDeregistered))), nil},
		{"a type of product code that only the SDK has", filter.And(filter.Raw("product-code.type", string(types.ProductCodeValuesDevpay))), nil},
		{"a type of product code that nobody has", filter.And(filter.ProductCodeType.Is("gift")), []error{filter.ErrValue}},
		{"a state that is undocumented and works (turbot/steampipe-plugin-aws#2276)", filter.And(filter.State.Is(types.ImageStateDisabled)), nil},
		{"every wrong value, not the right one between", filter.And(filter.State.Is("gone", "available", "lost")), []error{filter.ErrValue, filter.ErrValue}},
		{"no enumeration has an empty value", filter.And(filter.Raw("state", "")), []error{filter.ErrValue}},
		{"a pattern of an enumeration", filter.And(filter.Raw("architecture", "x86*")), nil},
		{"a literal star in an enumeration", filter.And(filter.Raw("architecture", `x86\*`)), []error{filter.ErrValue}},
		{"Python's True (getmoto/moto#1988)", filter.And(filter.Raw("is-public", "True")), []error{filter.ErrValue}},
		{"a boolean of C", filter.And(filter.Raw("ena-support", "1")), []error{filter.ErrValue}},
		{"a number with a unit", filter.And(filter.Raw("block-device-mapping.volume-size", "8GiB")), []error{filter.ErrValue}},
		{"a broken number", filter.And(filter.Raw("block-device-mapping.volume-size", "8.5")), []error{filter.ErrValue}},
		{"a size below zero", filter.And(filter.BlockDeviceMappingVolumeSize.Is(-1)), []error{filter.ErrValue}},
		{"no number", filter.And(filter.Raw("block-device-mapping.volume-size", "")), []error{filter.ErrValue}},
		{"a day without its star", filter.And(filter.CreationDate.Like("2021-09-29")), []error{filter.ErrValue}},
		{"a comparison", filter.And(filter.CreationDate.Like(">=2021-09-29T00:00:00.000Z")), []error{filter.ErrValue}},
		{"times in both forms", filter.And(filter.CreationDate.Like("2021-09-29T11:04:43.305Z", "2021-09-29T11:04:43Z")), nil},

		{"a regular expression (hashicorp/packer#6572)", filter.And(filter.Name.Like(`web-\d`)), []error{filter.ErrEscape}},
		{"a backslash at the end", filter.And(filter.Tag("Path").Like(`C:\\temp\`)), []error{filter.ErrEscape}},
		{"the same, literal", filter.And(filter.Tag("Path").Is(`C:\temp\`)), nil},
		{"the escapes of an unknown filter", filter.And(filter.Raw("some-new-filter", `\n`)), []error{filter.ErrEscape}},
	} {
		t.Run(test.reason, func(t *testing.T) {
			checkReasons(t, filter.Validate(test.filters), test.want...)
		})
	}
}

// All problems are in one error, each with its position.
func TestValidate_error(t *testing.T) {
	long := strings.Repeat("x", 256)
	err := filter.Validate(filter.And(
		filter.Name.Is("fine"),
		filter.Raw("hypervisor", "xen", "kvm"),
		filter.Raw("", `\d`),
		filter.ImageID.Is(slices.Repeat([]string{"ami-1"}, 201)...),
		filter.Name.Is(long),
	))
	want := []filter.Error{
		{Index: 1, Name: "hypervisor", Value: "kvm", Err: filter.ErrValue},
		{Index: 2, Err: filter.ErrNoName},
		{Index: 2, Value: `\d`, Err: filter.ErrEscape},
		{Index: 3, Name: "image-id", Err: filter.ErrLimit},
		{Index: 4, Name: "name", Value: long, Err: filter.ErrLimit},
	}
	var got []error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		got = joined.Unwrap()
	}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %d problems", err, len(want))
	}
	for i, want := range want {
		problem, ok := got[i].(*filter.Error)
		if !ok || problem.Alternative != -1 || problem.Index != want.Index || problem.Name != want.Name || problem.Value != want.Value || !errors.Is(problem, want.Err) {
			t.Errorf("problem %d: got %#v, want %#v", i, got[i], want)
		}
	}
	const wantText = `filter: Filters[1] hypervisor: invalid value "kvm", want ovm or xen
filter: Filters[2]: no name
filter: Filters[2]: bad escape sequence in "\\d": a backslash must precede *, ? or \
filter: Filters[3] image-id: exceeds EC2's limit: 201 values, maximum 200
filter: Filters[4] name: exceeds EC2's limit: value has 256 characters, maximum 255`
	if got := err.Error(); got != wantText {
		t.Errorf("got %s\nwant %s", got, wantText)
	}
}
