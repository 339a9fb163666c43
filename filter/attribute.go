package filter

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// selects reports whether img matches c, and whether the filter c.name can be
// evaluated from an image, which does not depend on img.
//
// It is a switch, not a table of functions: an image whose address is passed to
// a function value is allocated on the heap.
func (c *condition) selects(img *types.Image) (selected, decidable bool) {
	switch c.name {
	case string(Architecture):
		selected = c.enum(string(img.Architecture))
	case string(BlockDeviceMappingDeleteOnTermination):
		selected = c.ebs(img, func(e *types.EbsBlockDevice) bool { return c.bool(e.DeleteOnTermination) })
	case string(BlockDeviceMappingDeviceName):
		selected = slices.ContainsFunc(img.BlockDeviceMappings, func(d types.BlockDeviceMapping) bool { return c.text(d.DeviceName) })
	case string(BlockDeviceMappingSnapshotID):
		selected = c.ebs(img, func(e *types.EbsBlockDevice) bool { return c.text(e.SnapshotId) })
	case string(BlockDeviceMappingVolumeSize):
		selected = c.ebs(img, func(e *types.EbsBlockDevice) bool { return c.int(e.VolumeSize) })
	case string(BlockDeviceMappingVolumeType):
		selected = c.ebs(img, func(e *types.EbsBlockDevice) bool { return c.enum(string(e.VolumeType)) })
	case string(BlockDeviceMappingEncrypted):
		selected = c.ebs(img, func(e *types.EbsBlockDevice) bool { return c.bool(e.Encrypted) })
	case string(BootMode):
		selected = c.enum(string(img.BootMode))
	case string(CreationDate):
		selected = c.date(img.CreationDate)
	case string(Description):
		selected = c.text(img.Description)
	case string(ENASupport):
		selected = c.bool(img.EnaSupport)
	case string(FreeTierEligible):
		selected = c.bool(img.FreeTierEligible)
	case string(Hypervisor):
		selected = c.enum(string(img.Hypervisor))
	case string(ImageAllowed):
		selected = c.bool(img.ImageAllowed)
	case string(ImageID):
		selected = c.text(img.ImageId)
	case string(ImageWatermarkSourceImageCreationTime):
		selected = c.watermark(img, func(w *types.ImageWatermark) bool { return c.time(w.SourceImageCreationTime) })
	case string(ImageWatermarkSourceImageID):
		selected = c.watermark(img, func(w *types.ImageWatermark) bool { return c.text(w.SourceImageId) })
	case string(ImageWatermarkSourceImageRegion):
		selected = c.watermark(img, func(w *types.ImageWatermark) bool { return c.text(w.SourceImageRegion) })
	case string(ImageWatermarkWatermarkCreationTime):
		selected = c.watermark(img, func(w *types.ImageWatermark) bool { return c.time(w.WatermarkCreationTime) })
	case string(ImageWatermarkWatermarkKey):
		selected = c.watermark(img, func(w *types.ImageWatermark) bool { return c.text(w.WatermarkKey) })
	case string(ImageType):
		selected = c.enum(string(img.ImageType))
	case string(InstanceTypeSpecificationSupportedInstanceType):
		selected = img.InstanceTypeSpecification != nil && c.instanceTypes(img.InstanceTypeSpecification.SupportedInstanceTypes)
	case string(InstanceTypeSpecificationUnsupportedInstanceType):
		selected = img.InstanceTypeSpecification != nil && c.instanceTypes(img.InstanceTypeSpecification.UnsupportedInstanceTypes)
	case string(IsPublic):
		selected = c.bool(img.Public)
	case string(KernelID):
		selected = c.text(img.KernelId)
	case string(ManifestLocation):
		selected = c.text(img.ImageLocation)
	case string(Name):
		selected = c.text(img.Name)
	case string(OwnerAlias):
		selected = c.text(img.ImageOwnerAlias)
	case string(OwnerID):
		selected = c.text(img.OwnerId)
	case string(Platform):
		selected = c.platform(img.Platform)
	case string(ProductCode):
		selected = slices.ContainsFunc(img.ProductCodes, func(p types.ProductCode) bool { return c.text(p.ProductCodeId) })
	case string(ProductCodeType):
		selected = slices.ContainsFunc(img.ProductCodes, func(p types.ProductCode) bool { return c.enum(string(p.ProductCodeType)) })
	case string(RamdiskID):
		selected = c.text(img.RamdiskId)
	case string(RootDeviceName):
		selected = c.text(img.RootDeviceName)
	case string(RootDeviceType):
		selected = c.enum(string(img.RootDeviceType))
	case string(ScanResultCriticalFixAvailableSince):
		selected = img.ScanResults != nil && c.time(img.ScanResults.CriticalFixAvailableSince)
	case string(ScanResultFindingScanDate):
		selected = img.ScanResults != nil && c.time(img.ScanResults.FindingScanDate)
	case string(ScanResultHighFixAvailableSince):
		selected = img.ScanResults != nil && c.time(img.ScanResults.HighFixAvailableSince)
	case string(ScanResultHighestFindingSeverityLabel):
		selected = img.ScanResults != nil && c.enum(string(img.ScanResults.HighestFindingSeverityLabel))
	case string(ScanResultInformationalFixAvailableSince):
		selected = img.ScanResults != nil && c.time(img.ScanResults.InformationalFixAvailableSince)
	case string(ScanResultLowFixAvailableSince):
		selected = img.ScanResults != nil && c.time(img.ScanResults.LowFixAvailableSince)
	case string(ScanResultMediumFixAvailableSince):
		selected = img.ScanResults != nil && c.time(img.ScanResults.MediumFixAvailableSince)
	case string(SourceImageID):
		selected = c.text(img.SourceImageId)
	case string(SourceImageRegion):
		selected = c.text(img.SourceImageRegion)
	case string(SourceInstanceID):
		selected = c.text(img.SourceInstanceId)
	case string(State):
		selected = c.enum(string(img.State))
	case string(StateReasonCode):
		selected = img.StateReason != nil && c.text(img.StateReason.Code)
	case string(StateReasonMessage):
		selected = img.StateReason != nil && c.text(img.StateReason.Message)
	case string(SRIOVNetSupport):
		selected = c.text(img.SriovNetSupport)
	case string(TagKey):
		selected = slices.ContainsFunc(img.Tags, func(t types.Tag) bool { return c.text(t.Key) })
	case string(VirtualizationType):
		selected = c.enum(string(img.VirtualizationType))
	default:
		key, isTag := strings.CutPrefix(c.name, "tag:")
		return isTag && c.tag(img.Tags, key), isTag
	}
	return selected, true
}

