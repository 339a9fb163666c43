package filter_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

// catalogue returns n images like those that a service sees: several systems, two
// architectures, a build a day, one to three devices, some tags.
func catalogue(n int) []types.Image {
	systems := []string{"al2023-ami-2023.5", "amzn2-ami-hvm-2.0", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server", "Windows_Server-2022-English-Full-Base", "web"}
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	images := make([]types.Image, n)
	for i := range images {
		system, built := systems[i%len(systems)], start.Add(time.Duration(i)*5*time.Hour)
		arch := types.ArchitectureValues("").Values()[1+i%2]
		img := &images[i]
		*img = types.Image{
			Architecture:       arch,
			CreationDate:       new(built.Format("2006-01-02T15:04:05.000Z")),
			Description:        new("The image " + system + ", built by the pipeline"),
			EnaSupport:         new(true),
			Hypervisor:         types.HypervisorTypeXen,
			ImageId:            new(fmt.Sprintf("ami-%017x", i)),
			ImageType:          types.ImageTypeValuesMachine,
			Name:               new(fmt.Sprintf("%s-%s-%s-gp3", system, built.Format("20060102"), arch)),
			OwnerId:            new(fmt.Sprintf("%012d", 100000000000+i%7)),
			Public:             new(i%3 > 0),
			RootDeviceName:     new("/dev/xvda"),
			RootDeviceType:     types.DeviceTypeEbs,
			State:              types.ImageStateAvailable,
			Tags:               []types.Tag{{Key: new("Owner"), Value: new("Team" + string(rune('A'+i%4)))}, {Key: new("Name"), Value: new(system)}},
			VirtualizationType: types.VirtualizationTypeHvm,
		}
		for d := range 1 + i%3 {
			img.BlockDeviceMappings = append(img.BlockDeviceMappings, types.BlockDeviceMapping{
				DeviceName: new("/dev/xvd" + string(rune('a'+d))),
				Ebs:        &types.EbsBlockDevice{VolumeSize: new(int32(8 << d)), VolumeType: types.VolumeTypeGp3, Encrypted: new(false)},
			})
		}
	}
	return images
}

// One operation is one image.
func BenchmarkMatch(b *testing.B) {
	images := catalogue(1200)
	for _, bm := range []struct {
		name    string
		filters []types.Filter
	}{
		{"filters=1", filter.And(filter.Name.Like("al2023-ami-2023.*-x86_64-*"))},
		{"filters=1/literal", filter.And(filter.Architecture.Is(types.ArchitectureValuesArm64))},
		{"filters=1/contains", filter.And(filter.Name.Like("*noble*amd64*"))},
		{"filters=1/question", filter.And(filter.Name.Like("al2023-ami-2023.?-????????-x86?64-*"))},
		{"filters=1/number", filter.And(filter.BlockDeviceMappingVolumeSize.Is(32))},
		// Ordered so that every image goes through many.
		{"filters=10", filter.And(
			filter.State.Is(filter.StateAvailable),
			filter.ImageType.Is(types.ImageTypeValuesMachine),
			filter.VirtualizationType.Is(types.VirtualizationTypeHvm),
			filter.RootDeviceType.Is(types.DeviceTypeEbs),
			filter.ENASupport.Is(true),
			filter.BlockDeviceMappingVolumeSize.Is(8, 16),
			filter.Tag("Owner").Like("Team*"),
			filter.CreationDate.Like("202*"),
			filter.Architecture.Is(types.ArchitectureValuesArm64, types.ArchitectureValuesX8664),
			filter.Name.Like("al2023-ami-2023.*", "ubuntu/*24.04*"),
		)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			m, err := filter.Compile(bm.filters)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			selected, i := 0, 0
			for b.Loop() {
				if m.Match(images[i%len(images)]) {
					selected++
				}
				i++
			}
			b.ReportMetric(float64(selected)/float64(i), "selected")
		})
	}
}

// The time grows with the text, not with the ways to divide it among the stars.
func BenchmarkPattern(b *testing.B) {
	for _, pattern := range []string{
		strings.Repeat("*a", 20) + "*b",
		strings.Repeat("*a", 20) + "*b*",
		strings.Repeat("*a?", 20) + "*b*",
		strings.Repeat("a?", 60) + "*b?",
	} {
		for n := 1 << 10; n <= 1<<16; n <<= 3 {
			b.Run(fmt.Sprintf("%.8s…%s/text=%d", pattern, pattern[len(pattern)-3:], n), func(b *testing.B) {
				m, err := filter.Compile(filter.And(filter.Description.Like(pattern)))
				if err != nil {
					b.Fatal(err)
				}
				img := types.Image{Description: new(strings.Repeat("a", n))}
				b.ReportAllocs()
				for b.Loop() {
					if m.Match(img) {
						b.Fatal("got selected, want not")
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/char")
			})
		}
	}
}

func BenchmarkBetween(b *testing.B) {
	from := time.Date(2020, 1, 1, 0, 0, 0, 1e6, time.UTC)
	for _, to := range []time.Time{from.AddDate(0, 0, 1), from.AddDate(9, 8, 28)} {
		b.Run(fmt.Sprintf("values=%d", len(filter.CreationDate.Between(from, to).Values)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				filter.CreationDate.Between(from, to)
			}
		})
	}
}
