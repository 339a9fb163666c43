package filter_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/peer"
)

// cases returns how many random cases a test tries: few, or ten times as many
// with AWSIMAGES_COMPARE=1. The seeds are fixed; the fuzz targets vary them.
func cases(few int) int {
	if peer.Comparing() {
		return 10 * few
	}
	return few
}

var (
	webARM = filter.And(filter.Name.Like("web-*"), filter.Architecture.Is(types.ArchitectureValuesArm64))
	dbTeam = filter.And(filter.Tag("Team").Is("db"))
)

var (
	scanned      = time.Date(2025, 5, 6, 7, 8, 9, 0, time.UTC)
	scannedTexts = []string{"2025-05-06T07:08:09.000Z", "2025-05-06T07:08:09Z"}
)

// fullImage has every attribute that a filter can select. Of attributes with
// several values, the last is the selected one.
var fullImage = types.Image{
	Architecture: types.ArchitectureValuesX8664,
	BlockDeviceMappings: []types.BlockDeviceMapping{
		{DeviceName: aws.String("/dev/sdb"), VirtualName: aws.String("ephemeral0")}, // no Ebs
		{DeviceName: aws.String("/dev/sdc"), Ebs: &types.EbsBlockDevice{}},
		{DeviceName: aws.String("/dev/xvda"), Ebs: &types.EbsBlockDevice{
			DeleteOnTermination: aws.Bool(true),
			Encrypted:           aws.Bool(false),
			SnapshotId:          aws.String("snap-1"),
			VolumeSize:          aws.Int32(8),
			VolumeType:          types.VolumeTypeGp3,
		}},
	},
	BootMode:         types.BootModeValuesUefiPreferred,
	CreationDate:     aws.String("2021-09-29T11:04:43.305Z"),
	Description:      aws.String("the base"),
	EnaSupport:       aws.Bool(true),
	FreeTierEligible: aws.Bool(true),
	Hypervisor:       types.HypervisorTypeXen,
	ImageAllowed:     aws.Bool(true),
	ImageId:          aws.String("ami-1"),
	ImageLocation:    aws.String("amazon/base"),
	ImageOwnerAlias:  aws.String("amazon"),
	ImageType:        types.ImageTypeValuesMachine,
	ImageWatermarks: []types.ImageWatermark{{}, {
		SourceImageCreationTime: aws.Time(time.Date(2021, 9, 29, 11, 4, 43, 305001e3, time.UTC)),
		SourceImageId:           aws.String("ami-0"),
		SourceImageRegion:       aws.String("eu-west-1"),
		WatermarkCreationTime:   aws.Time(time.Date(2021, 9, 30, 0, 4, 43, 0, time.UTC)),
		WatermarkKey:            aws.String("123456789012:approvedAmi"),
	}},
	InstanceTypeSpecification: &types.InstanceTypeSpecification{
		SupportedInstanceTypes:   []types.InstanceTypeItem{{}, {InstanceType: aws.String("t3.*")}},
		UnsupportedInstanceTypes: []types.InstanceTypeItem{{}, {InstanceType: aws.String("t3.nano")}},
	},
	KernelId:               aws.String("aki-1"),
	Name:                   aws.String("web [42]?"),
	OwnerId:                aws.String("123456789012"),
	Platform:               "windows",
	ProductCodes:           []types.ProductCode{{}, {ProductCodeId: aws.String("code"), ProductCodeType: types.ProductCodeValuesMarketplace}},
	Public:                 aws.Bool(false),
	PublicSsmParameterName: aws.String("/aws/service/base"),
	RamdiskId:              aws.String("ari-1"),
	RootDeviceName:         aws.String("/dev/xvda"),
	RootDeviceType:         types.DeviceTypeEbs,
	ScanResults: &types.ScanResults{
		CriticalFixAvailableSince:      &scanned,
		FindingScanDate:                &scanned,
		HighFixAvailableSince:          &scanned,
		HighestFindingSeverityLabel:    types.SeverityLabelHigh,
		InformationalFixAvailableSince: &scanned,
		LowFixAvailableSince:           &scanned,
		MediumFixAvailableSince:        &scanned,
	},
	SourceImageId:      aws.String("ami-0"),
	SourceImageRegion:  aws.String("eu-west-1"),
	SourceInstanceId:   aws.String("i-1"),
	SriovNetSupport:    aws.String("simple"),
	State:              types.ImageStateAvailable,
	StateReason:        &types.StateReason{Code: aws.String("Client.InternalError"), Message: aws.String("it failed, once")},
	Tags:               []types.Tag{{}, {Key: aws.String("Name"), Value: aws.String("")}, {Key: aws.String("Owner"), Value: aws.String("TeamB")}},
	VirtualizationType: types.VirtualizationTypeHvm,
}

