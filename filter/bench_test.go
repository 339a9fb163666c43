package filter_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
)

// One operation is one image.
func BenchmarkMatch(b *testing.B) {
	images := ec2imagestest.Catalog(1200)
	for _, bm := range []struct {
		name    string
		filters []types.Filter
	}{
		{"filters=1", filter.And(filter.Name.Like("al2023-ami-2023.*-x86_64"))},
		{"filters=1/literal", filter.And(filter.Architecture.Is(types.ArchitectureValuesArm64))},
		{"filters=1/contains", filter.And(filter.Name.Like("*noble*server*"))},
		{"filters=1/question", filter.And(filter.Name.Like("al2023-ami-2023.??.????????.?-kernel-6.?-x86?64"))},
		{"filters=1/number", filter.And(filter.BlockDeviceMappingVolumeSize.Is(30))},
		// Ordered so that every image goes through many.
		{"filters=10", filter.And(
			filter.State.Is(types.ImageStateAvailable),
			filter.ImageType.Is(types.ImageTypeValuesMachine),
			filter.VirtualizationType.Is(types.VirtualizationTypeHvm),
			filter.RootDeviceType.Is(types.DeviceTypeEbs),
			filter.ENASupport.Is(true),
			filter.BlockDeviceMappingVolumeSize.Is(8, 16),
			filter.OwnerID.Like("*2*"),
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
				img := types.Image{Description: aws.String(strings.Repeat("a", n))}
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
