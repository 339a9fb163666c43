package appstreamimages_test

import (
	"cmp"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appstream/types"

	"github.com/awsimages/awsimages/appstreamimages"
)

func TestCompareCreated(t *testing.T) {
	created := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	image := func(arn string, created *time.Time) types.Image {
		return types.Image{Arn: &arn, CreatedTime: created, State: types.ImageStateAvailable}
	}
	// From the oldest to the newest.
	images := []types.Image{
		image("arn:9", nil),
		image("arn:8", nil),
		image("arn:1", aws.Time(created.AddDate(-1, 0, 0))),
		image("arn:3", &created),
		image("arn:2", aws.Time(created.In(time.FixedZone("", 3600)))),
		image("arn:4", aws.Time(created.Add(time.Millisecond))),
	}
	for i, a := range images {
		for j, b := range images {
			if got, want := appstreamimages.CompareCreated(a, b), cmp.Compare(i, j); got != want {
				t.Errorf("%s and %s: got %d, want %d", *a.Arn, *b.Arn, got, want)
			}
		}
	}
	if image, err := appstreamimages.Latest(t.Context(), paged(images), nil); err != nil || *image.Arn != *slices.MaxFunc(images, appstreamimages.CompareCreated).Arn {
		t.Errorf("got %v, %v, want Latest to choose the maximum", image.Arn, err)
	}
}

// The pickers choose an image if and only if it is safe to launch.
func TestCheckLaunchable(t *testing.T) {
	for state, want := range map[types.ImageState]bool{
		types.ImageStateAvailable: true,
		"":                        true, // a fixture without a state
		types.ImageStatePending:   false,
		types.ImageStateFailed:    false,
		types.ImageStateDeleting:  false,
	} {
		t.Run(string(state), func(t *testing.T) {
			image := inState("web", state)
			image.CreatedTime = aws.Time(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
			err := appstreamimages.CheckLaunchable(image)
			if (err == nil) != want || err != nil && err.Error() != "appstreamimages: image web is not safe to launch: not available" {
				t.Errorf("got %v, want it to be safe: %v", err, want)
			}
			_, picked := appstreamimages.Latest(t.Context(), paged([]types.Image{image}), nil)
			if (picked != nil) != (err != nil) || picked != nil && !errors.Is(picked, appstreamimages.ErrNotFound) {
				t.Errorf("got %v of CheckLaunchable, and %v of Latest", err, picked)
			}
		})
	}
}