// Few values, so that random filters and random images often have the same.
var domains = []struct {
	name   string
	values []string
}{
	{"architecture", []string{"arm64", "x86_64", "i386"}},
	{"name", []string{"al2023*", "*ubuntu*", "web-1", "web-?", "web-*", "*"}},
	{"state", []string{"available", "failed", "disabled"}},
	{"creation-date", []string{"202*", "2021-09-29T*", "2021-09-29T11:04:43Z", "2021-09-29T11:04:43.000Z", "*.000Z"}},
	{"block-device-mapping.volume-size", []string{"8", "16", "30"}},
	{"block-device-mapping.volume-type", []string{"gp2", "gp3"}},
	{"block-device-mapping.encrypted", []string{"true", "false"}},
	{"tag:Team", []string{"search", "pay*", "", "?"}},
	{"tag-key", []string{"Team", "Name", "CostCenter"}},
}

func randomOr(rng *rand.Rand) *filter.Alternatives {
	// Few names in one OR, so that its alternatives are often alike.
	names := rng.Perm(len(domains))[:1+rng.IntN(4)]
	sets := make([][]types.Filter, 1+rng.IntN(6))
	for i := range sets {
		for range 1 + rng.IntN(3) {
			d := domains[names[rng.IntN(len(names))]]
			var values []string
			for range 1 + rng.IntN(2) {
				values = append(values, d.values[rng.IntN(len(d.values))])
			}
			sets[i] = append(sets[i], filter.Raw(d.name, values...))
		}
	}
	return filter.Or(sets...)
}

func randomImage(rng *rand.Rand) types.Image {
	pick := func(values ...string) string { return values[rng.IntN(len(values))] }
	img := types.Image{
		Architecture: types.ArchitectureValues(pick("arm64", "x86_64", "i386")),
		Name:         aws.String(pick("web-1", "web-", "web-12", "al2023-ami", "")),
		State:        types.ImageState(pick("available", "failed", "disabled")),
		CreationDate: aws.String(pick("2021-09-29T11:04:43Z", "2021-09-29T11:04:43.000Z", "2022-01-01T00:00:00.001Z", "")),
	}
	for range rng.IntN(4) {
		img.BlockDeviceMappings = append(img.BlockDeviceMappings, types.BlockDeviceMapping{Ebs: &types.EbsBlockDevice{
			VolumeSize: aws.Int32([]int32{8, 16, 30}[rng.IntN(3)]),
			VolumeType: types.VolumeType(pick("gp2", "gp3")),
			Encrypted:  aws.Bool(rng.IntN(2) == 0),
		}})
	}
	for _, key := range []string{"Team", "Name", "CostCenter"} {
		if rng.IntN(2) == 0 {
			img.Tags = append(img.Tags, types.Tag{Key: &key, Value: aws.String(pick("search", "payments", "", "x"))})
		}
	}
	return img
}

func collect(anyOf *filter.Alternatives) (sets [][]types.Filter) {
	for _, set := range anyOf.All() {
		sets = append(sets, set)
	}
	return sets
}

func mustCompile(t *testing.T, anyOf *filter.Alternatives) *filter.Matcher {
	t.Helper()
	m, err := anyOf.Compile()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// checkReasons checks that err joins as many *filter.Error as reasons, each with
// its reason and no other.
func checkReasons(t *testing.T, err error, reasons ...error) {
	t.Helper()
	if len(reasons) == 1 && reasons[0] == nil {
		reasons = nil
	}
	var got []error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		got = joined.Unwrap()
	}
	if len(got) != len(reasons) || (err == nil) != (len(reasons) == 0) {
		t.Errorf("got %v, want %v", err, reasons)
		return
	}
	for i, want := range reasons {
		if _, ok := got[i].(*filter.Error); !ok {
			t.Errorf("got %T, want a *filter.Error", got[i])
		}
		for _, reason := range []error{
			filter.ErrLimit, filter.ErrNoFilters, filter.ErrNoName, filter.ErrNoValues,
			filter.ErrValue, filter.ErrEscape, filter.ErrUnknown, filter.ErrUndecidable,
		} {
			if is := errors.Is(got[i], reason); is != (reason == want) {
				t.Errorf("%v is %v: got %v, want only %v", got[i], reason, is, want)
			}
		}
	}
}

func numbers(n int) (texts []string) {
	for i := range n {
		texts = append(texts, fmt.Sprint(i))
	}
	return texts
}