// The methods below report whether an attribute, or one of several, matches a
// value of c.

func (c *condition) ebs(img *types.Image, fits func(*types.EbsBlockDevice) bool) bool {
	for _, device := range img.BlockDeviceMappings {
		if device.Ebs != nil && fits(device.Ebs) {
			return true
		}
	}
	return false
}

func (c *condition) watermark(img *types.Image, fits func(*types.ImageWatermark) bool) bool {
	for i := range img.ImageWatermarks {
		if fits(&img.ImageWatermarks[i]) {
			return true
		}
	}
	return false
}

func (c *condition) instanceTypes(items []types.InstanceTypeItem) bool {
	return slices.ContainsFunc(items, func(item types.InstanceTypeItem) bool { return c.text(item.InstanceType) })
}

func (c *condition) tag(tags []types.Tag, key string) bool {
	for _, tag := range tags {
		if tag.Key == nil || *tag.Key != key {
			continue
		}
		if tag.Value == nil {
			return c.fits("") // a tag always has a value
		}
		return c.fits(*tag.Value)
	}
	return false
}

func (c *condition) platform(p types.PlatformValues) bool {
	if p == types.PlatformValuesWindows {
		return c.fits(windows)
	}
	return c.enum(string(p))
}

func (c *condition) enum(s string) bool {
	return s != "" && c.fits(s)
}

func (c *condition) text(s *string) bool {
	return s != nil && c.fits(*s)
}

func (c *condition) bool(b *bool) bool {
	return b != nil && c.fits(strconv.FormatBool(*b))
}

func (c *condition) int(n *int32) bool {
	if n == nil {
		return false
	}
	var digits [11]byte
	return c.fits(string(strconv.AppendInt(digits[:0], int64(*n), 10)))
}

// date is like time, for a time that is text.
func (c *condition) date(s *string) bool {
	const second = len(wholeSecond)
	switch {
	case s == nil:
		return false
	case c.fits(*s):
		return true
	case len(*s) > second && (*s)[second:] == "Z":
		return c.fits((*s)[:second] + ".000Z")
	case len(*s) > second && (*s)[second:] == ".000Z":
		return c.fits((*s)[:second] + "Z")
	}
	return false
}

// time compares the forms in which EC2 may have written t, which the SDK has
// already parsed.
func (c *condition) time(t *time.Time) bool {
	if t == nil {
		return false
	}
	var buf [32]byte // the largest size that the compiler converts to a string without allocating
	form := Time(c.name).form()
	utc := t.UTC()
	return c.fits(string(utc.AppendFormat(buf[:0], form.layout))) ||
		form.isWhole(utc) && c.fits(string(utc.AppendFormat(buf[:0], form.wholeLayout)))
}

// fits reports whether s matches a value of c.
func (c *condition) fits(s string) bool {
	for i := range c.values {
		if c.values[i].match(s) {
			return true
		}
	}
	return false
}
