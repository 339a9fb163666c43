// Package appstreamimagestest serves machine images over AppStream's wire
// protocols, so that code which lists them can be tested with real clients and
// without an account.
//
//	server := appstreamimagestest.NewServer(appstreamimagestest.Catalog(60))
//	defer server.Close()
//	for image, err := range appstreamimages.NewPaginator(server.Client(), nil).All(ctx) {
//		…
//	}
//
// A [Server] serves one operation, DescribeImages. It pages, selects and refuses
// as AppStream's documentation says, and plays scripted faults. It supports both
// protocols of the service: RPC v2 CBOR, which the SDK for Go uses since July
// 2026, and AWS JSON 1.1, which older versions of it, boto3, the AWS CLI and the
// SDK for JavaScript use.
//
// A server is one account in any Region. For a test of a sweep,
// [Server.AddWorld] gives an account or a Region its own images and faults.
//
// Any client with a configurable endpoint can use a server: the SDK for Go
// through [Server.Client], boto3 with endpoint_url, the AWS CLI with
// --endpoint-url. Signatures are not checked.
package appstreamimagestest
