package main

import (
	"fmt"
	"slices"
	"strings"
)

// knownRegions are the Regions of AWS. An unknown name is more often misspelled
// than new, and a Region that does not exist would look like one that is not
// enabled.
//
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
var knownRegions = strings.Fields(`
	us-east-1 eu-west-1 us-east-2 us-west-1 us-west-2
	af-south-1
	ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3
	ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3
	ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
	ca-central-1 ca-west-1
	eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-2 eu-west-3
	il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1
	cn-north-1 cn-northwest-1
	us-gov-east-1 us-gov-west-1`)

// checkNames returns the names in a comma-separated list. Every name must be
// known and must appear once.
func checkNames(list, kind string, known []string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		switch {
		case !slices.Contains(known, name):
			return nil, fmt.Errorf("%q is not a %s; known are %s", name, kind, strings.Join(known, ", "))
		case slices.Contains(names, name):
			return nil, fmt.Errorf("the %s %s is given twice", kind, name)
		}
		names = append(names, name)
	}
	return names, nil
}
