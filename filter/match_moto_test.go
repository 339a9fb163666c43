package filter_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
	"github.com/awsimages/awsimages/internal/peer"
)

// motoFilters are the filters that moto has, with the attribute of an image
// that they look at. Beside those that it lacks, these are left out:
//
//   - product-code, as moto does not return the product codes of an image;
//   - product-code.type, which is marketplace for images without a product
//     code;
//   - creation-date with a pattern, as moto compares dates without wildcards;
//   - tag-key with two values, as moto requires both;
//   - in a value: escapes, which moto does not support; ?, which is exactly one
//     character; and brackets, which are character classes;
//   - the same name twice, of which moto keeps the last.
var motoFilters = map[string]func(types.Image) string{
	"architecture":        func(img types.Image) string { return string(img.Architecture) },
	"boot-mode":           func(img types.Image) string { return string(img.BootMode) },
	"creation-date":       func(img types.Image) string { return aws.ToString(img.CreationDate) },
	"description":         func(img types.Image) string { return aws.ToString(img.Description) },
	"hypervisor":          func(img types.Image) string { return string(img.Hypervisor) },
	"image-id":            func(img types.Image) string { return aws.ToString(img.ImageId) },
	"image-type":          func(img types.Image) string { return string(img.ImageType) },
	"is-public":           func(img types.Image) string { return fmt.Sprint(aws.ToBool(img.Public)) },
	"kernel-id":           func(img types.Image) string { return aws.ToString(img.KernelId) },
	"name":                func(img types.Image) string { return aws.ToString(img.Name) },
	"owner-alias":         func(img types.Image) string { return aws.ToString(img.ImageOwnerAlias) },
	"owner-id":            func(img types.Image) string { return aws.ToString(img.OwnerId) },
	"platform":            func(img types.Image) string { return string(img.Platform) },
	"root-device-name":    func(img types.Image) string { return aws.ToString(img.RootDeviceName) },
	"root-device-type":    func(img types.Image) string { return string(img.RootDeviceType) },
	"source-instance-id":  func(img types.Image) string { return aws.ToString(img.SourceInstanceId) },
	"state":               func(img types.Image) string { return string(img.State) },
	"tag-key":             func(img types.Image) string { return tagOf(img, func(tag types.Tag) *string { return tag.Key }) },
	"tag:Team":            func(img types.Image) string { return tagOf(img, func(tag types.Tag) *string { return tag.Value }) },
	"virtualization-type": func(img types.Image) string { return string(img.VirtualizationType) },
}

// For random sets of filters, made from what its images have, moto selects the
// images that Match selects.
func TestMatch_moto(t *testing.T) {
	client := startMoto(t)
	describe := func(input *ec2.DescribeImagesInput) []types.Image {
		t.Helper()
		out, err := client.DescribeImages(t.Context(), input)
		if err != nil {
			t.Fatalf("DescribeImages: %v", err)
		}
		return out.Images
	}
	images := describe(nil)
	tagImages(t, client, images)
	images = describe(nil)
	t.Logf("%d images", len(images))

	rng := rand.New(rand.NewPCG(1, 0))
	some, all := 0, 0
	const sets = 30 // moto takes up to two seconds for each
	for range sets {
		filters := randomFilters(rng, images)
		var want []string
		for _, img := range images {
			selected, err := filter.Match(filters, img)
			if err != nil {
				t.Fatalf("%s: %v", describeFilters(filters), err)
			}
			if selected {
				want = append(want, *img.ImageId)
			}
		}
		var got []string
		for _, img := range describe(&ec2.DescribeImagesInput{Filters: filters}) {
			got = append(got, *img.ImageId)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: moto selects %d images, Match %d", describeFilters(filters), len(got), len(want))
		}
		if len(want) > 0 {
			some++
		}
		if len(want) == len(images) {
			all++
		}
	}
	t.Logf("of %d sets %d select something, %d everything", sets, some, all)
	if some < sets/6 || all > sets*5/6 {
		t.Errorf("got %d sets that select something and %d that select everything, want a test that tells more", some, all)
	}
}

// randomFilters returns one to four filters of different names, the first of
// which is one by which moto's images differ.
func randomFilters(rng *rand.Rand, images []types.Image) []types.Filter {
	differ := []string{"architecture", "description", "image-id", "name", "owner-id", "platform", "root-device-name", "tag:Team"}
	rng.Shuffle(len(differ), func(i, j int) { differ[i], differ[j] = differ[j], differ[i] })
	others := slices.Sorted(maps.Keys(motoFilters))
	rng.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
	others = slices.DeleteFunc(others, func(name string) bool { return name == differ[0] })

	img := images[rng.IntN(len(images))]
	var filters []types.Filter
	for _, name := range slices.Concat(differ[:1], others[:rng.IntN(4)]) {
		values := []string{randomValue(rng, name, img)}
		if name != "tag-key" {
			for range rng.IntN(3) {
				values = append(values, randomValue(rng, name, images[rng.IntN(len(images))]))
			}
		}
		filters = append(filters, filter.Raw(name, values...))
	}
	return filters
}

// randomValue returns what img has, most often, or a pattern made from it.
func randomValue(rng *rand.Rand, name string, img types.Image) string {
	value := motoFilters[name](img)
	if value == "" || strings.ContainsAny(value, `*?[]\`) || rng.IntN(16) == 0 {
		return "no-such-value"
	}
	if name == "creation-date" || name == "is-public" {
		return value
	}
	from := rng.IntN(len(value))
	to := from + 1 + rng.IntN(len(value)-from)
	switch rng.IntN(12) {
	case 0:
		return value[:to] + "*"
	case 1:
		return "*" + value[from:]
	case 2:
		return "*" + value[from:to] + "*"
	case 3:
		return value[:from] + "*" + value[to:]
	case 4:
		return strings.ToUpper(value)
	}
	return value
}

// tagImages gives some of the images a tag, as moto's have none.
func tagImages(t *testing.T, client *ec2.Client, images []types.Image) {
	t.Helper()
	for i, value := range []string{"", "TeamA", "TeamB", "Team A"} {
		if _, err := client.CreateTags(t.Context(), &ec2.CreateTagsInput{
			Resources: []string{*images[i].ImageId, *images[10+i].ImageId},
			Tags:      []types.Tag{{Key: aws.String("Team"), Value: &value}},
		}); err != nil {
			t.Fatalf("CreateTags: %v", err)
		}
	}
}

func tagOf(img types.Image, part func(types.Tag) *string) string {
	for _, tag := range img.Tags {
		return aws.ToString(part(tag))
	}
	return ""
}

func describeFilters(filters []types.Filter) string {
	var b strings.Builder
	for _, f := range filters {
		fmt.Fprintf(&b, "%s=%q ", *f.Name, f.Values)
	}
	return b.String()
}

// startMoto runs a moto server until the test ends and returns a client of it.
func startMoto(t *testing.T) *ec2.Client {
	t.Helper()
	url := peer.Moto(t)
	return ec2.New(ec2.Options{
		Region:       "us-east-1",
		BaseEndpoint: &url,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
}
