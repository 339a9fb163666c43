package appstreamimages_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/appstreamimages"
	"github.com/awsimages/awsimages/appstreamimages/appstreamimagestest"
	"github.com/awsimages/awsimages/paginate"
)

// shared returns an image of another account, shared with the caller.
func shared(account, name string) types.Image {
	return types.Image{
		Name: &name, Arn: aws.String("arn:aws:appstream:us-east-1:" + account + ":image/" + name),
		State: types.ImageStateAvailable, Visibility: types.VisibilityTypeShared,
	}
}

func TestByARN(t *testing.T) {
	catalog := appstreamimagestest.Catalog(60)
	server := start(t, catalog)
	for _, want := range catalog {
		image, err := appstreamimages.ByARN(t.Context(), server.Client(), *want.Arn)
		if err != nil || aws.ToString(image.Arn) != *want.Arn {
			t.Errorf("got %v, %v, want %s of any type in any state", aws.ToString(image.Arn), err, *want.Arn)
		}
	}

	const unknown = "arn:aws:appstream:us-east-1:123456789012:image/unknown"
	image, err := appstreamimages.ByARN(t.Context(), server.Client(), unknown)
	if _, ok := as[*types.ResourceNotFoundException](err); !ok || !errors.Is(err, appstreamimages.ErrNotFound) || !isZero(image) {
		t.Errorf("unknown: got %v, %v, want ErrNotFound and AppStream's error", image, err)
	}
	for reason, client := range map[string]appstream.DescribeImagesAPIClient{
		"an empty answer": paged(nil),
		"another image":   paged([]types.Image{shared("210987654321", "unknown")}),
	} {
		if image, err := appstreamimages.ByARN(t.Context(), client, unknown); !errors.Is(err, appstreamimages.ErrNotFound) || !isZero(image) {
			t.Errorf("%s: got %v, %v, want ErrNotFound alone", reason, image, err)
		}
	}
}

func TestByARN_invalidARN(t *testing.T) {
	client := fake(func(context.Context, *appstream.DescribeImagesInput) (*appstream.DescribeImagesOutput, error) {
		t.Error("there was a request")
		return nil, errors.New("unreachable")
	})
	for _, text := range []string{
		"", " ", "web", "ami-00000001", "arn:aws:appstream:us-east-1:123456789012",
		"arn:aws:ec2:us-east-1::image/ami-00000001", "arn:aws:appstream:us-east-1:123456789012:fleet/web", "arn:aws:appstream:us-east-1:123456789012:fleet/image/web",
	} {
		image, err := appstreamimages.ByARN(t.Context(), client, text)
		if !errors.Is(err, paginate.ErrInvalidOptions) || !isZero(image) {
			t.Errorf("%q: got %v, %v, want ErrInvalidOptions alone", text, image, err)
		}
	}
}

func TestByName(t *testing.T) {
	mine := available("desktop", "")
	failed := with(available("broken", ""), func(i *types.Image) { i.State = types.ImageStateFailed })
	public := types.Image{Name: aws.String("AppStream-WinServer2022"), Arn: aws.String("arn:aws:appstream:us-east-1::image/AppStream-WinServer2022"), Visibility: types.VisibilityTypePublic}
	images := []types.Image{mine, failed, public, shared("111111111111", "desktop"), shared("111111111111", "suite"), shared("111111111111", "tools"), shared("222222222222", "tools")}
	// There are enough images that the shared ones fill several pages.
	for _, image := range appstreamimagestest.Catalog(300) {
		if image.Visibility == types.VisibilityTypeShared {
			images = slices.Insert(images, 3, image)
		}
	}
	server := start(t, images)
	tests := []struct {
		reason, name string
		arn          *string
		requests     int
	}{
		{"the caller's own, whatever others share", "desktop", mine.Arn, 1},
		{"in any state", "broken", failed.Arn, 1},
		{"a public one", *public.Name, public.Arn, 1},
		{"a shared one: Names does not find it (hashicorp/terraform-provider-aws#39494)", "suite", shared("111111111111", "suite").Arn, 1 + 5},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			before := len(server.Requests())
			image, err := appstreamimages.ByName(t.Context(), server.Client(), tc.name)
			if err != nil || aws.ToString(image.Arn) != *tc.arn {
				t.Errorf("got %v, %v, want %s", aws.ToString(image.Arn), err, *tc.arn)
			}
			// A request that AppStream has no image for is one, too.
			if n := len(server.Requests()) - before; n != tc.requests {
				t.Errorf("got %d requests, want %d", n, tc.requests)
			}
		})
	}

	image, err := appstreamimages.ByName(t.Context(), server.Client(), "tools")
	several, ok := as[*appstreamimages.AmbiguousError](err)
	if want := []string{*shared("111111111111", "tools").Arn, *shared("222222222222", "tools").Arn}; !ok || !slices.Equal(several.ARNs, want) || several.Count != 2 || !isZero(image) ||
		!strings.HasSuffix(err.Error(), "2 images match, want exactly one: "+strings.Join(want, ", ")) {
		t.Errorf("shared by two accounts: got %v, %v, want an AmbiguousError with %v", image, err, want)
	}

	image, err = appstreamimages.ByName(t.Context(), server.Client(), "unknown")
	want := "appstreamimages: names unknown: no image found (104 seen: not matched 104)"
	if !errors.Is(err, appstreamimages.ErrNotFound) || err.Error() != want || !isZero(image) {
		t.Errorf("got %v, %v, want %s", image, err, want)
	}
	if _, err := appstreamimages.ByName(t.Context(), server.Client(), " "); !errors.Is(err, paginate.ErrInvalidOptions) {
		t.Errorf("a blank name: got %v, want ErrInvalidOptions", err)
	}
}

func TestByARN_errors(t *testing.T) {
	images := appstreamimagestest.Catalog(300)
	server := start(t, images)
	lookups := map[string]func() (types.Image, error){
		"ByARN": func() (types.Image, error) {
			return appstreamimages.ByARN(t.Context(), server.Client(), *images[2].Arn)
		},
		"ByName": func() (types.Image, error) {
			return appstreamimages.ByName(t.Context(), server.Client(), *images[2].Name)
		},
	}
	for name, lookup := range lookups {
		before := len(server.Requests())
		if _, err := lookup(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for request := range len(server.Requests()) - before {
			for _, fault := range []appstreamimagestest.Fault{appstreamimagestest.Throttle(), appstreamimagestest.Cut(100), appstreamimagestest.Body(200, "application/cbor", "")} {
				server.Script(append(make([]appstreamimagestest.Fault, request), fault)...)
				image, err := lookup()
				if _, ok := as[*paginate.Error](err); !ok || errors.Is(err, appstreamimages.ErrNotFound) || !isZero(image) {
					t.Errorf("%s, request %d: got %v, %v, want the error alone", name, request+1, image, err)
				}
			}
		}
	}
}
