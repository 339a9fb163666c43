package ec2imagestest

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A publisher describes one kind of image in the catalog, and its owner.
type publisher struct {
	owner, alias string
	name         string // with the placeholders {date}, {day}, {arch} and {n}
	description  string
	root         string // the root device, or "" for an instance store image
	gib          int32  // size of the root volume
	arches       []types.ArchitectureValues
	platform     types.PlatformValues
	details      string
	product      string // a product code of the marketplace
	tags         bool
}

var (
	intel = []types.ArchitectureValues{types.ArchitectureValuesX8664}
	both  = []types.ArchitectureValues{types.ArchitectureValuesX8664, types.ArchitectureValuesArm64}
	old   = []types.ArchitectureValues{types.ArchitectureValuesI386, types.ArchitectureValuesX8664}
	mac   = []types.ArchitectureValues{types.ArchitectureValuesX8664Mac, types.ArchitectureValuesArm64Mac}
)

const (
	linux   = "Linux/UNIX"
	windows = "Windows"
)

// publishers follow the name patterns of well-known publishers.
var publishers = []publisher{
	{owner: "137112412989", alias: "amazon", name: "al2023-ami-2023.{n}.{date}.0-kernel-6.1-{arch}", description: "Amazon Linux 2023 AMI 2023.{n}.{date}.0 {arch} HVM kernel-6.1", root: "/dev/xvda", gib: 8, arches: both, details: linux},
	{owner: "137112412989", alias: "amazon", name: "amzn2-ami-hvm-2.0.{date}.{n}-{arch}-gp2", description: "Amazon Linux 2 AMI 2.0.{date}.{n} {arch} HVM gp2", root: "/dev/xvda", gib: 8, arches: both, details: linux},
	{owner: "099720109477", name: "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{arch}-server-{date}", description: "Canonical, Ubuntu, 24.04, {arch} noble image", root: "/dev/sda1", gib: 8, arches: both, details: linux},
	{owner: "099720109477", name: "ubuntu/images-testing/hvm-ssd/ubuntu-jammy-daily-{arch}-server-{date}.{n}", root: "/dev/sda1", gib: 8, arches: both, details: linux},
	{owner: "801119661308", alias: "amazon", name: "Windows_Server-2022-English-Full-Base-{day}", description: "Microsoft Windows Server 2022 Full Locale English AMI provided by Amazon", root: "/dev/sda1", gib: 30, arches: intel, platform: "windows", details: windows},
	{owner: "602401143452", alias: "amazon", name: "amazon-eks-node-1.{n}-v{date}", description: "EKS Kubernetes Worker AMI with AmazonLinux2 image", root: "/dev/xvda", gib: 20, arches: both, details: linux},
	{owner: "136693071363", name: "debian-12-{arch}-{date}-{n}", description: "Debian 12 (20{n})", root: "/dev/xvda", gib: 8, arches: both, details: linux},
	{owner: "309956199498", name: "RHEL-9.{n}.0_HVM-{date}-{arch}-82-Hourly2-GP3", description: "Provided by Red Hat, Inc.", root: "/dev/sda1", gib: 10, arches: both, details: "Red Hat Enterprise Linux"},
	{owner: "679593333241", alias: "aws-marketplace", name: "CIS Ubuntu Linux 22.04 LTS Benchmark [Level 1] - v{n} -prod-{date}", description: "CIS hardened image", root: "/dev/sda1", gib: 30, arches: intel, details: linux, product: "a1b2c3d4e5f6g7h8i9j0k1l2m"},
	{owner: "092701018921", alias: "amazon", name: "bottlerocket-aws-k8s-1.{n}-{arch}-v1.20.{n}-{date}", root: "/dev/xvda", gib: 2, arches: both, details: linux},
	{owner: Account, name: "web-{n} (golden) {day}", description: "built by the pipeline", root: "/dev/xvda", gib: 16, arches: both, details: linux, tags: true},
	{owner: "100343932686", alias: "amazon", name: "amzn-ec2-macos-14.{n}-{date}-{arch}", description: "Amazon EC2 macOS Sonoma 14.{n}", root: "/dev/sda1", gib: 100, arches: mac, details: linux},
	{owner: "063491364108", name: "legacy-instance-store-{arch}-{date}", arches: old, details: linux},
	{owner: Account, name: "AwsBackup_i-0{date}00000{n}_{date}", description: "created by AWS Backup", root: "/dev/xvda", gib: 50, arches: intel, details: linux, tags: true},
}

// Catalog returns the first n images of a fictitious Region, always the same.
// All IDs are different.
//
// There are 14 kinds of images. Most have the name patterns, owners,
// architectures and disks of well-known publishers, such as al2023-ami-2023.*,
// ubuntu/images/*, debian-12-* and Windows_Server-2022-*. The tagged images
// named web-* and AwsBackup_* are those of [Account]; images named
// RHEL-*-Access2-* are private images that are shared with it. Creation dates
// are spread, in no order, over the six years before 2026.
//
// Like real images, some lack a Name, a CreationDate, milliseconds in it, a
// Description, a DeprecationTime or a root device. Some are deprecated; some have
// up to 27 block devices, or one without Ebs; some of the account's own are
// disabled, pending or failed.
func Catalog(n int) []types.Image {
	images := make([]types.Image, n)
	for i := range images {
		images[i] = catalogImage(i)
	}
	return images
}

