package ec2imagestest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/endpoint"
)

// defaultRegions are the Regions that every account has.
//
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
var defaultRegions = []string{
	"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
	"ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
	"eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
	"us-east-1", "us-east-2", "us-west-1", "us-west-2",
}

// A region is a Region in the response of DescribeRegions.
type region struct {
	name       string
	notOptedIn bool
}

func (r region) endpoint() string {
	if strings.HasPrefix(r.name, "cn-") {
		return "ec2." + r.name + ".amazonaws.com.cn"
	}
	return "ec2." + r.name + ".amazonaws.com"
}

func (r region) status() string {
	status := types.AvailabilityZoneOptInStatusOptedIn
	switch {
	case r.notOptedIn:
		status = types.AvailabilityZoneOptInStatusNotOptedIn
	case slices.Contains(defaultRegions, r.name):
		status = types.AvailabilityZoneOptInStatusOptInNotRequired
	}
	return string(status)
}

// regions returns the Regions of the account that has an access key, sorted by
// name, as EC2's DescribeRegions does.
//
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
func (s *Server) regions(accessKeyID string, in ec2.DescribeRegionsInput) ([]region, *endpoint.Error) {
	if aws.ToBool(in.DryRun) {
		return nil, errDryRun
	}
	names := s.endpoint.Regions(accessKeyID)
	if len(names) == 0 || names[0] == "" { // the account has any Region
		names = append(names, defaultRegions...)
		slices.Sort(names)
		names = slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
	}
	var unknown []string
	for _, name := range in.RegionNames {
		if !slices.Contains(names, name) {
			unknown = append(unknown, name)
		}
	}
	if unknown != nil { // awslabs/amazon-s3-tar-tool issue 7
		return nil, invalidValue("Invalid region: [%s]", strings.Join(unknown, ", "))
	}
	for _, f := range in.Filters {
		switch name := aws.ToString(f.Name); name {
		case "endpoint", "opt-in-status", "region-name":
		default:
			return nil, invalidValue("The filter '%s' is invalid", name)
		}
	}
	var regions []region
	for _, name := range names {
		r := region{name, s.endpoint.Region(accessKeyID, name).NotOptedIn}
		named := slices.Contains(in.RegionNames, name)
		if named || in.RegionNames == nil && (!r.notOptedIn || aws.ToBool(in.AllRegions)) {
			if !slices.ContainsFunc(in.Filters, func(f types.Filter) bool { return !r.matches(f) }) {
				regions = append(regions, r)
			}
		}
	}
	return regions, nil
}

// matches reports whether a filter matches the Region. A filter has wildcards.
func (r region) matches(f types.Filter) bool {
	text := map[string]string{"endpoint": r.endpoint(), "opt-in-status": r.status(), "region-name": r.name}[*f.Name]
	return slices.ContainsFunc(f.Values, func(value string) bool {
		pattern := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(value))
		return regexp.MustCompile("^(?:" + pattern + ")$").MatchString(text)
	})
}
