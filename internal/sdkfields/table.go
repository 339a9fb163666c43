package sdkfields

// The names are those of botocore's paginators-1.json files, with the first
// letter in upper case, as in the SDK's fields.

// tokens are the fields of inputs that hold a token, each with the fields of
// outputs that hold the next one. If an output has several, the first one
// counts: outputs of S3 and EFS repeat the Marker of the request beside
// NextMarker.
//
// Some pairs never page by themselves. They are here so that Find can say why
// it refuses an operation.
var tokens = []struct {
	input   string
	outputs []string
}{
	{"NextToken", []string{"NextToken"}},
	{"Marker", []string{"NextMarker", "NextPageMarker", "Marker"}},
	{"NextMarker", []string{"NextMarker"}},
	{"PageToken", []string{"NextPageToken", "PageToken"}},
	{"NextPageToken", []string{"NextPageToken"}},
	{"Position", []string{"Position"}},
	{"StartingToken", []string{"NextToken"}},
	{"PaginationToken", []string{"PaginationToken"}},
	{"ContinuationToken", []string{"NextContinuationToken", "ContinuationToken"}},
	{"PartNumberMarker", []string{"NextPartNumberMarker"}},
	{"ExclusiveStartTableName", []string{"LastEvaluatedTableName"}},
	{"ExclusiveStartBackupArn", []string{"LastEvaluatedBackupArn"}},

	// DynamoDB's Query and Scan: a map.
	{"ExclusiveStartKey", []string{"LastEvaluatedKey"}},

	// S3's ListObjectVersions and ListMultipartUploads, and Route 53's
	// ListResourceRecordSets: several.
	{"KeyMarker", []string{"NextKeyMarker"}},
	{"VersionIdMarker", []string{"NextVersionIdMarker"}},
	{"UploadIdMarker", []string{"NextUploadIdMarker"}},
	{"StartRecordName", []string{"NextRecordName"}},
	{"StartRecordType", []string{"NextRecordType"}},
}

// sizes are the fields of inputs that hold a page size. If an input has
// several, the first one counts.
var sizes = []string{
	"Limit", "MaxResults", "MaxRecords", "MaxItems", "PageSize", "MaximumPageSize",
	"MaxKeys", "MaxParts", "MaxBuckets", "MaxDirectoryBuckets", "MaxDatapoints",
	"MaxJobs", "MaxNamespaces", "MaxNumberOfDomains", "MaxRows", "MaxTables",
	"NumberOfLines", "ResourcesPerPage",
}

// more are the fields of outputs, beside the token, that report whether there
// are more pages.
var more = []string{
	"IsTruncated", "Truncated", "HasMoreResults", "HasMoreStreams",
	"AdditionalDataPending", "AdditionalRoutesAvailable",
}

// refusals are the error codes for a token that is invalid or has expired, and
// for nothing else. Most services use a code for any invalid parameter instead.
var refusals = []string{
	"ExpiredNextTokenException",
	"InvalidContinuationTokenException",
	"InvalidMarkerException",
	"InvalidNextToken",
	"InvalidNextTokenException",
	"InvalidPaginationToken",
	"InvalidPaginationTokenException",
	"PaginationTokenExpiredException",
}
