package ec2images_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"golang.org/x/sync/errgroup"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/filter"
)

// golden serves images that were built by a pipeline.
var golden = ec2imagestest.NewServer([]types.Image{
	build("ami-00000001", "web-1", types.ArchitectureValuesX8664, "2026-01-05T08:00:00.000Z"),
	build("ami-00000002", "web-2", types.ArchitectureValuesArm64, "2026-03-05T08:00:00Z"),
	build("ami-00000003", "web-10", types.ArchitectureValuesX8664, "2026-02-05T08:00:00.000Z"),
	build("ami-00000004", "db-1", types.ArchitectureValuesX8664, "2026-04-05T08:00:00.000Z"),
}).Client()

// build returns an image that the caller owns.
func build(id, name string, architecture types.ArchitectureValues, created string) types.Image {
	return types.Image{
		ImageId: &id, Name: &name, Architecture: architecture, CreationDate: &created,
		OwnerId: aws.String(ec2imagestest.Account), State: types.ImageStateAvailable,
		RootDeviceName:      aws.String("/dev/xvda"),
		BlockDeviceMappings: []types.BlockDeviceMapping{{DeviceName: aws.String("/dev/xvda"), Ebs: &types.EbsBlockDevice{SnapshotId: aws.String("snap-" + id[4:]), VolumeSize: aws.Int32(8)}}},
		Tags:                []types.Tag{{Key: aws.String("Team"), Value: aws.String("payments")}},
	}
}

// web selects the images of the pipeline whose names begin with web-.
var web = &ec2.DescribeImagesInput{
	Owners:  []string{"self"},
	Filters: filter.And(filter.Name.Like("web-*")),
}

// A condition that EC2 cannot filter by.
func ExampleLatest_match() {
	image, err := ec2images.Latest(context.Background(), golden, web, func(o *ec2images.PickOptions) {
		o.Match = func(image types.Image) bool { return !strings.HasSuffix(aws.ToString(image.Name), "2") }
	})
	fmt.Println(aws.ToString(image.Name), err)
	// Output: web-10 <nil>
}

// Order by the number in the name instead of by age.
func ExampleLatest_compare() {
	number := func(image types.Image) (n int) {
		_, _ = fmt.Sscanf(aws.ToString(image.Name), "web-%d", &n)
		return n
	}
	image, err := ec2images.Latest(context.Background(), golden, web, func(o *ec2images.PickOptions) {
		o.Compare = func(a, b types.Image) int { return cmp.Compare(number(a), number(b)) }
	})
	fmt.Println(aws.ToString(image.Name), err)
	// Output: web-10 <nil>
}

// The error has the selection, and the reasons why the listed images do not
// qualify.
func ExampleLatest_notFound() {
	_, err := ec2images.Latest(context.Background(), golden, web, func(o *ec2images.PickOptions) {
		o.Match = func(image types.Image) bool { return image.Architecture == types.ArchitectureValuesI386 }
	})
	fmt.Println(errors.Is(err, ec2images.ErrNotFound))
	fmt.Println(err)
	// Output:
	// true
	// ec2images: owners self; filters name=web-*: no image found (3 seen: not matched 3)
}

// Without an owner, any account could publish an image named web-11, which
// would then be the newest.
func ExampleLatest_ownerRequired() {
	_, err := ec2images.Latest(context.Background(), golden, &ec2.DescribeImagesInput{
		Filters: filter.And(filter.Name.Like("web-*")),
	})
	fmt.Println(errors.Is(err, ec2images.ErrOwnerRequired))
	// Output: true
}

// The newest image of several kinds. The text of an error has the alternatives.
func ExampleLatest_anyOf() {
	arm := filter.And(filter.Name.Like("web-*"), filter.Architecture.Is(types.ArchitectureValuesArm64))
	payments := filter.And(filter.Name.Is("web-10"), filter.Tag("Team").Is("payments"))

	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	anyOf := func(o *ec2images.PickOptions) { o.AnyOf = filter.Or(arm, payments) }
	image, err := ec2images.Latest(context.Background(), golden, input, anyOf)
	fmt.Println(aws.ToString(image.Name), err)

	_, err = ec2images.Latest(context.Background(), golden, input, anyOf, func(o *ec2images.PickOptions) {
		o.Match = func(image types.Image) bool { return image.Architecture == types.ArchitectureValuesI386 }
	})
	fmt.Println(err)
	// Output:
	// web-2 <nil>
	// ec2images: owners self; any of name=web-*, architecture=arm64 | name=web-10, tag:Team=payments: no image found (2 seen: not matched 2)
}

