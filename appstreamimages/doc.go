// Package appstreamimages lists the machine images of AppStream, now named
// WorkSpaces Applications.
//
// A paginator is made like the SDK's own, and its loop is a range:
//
//	pager := appstreamimages.NewPaginator(client, &appstream.DescribeImagesInput{
//		Type: types.VisibilityTypePrivate,
//	})
//	for image, err := range pager.All(ctx) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(aws.ToString(image.Name), image.State)
//	}
//
// The methods of the paginator, and how a listing is resumed, are documented
// in package paginate. Package appstreamimagestest serves images to real
// clients without an account. Package ec2images has the same shape for the
// images of EC2.
package appstreamimages
