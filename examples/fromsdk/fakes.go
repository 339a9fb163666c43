package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// fakes returns fake clients, each of which returns three pages.
func fakes() clients { return clients{fakeEC2{}, fakeS3{}, fakeIAM{}} }

type (
	fakeEC2 struct{}
	fakeS3  struct{}
	fakeIAM struct{}
)

const pages = 3

// turn returns the number of the page for a token, and the next token.
func turn(token *string) (page int, next *string) {
	page, _ = strconv.Atoi(aws.ToString(token))
	if page+1 < pages {
		next = new(strconv.Itoa(page + 1))
	}
	return page, next
}

// Each page has a reservation with two instances and one with none.
func (fakeEC2) DescribeInstances(_ context.Context, in *ec2.DescribeInstancesInput, _ ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error) {
	page, next := turn(in.NextToken)
	return &ec2.DescribeInstancesOutput{NextToken: next, Reservations: []ec2types.Reservation{{
		Instances: []ec2types.Instance{
			{InstanceId: new(fmt.Sprintf("i-%017d", 2*page)), InstanceType: ec2types.InstanceTypeM7gLarge},
			{InstanceId: new(fmt.Sprintf("i-%017d", 2*page+1)), InstanceType: ec2types.InstanceTypeM7gLarge},
		},
	}, {}}}, nil
}

// Each page has two objects.
func (fakeS3) ListObjectsV2(_ context.Context, in *s3.ListObjectsV2Input, _ ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	page, next := turn(in.ContinuationToken)
	return &s3.ListObjectsV2Output{
		ContinuationToken: in.ContinuationToken, NextContinuationToken: next, IsTruncated: new(next != nil),
		Contents: []s3types.Object{
			{Key: new(fmt.Sprintf("%s/%d", *in.Bucket, 2*page)), Size: new(int64(1024))},
			{Key: new(fmt.Sprintf("%s/%d", *in.Bucket, 2*page+1)), Size: new(int64(2048))},
		},
	}, nil
}

// The pages have none, one and two roles.
func (fakeIAM) ListRoles(_ context.Context, in *iam.ListRolesInput, _ ...func(*iam.Options)) (*iam.ListRolesOutput, error) {
	page, next := turn(in.Marker)
	roles := []iamtypes.Role{{RoleName: new("admin")}, {RoleName: new("audit")}, {RoleName: new("build")}}
	first := page * (page - 1) / 2
	return &iam.ListRolesOutput{Marker: next, IsTruncated: next != nil, Roles: roles[first : first+page]}, nil
}
