// Package appstreamimagestest serves machine images over AppStream's wire
// protocols, so that code that lists images can be tested with real clients,
// without an AWS account.
//
//	server := appstreamimagestest.NewServer(appstreamimagestest.Catalog(60))
//	defer server.Close()
//	for image, err := range appstreamimages.NewPaginator(server.Client(), nil).All(ctx) {
//		…
//	}
//
// A [Server] implements one operation, DescribeImages. It paginates, selects
// and rejects as AppStream documents, and injects scripted faults. It supports
// both protocols of the service: RPC v2 CBOR, which the SDK for Go has used
// since July 2026, and AWS JSON 1.1, which older versions of that SDK, boto3,
// the AWS CLI and the SDK for JavaScript use.
//
// A server is one account in any Region. To test code that lists several
// accounts or Regions, give each its own images and faults with
// [Server.AddRegion].
//
// Any client with a configurable endpoint can use a server: the SDK for Go
// through [Server.Client], boto3 with endpoint_url, the AWS CLI with
// --endpoint-url. Signatures are not checked.
package appstreamimagestest
