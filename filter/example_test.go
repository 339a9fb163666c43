package filter_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

func Example() {
	input := &ec2.DescribeImagesInput{
		Owners: []string{"amazon"},
		Filters: filter.And(
			filter.Name.Like("al2023-ami-2023.*", "amzn2-ami-hvm-*"),
			filter.Architecture.Is(types.ArchitectureValuesArm64),
			filter.State.Is(types.ImageStateAvailable),
		),
	}
	for _, f := range input.Filters {
		fmt.Println(*f.Name, f.Values)
	}
	// Output:
	// name [al2023-ami-2023.* amzn2-ami-hvm-*]
	// architecture [arm64]
	// state [available]
}

func ExampleText_Is() {
	f := filter.Name.Is("web-42", "backup (*)")
	fmt.Println(*f.Name, f.Values)
	// Output: name [web-42 backup (\*)]
}

func ExampleText_Like() {
	f := filter.Name.Like("web-*", "db-?")
	fmt.Println(*f.Name, f.Values)
	// Output: name [web-* db-?]
}

func ExampleEnum_Is() {
	f := filter.Architecture.Is(types.ArchitectureValuesArm64, types.ArchitectureValuesX8664)
	fmt.Println(*f.Name, f.Values)
	// Output: architecture [arm64 x86_64]
}

// EC2 does not recognize the SDK's constant for the platform, so using it here
// does not compile.
func ExampleEnum_Is_platform() {
	f := filter.Platform.Is("windows")
	fmt.Println(*f.Name, f.Values, "not", types.PlatformValuesWindows)
	// Output: platform [windows] not Windows
}

func ExampleBool_Is() {
	f := filter.IsPublic.Is(false)
	fmt.Println(*f.Name, f.Values)
	// Output: is-public [false]
}

func ExampleInt_Is() {
	f := filter.BlockDeviceMappingVolumeSize.Is(8, 16)
	fmt.Println(*f.Name, f.Values)
	// Output: block-device-mapping.volume-size [8 16]
}

func ExampleTime_Is() {
	f := filter.CreationDate.Is(time.Date(2021, 9, 29, 11, 4, 43, 305e6, time.UTC))
	fmt.Println(*f.Name, f.Values)
	// Output: creation-date [2021-09-29T11:04:43.305Z]
}

func ExampleTime_On() {
	f := filter.CreationDate.On(time.Date(2021, 9, 29, 0, 0, 0, 0, time.UTC))
	fmt.Println(*f.Name, f.Values)
	// Output: creation-date [2021-09-29T*]
}

func ExampleTime_Like() {
	f := filter.CreationDate.Like("2021-09-*", "2021-10-*")
	fmt.Println(*f.Name, f.Values)
	// Output: creation-date [2021-09-* 2021-10-*]
}

func ExampleTime_Between() {
	f := filter.CreationDate.Between(
		time.Date(2021, 9, 29, 0, 0, 0, 0, time.UTC),
		time.Date(2021, 11, 1, 0, 0, 0, 0, time.UTC),
	)
	fmt.Println(*f.Name, f.Values)
	// Output: creation-date [2021-09-29* 2021-09-3* 2021-10*]
}

func ExampleTag() {
	f := filter.Tag("Owner").Is("TeamA", "TeamB")
	fmt.Println(*f.Name, f.Values)
	// Output: tag:Owner [TeamA TeamB]
}

// Two filters with the same name are ANDed like any others: these require both
// tags.
func ExampleTag_key() {
	for _, f := range filter.And(filter.TagKey.Is("Owner"), filter.TagKey.Is("CostCenter")) {
		fmt.Println(*f.Name, f.Values)
	}
	// Output:
	// tag-key [Owner]
	// tag-key [CostCenter]
}

// A filter that is newer than this package.
func ExampleText() {
	f := filter.Text("some-new-filter").Like("pattern*")
	fmt.Println(*f.Name, f.Values)
	// Output: some-new-filter [pattern*]
}

func ExampleRaw() {
	f := filter.Raw(string(filter.Architecture), "x86_64*")
	fmt.Println(*f.Name, f.Values)
	// Output: architecture [x86_64*]
}

func ExampleAnd() {
	filters := filter.And(filter.IsPublic.Is(true), filter.Name.Like("web-*"))
	fmt.Println(len(filters))
	// Output: 2
}

func ExampleLiteral() {
	team := "R&D (really?)"
	fmt.Println(filter.Literal(team) + "-*")
	// Output: R&D (really\?)-*
}

func ExampleValidate() {
	err := filter.Validate(filter.And(
		filter.Raw("hypervisor", "kvm"),
		filter.Name.Like(`web-\d`),
		filter.ImageID.Is(),
	))
	fmt.Println(err)
	// Output:
	// filter: Filters[0] hypervisor: invalid value "kvm", want ovm or xen
	// filter: Filters[1] name: bad escape sequence in "web-\\d": a backslash must precede *, ? or \
	// filter: Filters[2] image-id: no values
}