// Several owners, each with its own names. An alternative without an owner is
// refused.
func ExampleLatest_anyOfOwnerRequired() {
	anyOf := filter.Or(
		filter.And(filter.Name.Like("al2023-ami-2023.*"), filter.OwnerAlias.Is("amazon")),
		filter.And(filter.Name.Like("debian-12-*")),
	)
	_, err := ec2images.Latest(context.Background(), golden, nil, func(o *ec2images.PickOptions) { o.AnyOf = anyOf })
	fmt.Println(err)
	// Output:
	// ec2images: any of name=al2023-ami-2023.*, owner-alias=amazon | name=debian-12-*: invalid options: AnyOf[1]: name=debian-12-*: no owner: any account can publish a newer image with the same name; set Owners, or the option InsecureAnyOwner to accept any owner
}

func ExampleLatestBy() {
	byArchitecture := func(image types.Image) types.ArchitectureValues { return image.Architecture }
	images, err := ec2images.LatestBy(context.Background(), golden, web, byArchitecture)
	fmt.Println(aws.ToString(images[types.ArchitectureValuesArm64].Name), err)
	fmt.Println(aws.ToString(images[types.ArchitectureValuesX8664].Name), err)
	// Output:
	// web-2 <nil>
	// web-10 <nil>
}

func ExampleLatestN() {
	images, err := ec2images.LatestN(context.Background(), golden, web, 2)
	for _, image := range images {
		fmt.Println(aws.ToString(image.Name), aws.ToString(image.CreationDate))
	}
	fmt.Println(err)
	// Output:
	// web-2 2026-03-05T08:00:00Z
	// web-10 2026-02-05T08:00:00.000Z
	// <nil>
}

func ExampleOnly() {
	image, err := ec2images.Only(context.Background(), golden, &ec2.DescribeImagesInput{
		Owners:  []string{"self"},
		Filters: filter.And(filter.Name.Is("web-1")),
	})
	fmt.Println(aws.ToString(image.ImageId), err)

	_, err = ec2images.Only(context.Background(), golden, web)
	fmt.Println(err)
	// Output:
	// ami-00000001 <nil>
	// ec2images: owners self; filters name=web-*: 3 images match, want exactly one: ami-00000001, ami-00000002, ami-00000003
}

// An image by ID, if it is safe to launch: a disabled or deprecated image is not
// chosen.
func ExampleOnly_imageIDs() {
	image, err := ec2images.Only(context.Background(), golden, &ec2.DescribeImagesInput{
		ImageIds: []string{"ami-00000002"},
	})
	fmt.Println(aws.ToString(image.Name), err)
	// Output: web-2 <nil>
}

func ExampleByID() {
	image, err := ec2images.ByID(context.Background(), golden, "ami-00000004")
	fmt.Println(aws.ToString(image.Name), err)

	_, err = ec2images.ByID(context.Background(), golden, "ami-0123456789abcdef0")
	fmt.Println(errors.Is(err, ec2images.ErrNotFound))
	// Output:
	// db-1 <nil>
	// true
}

// ByIDs returns the images that exist, in the order of the IDs. The error has
// the other IDs.
func ExampleByIDs() {
	images, err := ec2images.ByIDs(context.Background(), golden, []string{"ami-00000004", "ami-ffffffff", "ami-00000001"})
	for _, image := range images {
		fmt.Println(aws.ToString(image.Name))
	}
	if missing := (*ec2images.MissingError)(nil); errors.As(err, &missing) {
		fmt.Println("missing:", missing.IDs)
	}
	// Output:
	// db-1
	// web-1
	// missing: [ami-ffffffff]
}

// The listing yields the images that exist. Its last error has the other IDs.
func ExampleNewIDPaginator() {
	pager := ec2images.NewIDPaginator(golden, []string{"ami-00000001", "ami-ffffffff", "ami-00000004"})
	for image, err := range pager.All(context.Background()) {
		if missing := (*ec2images.MissingError)(nil); errors.As(err, &missing) {
			fmt.Println("missing:", missing.IDs)
			break
		}
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println(aws.ToString(image.Name))
	}
	// Output:
	// web-1
	// db-1
	// missing: [ami-ffffffff]
}

// The newest of several images in memory, from several queries.
func ExampleCompareCreated() {
	images, _, err := ec2images.NewPaginator(golden, web).Collect(context.Background())
	if err != nil || len(images) == 0 {
		fmt.Println(err)
		return
	}
	newest := slices.MaxFunc(images, ec2images.CompareCreated)
	fmt.Println(aws.ToString(newest.Name))
	// Output: web-2
}

