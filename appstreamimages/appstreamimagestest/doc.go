// Package appstreamimagestest serves machine images over AppStream's wire
// protocols, so that code can be tested with real clients and without an AWS
// account.
//
//	server := appstreamimagestest.NewServer(appstreamimagestest.Catalog(60))
//	defer server.Close()
//	for image, err := range appstreamimages.NewPaginator(server.Client(), nil).All(ctx) {
//		…
//	}
//
// A [Server] is one account in any Region; [Server.AddRegion] adds others. Any
// client with a configurable endpoint can use a server: [Server.Client], boto3
// with endpoint_url, the AWS CLI with --endpoint-url. Signatures are not checked.
//
// # Behavior
//
// A server implements [DescribeImages] in both protocols: RPC v2 CBOR, which the
// SDK for Go has used since July 2026, and AWS JSON 1.1, which other SDKs use.
// AWS documents pages of up to 25 images, the three types, Names and Arns, their
// constraints in its model, and the codes of two errors.
//
// Users have observed:
//
//   - that Names does not find shared images
//     (hashicorp/terraform-provider-aws#39494);
//   - nulls in maps and lists (aws/aws-sdk-go-v2#3501), see [Options];
//   - that UnrecognizedClientException also means a Region that is not enabled
//     (boto/boto3#3533);
//   - the texts of broken constraints.
//
// Not known are AppStream's order of images (here that of the slice), and its
// response to an invalid token (here ValidationException).
//
// [DescribeImages]: https://docs.aws.amazon.com/appstream2/latest/APIReference/API_DescribeImages.html
package appstreamimagestest
