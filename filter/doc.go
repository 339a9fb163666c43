// Package filter builds filters for EC2's DescribeImages, validates them, and
// applies them to images in memory.
//
// An image must match all filters of a call (AND), and at least one value of
// each filter (OR).
//
//	filters := filter.And(
//		filter.Name.Like("al2023-ami-2023.*", "amzn2-ami-hvm-*"), // one or the other,
//		filter.Architecture.Is(types.ArchitectureValuesArm64),    // and on ARM,
//		filter.Tag("Team").Is("web"),                             // and of this team
//	)
//	out, err := client.DescribeImages(ctx, &ec2.DescribeImagesInput{Filters: filters})
//
// There is a constant for each filter that AWS documents. Its type determines
// its values: [Text], [Enum], [Bool], [Int] or [Time]. Filters are of the SDK's
// type types.Filter, so those made elsewhere work here too.
//
// Is takes literal values; Like takes patterns. In a pattern, * matches any
// number of characters, ? matches zero or one character (exactly one, according
// to older AWS documentation), and a backslash escapes a following *, ? or \.
// [Literal] escapes a whole string. Names and values are case-sensitive.
//
//	filter.Name.Is("web-*")                       // the image whose name is web-*
//	filter.Name.Like("web-*")                     // web-1, web-2, ...
//	filter.Name.Like(filter.Literal(team) + "-*") // whatever team contains
//
// # OR, NOT and ranges
//
// EC2 has no OR between filters with different names. [Or] expresses one, and
// the field AnyOf of [ec2images.Options] lists its images.
//
// EC2 has no NOT, and no value selects images that lack an attribute. Drop
// those images in memory, with [Match] or with the field Match of
// [ec2images.PickOptions]:
//
//	o.Match = func(image types.Image) bool { return !beta.Match(image) }
//
// EC2 has no ranges. [Time.Between] expresses a range of times as prefixes.
//
// Sources: the [API Reference], the [User Guide], and the issues cited.
//
// [ec2images.Options]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#Options
// [ec2images.PickOptions]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#PickOptions
// [API Reference]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
// [User Guide]: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
package filter
