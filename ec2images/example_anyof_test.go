package ec2images_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/filter"
)

// The images called web-* for ARM, and those of the database, which EC2 cannot
// list in one call. This listing takes two.
func ExampleNewPaginator_anyOf() {
	web := filter.And(filter.Name.Like("web-*"), filter.Architecture.Is(types.ArchitectureValuesArm64))
	db := filter.And(filter.Name.Is("db-2"))

	input := &ec2.DescribeImagesInput{Owners: []string{"self"}}
	pager := ec2images.NewPaginator(client, input, func(o *ec2images.Options) { o.AnyOf = filter.Or(web, db) })
	for image, err := range pager.All(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(aws.ToString(image.Name))
	}
	// Output:
	// web-1
	// web-3
	// db-2
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
