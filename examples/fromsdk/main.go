// Command fromsdk lists with an operation of each of six services. Their tokens
// and page sizes have different names, which [paginate.FromSDK] knows.
//
//	go run -C examples ./fromsdk -bucket my-bucket
//	go run -C examples ./fromsdk -bucket my-bucket -endpoint http://127.0.0.1:5000
//
// The second form lists from another endpoint than AWS, such as moto's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	route53types "github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/awsimages/awsimages/paginate"
)

func main() {
	log.SetFlags(0)
	bucket := flag.String("bucket", "", "the bucket to list")
	endpoint := flag.String("endpoint", "", "the endpoint to list from, instead of AWS")
	flag.Parse()

	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	if *endpoint != "" {
		cfg.BaseEndpoint = endpoint
	}
	if err := run(ctx, os.Stdout, cfg, *bucket); err != nil {
		log.Fatal(err)
	}
}

// run lists ten items with each operation.
func run(ctx context.Context, w io.Writer, cfg aws.Config, bucket string) error {
	ten := func(o *paginate.Options) { o.MaxItems = 10 }

	snapshots := paginate.FromSDK(ec2.NewFromConfig(cfg).DescribeSnapshots, &ec2.DescribeSnapshotsInput{OwnerIds: []string{"self"}},
		func(out *ec2.DescribeSnapshotsOutput) []ec2types.Snapshot { return out.Snapshots }, ten)

	objects := paginate.FromSDK(s3.NewFromConfig(cfg, pathStyle).ListObjectsV2, &s3.ListObjectsV2Input{Bucket: &bucket},
		func(out *s3.ListObjectsV2Output) []s3types.Object { return out.Contents }, ten)

	roles := paginate.FromSDK(iam.NewFromConfig(cfg).ListRoles, nil,
		func(out *iam.ListRolesOutput) []iamtypes.Role { return out.Roles }, ten)

	tables := paginate.FromSDK(dynamodb.NewFromConfig(cfg).ListTables, nil,
		func(out *dynamodb.ListTablesOutput) []string { return out.TableNames }, ten)

	zones := paginate.FromSDK(route53.NewFromConfig(cfg).ListHostedZones, nil,
		func(out *route53.ListHostedZonesOutput) []route53types.HostedZone { return out.HostedZones }, ten)

	balancers := paginate.FromSDK(elb.NewFromConfig(cfg).DescribeLoadBalancers, nil,
		func(out *elb.DescribeLoadBalancersOutput) []elbtypes.LoadBalancer { return out.LoadBalancers }, ten)

	return errors.Join(
		show(ctx, w, "snapshot", snapshots, func(s ec2types.Snapshot) *string { return s.SnapshotId }),
		show(ctx, w, "object", objects, func(o s3types.Object) *string { return o.Key }),
		show(ctx, w, "role", roles, func(r iamtypes.Role) *string { return r.RoleName }),
		show(ctx, w, "table", tables, func(name string) *string { return &name }),
		show(ctx, w, "zone", zones, func(z route53types.HostedZone) *string { return z.Name }),
		show(ctx, w, "load balancer", balancers, func(b elbtypes.LoadBalancer) *string { return b.LoadBalancerName }),
	)
}

// pathStyle keeps the bucket's name out of the host's, which another endpoint
// does not know.
func pathStyle(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil }

// show prints a line for each item.
func show[T any](ctx context.Context, w io.Writer, kind string, pager *paginate.Paginator[T], name func(T) *string) error {
	for item, err := range pager.All(ctx) {
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(w, kind, aws.ToString(name(item))); err != nil {
			return err
		}
	}
	return nil
}
