package filter

import "github.com/aws/aws-sdk-go-v2/service/ec2/types"

// The filters that AWS documents for DescribeImages, in the order of its table.
// [Tag] makes the filters called tag:<key>.
const (
	// Architecture selects by processor architecture.
	Architecture Enum[types.ArchitectureValues] = "architecture"

	// BlockDeviceMappingDeleteOnTermination selects by whether a volume is
	// deleted with the instance. A filter on block devices matches if any
	// device matches; different devices may match two filters.
	BlockDeviceMappingDeleteOnTermination Bool = "block-device-mapping.delete-on-termination"
	// BlockDeviceMappingDeviceName selects by the name of a mapped device, such
	// as /dev/sdh or xvdh.
	BlockDeviceMappingDeviceName Text = "block-device-mapping.device-name"
	// BlockDeviceMappingSnapshotID selects by the snapshot of a volume, which
	// cannot be deleted while an image refers to it.
	BlockDeviceMappingSnapshotID Text = "block-device-mapping.snapshot-id"
	// BlockDeviceMappingVolumeSize selects by the size of a volume in GiB.
	BlockDeviceMappingVolumeSize Int = "block-device-mapping.volume-size"
	// BlockDeviceMappingVolumeType selects by the type of a volume.
	BlockDeviceMappingVolumeType Enum[types.VolumeType] = "block-device-mapping.volume-type"
	// BlockDeviceMappingEncrypted selects by whether a volume is encrypted.
	BlockDeviceMappingEncrypted Bool = "block-device-mapping.encrypted"

	// BootMode selects by the boot mode. Images without one match no value.
	BootMode Enum[types.BootModeValues] = "boot-mode"

	// CreationDate selects by the time of creation.
	CreationDate Time = "creation-date"

	// Description selects by the description. Many images have none.
	Description Text = "description"

	// ENASupport selects by support for the Elastic Network Adapter.
	ENASupport Bool = "ena-support"

	// FreeTierEligible selects by eligibility for the AWS Free Tier.
	FreeTierEligible Bool = "free-tier-eligible"

	// Hypervisor selects by the hypervisor. EC2 now supports only xen.
	Hypervisor Enum[types.HypervisorType] = "hypervisor"

	// ImageAllowed selects by whether the image meets the account's criteria
	// for Allowed AMIs.
	ImageAllowed Bool = "image-allowed"

	// ImageID selects by the image's ID. Unlike the parameter ImageIds, it
	// ignores unknown IDs, and finds deprecated images of other accounts only
	// with IncludeDeprecated.
	ImageID Text = "image-id"

	// ImageWatermarkSourceImageCreationTime selects by the creation time of the
	// source image of a watermark, which it was first added to. A filter on
	// watermarks matches if any watermark matches.
	ImageWatermarkSourceImageCreationTime Time = "image-watermark.source-image-creation-time"
	// ImageWatermarkSourceImageID selects by the source image of a watermark.
	ImageWatermarkSourceImageID Text = "image-watermark.source-image-id"
	// ImageWatermarkSourceImageRegion selects by the Region of that image.
	ImageWatermarkSourceImageRegion Text = "image-watermark.source-image-region"
	// ImageWatermarkWatermarkCreationTime selects by the time when a
	// watermark was added to the image.
	ImageWatermarkWatermarkCreationTime Time = "image-watermark.watermark-creation-time"
	// ImageWatermarkWatermarkKey selects by the key of a watermark, the account
	// that made it and its name: 123456789012:approvedAmi.
	ImageWatermarkWatermarkKey Text = "image-watermark.watermark-key"

	// ImageType selects by type: machine images, or the legacy kernel and RAM
	// disk images.
	ImageType Enum[types.ImageTypeValues] = "image-type"

	// InstanceTypeSpecificationSupportedInstanceType selects by an entry in the
	// owner's list of supported instance types. AWS does not document whether
	// t3.micro matches the entry t3.*.
	InstanceTypeSpecificationSupportedInstanceType Text = "instance-type-specification.supported-instance-type"
	// InstanceTypeSpecificationUnsupportedInstanceType selects by an entry in
	// the owner's list of unsupported instance types.
	InstanceTypeSpecificationUnsupportedInstanceType Text = "instance-type-specification.unsupported-instance-type"

	// IsPublic selects by whether an image is public.
	IsPublic Bool = "is-public"

	// KernelID selects by the kernel of a paravirtual image.
	KernelID Text = "kernel-id"

	// ManifestLocation selects by the image's location,
	// types.Image.ImageLocation: owner and name, or the S3 path of an instance
	// store image's manifest.
	ManifestLocation Text = "manifest-location"

	// Name selects by the image's name. Anyone can use any name, so also set
	// the parameter Owners to the accounts that you trust.
	Name Text = "name"

	// OwnerAlias selects by the alias of an owner that has one: amazon,
	// aws-backup-vault or aws-marketplace. AWS recommends the parameter Owners
	// instead, which also accepts self. Here self selects nothing
	// (amazon-archives/aws-sdk-core-ruby#83).
	OwnerAlias Text = "owner-alias"

	// OwnerID selects by the owner's account ID. AWS recommends the parameter
	// Owners instead.
	OwnerID Text = "owner-id"

	// Platform selects Windows images. The only value is windows, unlike
	// types.PlatformValuesWindows. Other platforms have none.
	Platform Enum[string] = "platform"

	// ProductCode selects by a product code.
	ProductCode Text = "product-code"
	// ProductCodeType selects by the type of a product code.
	ProductCodeType Enum[types.ProductCodeValues] = "product-code.type"

	// PublicSSMParameterName selects the images that a public parameter of
	// Systems Manager, such as /aws/service/..., refers to or has ever referred
	// to. An image records only the current parameter, so [Match] and [Compile]
	// cannot evaluate this filter.
	PublicSSMParameterName Text = "public-ssm-parameter-name"

	// RamdiskID selects by the RAM disk of a paravirtual image.
	RamdiskID Text = "ramdisk-id"

	// RootDeviceName selects by the name of the root device, such as /dev/sda1.
	RootDeviceName Text = "root-device-name"
	// RootDeviceType selects by the type of the root device: EBS or instance
	// store.
	RootDeviceType Enum[types.DeviceType] = "root-device-type"

	// ScanResultCriticalFixAvailableSince selects by the earliest time when
	// Amazon Inspector had a fix on record for a finding of critical severity.
	// Only images that Inspector has scanned have scan results.
	ScanResultCriticalFixAvailableSince Time = "scan-result.critical-fix-available-since"
	// ScanResultFindingScanDate selects by the time of the latest scan.
	ScanResultFindingScanDate Time = "scan-result.finding-scan-date"
	// ScanResultHighFixAvailableSince is [ScanResultCriticalFixAvailableSince]
	// for findings of high severity.
	ScanResultHighFixAvailableSince Time = "scan-result.high-fix-available-since"
	// ScanResultHighestFindingSeverityLabel selects by the severity of the
	// worst finding, with or without a fix.
	ScanResultHighestFindingSeverityLabel Enum[types.SeverityLabel] = "scan-result.highest-finding-severity-label"
	// ScanResultInformationalFixAvailableSince is
	// [ScanResultCriticalFixAvailableSince] for informational findings.
	ScanResultInformationalFixAvailableSince Time = "scan-result.informational-fix-available-since"
	// ScanResultLowFixAvailableSince is [ScanResultCriticalFixAvailableSince]
	// for findings of low severity.
	ScanResultLowFixAvailableSince Time = "scan-result.low-fix-available-since"
	// ScanResultMediumFixAvailableSince is
	// [ScanResultCriticalFixAvailableSince] for findings of medium severity.
	ScanResultMediumFixAvailableSince Time = "scan-result.medium-fix-available-since"

	// SourceImageID selects by the image that this one was made from.
	SourceImageID Text = "source-image-id"
	// SourceImageRegion selects by the Region of the image that this one was
	// made from.
	SourceImageRegion Text = "source-image-region"
	// SourceInstanceID selects by the instance that CreateImage made the image
	// from.
	SourceInstanceID Text = "source-instance-id"

	// State selects by state: available, pending, failed and disabled are known
	// to select images. EC2 rejects disabled in a call without IncludeDisabled
	// (turbot/steampipe-plugin-aws#2276).
	State Enum[types.ImageState] = "state"
	// StateReasonCode selects by the reason for the latest change of state,
	// such as Client.InternalError.
	StateReasonCode Text = "state-reason-code"
	// StateReasonMessage selects by the message of the reason.
	StateReasonMessage Text = "state-reason-message"

	// SRIOVNetSupport selects images with support for the Intel 82599 virtual
	// function interface. The only value is simple.
	SRIOVNetSupport Enum[string] = "sriov-net-support"

	// TagKey selects by the key of a tag, regardless of its value. Two of these
	// filters require both keys; two values of one filter require either.
	TagKey Text = "tag-key"

	// VirtualizationType selects by the type of virtualization.
	VirtualizationType Enum[types.VirtualizationType] = "virtualization-type"
)

// Tag returns the name tag:<key> of the filter that selects by the value of the
// tag with the given key, which is literal. To select all images that have the
// tag, use [TagKey].
func Tag(key string) Text {
	return Text("tag:" + key)
}
