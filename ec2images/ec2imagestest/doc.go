// Package ec2imagestest serves machine images over EC2's wire protocol, so that
// code can be tested with real clients and without an AWS account.
//
//	server := ec2imagestest.NewServer(ec2imagestest.Catalog(5000))
//	defer server.Close()
//	for image, err := range ec2images.NewPaginator(server.Client(), nil).All(ctx) {
//		…
//	}
//
// A [Server] is one account in any Region; [Server.AddRegion] adds others. Any
// client with a configurable endpoint can use a server: [Server.Client], boto3
// with endpoint_url, the AWS CLI with --endpoint-url. Signatures are not checked.
//
// # Behavior
//
// A server implements [DescribeImages] and [DescribeRegions]. AWS documents:
//
//   - pages of up to MaxResults images, filters, wildcards, and [error codes];
//   - that images of other accounts are not listed if they are deprecated
//     (except with IncludeDeprecated, or by ID) or [disabled];
//   - that a deregistered image is first missing and then unknown;
//   - the opt-in status of Regions.
//
// Users have observed:
//
//   - that filters apply after the images are split into pages, which can
//     therefore be empty (aws/karpenter-provider-aws#6126);
//   - that AuthFailure also means a Region that is not enabled (boto/boto3#2022);
//   - the texts about an invalid token (aws/karpenter-provider-aws#6061), ID
//     (boto/boto3#1505), escape sequence (hashicorp/packer#6572), Region
//     (awslabs/amazon-s3-tar-tool#7), number of values (convox/rack#2205) or
//     state (turbot/steampipe-plugin-aws#2276).
//
// Not known are EC2's order of images (here that of the slice), its minimum of
// MaxResults (here 1), and its response to NextToken with ImageIds (here that to
// MaxResults with ImageIds). The filter public-ssm-parameter-name is not
// implemented.
//
// [DescribeImages]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
// [DescribeRegions]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
// [disabled]: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/disable-an-ami.html
// [error codes]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
package ec2imagestest