// A retention job deregisters all but the newest two images of each name, if
// they are more than 90 days old and not deprecated. It stops at an error: from
// part of a listing it would keep the wrong ones.
func ExampleCompareCreated_retention() {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	groups := make(map[string][]types.Image)
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	for image, err := range ec2images.NewPaginator(golden, input).All(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		name, _, _ := strings.Cut(aws.ToString(image.Name), "-")
		groups[name] = append(groups[name], image)
	}
	for _, images := range groups {
		slices.SortFunc(images, ec2images.CompareCreated) // oldest first
		for _, image := range images[:max(0, len(images)-2)] {
			created, ok := ec2images.CreatedAt(image)
			_, deprecated := ec2images.DeprecatedAt(image)
			if ok && now.Sub(created) > 90*24*time.Hour && !deprecated {
				fmt.Println("deregister", aws.ToString(image.Name), "and delete", ec2images.SnapshotIDs(image))
			}
		}
	}
	// Output: deregister web-1 and delete [snap-00000001]
}

func ExampleCheckLaunchable() {
	image := types.Image{
		ImageId:         aws.String("ami-00000001"),
		State:           types.ImageStateAvailable,
		DeprecationTime: aws.String("2026-01-01T00:00:00.000Z"),
	}
	fmt.Println(ec2images.CheckLaunchable(image, time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)))
	fmt.Println(ec2images.CheckLaunchable(image, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)))
	// Output:
	// <nil>
	// ec2images: image ami-00000001 is not safe to launch: deprecated
}

// The newest image of each Region, with the Regions in parallel. An error of one
// Region cancels the others.
func ExampleLatest_regions() {
	server := ec2imagestest.NewServer(nil)
	defer server.Close()
	server.AddRegion("", "eu-west-1", []types.Image{build("ami-0000000e", "web-3", types.ArchitectureValuesX8664, "2026-05-01T08:00:00.000Z")})
	server.AddRegion("", "us-east-1", []types.Image{build("ami-0000000f", "web-4", types.ArchitectureValuesX8664, "2026-05-02T08:00:00.000Z")})
	client := server.Client()

	regions := []string{"eu-west-1", "us-east-1"}
	newest := make([]types.Image, len(regions))
	group, ctx := errgroup.WithContext(context.Background())
	group.SetLimit(8)
	for i, region := range regions {
		group.Go(func() (err error) {
			newest[i], err = ec2images.Latest(ctx, client, web, func(o *ec2images.PickOptions) {
				o.Label = region
				o.ClientOptions = append(o.ClientOptions, func(o *ec2.Options) { o.Region = region })
			})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		fmt.Println(err)
		return
	}
	for i, image := range newest {
		fmt.Println(regions[i], aws.ToString(image.Name))
	}
	// Output:
	// eu-west-1 web-3
	// us-east-1 web-4
}

func ExampleCheckAccess() {
	err := ec2images.CheckAccess(context.Background(), golden, nil)
	if ec2images.IsAccessDenied(err) {
		fmt.Println("ask for the permission ec2:DescribeImages")
	}
	fmt.Println(err)
	// Output: <nil>
}

func ExampleCreatedAt() {
	for _, date := range []string{"2021-09-29T11:04:43.305Z", "2021-09-29T11:04:43Z", ""} {
		t, ok := ec2images.CreatedAt(types.Image{CreationDate: &date})
		fmt.Println(t.Format(time.DateOnly), ok)
	}
	// Output:
	// 2021-09-29 true
	// 2021-09-29 true
	// 0001-01-01 false
}

// Every public image has a deprecation time; most are in the future.
func ExampleDeprecatedAt() {
	image := types.Image{DeprecationTime: aws.String("2028-03-01T00:00:00.000Z")}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	t, ok := ec2images.DeprecatedAt(image)
	fmt.Println(ok && !t.After(now))
	// Output: false
}

// Functions that read an image.
func ExampleTags() {
	image, err := ec2images.ByID(context.Background(), golden, "ami-00000001")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ec2images.Tags(image)["Team"], ec2images.SnapshotIDs(image))
	if root, ok := ec2images.RootDevice(image); ok && root.Ebs != nil {
		fmt.Println(aws.ToString(root.DeviceName), aws.ToInt32(root.Ebs.VolumeSize), "GiB")
	}
	// Output:
	// payments [snap-00000001]
	// /dev/xvda 8 GiB
}

// EC2 refuses an ID that it does not know. Just after an image is deregistered,
// it returns an empty response instead.
func ExampleMissingError() {
	server := ec2imagestest.NewServer([]types.Image{{ImageId: aws.String("ami-00000001")}})
	defer server.Close()
	server.SetImages(nil)
	for _, id := range []string{"ami-00000001", "ami-00000002"} {
		_, err := ec2images.ByID(context.Background(), server.Client(), id)
		var missing *ec2images.MissingError
		if errors.As(err, &missing) {
			fmt.Println(missing.IDs, "refused by EC2:", missing.Err != nil)
		}
	}
	// Output:
	// [ami-00000001] refused by EC2: false
	// [ami-00000002] refused by EC2: true
}
