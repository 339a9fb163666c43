// Package ec2images lists EC2's machine images (AMIs).
//
// A paginator is made like the SDK's own, and its loop is a range:
//
//	pager := ec2images.NewPaginator(client, &ec2.DescribeImagesInput{
//		Owners: []string{"self"},
//	})
//	for image, err := range pager.All(ctx) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(aws.ToString(image.ImageId), aws.ToString(image.Name))
//	}
//
// What most loops over images look for has functions, the pickers: [Latest],
// [LatestBy] and [LatestN] choose the newest images that are safe to launch, [Only]
// the only one, [ByID] and [ByIDs] look images up. They see every page, hold only
// what they choose, and choose nothing if a page cannot be had. Whose images they
// choose from has to be said: see [ErrOwnerRequired].
//
//	image, err := ec2images.Latest(ctx, client, &ec2.DescribeImagesInput{
//		Owners:  []string{"self"},
//		Filters: filter.And(filter.Name.Like("web-*")),
//	})
//
// The methods of the paginator, and how a listing is resumed, are documented
// in package paginate. Package ec2imagestest serves images to real clients
// without an account. Package appstreamimages has the same shape for the images
// of AppStream.
package ec2images
