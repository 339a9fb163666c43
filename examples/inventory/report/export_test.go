package report

import (
	"fmt"
	"time"

	"github.com/awsimages/awsimages/examples/inventory/engine"
)

// Sample returns the data of a report with long names and large numbers.
func Sample() *Data {
	d := &Data{
		Run: 12, Started: "2026-11-28T01:00:00Z", Finished: "2026-11-28T01:40:00Z",
		Changes:    map[string]int64{"added": 1234567, "changed": 89, "removed": 4321},
		Incomplete: []engine.Problem{{Account: "999999999999", State: engine.Failed, Listings: 1, Error: "account 999999999999: role ImageReader cannot be assumed: operation error STS: AssumeRole, https response error StatusCode: 403, RequestID: 00000000-0000-0000-0000-000000000000, api error AccessDenied: User arn:aws:sts::123456789012:assumed-role/inventory/i-0123456789abcdef0 is not authorized"}},
	}
	for i := range 15 {
		for j, region := range []string{"us-east-1", "eu-west-1", "ap-northeast-1", "ap-southeast-7", "me-central-1", "us-gov-west-1", "sa-east-1", "il-central-1", "eu-central-1"} {
			g := group{Account: fmt.Sprintf("%012d", 100000000000+i*7), Region: region, Images: int64(9_000_000 / (1 + i*i*9 + j)), GiB: int64(200_000_000 / (1 + i + j*3)), Oldest: "2019-01-02T03:04:05Z"}
			d.Places = append(d.Places, g)
			d.All.add(g)
		}
	}
	d.Largest = []row{{Account: "100000000000", Region: "ap-northeast-1", Service: "ec2", ID: "ami-0123456789abcdef0", Name: "a-name-without-a-space-that-is-as-long-as-a-name-can-be-" + d.Started, State: "available", Created: d.Started, Public: true, GiB: 64_000, Snapshots: 26}}
	d.Charts = charts(d.Places, map[string]int64{"2026-01": 12_345_678, "2019-01": 1, "": 20}, time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC))
	return d
}
