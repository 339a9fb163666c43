package filter_test

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

func TestMatcher_IsCertain(t *testing.T) {
	for _, test := range []struct {
		reason  string
		filters []types.Filter
		want    bool
	}{
		{"no filters", nil, true},
		{"attributes with one value", filter.And(filter.Name.Like("web-*"), filter.Architecture.Is("arm64"), filter.State.Is(filter.StateAvailable)), true},
		{"an attribute with one value, twice", filter.And(filter.Name.Like("web-*"), filter.Name.Like("*-1")), true},
		{"one filter on devices", filter.And(filter.BlockDeviceMappingEncrypted.Is(true), filter.Name.Is("a")), true},
		{"two filters on devices", filter.And(filter.BlockDeviceMappingEncrypted.Is(true), filter.BlockDeviceMappingVolumeSize.Is(8)), false},
		{"the same filter on devices twice", filter.And(filter.BlockDeviceMappingVolumeSize.Is(8), filter.BlockDeviceMappingVolumeSize.Is(16)), false},
		{"two filters on product codes", filter.And(filter.ProductCode.Is("a"), filter.ProductCodeType.Is(filter.ProductCodeTypeMarketplace)), false},
		{"one filter on product codes", filter.And(filter.ProductCode.Is("a")), true},
		{"two filters on watermarks", filter.And(filter.ImageWatermarkSourceImageID.Is("a"), filter.ImageWatermarkWatermarkKey.Is("b")), false},
		{"two filters on instance types", filter.And(filter.InstanceTypeSpecificationSupportedInstanceType.Is("a"), filter.InstanceTypeSpecificationUnsupportedInstanceType.Is("b")), false},
		{"one filter on each of two such attributes", filter.And(filter.BlockDeviceMappingEncrypted.Is(true), filter.ProductCode.Is("a")), true},
		{"two tags", filter.And(filter.Tag("Team").Is("db"), filter.Tag("Stage").Is("prod")), true},
		{"a tag and a key", filter.And(filter.Tag("Team").Is("db"), filter.TagKey.Is("Stage")), true},
		{"two keys", filter.And(filter.TagKey.Is("Team"), filter.TagKey.Is("Stage")), false},
		{"one tag twice", filter.And(filter.Tag("Team").Like("d*"), filter.Tag("Team").Like("*b")), false},
		{"a ?", filter.And(filter.Name.Like("web-?")), false},
		{"a literal ?", filter.And(filter.Name.Is("web-?")), true},
		{"a ? in one of two values", filter.And(filter.Name.Like("web-1", "web-?")), false},
		{"any text, the empty one too", filter.And(filter.Description.Like("*")), false},
		{"any value of a tag", filter.And(filter.Tag("Team").Like("*")), true},
		{"an empty value of a tag", filter.And(filter.Tag("Team").Is("")), true},
		{"a day", filter.And(filter.CreationDate.On(scanned)), true},
		{"a month", filter.And(filter.CreationDate.Between(scanned.AddDate(0, 0, 1-scanned.Day()).Truncate(24*3600e9), scanned.AddDate(0, 1, 1-scanned.Day()).Truncate(24*3600e9))), true},
		{"a second's prefix", filter.And(filter.CreationDate.Like("2021-09-29T11:04:43*")), true},
		{"the form with milliseconds", filter.And(filter.CreationDate.Like("2021-09-29T11:04:43.*")), false},
		{"the end of a time", filter.And(filter.ScanResultFindingScanDate.Like("*.000Z")), false},
		{"a whole time", filter.And(filter.CreationDate.Like("2021-09-29T11:04:43Z")), false},
	} {
		t.Run(test.reason, func(t *testing.T) {
			m, err := filter.Compile(test.filters)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.IsCertain(); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestMatcher_IsCertain_or(t *testing.T) {
	doubtful := filter.And(filter.Name.Like("web-?"))
	for _, test := range []struct {
		reason string
		anyOf  *filter.Alternatives
		want   bool
	}{
		{"both", filter.Or(webARM, dbTeam), true},
		{"one filter on devices in each", filter.Or(filter.And(filter.BlockDeviceMappingEncrypted.Is(true)), filter.And(filter.BlockDeviceMappingVolumeSize.Is(8))), true},
		{"one of them", filter.Or(webARM, doubtful), false},
	} {
		t.Run(test.reason, func(t *testing.T) {
			if got := mustCompile(t, test.anyOf).IsCertain(); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	if !new(filter.Matcher).IsCertain() {
		t.Error("got false for the zero Matcher, want true")
	}
}

// An image that a certain Matcher matches is selected also by the strictest EC2
// that the documentation allows.
func TestMatcher_IsCertain_strictly(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	certain, refuted := 0, 0
	for range 2000 {
		for _, filters := range randomOr(rng).All() {
			m, err := filter.Compile(filters)
			if err != nil {
				t.Fatal(err)
			}
			for range 20 {
				img := randomImage(rng)
				switch {
				case !m.Match(img):
				case m.IsCertain() && !strictly(filters, img):
					t.Fatalf("%s is certain to match %v, want a doubt", filter.Format(filters), img)
				case m.IsCertain():
					certain++
				case !strictly(filters, img):
					refuted++
				}
			}
		}
	}
	t.Logf("%d matches were certain, %d others would not be selected", certain, refuted)
	if certain < 1000 || refuted < 1000 {
		t.Error("want a test that tells more")
	}
}

// strictly reports whether EC2 selects img if ? matches exactly one character,
// empty texts match nothing but a tag's value, times are compared as the image
// has them, and one block device must match all filters on block devices.
func strictly(filters []types.Filter, img types.Image) bool {
	devices := img.BlockDeviceMappings
	for _, f := range filters {
		if strings.HasPrefix(*f.Name, "block-device-mapping.") {
			devices = slices.DeleteFunc(slices.Clone(devices), func(d types.BlockDeviceMapping) bool {
				return !strictText(f.Values, deviceText(*f.Name, d))
			})
			if len(devices) == 0 {
				return false
			}
		} else if !slices.ContainsFunc(imageTexts(*f.Name, img), func(text string) bool {
			return (text != "" || *f.Name == "tag:Team") && strictText(f.Values, text)
		}) {
			return false
		}
	}
	return true
}

// strictText reports whether text matches one of values, which have no escapes.
func strictText(values []string, text string) bool {
	return slices.ContainsFunc(values, func(value string) bool {
		expr := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(value))
		return regexp.MustCompile("^" + expr + "$").MatchString(text)
	})
}

func deviceText(name string, d types.BlockDeviceMapping) string {
	switch name {
	case "block-device-mapping.volume-size":
		return strconv.Itoa(int(*d.Ebs.VolumeSize))
	case "block-device-mapping.volume-type":
		return string(d.Ebs.VolumeType)
	case "block-device-mapping.encrypted":
		return strconv.FormatBool(*d.Ebs.Encrypted)
	}
	panic(name)
}

func imageTexts(name string, img types.Image) (texts []string) {
	switch name {
	case "architecture":
		return []string{string(img.Architecture)}
	case "name":
		return []string{*img.Name}
	case "state":
		return []string{string(img.State)}
	case "creation-date":
		return []string{*img.CreationDate}
	case "tag-key":
		for _, tag := range img.Tags {
			texts = append(texts, *tag.Key)
		}
		return texts
	case "tag:Team":
		for _, tag := range img.Tags {
			if *tag.Key == "Team" {
				texts = append(texts, *tag.Value)
			}
		}
		return texts
	}
	panic(name)
}
