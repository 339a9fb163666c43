// Package filter makes the filters of EC2's DescribeImages, checks them, and
// applies them to images in memory.
//
// An image has to pass every filter of a call: filters are ANDed. One value of a
// filter is enough to pass it: values are ORed.
//
//	filters := filter.And(
//		filter.Name.Like("al2023-ami-2023.*", "amzn2-ami-hvm-*"), // one or the other,
//		filter.Architecture.Is(types.ArchitectureValuesArm64),    // and on ARM,
//		filter.Tag("Team").Is("web"),                             // and of this team
//	)
//	out, err := client.DescribeImages(ctx, &ec2.DescribeImagesInput{Filters: filters})
//
// Is takes values literally, Like takes patterns. In a pattern * stands for any
// number of characters, ? for one or none, and a backslash makes a following *, ?
// or \ literal. [Literal] does that to a whole text:
//
//	filter.Name.Is("web-*")                       // the image whose name is web-*
//	filter.Name.Like("web-*")                     // web-1, web-2, …
//	filter.Name.Like(filter.Literal(team) + "-*") // whatever team is called
//
// Names and values are case-sensitive. (Older pages of AWS say that ? is exactly
// one character; the current User Guide says zero or one, and so does this package.)
//
// # Filters
//
// For each filter that AWS documents there is a constant, and its type says which
// values it takes: [Text], [Enum], [Bool], [Int] or [Time]. [Tag] is for the
// values of tags, [Raw] for filters that are newer than this package. What they
// return is the SDK's own types.Filter: it goes into any call of the SDK, and a
// filter from elsewhere goes into any function here.
//
// What EC2 cannot express is not here either. There is no NOT: no value selects
// the images that lack an attribute. There is no OR between filters of different
// names: that takes a call for each. There are no ranges, but [Time.Between] says
// one in prefixes.
//
// # Checking and matching
//
// [Validate] finds what EC2 would refuse, and what would select nothing for want of
// a value that exists, before a call is made. [Match] and [Compile] select images
// in memory as EC2 would.
//
// Sources: the [API Reference] for the names and values, the [User Guide] for the
// wildcards, and the issues named at the rules that only experience has taught.
//
// [API Reference]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
// [User Guide]: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
package filter
