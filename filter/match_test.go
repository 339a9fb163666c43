package filter_test

import (
	"errors"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

func TestMatch(t *testing.T) {
	var (
		tags = func(kv ...string) (tags []types.Tag) {
			for i := 0; i < len(kv); i += 2 {
				tags = append(tags, types.Tag{Key: &kv[i], Value: &kv[i+1]})
			}
			return tags
		}
		created = func(date string) types.Image { return types.Image{CreationDate: &date} }
		named   = func(name string) types.Image { return types.Image{Name: &name} }
		size    = func(size int32) types.BlockDeviceMapping {
			return types.BlockDeviceMapping{Ebs: &types.EbsBlockDevice{VolumeSize: &size}}
		}
		webARM = types.Image{Name: aws.String("web"), Architecture: types.ArchitectureValuesArm64}
		two    = types.Image{Tags: tags("Owner", "TeamA", "CostCenter", "42")}
		wholes = types.Image{ScanResults: &types.ScanResults{FindingScanDate: aws.Time(time.Date(2025, 5, 6, 7, 8, 9, 0, time.UTC))}}
	)
	for _, test := range []struct {
		reason  string
		filters []types.Filter
		img     types.Image
		want    bool
	}{
		{"no filters", nil, types.Image{}, true},
		{"both filters", filter.And(filter.Name.Is("web"), filter.Architecture.Is("arm64")), webARM, true},
		{"one of two filters", filter.And(filter.Name.Is("web"), filter.Architecture.Is("x86_64")), webARM, false},
		{"one of two values", filter.And(filter.Name.Is("db", "web")), webARM, true},
		{"none of two values", filter.And(filter.Name.Is("db", "app")), webARM, false},
		{"the same name twice (ansible-collections/amazon.aws#1354)", filter.And(filter.TagKey.Is("Owner"), filter.TagKey.Is("CostCenter")), two, true},
		{"the same name twice, one missing", filter.And(filter.TagKey.Is("Owner"), filter.TagKey.Is("Name")), two, false},
		{"201 values of one filter are EC2's limit, not one of memory", filter.And(filter.Name.Is(append(make([]string, 200), "web")...)), webARM, true},
		{"two patterns of one name", filter.And(filter.Name.Like("w*"), filter.Name.Like("*b")), webARM, true},

		{"a literal with wildcards in it", filter.And(filter.Name.Is("web*")), named("web-1"), false},
		{"the literal itself", filter.And(filter.Name.Is("web*")), named("web*"), true},
		{"an empty name matches *", filter.And(filter.Name.Like("*")), named(""), true},
		{"no name does not", filter.And(filter.Name.Like("*")), types.Image{}, false},
		{"an enumeration that is not told does not", filter.And(filter.Raw("platform", "*")), types.Image{}, false},
		{"a value that the filter has not selects nothing", filter.And(filter.Raw("hypervisor", "kvm")), types.Image{Hypervisor: "xen"}, false},
		{"a pattern of an enumeration", filter.And(filter.Raw("architecture", "arm*")), webARM, true},

		{"Windows as EC2 answers", filter.And(filter.Platform.Is("windows")), types.Image{Platform: "windows"}, true},
		{"Windows as the SDK's constant", filter.And(filter.Platform.Is("windows")), types.Image{Platform: types.PlatformValuesWindows}, true},
		{"the constant is no value", filter.And(filter.Raw("platform", "Windows")), types.Image{Platform: types.PlatformValuesWindows}, false},

		{"an empty tag value", filter.And(filter.Tag("Owner").Is("")), types.Image{Tags: tags("Owner", "")}, true},
		{"an empty value is not any value", filter.And(filter.Tag("Owner").Is("")), two, false},
		{"an empty value is no tag either", filter.And(filter.Tag("Owner").Is("")), types.Image{}, false},
		{"a tag without a value has an empty one", filter.And(filter.Tag("Owner").Is("")), types.Image{Tags: []types.Tag{{Key: aws.String("Owner")}}}, true},
		{"a tag's key is literal", filter.And(filter.Tag("Own*").Like("*")), two, false},
		{"a tag's key may have a star", filter.And(filter.Tag("*").Is("x")), types.Image{Tags: tags("*", "x")}, true},
		{"a tag's key may have a colon", filter.And(filter.Tag("aws:x").Is("x")), types.Image{Tags: tags("aws:x", "x")}, true},
		{"a tag's key is case-sensitive", filter.And(filter.Tag("owner").Like("*")), two, false},
		{"key and value of one tag", filter.And(filter.Tag("Owner").Is("42")), two, false},

		{"the second device", filter.And(filter.BlockDeviceMappingVolumeSize.Is(16)), types.Image{BlockDeviceMappings: []types.BlockDeviceMapping{{}, size(16)}}, true},
		{"two devices for two filters", filter.And(filter.BlockDeviceMappingVolumeSize.Is(8), filter.BlockDeviceMappingVolumeSize.Is(16)), types.Image{BlockDeviceMappings: []types.BlockDeviceMapping{size(8), size(16)}}, true},
		{"a number is text", filter.And(filter.Raw("block-device-mapping.volume-size", "1*")), types.Image{BlockDeviceMappings: []types.BlockDeviceMapping{size(16)}}, true},
		{"a large number", filter.And(filter.BlockDeviceMappingVolumeSize.Is(65536)), types.Image{BlockDeviceMappings: []types.BlockDeviceMapping{size(65536)}}, true},
		{"a boolean is text", filter.And(filter.Raw("is-public", "t*")), types.Image{Public: aws.Bool(true)}, true},
		{"a boolean of another case", filter.And(filter.Raw("is-public", "True")), types.Image{Public: aws.Bool(true)}, false},
		{"false is not absent", filter.And(filter.IsPublic.Is(false)), types.Image{}, false},

		{"a date with milliseconds", filter.And(filter.CreationDate.Like("2021-09-29T11:04:43.000Z")), created("2021-09-29T11:04:43.000Z"), true},
		{"a date without", filter.And(filter.CreationDate.Like("2021-09-29T11:04:43Z")), created("2021-09-29T11:04:43Z"), true},
		{"milliseconds asked for, none there", filter.And(filter.CreationDate.Like("2021-09-29T11:04:43.000Z")), created("2021-09-29T11:04:43Z"), true},
		{"none asked for, milliseconds there", filter.And(filter.CreationDate.Like("2021-09-29T11:04:43Z")), created("2021-09-29T11:04:43.000Z"), true},
		{"a millisecond later", filter.And(filter.CreationDate.Like("2021-09-29T11:04:43Z")), created("2021-09-29T11:04:43.001Z"), false},
		{"an empty date", filter.And(filter.CreationDate.Like("2*")), created(""), false},
		{"no date at all", filter.And(filter.CreationDate.Like("*")), types.Image{}, false},
		{"a date that is none", filter.And(filter.CreationDate.Like("soon")), created("soon"), true},
		{"a time in another zone", filter.And(filter.ScanResultFindingScanDate.On(scanned)), types.Image{ScanResults: &types.ScanResults{FindingScanDate: aws.Time(scanned.In(time.FixedZone("", -9*60*60)))}}, true},
		{"a scan's time with milliseconds", filter.And(filter.ScanResultFindingScanDate.Like("*.000Z")), wholes, true},
		{"a scan's time without", filter.And(filter.ScanResultFindingScanDate.Like("*:09Z")), wholes, true},
	} {
		t.Run(test.reason, func(t *testing.T) {
			got, err := filter.Match(test.filters, test.img)
			if err != nil || got != test.want {
				t.Errorf("got %v, %v, want %v", got, err, test.want)
			}
		})
	}
}

func TestCompile_errors(t *testing.T) {
	for _, test := range []struct {
		reason  string
		filters []types.Filter
		want    []error
	}{
		{"an unknown name", filter.And(filter.Raw("image-name", "web")), []error{filter.ErrUnknown}},
		{"another case", filter.And(filter.Raw("Name", "web")), []error{filter.ErrUnknown}},
		{"a filter of other calls", filter.And(filter.Raw("tag-value", "web")), []error{filter.ErrUnknown}},
		{"what an image cannot tell", filter.And(filter.PublicSSMParameterName.Is("/aws/service/x")), []error{filter.ErrUndecidable}},
		{"a name is missing, not unknown", []types.Filter{{Values: []string{"a"}}}, []error{filter.ErrNoName}},
		{"no values", filter.And(filter.Name.Is()), []error{filter.ErrNoValues}},
		{"a bad escape", filter.And(filter.Name.Like(`\d`)), []error{filter.ErrEscape}},
		{"all at once", filter.And(filter.Raw("x", `\`), filter.Name.Is("fine"), filter.Raw("y")), []error{filter.ErrEscape, filter.ErrUnknown, filter.ErrNoValues, filter.ErrUnknown}},
	} {
		t.Run(test.reason, func(t *testing.T) {
			m, err := filter.Compile(test.filters)
			checkReasons(t, err, test.want...)
			if m != nil {
				t.Error("got a Matcher with an error, want none")
			}
			if problem := new(filter.Error); !errors.As(err, &problem) || problem.Alternative != -1 {
				t.Errorf("got alternative %d outside of an OR, want -1", problem.Alternative)
			}
			selected, err := filter.Match(test.filters, fullImage)
			checkReasons(t, err, test.want...)
			if selected {
				t.Error("got selected with an error, want not")
			}
		})
	}
}

// A Matcher is not changed by what happens to the filters later.
func TestCompile_copies(t *testing.T) {
	filters := filter.And(filter.Name.Is("web"))
	m, err := filter.Compile(filters)
	if err != nil {
		t.Fatal(err)
	}
	filters[0].Values[0] = "db"
	filters[0].Name = aws.String("description")
	if !m.Match(types.Image{Name: aws.String("web")}) {
		t.Error("got not selected after the filters were changed, want selected")
	}
}

func TestMatcher_allocations(t *testing.T) {
	for _, test := range fieldTests {
		if test.name == string(filter.PublicSSMParameterName) {
			continue
		}
		// Patterns that need a complete match, on texts that must be formatted.
		m, err := filter.Compile(filter.And(test.filter, filter.Raw(test.name, "*", "?x*?"), filter.Raw(test.name, "?x*?", "*")))
		if err != nil {
			t.Fatal(err)
		}
		images := []types.Image{fullImage}
		if got := testing.AllocsPerRun(100, func() {
			for _, img := range images {
				if !m.Match(img) {
					t.Errorf("%s: got not selected, want selected", test.name)
				}
			}
		}); got != 0 {
			t.Errorf("%s: got %v allocations for an image, want 0", test.name, got)
		}
	}
}

func TestMatcher_concurrent(t *testing.T) {
	m, err := filter.Compile(filter.And(filter.Name.Like("w?b*"), filter.CreationDate.On(scanned)))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			img := types.Image{Name: aws.String("web"), CreationDate: aws.String(scanned.AddDate(0, 0, i%2).Format(time.RFC3339))}
			for range 1000 {
				if got, want := m.Match(img), i%2 == 0; got != want {
					t.Errorf("got %v, want %v", got, want)
					return
				}
			}
		}()
	}
	wg.Wait()
}

func TestMatcher_IsCertain(t *testing.T) {
	for _, test := range []struct {
		reason  string
		filters []types.Filter
		want    bool
	}{
		{"no filters", nil, true},
		{"attributes with one value", filter.And(filter.Name.Like("web-*"), filter.Architecture.Is("arm64"), filter.State.Is(types.ImageStateAvailable)), true},
		{"an attribute with one value, twice", filter.And(filter.Name.Like("web-*"), filter.Name.Like("*-1")), true},
		{"one filter on devices", filter.And(filter.BlockDeviceMappingEncrypted.Is(true), filter.Name.Is("a")), true},
		{"two filters on devices", filter.And(filter.BlockDeviceMappingEncrypted.Is(true), filter.BlockDeviceMappingVolumeSize.Is(8)), false},
		{"the same filter on devices twice", filter.And(filter.BlockDeviceMappingVolumeSize.Is(8), filter.BlockDeviceMappingVolumeSize.Is(16)), false},
		{"two filters on product codes", filter.And(filter.ProductCode.Is("a"), filter.ProductCodeType.Is(types.ProductCodeValuesMarketplace)), false},
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
		{"a prefix and more", filter.And(filter.CreationDate.Like("2021*-09*")), false},
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
	rng := rand.New(rand.NewPCG(1, 0))
	certain, refuted := 0, 0
	for range cases(200) {
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
	if certain < 100 || refuted < 100 {
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
