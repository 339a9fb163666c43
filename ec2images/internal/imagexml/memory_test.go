package imagexml_test

import (
	"bytes"
	"math"
	"net/http"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
)

// fullImage returns the n-th image with all fields and lists of two.
func fullImage(int) types.Image { return fullImages(1)[0] }

var memoryShapes = append([]pageShape{{"full", fullImage}}, pageShapes...)

// pageClient returns a client that receives the page for every request.
func pageClient(page []byte, optFns ...func(*ec2.Options)) *ec2.Client {
	return newDecoderClient(func(*http.Request) (*http.Response, error) {
		return xmlResponse(200, bytes.NewReader(page)), nil
	}, optFns...)
}

// mustDescribe returns the images that the client receives.
func mustDescribe(tb testing.TB, client *ec2.Client) []types.Image {
	tb.Helper()
	out, err := client.DescribeImages(tb.Context(), nil)
	if err != nil {
		tb.Fatal(err)
	}
	return out.Images
}

// underRace reports whether the race detector is on. It adds memory to each
// allocation, and makes a sync.Pool drop values.
func underRace() bool {
	info, _ := debug.ReadBuildInfo()
	return info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// The cost of one more image, rounded: a page may also allocate a buffer, which
// is not part of the image.
func TestFastDecoder_allocations(t *testing.T) {
	const n, most = 200, 12
	for _, shape := range memoryShapes {
		allocs := func(n int) float64 {
			client := pageClient(shape.page(t, n), ec2images.FastDecoder)
			return testing.AllocsPerRun(5, func() { mustDescribe(t, client) })
		}
		got := math.Round((allocs(2*n) - allocs(n)) / n)
		t.Logf("%s: %v allocations an image", shape.name, got)
		if got > most {
			t.Errorf("%s: got %v allocations an image, want at most %d", shape.name, got, most)
		}
	}
}

// The first page also allocates a buffer.
func TestFastDecoder_bytes(t *testing.T) {
	compare(t)
	most := 3.0
	if underRace() {
		most = 3.5
	}
	for _, shape := range memoryShapes {
		for _, n := range []int{1000, 5000} {
			page := shape.page(t, n)
			client := pageClient(page, ec2images.FastDecoder)
			liveHeap() // no buffer remains
			for _, call := range []string{"first", "next"} {
				before := memStats().TotalAlloc
				mustDescribe(t, client)
				got := float64(memStats().TotalAlloc-before) / float64(len(page))
				t.Logf("%s, %d images, %s page: %.2f times its bytes", shape.name, n, call, got)
				if got > most {
					t.Errorf("%s, %d images, %s page: got %.2f times its bytes, want at most %v", shape.name, n, call, got, most)
				}
			}
		}
	}
}

func memStats() (m runtime.MemStats) {
	runtime.ReadMemStats(&m)
	return m
}

// liveHeap returns the number of bytes in use.
func liveHeap() int {
	runtime.GC()
	runtime.GC() // buffers that are kept for reuse survive the first collection
	runtime.GC()
	return int(memStats().HeapAlloc)
}

// One image of each page is retained. If it retained its page, or a buffer,
// that would be some hundred kilobytes.
func TestFastDecoder_keptImage(t *testing.T) {
	compare(t)
	const pages, most = 64, 8 << 10
	page := taggedPage(t, 100)
	client := pageClient(page, ec2images.FastDecoder)

	before := liveHeap()
	kept := make([]types.Image, pages)
	for i := range kept {
		kept[i] = mustDescribe(t, client)[i]
	}
	got := (liveHeap() - before) / pages
	if got > most {
		t.Errorf("got %d bytes for each image that is kept, want at most %d", got, most)
	}
	t.Logf("%d bytes for each image that is kept, of a page of %d", got, len(page))
	runtime.KeepAlive(kept)
	runtime.KeepAlive(client)
}

func taggedPage(tb testing.TB, n int) []byte {
	return pageShape{image: taggedImage}.page(tb, n)
}

// A retained string retains the text of its image.
func TestFastDecoder_keptString(t *testing.T) {
	compare(t)
	const pages, most = 64, 4 << 10
	client := pageClient(taggedPage(t, 100), ec2images.FastDecoder)

	before := liveHeap()
	kept := make([]string, pages)
	for i := range kept {
		kept[i] = *mustDescribe(t, client)[i].ImageId
	}
	if got := (liveHeap() - before) / pages; got > most {
		t.Errorf("got %d bytes for each string that is kept, want at most %d", got, most)
	}
	runtime.KeepAlive(kept)
	runtime.KeepAlive(client)
}

// The buffer of a document that is much larger than a page is not kept. A kept
// buffer would still exist after one collection.
func TestFastDecoder_hugeDocument(t *testing.T) {
	compare(t)
	const most = 4 << 20
	client := pageClient(taggedPage(t, 6000), ec2images.FastDecoder)
	before := liveHeap()
	if got := len(mustDescribe(t, client)); got != 6000 {
		t.Errorf("got %d images, want 6000", got)
	}
	runtime.GC()
	if got := int(memStats().HeapAlloc) - before; got > most {
		t.Errorf("got %d bytes in use after a document of %d, want at most %d", got, len(taggedPage(t, 6000)), most)
	}
	runtime.KeepAlive(client) // and the document in it, which existed before
}

// A change to one image does not change another, nor does a change to one value
// of an image change its other values.
func TestFastDecoder_ownMemory(t *testing.T) {
	want := fullImages(2)
	client := pageClient(imagesDocument(t, want, nil), ec2images.FastDecoder)
	images := mustDescribe(t, client)
	second := mustDescribe(t, client)[1]

	image := images[0]
	*image.ImageId, *image.Public, *image.BlockDeviceMappings[0].Ebs.Iops = "changed", false, -1
	image.Tags = append(image.Tags, types.Tag{Key: aws.String("added")})
	image.BlockDeviceMappings = append(image.BlockDeviceMappings, types.BlockDeviceMapping{})
	image.InstanceTypeSpecification.SupportedInstanceTypes = append(image.InstanceTypeSpecification.SupportedInstanceTypes, types.InstanceTypeItem{})

	wantFirst := want[0]
	wantFirst.ImageId, wantFirst.Public = aws.String("changed"), aws.Bool(false)
	wantFirst.BlockDeviceMappings[0].Ebs.Iops = aws.Int32(-1)
	wantFirst.Tags = append(wantFirst.Tags, types.Tag{Key: aws.String("added")})
	wantFirst.BlockDeviceMappings = append(wantFirst.BlockDeviceMappings, types.BlockDeviceMapping{})
	specification := *wantFirst.InstanceTypeSpecification
	specification.SupportedInstanceTypes = append(specification.SupportedInstanceTypes, types.InstanceTypeItem{})
	wantFirst.InstanceTypeSpecification = &specification

	for _, tt := range []struct {
		name      string
		got, want types.Image
	}{
		{"changed image", image, wantFirst},
		{"next image", images[1], want[1]},
		{"image of the same page, decoded again", second, want[1]},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%s: got %+v, want %+v", tt.name, tt.got, tt.want)
		}
	}
}