// EC2 rejects filters with any problem but an undocumented value.
func ExampleValidate_rejected() {
	err := filter.Validate(filter.And(filter.Raw("architecture", "riscv64"), filter.Name.Is()))
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, problem := range joined.Unwrap() {
			fmt.Println(problem, errors.Is(problem, filter.ErrValue))
		}
	}
	// Output:
	// filter: Filters[0] architecture: invalid value "riscv64", want i386, x86_64, arm64, x86_64_mac or arm64_mac true
	// filter: Filters[1] name: no values false
}

func ExampleMatch() {
	img := types.Image{Name: aws.String("web-42"), Architecture: types.ArchitectureValuesArm64}
	selected, err := filter.Match(filter.And(filter.Name.Like("web-*")), img)
	fmt.Println(selected, err)
	// Output: true <nil>
}

func ExampleCompile() {
	images := []types.Image{{Name: aws.String("web-1")}, {Name: aws.String("db-1")}, {Name: aws.String("web-2")}}
	m, err := filter.Compile(filter.And(filter.Name.Like("web-*")))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, img := range images {
		if m.Match(img) {
			fmt.Println(*img.Name)
		}
	}
	// Output:
	// web-1
	// web-2
}

func ExampleFormat() {
	fmt.Println(filter.Format(filter.And(filter.Name.Like("web-*", "db-*"), filter.Tag("Cost Center").Is("42"))))
	// Output: name=web-*,db-*, "tag:Cost Center"=42
}

func ExampleOr() {
	web := filter.And(filter.Name.Like("web-*"), filter.Architecture.Is(types.ArchitectureValuesArm64))
	db := filter.And(filter.Tag("Team").Is("db"), filter.BlockDeviceMappingEncrypted.Is(true))
	fmt.Println(filter.Or(web, db))
	// Output: name=web-*, architecture=arm64 | tag:Team=db, block-device-mapping.encrypted=true
}

// An OR that has no alternatives by mistake is an error, and never selects
// every image.
func ExampleOr_empty() {
	var teams [][]types.Filter
	err := filter.Or(teams...).Validate()
	fmt.Println(err, errors.Is(err, filter.ErrNoFilters))
	// Output: filter: no filters true
}

func ExampleAlternatives_All() {
	anyOf := filter.Or(filter.And(filter.Name.Like("web-*")), filter.And(filter.Tag("Team").Is("db")))
	for i, filters := range anyOf.All() {
		fmt.Println(i, filter.Format(filters))
	}
	// Output:
	// 0 name=web-*
	// 1 tag:Team=db
}

func ExampleAlternatives_Validate() {
	err := filter.Or(
		filter.And(filter.Name.Like("web-*")),
		filter.And(filter.Tag("Team").Is("db"), filter.Raw("hypervisor", "kvm")),
	).Validate()
	fmt.Println(err)
	// Output: filter: alternative 1: Filters[1] hypervisor: invalid value "kvm", want ovm or xen
}

func ExampleAlternatives_Compile() {
	m, err := filter.Or(filter.And(filter.Name.Is("web-1")), filter.And(filter.IsPublic.Is(true))).Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, img := range []types.Image{{Name: aws.String("web-1")}, {Name: aws.String("web-2")}, {Name: aws.String("db-1"), Public: aws.Bool(true)}} {
		if m.Match(img) {
			fmt.Println(*img.Name)
		}
	}
	// Output:
	// web-1
	// db-1
}

func ExampleAlternatives_Simplify() {
	team := filter.Tag("Team")
	fmt.Println(filter.Or(
		filter.And(team.Is("web"), filter.ENASupport.Is(true)),
		filter.And(team.Is("db"), filter.ENASupport.Is(true)),
		filter.And(filter.Name.Like("base-*")),
		filter.And(filter.Name.Like("base-*"), filter.IsPublic.Is(true)),
	).Simplify())
	// Output: tag:Team=web,db, ena-support=true | name=base-*
}

// Whether EC2 requires one device to match both filters is not documented.
func ExampleMatcher_IsCertain() {
	for _, filters := range [][]types.Filter{
		filter.And(filter.Name.Like("web-*"), filter.BlockDeviceMappingVolumeSize.Is(8)),
		filter.And(filter.BlockDeviceMappingVolumeSize.Is(8), filter.BlockDeviceMappingEncrypted.Is(true)),
	} {
		m, err := filter.Compile(filters)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(m.IsCertain())
	}
	// Output:
	// true
	// false
}

// The reason distinguishes an undocumented filter from one that cannot be
// evaluated in memory.
func ExampleError() {
	for _, f := range []types.Filter{filter.Raw("image-name", "web"), filter.PublicSSMParameterName.Is("/aws/service/x")} {
		_, err := filter.Compile(filter.And(f))
		var problem *filter.Error
		if errors.As(err, &problem) {
			fmt.Println(problem.Name, errors.Is(err, filter.ErrUnknown), errors.Is(err, filter.ErrUndecidable))
		}
	}
	// Output:
	// image-name true false
	// public-ssm-parameter-name false true
}
