// Command fromsdk lists the results of three other AWS operations with the
// SDK's own paginators: EC2 instances, the objects of an S3 bucket, and IAM
// roles.
//
//	go run -C examples ./fromsdk
//	go run -C examples ./fromsdk -aws -bucket my-bucket
//
// Without -aws it uses fake clients and needs no AWS account.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"log"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/awsimages/awsimages/paginate"
)

func main() {
	log.SetFlags(0)
	useAWS := flag.Bool("aws", false, "list from AWS, with the default credential chain")
	bucket := flag.String("bucket", "example", "the bucket to list")
	flag.Parse()

	ctx := context.Background()
	c := fakes()
	if *useAWS {
		cfg, err := config.LoadDefaultConfig(ctx)
		if err != nil {
			log.Fatal(err)
		}
		c = clients{ec2.NewFromConfig(cfg), s3.NewFromConfig(cfg), iam.NewFromConfig(cfg)}
	}
	if err := run(ctx, os.Stdout, c, *bucket); err != nil {
		log.Fatal(err)
	}
}

// clients are the clients of the SDK's paginators.
type clients struct {
	ec2 ec2.DescribeInstancesAPIClient
	s3  s3.ListObjectsV2APIClient
	iam iam.ListRolesAPIClient
}

// run lists ten items of each operation.
func run(ctx context.Context, out io.Writer, c clients, bucket string) error {
	return errors.Join(
		show(out, instances(c.ec2, ten).All(ctx), func(i ec2types.Instance) string {
			return fmt.Sprint("instance ", aws.ToString(i.InstanceId), " ", i.InstanceType)
		}),
		show(out, objects(c.s3, bucket, ten).All(ctx), func(o s3types.Object) string {
			return fmt.Sprint("object ", aws.ToString(o.Key), " ", aws.ToInt64(o.Size))
		}),
		show(out, roles(c.iam, ten).All(ctx), func(r iamtypes.Role) string {
			return "role " + aws.ToString(r.RoleName)
		}),
	)
}

// show prints a line for each item.
func show[T any](out io.Writer, items iter.Seq2[T, error], line func(T) string) error {
	for item, err := range items {
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, line(item)); err != nil {
			return err
		}
	}
	return nil
}

func ten(o *paginate.Options) { o.MaxItems = 10 }

// instances lists the instances of all reservations.
func instances(client ec2.DescribeInstancesAPIClient, optFns ...func(*paginate.Options)) *paginate.Paginator[ec2types.Instance] {
	return paginate.FromSDK(
		func() *ec2.DescribeInstancesPaginator {
			return ec2.NewDescribeInstancesPaginator(client, nil, func(o *ec2.DescribeInstancesPaginatorOptions) { o.Limit = 1000 })
		},
		func(out *ec2.DescribeInstancesOutput) (instances []ec2types.Instance) {
			for _, reservation := range out.Reservations {
				instances = append(instances, reservation.Instances...)
			}
			return instances
		}, optFns...)
}

// objects lists the objects of a bucket.
func objects(client s3.ListObjectsV2APIClient, bucket string, optFns ...func(*paginate.Options)) *paginate.Paginator[s3types.Object] {
	input := &s3.ListObjectsV2Input{Bucket: &bucket}
	return paginate.FromSDK(
		func() *s3.ListObjectsV2Paginator { return s3.NewListObjectsV2Paginator(client, input) },
		func(out *s3.ListObjectsV2Output) []s3types.Object { return out.Contents },
		optFns...)
}

// roles lists the roles of the account.
func roles(client iam.ListRolesAPIClient, optFns ...func(*paginate.Options)) *paginate.Paginator[iamtypes.Role] {
	return paginate.FromSDK(
		func() *iam.ListRolesPaginator { return iam.NewListRolesPaginator(client, nil) },
		func(out *iam.ListRolesOutput) []iamtypes.Role { return out.Roles },
		optFns...)
}
