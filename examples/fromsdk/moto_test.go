package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	autoscalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognitotypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
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

	"github.com/awsimages/awsimages/internal/peer"
	"github.com/awsimages/awsimages/paginate"
)

// An object is a JSON object.
type object = map[string]any

// A listing is an operation with the names that boto3 has.
type listing struct {
	service, operation string
	key                string              // of the token
	items              string              // the JMESPath of the items
	alone              bool                // tokens are not exchanged with boto3
	create             func(*boto3) object // returns the input of the listing
	list               func(aws.Config, object, ...func(*paginate.Options)) *paginate.Paginator[string]
}

// count is how many items each listing has.
const count = 17

// each calls an operation count times.
func (b *boto3) each(service, operation string, input func(i int, name string) object) object {
	for i := range count {
		b.call(service, operation, input(i, fmt.Sprintf("item-%02d", i*7%count)))
	}
	return nil
}

// ids returns the identifiers of items.
func ids[T any](items []T, id func(T) *string) []string {
	var all []string
	for _, item := range items {
		all = append(all, aws.ToString(id(item)))
	}
	return all
}

var listings = []listing{
	{
		service: "ec2", operation: "describe_instances", key: "NextToken", items: "Reservations[].ReservationId",
		create: func(b *boto3) object {
			return b.each("ec2", "run_instances", func(int, string) object { return object{"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1} })
		},
		list: func(cfg aws.Config, _ object, optFns ...func(*paginate.Options)) *paginate.Paginator[string] {
			return paginate.FromSDK(ec2.NewFromConfig(cfg).DescribeInstances, nil, func(out *ec2.DescribeInstancesOutput) []string {
				return ids(out.Reservations, func(r ec2types.Reservation) *string { return r.ReservationId })
			}, optFns...)
		},
	},
	{
		service: "s3", operation: "list_objects_v2", key: "ContinuationToken", items: "Contents[].Key",
		create: func(b *boto3) object {
			b.call("s3", "create_bucket", object{"Bucket": "objects"})
			b.each("s3", "put_object", func(_ int, name string) object { return object{"Bucket": "objects", "Key": name} })
			return object{"Bucket": "objects"}
		},
		list: func(cfg aws.Config, input object, optFns ...func(*paginate.Options)) *paginate.Paginator[string] {
			in := &s3.ListObjectsV2Input{Bucket: aws.String(input["Bucket"].(string))}
			return paginate.FromSDK(s3.NewFromConfig(cfg, pathStyle).ListObjectsV2, in, func(out *s3.ListObjectsV2Output) []string {
				return ids(out.Contents, func(o s3types.Object) *string { return o.Key })
			}, optFns...)
		},
	},
	{
		service: "s3", operation: "list_parts", key: "PartNumberMarker", items: "Parts[].PartNumber",
		alone: true, // the token is a number in boto3, and text in the SDK
		create: func(b *boto3) object {
			b.call("s3", "create_bucket", object{"Bucket": "parts"})
			upload := b.call("s3", "create_multipart_upload", object{"Bucket": "parts", "Key": "key"})["UploadId"]
			b.each("s3", "upload_part", func(i int, name string) object {
				return object{"Bucket": "parts", "Key": "key", "UploadId": upload, "PartNumber": i + 1, "Body": name}
			})
			return object{"Bucket": "parts", "Key": "key", "UploadId": upload}
		},
		list: func(cfg aws.Config, input object, optFns ...func(*paginate.Options)) *paginate.Paginator[string] {
			in := &s3.ListPartsInput{Bucket: aws.String("parts"), Key: aws.String("key"), UploadId: aws.String(input["UploadId"].(string))}
			return paginate.FromSDK(s3.NewFromConfig(cfg, pathStyle).ListParts, in, func(out *s3.ListPartsOutput) []string {
				return ids(out.Parts, func(p s3types.Part) *string { return aws.String(fmt.Sprint(*p.PartNumber)) })
			}, optFns...)
		},
	},
	{
		service: "iam", operation: "list_roles", key: "Marker", items: "Roles[].RoleName",
		create: func(b *boto3) object {
			return b.each("iam", "create_role", func(_ int, name string) object {
				return object{"RoleName": name, "AssumeRolePolicyDocument": "{}"}
			})
		},
		list: func(cfg aws.Config, _ object, optFns ...func(*paginate.Options)) *paginate.Paginator[string] {
			return paginate.FromSDK(iam.NewFromConfig(cfg).ListRoles, nil, func(out *iam.ListRolesOutput) []string {
				return ids(out.Roles, func(r iamtypes.Role) *string { return r.RoleName })
			}, optFns...)
		},
	},
	{
		service: "dynamodb", operation: "list_tables", key: "ExclusiveStartTableName", items: "TableNames[]",
		create: func(b *boto3) object {
			return b.each("dynamodb", "create_table", func(_ int, name string) object {
				return object{
					"TableName": name, "BillingMode": "PAY_PER_REQUEST",
					"KeySchema":            []object{{"AttributeName": "id", "KeyType": "HASH"}},
					"AttributeDefinitions": []object{{"AttributeName": "id", "AttributeType": "S"}},
				}
			})
		},
		list: func(cfg aws.Config, _ object, optFns ...func(*paginate.Options)) *paginate.Paginator[string] {
			return paginate.FromSDK(dynamodb.NewFromConfig(cfg).ListTables, nil, func(out *dynamodb.ListTablesOutput) []string {
				return out.TableNames
			}, optFns...)
		},
	},
	{
		service: "route53", operation: "list_hosted_zones", key: "Marker", items: "HostedZones[].Name",
		create: func(b *boto3) object {
			return b.each("route53", "create_hosted_zone", func(_ int, name string) object {
				return object{"Name": name + ".example.", "CallerReference": name}
			})
		},
		list: func(cfg aws.Config, _ object, optFns ...func(*paginate.Options)) *paginate.Paginator[string] {
			return paginate.FromSDK(route53.NewFromConfig(cfg).ListHostedZones, nil, func(out *route53.ListHostedZonesOutput) []string {
				return ids(out.HostedZones, func(z route53types.HostedZone) *string { return z.Name })
			}, optFns...)
		},
	},
	{
		service: "elbv2", operation: "describe_load_balancers", key: "Marker", items: "LoadBalancers[].LoadBalancerName",
		create: func(b *boto3) object {
			var subnets []any
			for _, subnet := range b.call("ec2", "describe_subnets", nil)["Subnets"].([]any)[:2] {
				subnets = append(subnets, subnet.(object)["SubnetId"])
			}
			return b.each("elbv2", "create_load_balancer", func(_ int, name string) object {
				return object{"Name": name, "Subnets": subnets}
			})
		},
		list: func(cfg aws.Config, _ object, optFns ...func(*paginate.Options)) *paginate.Paginator[string] {
			return paginate.FromSDK(elb.NewFromConfig(cfg).DescribeLoadBalancers, nil, func(out *elb.DescribeLoadBalancersOutput) []string {
				return ids(out.LoadBalancers, func(b elbtypes.LoadBalancer) *string { return b.LoadBalancerName })
			}, optFns...)
		},
	},
	{
		service: "cognito-idp", operation: "list_user_pools", key: "NextToken", items: "UserPools[].Name",
		create: func(b *boto3) object {
			b.each("cognito-idp", "create_user_pool", func(_ int, name string) object { return object{"PoolName": name} })
			return object{"MaxResults": 60} // required
		},
		list: func(cfg aws.Config, _ object, optFns ...func(*paginate.Options)) *paginate.Paginator[string] {
			in := &cognito.ListUserPoolsInput{MaxResults: aws.Int32(60)}
			return paginate.FromSDK(cognito.NewFromConfig(cfg).ListUserPools, in, func(out *cognito.ListUserPoolsOutput) []string {
				return ids(out.UserPools, func(p cognitotypes.UserPoolDescriptionType) *string { return p.Name })
			}, optFns...)
		},
	},
	{
		service: "cognito-idp", operation: "list_users", key: "PaginationToken", items: "Users[].Username",
		create: func(b *boto3) object {
			pool := b.call("cognito-idp", "create_user_pool", object{"PoolName": "users"})["UserPool"].(object)["Id"]
			b.each("cognito-idp", "admin_create_user", func(_ int, name string) object {
				return object{"UserPoolId": pool, "Username": name}
			})
			return object{"UserPoolId": pool}
		},
		list: func(cfg aws.Config, input object, optFns ...func(*paginate.Options)) *paginate.Paginator[string] {
			in := &cognito.ListUsersInput{UserPoolId: aws.String(input["UserPoolId"].(string))}
			return paginate.FromSDK(cognito.NewFromConfig(cfg).ListUsers, in, func(out *cognito.ListUsersOutput) []string {
				return ids(out.Users, func(u cognitotypes.UserType) *string { return u.Username })
			}, optFns...)
		},
	},
	{
		service: "logs", operation: "describe_log_groups", key: "nextToken", items: "logGroups[].logGroupName",
		create: func(b *boto3) object {
			return b.each("logs", "create_log_group", func(_ int, name string) object { return object{"logGroupName": name} })
		},
		list: func(cfg aws.Config, _ object, optFns ...func(*paginate.Options)) *paginate.Paginator[string] {
			return paginate.FromSDK(cloudwatchlogs.NewFromConfig(cfg).DescribeLogGroups, nil, func(out *cloudwatchlogs.DescribeLogGroupsOutput) []string {
				return ids(out.LogGroups, func(g logstypes.LogGroup) *string { return g.LogGroupName })
			}, optFns...)
		},
	},
	{
		service: "autoscaling", operation: "describe_launch_configurations", key: "NextToken", items: "LaunchConfigurations[].LaunchConfigurationName",
		create: func(b *boto3) object {
			return b.each("autoscaling", "create_launch_configuration", func(_ int, name string) object {
				return object{"LaunchConfigurationName": name, "ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
			})
		},
		list: func(cfg aws.Config, _ object, optFns ...func(*paginate.Options)) *paginate.Paginator[string] {
			return paginate.FromSDK(autoscaling.NewFromConfig(cfg).DescribeLaunchConfigurations, nil, func(out *autoscaling.DescribeLaunchConfigurationsOutput) []string {
				return ids(out.LaunchConfigurations, func(c autoscalingtypes.LaunchConfiguration) *string { return c.LaunchConfigurationName })
			}, optFns...)
		},
	},
}

// A pagination is boto3's PaginationConfig.
type pagination struct {
	MaxItems      int    `json:",omitempty"`
	PageSize      int    `json:",omitempty"`
	StartingToken string `json:",omitempty"`
}

// A result is what a listing that may have stopped has returned.
type result struct {
	Items []string `json:"items"`
	Token string   `json:"token"`
}

// Real clients list what boto3 lists. Listings that stop anywhere are resumed
// by either. The example lists ten items of each of its services.
func TestFromSDK_moto(t *testing.T) {
	url := peer.Moto(t)
	b := startBoto3(t, url)
	for _, l := range listings {
		t.Run(l.service+"/"+l.operation, func(t *testing.T) {
			b.t = t
			input := l.create(b)
			ours := func(c pagination) result {
				t.Helper()
				items, token, err := l.list(endpoint(url), input, func(o *paginate.Options) {
					o.MaxItems, o.PageSize, o.StartingToken = c.MaxItems, c.PageSize, c.StartingToken
					o.TokenKey = l.key
				}).Collect(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				return result{items, token}
			}
			theirs := func(c pagination) result { t.Helper(); return b.list(l, input, c) }
			random := rand.New(rand.NewPCG(19, 0))

			all := theirs(pagination{})
			if len(all.Items) != count || all.Token != "" {
				t.Fatalf("boto3 lists %q, want %d items", all.Items, count)
			}
			makers := map[string][]func(pagination) result{"ours": {ours}, "boto3 and ours": {theirs, ours}}
			if l.alone {
				delete(makers, "boto3 and ours")
			}
			for name, tools := range makers {
				for range 3 {
					// boto3 requires the page size to remain the same.
					size := random.IntN(9)
					var got []string
					for c := (pagination{PageSize: size}); ; {
						c.MaxItems = 1 + random.IntN(12)
						l := tools[random.IntN(len(tools))](c)
						got = append(got, l.Items...)
						if c.StartingToken = l.Token; l.Token == "" || len(got) > count {
							break
						}
					}
					if !slices.Equal(got, all.Items) {
						t.Errorf("%s, in pages of %d: got %q, want %q", name, size, got, all.Items)
					}
				}
			}
			for _, size := range []int{0, 1, 5, count} {
				if got := ours(pagination{PageSize: size}); !slices.Equal(got.Items, all.Items) || got.Token != "" {
					t.Errorf("in pages of %d: got %q, want %q", size, got.Items, all.Items)
				}
			}
		})
	}

	var out bytes.Buffer
	if err := run(t.Context(), &out, endpoint(url), "objects"); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"snapshot", "object", "role", "table", "zone", "load balancer"} {
		if n := bytes.Count(append([]byte("\n"), out.Bytes()...), []byte("\n"+kind+" ")); n != 10 {
			t.Errorf("got %d lines of the kind %s, want 10, in\n%s", n, kind, &out)
		}
	}
}

// endpoint returns the settings of clients that use an endpoint.
func endpoint(url string) aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: &url, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	}
}

// A boto3 is a process that uses boto3.
type boto3 struct {
	t     *testing.T
	stdin io.Writer
	out   *bufio.Scanner
}

func startBoto3(t *testing.T, url string) *boto3 {
	cmd := peer.Python(t, "boto3", "testdata/list.py", url)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	})
	out := bufio.NewScanner(stdout)
	out.Buffer(nil, 1<<24)
	return &boto3{t, stdin, out}
}

// ask sends a question and reads the answer.
func (b *boto3) ask(question object, answer any) {
	b.t.Helper()
	if err := json.NewEncoder(b.stdin).Encode(question); err != nil {
		b.t.Fatal(err)
	}
	if !b.out.Scan() {
		b.t.Fatalf("boto3 does not answer %v: %v", question, b.out.Err())
	}
	if err := json.Unmarshal(b.out.Bytes(), answer); err != nil {
		b.t.Fatal(err)
	}
}

// call calls an operation and returns its output.
func (b *boto3) call(service, operation string, input object) (output object) {
	b.t.Helper()
	b.ask(object{"service": service, "operation": operation, "input": input}, &output)
	return output
}

// list lists with boto3's paginator.
func (b *boto3) list(l listing, input object, c pagination) (r result) {
	b.t.Helper()
	b.ask(object{"service": l.service, "operation": l.operation, "input": input, "config": c, "items": l.items}, &r)
	return r
}
