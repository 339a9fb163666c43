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
// A [Server] serves one operation, DescribeImages. It pages, selects and refuses
// as EC2's documentation says, and plays scripted faults. As EC2 does, it applies
// filters after it has cut the page, so that pages can be short or empty. It
// cannot decide the filter public-ssm-parameter-name, which it answers with an
// error.
//
// A server is one account in any Region. For a test of a sweep,
// [Server.AddWorld] gives an account or a Region its own images and faults.
//
// Any client with a configurable endpoint can use a server: the SDK for Go
// through [Server.Client], boto3 with endpoint_url, the AWS CLI with
// --endpoint-url. Signatures are not checked.
package ec2imagestest
