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
// What most loops over images look for has functions, the pickers: [Latest],
// [LatestBy] and [LatestN] choose the newest available images, [Only] the only one,
// [ByARN] and [ByName] look an image up. They see every page, hold only what they
// choose, and choose nothing if a page cannot be had. They choose from the caller's
// own images unless the input has a Type.
//
//	image, err := appstreamimages.Latest(ctx, client, nil)
//
// An [ImageAvailableWaiter] waits for an image that is being made.
//
// The methods of the paginator, and how a listing is resumed, are documented
// in package paginate. Package appstreamimagestest serves images to real
// clients without an account. Package ec2images has the same shape for the
// images of EC2.
package appstreamimages
