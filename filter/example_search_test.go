package filter_test

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

// A Search is a user's search request.
type Search struct {
	Team         string // as the user wrote it, wildcards and all
	Architecture types.ArchitectureValues
	From, To     time.Time
}

// Input returns the call that finds the images of s.
func (s Search) Input() (*ec2.DescribeImagesInput, error) {
	filters := filter.And(
		filter.State.Is(types.ImageStateAvailable),
		filter.Name.Like(filter.Literal(s.Team)+"-web-*"),
		filter.CreationDate.Between(s.From, s.To),
	)
	if s.Architecture != "" {
		filters = append(filters, filter.Architecture.Is(s.Architecture))
	}
	if err := filter.Validate(filters); err != nil {
		return nil, err
	}
	return &ec2.DescribeImagesInput{Owners: []string{"self"}, Filters: filters}, nil
}

// Turning a search into filters, validating them, and trying them on images in
// memory before calling EC2.
func Example_search() {
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	input, err := Search{Team: "team-*", From: day, To: day.AddDate(0, 1, 0)}.Input()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range input.Filters {
		fmt.Println(*f.Name, f.Values)
	}

	m, err := filter.Compile(input.Filters)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, img := range []types.Image{
		{Name: aws.String("team-*-web-7"), CreationDate: aws.String("2026-07-15T08:00:00.000Z"), State: types.ImageStateAvailable},
		{Name: aws.String("team-a-web-7"), CreationDate: aws.String("2026-07-15T08:00:00.000Z"), State: types.ImageStateAvailable},
		{Name: aws.String("team-*-web-8"), CreationDate: aws.String("2026-08-01T00:00:00.000Z"), State: types.ImageStateAvailable},
	} {
		fmt.Println(*img.Name, m.Match(img))
	}

	_, err = Search{Team: "team-a", Architecture: "amd64", From: day, To: day}.Input()
	fmt.Println(err)
	// Output:
	// state [available]
	// name [team-\*-web-*]
	// creation-date [2026-07*]
	// team-*-web-7 true
	// team-a-web-7 false
	// team-*-web-8 false
	// filter: Filters[2] creation-date: no values
	// filter: Filters[3] architecture: invalid value "amd64", want i386, x86_64, arm64, x86_64_mac or arm64_mac
}