// The images of the catalog were created in the six years before this day.
var catalogDay = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func catalogImage(i int) types.Image {
	r := scramble(uint64(i))
	p := &publishers[i%len(publishers)]
	// one reports true for a pseudorandom one in n images. Each reason selects
	// different images.
	one := func(n, reason uint64) bool { return scramble(r+reason)%n == 0 }

	created := catalogDay.Add(-time.Duration(r%(6*365*24*3600*1000)) * time.Millisecond)
	arch := p.arches[r>>32%uint64(len(p.arches))]
	fill := func(template string) string { return fill(template, created, arch, int(r>>40%40)) }

	image := types.Image{
		Architecture:       arch,
		BootMode:           types.BootModeValuesUefiPreferred,
		EnaSupport:         aws.Bool(true),
		Hypervisor:         types.HypervisorTypeXen,
		ImageId:            aws.String("ami-0" + hexadecimal(r)),
		ImageType:          types.ImageTypeValuesMachine,
		OwnerId:            aws.String(p.owner),
		PlatformDetails:    aws.String(p.details),
		Platform:           p.platform,
		Public:             aws.Bool(p.owner != Account),
		RootDeviceType:     types.DeviceTypeEbs,
		State:              types.ImageStateAvailable,
		UsageOperation:     aws.String("RunInstances"),
		VirtualizationType: types.VirtualizationTypeHvm,
	}
	layout := "2006-01-02T15:04:05.000Z"
	if one(3, 1) {
		layout = time.RFC3339
	}
	image.CreationDate = aws.String(created.Format(layout))
	if one(50, 2) {
		image.CreationDate = aws.String("")
	}
	name := fill(p.name)
	// Red Hat shares images with its subscribers.
	if p.owner == "309956199498" && one(4, 12) {
		name = strings.Replace(name, "Hourly2", "Access2", 1)
		image.Public = aws.Bool(false)
	}
	image.ImageLocation = aws.String(p.owner + "/" + name)
	if !one(36, 3) {
		image.Name = &name
	}
	if p.description != "" && !one(5, 4) {
		image.Description = aws.String(fill(p.description))
	}
	if p.alias != "" {
		image.ImageOwnerAlias = aws.String(p.alias)
	}
	if p.owner != Account && !one(10, 5) {
		// An image is deprecated two years after it was created. For most
		// images it is 100 years, so that tests do not depend on the current
		// date.
		years := 100
		if one(3, 11) && created.AddDate(2, 0, 0).Before(catalogDay) {
			years = 2
		}
		image.DeprecationTime = aws.String(created.AddDate(years, 0, 0).Format("2006-01-02T15:04:00.000Z"))
	}
	if one(4, 6) {
		image.ImdsSupport = types.ImdsSupportValuesV20
	}
	if p.product != "" {
		image.ProductCodes = []types.ProductCode{{ProductCodeId: aws.String(p.product), ProductCodeType: types.ProductCodeValuesMarketplace}}
	}
	if p.tags {
		image.Tags = []types.Tag{
			{Key: aws.String("Name"), Value: aws.String(name)},
			{Key: aws.String("Team"), Value: aws.String([]string{"payments", "search", "platform"}[r>>16%3])},
			{Key: aws.String("CostCenter"), Value: aws.String("")},
		}
	}
	switch {
	case one(100, 7) && p.owner == Account:
		image.State = types.ImageStatePending
	case one(100, 8) && p.owner == Account:
		image.State = types.ImageStateFailed
		image.StateReason = &types.StateReason{Code: aws.String("Client.UserInitiatedShutdown"), Message: aws.String("the instance went away")}
	case one(200, 9) && p.owner == Account:
		image.State = types.ImageStateDisabled
	}
	if p.root == "" {
		image.RootDeviceType = types.DeviceTypeInstanceStore
		image.VirtualizationType = types.VirtualizationTypeParavirtual
		image.EnaSupport = nil
		image.BootMode = ""
		return image
	}
	image.RootDeviceName = aws.String(p.root)
	image.BlockDeviceMappings = disks(p, r, one(100, 10))
	return image
}

// fill returns a template with its placeholders replaced.
func fill(template string, created time.Time, arch types.ArchitectureValues, n int) string {
	text := make([]byte, 0, 2*len(template))
	for {
		before, rest, found := strings.Cut(template, "{")
		text = append(text, before...)
		if !found {
			return string(text)
		}
		var place string
		place, template, _ = strings.Cut(rest, "}")
		switch place {
		case "date":
			text = created.AppendFormat(text, "20060102")
		case "day":
			text = created.AppendFormat(text, "2006.01.02")
		case "arch":
			text = append(text, arch...)
		case "n":
			text = strconv.AppendInt(text, int64(n), 10)
		}
	}
}

// disks returns a root volume, sometimes an instance store volume without Ebs,
// and, if many is true, 25 more volumes.
func disks(p *publisher, r uint64, many bool) []types.BlockDeviceMapping {
	volume := func(device string, n uint64) types.BlockDeviceMapping {
		return types.BlockDeviceMapping{DeviceName: &device, Ebs: &types.EbsBlockDevice{
			DeleteOnTermination: aws.Bool(true),
			Encrypted:           aws.Bool(false),
			SnapshotId:          aws.String("snap-0" + hexadecimal(scramble(r+n+100))),
			VolumeSize:          aws.Int32(p.gib),
			VolumeType:          types.VolumeTypeGp3,
		}}
	}
	mappings := []types.BlockDeviceMapping{volume(p.root, 0)}
	if r>>24%4 == 0 {
		mappings = append(mappings, types.BlockDeviceMapping{DeviceName: aws.String("/dev/sdb"), VirtualName: aws.String("ephemeral0")})
	}
	if many {
		for n := range 25 {
			mappings = append(mappings, volume("/dev/xvd"+string(rune('b'+n)), uint64(n)+1))
		}
	}
	return mappings
}

func hexadecimal(n uint64) string {
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, n))
}

// scramble is the finalizer of SplitMix64. It is a bijection.
func scramble(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}
