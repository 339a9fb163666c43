// Package ec2imagestest serves machine images over EC2's wire protocol, so
// that code which lists them can be tested with real clients and without an
// account.
//
//	server := ec2imagestest.NewServer(ec2imagestest.Catalog(5000))
//	defer server.Close()
//	for image, err := range ec2images.NewPaginator(server.Client(), nil).All(ctx) {
//		…
//	}
//
// A [Server] knows one operation, DescribeImages. It pages, selects and refuses
// as EC2's documentation says, speaks the protocol of every SDK, and plays
// faults by script. As EC2 does, it applies filters after it has cut the page,
// so that pages can be short or empty; the filter public-ssm-parameter-name,
// which no image can decide, is an error here. Any client that can be told an
// endpoint can use it: the SDK for Go through [Server.Client], boto3 with
// endpoint_url, the AWS CLI with --endpoint-url. Signatures are not checked.
package ec2imagestest
