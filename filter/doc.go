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
// Is takes literal values; Like takes patterns. In a pattern, * matches any
// number of characters, ? matches zero or one character, and a backslash
// escapes a following *, ? or \. [Literal] escapes a whole string:
//
//	filter.Name.Is("web-*")                       // the image whose name is web-*
//	filter.Name.Like("web-*")                     // web-1, web-2, ...
//	filter.Name.Like(filter.Literal(team) + "-*") // whatever team contains
//
// Names and values are case-sensitive. (Older AWS documentation says that ?
// matches exactly one character; this package follows the current User Guide,
// which says zero or one.)
//
// # Filters
//
// There is a constant for each filter that AWS documents; its type, [Text],
// [Enum], [Bool], [Int] or [Time], determines the values that it accepts. Use
// [Tag] for tag values, and [Raw] for filters newer than this package. Filters
// are values of the SDK's own type types.Filter, so they work with any SDK
// call, and filters from elsewhere work with any function here.
//
// # OR, NOT and ranges
//
// EC2 has no OR between filters with different names. [Or] expresses one, and
// the field AnyOf of [ec2images.Options] lists its images with as few calls as
// possible. To combine whole queries, with other owners or IDs, use
// [paginate.Merge].
//
// EC2 has no NOT, and no value selects images that lack an attribute. List more
// images and leave some out in memory, with [Match] or with the field Match of
// [ec2images.PickOptions]:
//
//	o.Match = func(image types.Image) bool { return !beta.Match(image) }
//
// EC2 has no ranges. [Time.Between] expresses a range of times as prefixes.
//
// # Checking and matching
//
// [Validate] reports, before a call is made, filters that EC2 would reject and
// values that cannot match anything. [Match] and [Compile] select images in
// memory as EC2 would.
//
// Sources: the [API Reference] for the names and values, the [User Guide] for
// the wildcards, and, for undocumented behavior, the issues cited in the
// documentation.
//
// [ec2images.Options]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#Options
// [ec2images.PickOptions]: https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#PickOptions
// [paginate.Merge]. https://pkg.go.dev/github.com/awsimages/awsimages/ec2images#Union
// [API Reference]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
// [User Guide]: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
package filter
