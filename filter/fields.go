package filter

import "github.com/aws/aws-sdk-go-v2/service/ec2/types"

// The filters that AWS documents for DescribeImages, in the order of its table.
// The type of each says which values it takes. [Tag] makes the filters called
// tag:<key>, [Raw] those that AWS documents after this release.
//
// Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
const (
	// Architecture selects by processor architecture.
	Architecture Enum[types.ArchitectureValues] = "architecture"

	// BlockDeviceMappingDeleteOnTermination selects images with a volume that is
	// deleted with the instance, or with one that is kept. Like every filter on
	// block devices, it needs one device that fits: two such filters may be
	// satisfied by two different devices of the image.
	BlockDeviceMappingDeleteOnTermination Bool = "block-device-mapping.delete-on-termination"
	// BlockDeviceMappingDeviceName selects by the name of a mapped device, such as
	// /dev/sdh or xvdh.
	BlockDeviceMappingDeviceName Text = "block-device-mapping.device-name"
	// BlockDeviceMappingSnapshotID selects by the snapshot behind a volume. It finds
	// the images that keep a snapshot from being deleted.
	BlockDeviceMappingSnapshotID Text = "block-device-mapping.snapshot-id"
	// BlockDeviceMappingVolumeSize selects by the exact size of a volume, in GiB.
	// There is no "at least": list the sizes, or look at the image.
	BlockDeviceMappingVolumeSize Int = "block-device-mapping.volume-size"
	// BlockDeviceMappingVolumeType selects by the type of a volume.
	BlockDeviceMappingVolumeType Enum[types.VolumeType] = "block-device-mapping.volume-type"
	// BlockDeviceMappingEncrypted selects images with a volume that is encrypted, or
	// with one that is not.
	BlockDeviceMappingEncrypted Bool = "block-device-mapping.encrypted"

	// BootMode selects by the boot mode. No value selects an image that was registered
	// without one.
	BootMode Enum[types.BootModeValues] = "boot-mode"

	// CreationDate selects by the time at which the image was created.
	CreationDate Time = "creation-date"

	// Description selects by the description. Many images have none.
	Description Text = "description"

	// ENASupport selects by support for enhanced networking with the Elastic Network
	// Adapter.
	ENASupport Bool = "ena-support"

	// FreeTierEligible selects by whether the image can be used under the AWS Free
	// Tier.
	FreeTierEligible Bool = "free-tier-eligible"

	// Hypervisor selects by the hypervisor. EC2 now supports xen only.
	Hypervisor Enum[types.HypervisorType] = "hypervisor"

	// ImageAllowed selects by whether the image meets the account's criteria for
	// Allowed AMIs.
	ImageAllowed Bool = "image-allowed"

	// ImageID selects by the image's id. Unlike the parameter ImageIds it leaves
	// unknown ids out silently, and needs IncludeDeprecated to find a deprecated
	// image of another account.
	ImageID Text = "image-id"

	// ImageWatermarkSourceImageCreationTime selects by the creation time of the image
	// on which a watermark was first put. Like every filter on watermarks, it needs
	// one watermark that fits.
	ImageWatermarkSourceImageCreationTime Time = "image-watermark.source-image-creation-time"
	// ImageWatermarkSourceImageID selects by the image on which a watermark was first
	// put.
	ImageWatermarkSourceImageID Text = "image-watermark.source-image-id"
	// ImageWatermarkSourceImageRegion selects by the Region in which a watermark was
	// first put on an image.
	ImageWatermarkSourceImageRegion Text = "image-watermark.source-image-region"
	// ImageWatermarkWatermarkCreationTime selects by the time at which a watermark was
	// put on the image.
	ImageWatermarkWatermarkCreationTime Time = "image-watermark.watermark-creation-time"
	// ImageWatermarkWatermarkKey selects by the key of a watermark, the account that
	// made it and its name: 123456789012:approvedAmi.
	ImageWatermarkWatermarkKey Text = "image-watermark.watermark-key"

	// ImageType selects machine images, or the kernel and RAM disk images of old.
	ImageType Enum[types.ImageTypeValues] = "image-type"

	// InstanceTypeSpecificationSupportedInstanceType selects by an entry in the
	// owner's list of supported instance types. An entry may itself be a pattern,
	// t3.*, and it is not documented whether t3.micro finds it.
	InstanceTypeSpecificationSupportedInstanceType Text = "instance-type-specification.supported-instance-type"
	// InstanceTypeSpecificationUnsupportedInstanceType selects by an entry in the
	// owner's list of unsupported instance types; see
	// [InstanceTypeSpecificationSupportedInstanceType].
	InstanceTypeSpecificationUnsupportedInstanceType Text = "instance-type-specification.unsupported-instance-type"

	// IsPublic selects images that everybody may launch, or those that only some may.
	IsPublic Bool = "is-public"

	// KernelID selects by the kernel of a paravirtual image.
	KernelID Text = "kernel-id"

	// ManifestLocation selects by the image's location, types.Image.ImageLocation:
	// owner and name, or the S3 path of an instance store image's manifest.
	ManifestLocation Text = "manifest-location"

	// Name selects by the image's name. A name is unique only within its owner's
	// account and Region, and everybody may use any name: say whose images you trust
	// with the parameter Owners as well.
	Name Text = "name"

	// OwnerAlias selects by the alias of an owner that has one. AWS recommends the
	// parameter Owners instead, which also understands self; here self selects
	// nothing.
	OwnerAlias Enum[OwnerAliasValue] = "owner-alias"

	// OwnerID selects by the owner's account id of 12 digits. AWS recommends the
	// parameter Owners instead.
	OwnerID Text = "owner-id"

	// Platform selects Windows images. No value selects the others.
	Platform Enum[PlatformValue] = "platform"

	// ProductCode selects by a product code.
	ProductCode Text = "product-code"
	// ProductCodeType selects by the type of a product code.
	ProductCodeType Enum[ProductCodeTypeValue] = "product-code.type"

	// PublicSSMParameterName selects every image that a public parameter of Systems
	// Manager, under aws/service/, has ever named. An image only tells which
	// parameter names it today, so [Match] and [Compile] cannot decide this filter.
	PublicSSMParameterName Text = "public-ssm-parameter-name"

	// RamdiskID selects by the RAM disk of a paravirtual image.
	RamdiskID Text = "ramdisk-id"

	// RootDeviceName selects by the name of the root device, such as /dev/sda1.
	RootDeviceName Text = "root-device-name"
	// RootDeviceType selects by where the root device lives, on EBS or on instance
	// storage.
	RootDeviceType Enum[types.DeviceType] = "root-device-type"

	// ScanResultCriticalFixAvailableSince selects by the earliest time at which Amazon
	// Inspector knew a fix for a finding of critical severity. Only images that
	// Inspector has scanned have scan results.
	ScanResultCriticalFixAvailableSince Time = "scan-result.critical-fix-available-since"
	// ScanResultFindingScanDate selects by the time of the latest scan.
	ScanResultFindingScanDate Time = "scan-result.finding-scan-date"
	// ScanResultHighFixAvailableSince is [ScanResultCriticalFixAvailableSince] for
	// findings of high severity.
	ScanResultHighFixAvailableSince Time = "scan-result.high-fix-available-since"
	// ScanResultHighestFindingSeverityLabel selects by the severity of the worst
	// finding, with or without a fix.
	ScanResultHighestFindingSeverityLabel Enum[types.SeverityLabel] = "scan-result.highest-finding-severity-label"
	// ScanResultInformationalFixAvailableSince is [ScanResultCriticalFixAvailableSince]
	// for informational findings.
	ScanResultInformationalFixAvailableSince Time = "scan-result.informational-fix-available-since"
	// ScanResultLowFixAvailableSince is [ScanResultCriticalFixAvailableSince] for
	// findings of low severity.
	ScanResultLowFixAvailableSince Time = "scan-result.low-fix-available-since"
	// ScanResultMediumFixAvailableSince is [ScanResultCriticalFixAvailableSince] for
	// findings of medium severity.
	ScanResultMediumFixAvailableSince Time = "scan-result.medium-fix-available-since"

	// SourceImageID selects by the image from which this one was made.
	SourceImageID Text = "source-image-id"
	// SourceImageRegion selects by the Region of the image from which this one was
	// made.
	SourceImageRegion Text = "source-image-region"
	// SourceInstanceID selects by the instance from which CreateImage made the image.
	SourceInstanceID Text = "source-instance-id"

	// State selects by the image's state.
	State Enum[StateValue] = "state"
	// StateReasonCode selects by the code of the reason for the latest change of
	// state, such as Client.InternalError.
	StateReasonCode Text = "state-reason-code"
	// StateReasonMessage selects by the message of the reason for the latest change of
	// state.
	StateReasonMessage Text = "state-reason-message"

	// SRIOVNetSupport selects images with enhanced networking through the Intel 82599
	// virtual function interface.
	SRIOVNetSupport Enum[SRIOVNetSupportValue] = "sriov-net-support"

	// TagKey selects by the key of a tag, whatever its value. Two of these filters in
	// one call want both keys; two values in one filter want either. For the value
	// of a tag see [Tag].
	TagKey Text = "tag-key"

	// VirtualizationType selects by the type of virtualization.
	VirtualizationType Enum[types.VirtualizationType] = "virtualization-type"
)

// Tag returns the filter on the value of the tag called key, tag:<key>. The key is
// taken literally, wildcards mean nothing in it; the values may have them. The
// value "" selects the tags whose value is empty, not all images that have the
// tag: that is [TagKey].
func Tag(key string) Text {
	return Text("tag:" + key)
}
