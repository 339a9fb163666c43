package filter_test

import (
	"slices"
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
	{filter.OwnerAlias.Is(filter.OwnerAliasAmazon), "owner-alias", []string{"amazon"}, "self"},
	{filter.OwnerID.Is("123456789012"), "owner-id", []string{"123456789012"}, "self"},
	{filter.Platform.Is(filter.PlatformWindows), "platform", []string{"windows"}, "Windows"},
	{filter.ProductCode.Is("code"), "product-code", []string{"code"}, "Code"},
	{filter.ProductCodeType.Is(filter.ProductCodeTypeMarketplace), "product-code.type", []string{"marketplace"}, "devpay"},
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
	{filter.State.Is(filter.StateAvailable), "state", []string{"available"}, "pending"},
	{filter.StateReasonCode.Is("Client.InternalError"), "state-reason-code", []string{"Client.InternalError"}, "Client.*Timeout"},
	{filter.StateReasonMessage.Like("*failed*"), "state-reason-message", []string{"*failed*"}, "*Failed*"},
	{filter.SRIOVNetSupport.Is(filter.SRIOVNetSupportSimple), "sriov-net-support", []string{"simple"}, "none"},
	{filter.Tag("Owner").Is("TeamA", "TeamB"), "tag:Owner", []string{"TeamA", "TeamB"}, "teamb"},
	{filter.TagKey.Is("Owner"), "tag-key", []string{"Owner"}, "owner"},
	{filter.VirtualizationType.Is(types.VirtualizationTypeHvm), "virtualization-type", []string{"hvm"}, "paravirtual"},
}

var (
	scanned      = time.Date(2025, 5, 6, 7, 8, 9, 0, time.UTC)
	scannedTexts = []string{"2025-05-06T07:08:09.000Z", "2025-05-06T07:08:09Z"}
)

// fullImage has every attribute that a filter can select. Of attributes with
// several values, the last is the selected one.
var fullImage = types.Image{
	Architecture: types.ArchitectureValuesX8664,
	BlockDeviceMappings: []types.BlockDeviceMapping{
		{DeviceName: new("/dev/sdb"), VirtualName: new("ephemeral0")}, // no Ebs
		{DeviceName: new("/dev/sdc"), Ebs: &types.EbsBlockDevice{}},
		{DeviceName: new("/dev/xvda"), Ebs: &types.EbsBlockDevice{
			DeleteOnTermination: new(true),
			Encrypted:           new(false),
			SnapshotId:          new("snap-1"),
			VolumeSize:          new(int32(8)),
			VolumeType:          types.VolumeTypeGp3,
		}},
	},
	BootMode:         types.BootModeValuesUefiPreferred,
	CreationDate:     new("2021-09-29T11:04:43.305Z"),
	Description:      new("the base"),
	EnaSupport:       new(true),
	FreeTierEligible: new(true),
	Hypervisor:       types.HypervisorTypeXen,
	ImageAllowed:     new(true),
	ImageId:          new("ami-1"),
	ImageLocation:    new("amazon/base"),
	ImageOwnerAlias:  new("amazon"),
	ImageType:        types.ImageTypeValuesMachine,
	ImageWatermarks: []types.ImageWatermark{{}, {
		SourceImageCreationTime: new(time.Date(2021, 9, 29, 11, 4, 43, 305001e3, time.UTC)),
		SourceImageId:           new("ami-0"),
		SourceImageRegion:       new("eu-west-1"),
		WatermarkCreationTime:   new(time.Date(2021, 9, 30, 0, 4, 43, 0, time.UTC)),
		WatermarkKey:            new("123456789012:approvedAmi"),
	}},
	InstanceTypeSpecification: &types.InstanceTypeSpecification{
		SupportedInstanceTypes:   []types.InstanceTypeItem{{}, {InstanceType: new("t3.*")}},
		UnsupportedInstanceTypes: []types.InstanceTypeItem{{}, {InstanceType: new("t3.nano")}},
	},
	KernelId:               new("aki-1"),
	Name:                   new("web [42]?"),
	OwnerId:                new("123456789012"),
	Platform:               "windows",
	ProductCodes:           []types.ProductCode{{}, {ProductCodeId: new("code"), ProductCodeType: types.ProductCodeValuesMarketplace}},
	Public:                 new(false),
	PublicSsmParameterName: new("/aws/service/base"),
	RamdiskId:              new("ari-1"),
	RootDeviceName:         new("/dev/xvda"),
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
	SourceImageId:      new("ami-0"),
	SourceImageRegion:  new("eu-west-1"),
	SourceInstanceId:   new("i-1"),
	SriovNetSupport:    new("simple"),
	State:              types.ImageStateAvailable,
	StateReason:        &types.StateReason{Code: new("Client.InternalError"), Message: new("it failed, once")},
	Tags:               []types.Tag{{}, {Key: new("Name"), Value: new("")}, {Key: new("Owner"), Value: new("TeamB")}},
	VirtualizationType: types.VirtualizationTypeHvm,
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
