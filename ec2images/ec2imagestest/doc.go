// Package ec2imagestest serves machine images over EC2's wire protocol, so that
// code that lists images can be tested with real clients, without an AWS
// account.
//
//	server := ec2imagestest.NewServer(ec2imagestest.Catalog(5000))
//	defer server.Close()
//	for image, err := range ec2images.NewPaginator(server.Client(), nil).All(ctx) {
//		…
//	}
//
// A [Server] implements DescribeImages and DescribeRegions. It follows EC2's
// documentation and can inject faults. Like EC2, it applies filters after it has
// split the images into pages, so pages can be short or empty.
//
// A server is one account in any Region. To test code that lists several
// accounts or Regions, give each its own images and faults with
// [Server.AddRegion]. DescribeRegions returns the Regions that were added for
// the caller's access key or for any. An account that has no Region by name, or
// one that stands for any, also has the 17 Regions that need no opt-in.
//
// Any client with a configurable endpoint can use a server: the SDK for Go
// through [Server.Client], boto3 with endpoint_url, the AWS CLI with
// --endpoint-url. Signatures are not checked.
package ec2imagestest
