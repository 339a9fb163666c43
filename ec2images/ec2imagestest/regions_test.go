package ec2imagestest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
)

func optInStatus(values ...string) []types.Filter {
	return []types.Filter{{Name: aws.String("opt-in-status"), Values: values}}
}

func TestDescribeRegions(t *testing.T) {
	server := start(t, nil)
	off := func(o *ec2imagestest.Options) { o.NotOptedIn = true }
	server.AddRegion("", "us-east-1", nil)
	server.AddRegion("AKIDDEV", "eu-west-3", nil)
	server.AddRegion("AKIDDEV", "ap-east-1", nil, off)
	server.AddRegion("AKIDDEV", "eu-south-1", nil)
	server.AddRegion("AKIDPROD", "ap-east-1", nil)
	server.AddRegion("AKIDTEST", "", nil)
	server.AddRegion("AKIDTEST", "me-south-1", nil, off)
	server.AddRegion("AKIDCN", "cn-north-1", nil)
	const dev = "eu-south-1 opted-in, eu-west-3 opt-in-not-required, us-east-1 opt-in-not-required"
	tests := []struct {
		reason      string
		accessKeyID string
		in          ec2.DescribeRegionsInput
		want        string // names and statuses, or part of the error
	}{
		{"the enabled Regions", "AKIDDEV", ec2.DescribeRegionsInput{}, dev},
		{"another account", "AKIDPROD", ec2.DescribeRegionsInput{}, "ap-east-1 opted-in, us-east-1 opt-in-not-required"},
		{"not all", "AKIDDEV", ec2.DescribeRegionsInput{AllRegions: aws.Bool(false)}, dev},
		{"all", "AKIDDEV", ec2.DescribeRegionsInput{AllRegions: aws.Bool(true)}, "ap-east-1 not-opted-in, " + dev},
		{"one that is not enabled, by name", "AKIDDEV", ec2.DescribeRegionsInput{RegionNames: []string{"us-east-1", "ap-east-1"}}, "ap-east-1 not-opted-in, us-east-1 opt-in-not-required"},
		{"no such Region", "AKIDDEV", ec2.DescribeRegionsInput{RegionNames: []string{"us--east-1", "us-east-1"}}, "InvalidParameterValue: Invalid region: [us--east-1]"},
		{"a filter of the name", "AKIDDEV", ec2.DescribeRegionsInput{Filters: []types.Filter{{Name: aws.String("region-name"), Values: []string{"us-east-1", "x"}}}}, "us-east-1 opt-in-not-required"},
		{"a filter with wildcards", "AKIDDEV", ec2.DescribeRegionsInput{Filters: []types.Filter{{Name: aws.String("region-name"), Values: []string{"eu-*-?"}}}}, "eu-south-1 opted-in, eu-west-3 opt-in-not-required"},
		{"a filter is not a pattern of regexp", "AKIDDEV", ec2.DescribeRegionsInput{Filters: []types.Filter{{Name: aws.String("region-name"), Values: []string{"us.east.1", "us-east"}}}}, ""},
		{"a filter of the endpoint", "AKIDDEV", ec2.DescribeRegionsInput{Filters: []types.Filter{{Name: aws.String("endpoint"), Values: []string{"ec2.eu-west-3.amazonaws.com"}}}}, "eu-west-3 opt-in-not-required"},
		{"a filter of the status", "AKIDDEV", ec2.DescribeRegionsInput{Filters: optInStatus("opted-in")}, "eu-south-1 opted-in"},
		{"a filter adds no Regions", "AKIDDEV", ec2.DescribeRegionsInput{Filters: optInStatus("not-opted-in")}, ""},
		{"filters are ANDed", "AKIDDEV", ec2.DescribeRegionsInput{AllRegions: aws.Bool(true), Filters: append(optInStatus("not-opted-in"), optInStatus("opted-in")...)}, ""},
		{"no such filter", "AKIDDEV", ec2.DescribeRegionsInput{Filters: []types.Filter{{Name: aws.String("region"), Values: []string{"x"}}}}, "InvalidParameterValue: The filter 'region' is invalid"},
		{"the permission", "AKIDDEV", ec2.DescribeRegionsInput{DryRun: aws.Bool(true)}, "DryRunOperation"},
		{"China", "AKIDCN", ec2.DescribeRegionsInput{Filters: []types.Filter{{Name: aws.String("endpoint"), Values: []string{"*.cn"}}}}, "cn-north-1 opted-in"},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			out, err := signed(server, tc.accessKeyID, "us-east-1").DescribeRegions(t.Context(), &tc.in)
			if err != nil {
				if tc.want == "" || !strings.Contains(err.Error(), tc.want) {
					t.Errorf("got %v, want %q", err, tc.want)
				}
				return
			}
			var got []string
			for _, r := range out.Regions {
				got = append(got, aws.ToString(r.RegionName)+" "+aws.ToString(r.OptInStatus))
				if want := "ec2." + aws.ToString(r.RegionName) + ".amazonaws.com"; !strings.HasPrefix(aws.ToString(r.Endpoint), want) {
					t.Errorf("got the endpoint %q, want %q", aws.ToString(r.Endpoint), want)
				}
			}
			if got := strings.Join(got, ", "); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}

	out, err := signed(server, "AKIDTEST", "us-east-1").DescribeRegions(t.Context(), &ec2.DescribeRegionsInput{AllRegions: aws.Bool(true)})
	if err != nil || len(out.Regions) != 18 || *out.Regions[12].RegionName != "me-south-1" || *out.Regions[12].OptInStatus != "not-opted-in" {
		t.Errorf("an account in any Region: got %v, %v, want the 17 of every account, and me-south-1", out, err)
	}
	if _, err := signed(server, "AKIDDEV", "ap-east-1").DescribeRegions(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "AuthFailure") {
		t.Errorf("asked in a Region that is not enabled: got %v, want AuthFailure", err)
	}
	if _, err := signed(server, "AKIDDEV", "ap-east-1").DescribeImages(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "AuthFailure") {
		t.Errorf("images of a Region that is not enabled: got %v, want AuthFailure", err)
	}
}

// A server without added Regions has those that every account has.
func TestDescribeRegions_noneAdded(t *testing.T) {
	server := start(t, nil)
	server.Script(ec2imagestest.Throttle())
	if _, err := server.Client().DescribeRegions(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "RequestLimitExceeded") {
		t.Errorf("got %v, want the scripted fault", err)
	}
	out, err := server.Client().DescribeRegions(t.Context(), nil)
	if err != nil || len(out.Regions) != 17 {
		t.Errorf("got %v, %v, want 17 Regions", out, err)
	}
	if requests := server.Requests(); len(requests) > 0 {
		t.Errorf("got %+v, want no requests of DescribeImages", requests)
	}
}
