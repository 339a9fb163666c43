package appstreamimagestest

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"
)

// The images of the catalog were created in the six years before this day.
var catalogDay = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// Catalog returns the first n images of a fictitious Region, always the same.
// All ARNs are different.
//
// A third of the images are public images of AppStream, with no account in the
// ARN; a third are private images of [Account]; and a third are images that
// another account shares with it. Creation times are spread, in no order, over
// the six years before 2026. Some private images are pending, or failed with a
// reason. Some images have no description, no display name or no creation time.
func Catalog(n int) []types.Image {
	images := make([]types.Image, n)
	for i := range images {
		images[i] = catalogImage(i)
	}
	return images
}

func catalogImage(i int) types.Image {
	n := i / 3
	created := catalogDay.Add(-time.Duration(i*7919%(6*365*24*60)) * time.Minute)
	image := types.Image{
		AppstreamAgentVersion:       aws.String("08-07-2025"),
		CreatedTime:                 aws.Time(created),
		Platform:                    types.PlatformTypeWindowsServer2022,
		PublicBaseImageReleasedDate: aws.Time(created.AddDate(0, -1, 0).Truncate(24 * time.Hour)),
		State:                       types.ImageStateAvailable,
		ImageBuilderSupported:       aws.Bool(true),
	}
	account := ""
	switch i % 3 {
	case 0:
		image.Visibility = types.VisibilityTypePublic
		kind := []string{"WinServer2022", "Graphics-G5-WinServer2022", "Graphics-Pro-AmazonLinux2", "RHEL8"}[n%4]
		image.Name = aws.String(fmt.Sprintf("AppStream-%s-%s-%d", kind, created.Format("01-02-2006"), i))
		if n%4 == 2 {
			image.Platform = types.PlatformTypeAmazonLinux2
		}
	case 1:
		account = Account
		image.Visibility = types.VisibilityTypePrivate
		image.Name = aws.String(fmt.Sprintf("engineering-desktop_%d", n))
		image.ImageBuilderName = aws.String(fmt.Sprintf("builder-%d", n))
		image.Applications = []types.Application{{
			Name: aws.String("editor"), DisplayName: aws.String("Editor"), Enabled: aws.Bool(true),
			LaunchPath: aws.String(`C:\Program Files\Editor\editor.exe`),
			Metadata:   map[string]string{"team": "engineering"},
		}}
		switch n % 10 {
		case 7:
			image.State = types.ImageStatePending
		case 9:
			image.State = types.ImageStateFailed
			image.StateChangeReason = &types.ImageStateChangeReason{
				Code: types.ImageStateChangeReasonCodeInternalError, Message: aws.String("the image could not be created"),
			}
			image.ImageErrors = []types.ResourceError{{
				ErrorCode: types.FleetErrorCodeInternalServiceError, ErrorMessage: aws.String("try again"), ErrorTimestamp: aws.Time(created),
			}}
		}
	case 2:
		account = "210987654321"
		image.Visibility = types.VisibilityTypeShared
		image.Name = aws.String(fmt.Sprintf("partner-suite_%d", n))
		image.ImagePermissions = &types.ImagePermissions{AllowFleet: aws.Bool(true), AllowImageBuilder: aws.Bool(n%2 == 0)}
	}
	image.Arn = aws.String("arn:aws:appstream:us-east-1:" + account + ":image/" + *image.Name)
	if n%4 != 0 {
		image.DisplayName = image.Name
		image.Description = aws.String("image " + *image.Name)
	}
	if n%17 == 16 {
		image.CreatedTime = nil
	}
	return image
}
