package ec2images

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/paginate"
)

// maxIDs is how many ids EC2 takes in one call.
const maxIDs = 1000

// fetchIDs asks for images by id, in batches. EC2 has no tokens for that, so
// the token of a batch is made here: the number of the ids before it.
func fetchIDs(call call, in ec2.DescribeImagesInput) paginate.Fetch[types.Image] {
	ids := distinct(in.ImageIds)
	in.ImageIds = nil
	return func(ctx context.Context, req paginate.Request) (paginate.Response[types.Image], error) {
		in := copyInput(&in)
		first, next, err := parseBatch(req.Token)
		if err != nil || first >= len(ids) { // no ids would be every image
			return paginate.Response[types.Image]{}, fmt.Errorf("%w: %q names no batch of the %d image ids", paginate.ErrInvalidToken, req.Token, len(ids))
		}
		if next != "" {
			in.NextToken = &next
		}
		last := min(len(ids), first+min(int(req.PageSize), maxIDs))
		in.ImageIds = slices.Clone(ids[first:last])
		resp, err := call(ctx, &in)
		switch {
		case resp.NextToken != "" && first > 0:
			// Not EC2's way. It is followed all the same, to lose nothing.
			resp.NextToken = batchToken(first) + ":" + resp.NextToken
		case resp.NextToken == "" && last < len(ids):
			resp.NextToken = batchToken(last)
		}
		return resp, err
	}
}

const batchPrefix = "image-ids:"

func batchToken(first int) string { return batchPrefix + strconv.Itoa(first) }

// parseBatch reads a token: the number of the ids before the batch, and the
// service's token within it.
func parseBatch(token string) (first int, next string, err error) {
	batch, ok := strings.CutPrefix(token, batchPrefix)
	if !ok {
		return 0, token, nil
	}
	batch, next, _ = strings.Cut(batch, ":")
	n, err := strconv.ParseUint(batch, 10, 31)
	return int(n), next, err
}

// distinct returns the values without repetitions, in their order.
func distinct(values []string) []string {
	seen := make(map[string]bool, len(values))
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool {
		defer func() { seen[v] = true }()
		return seen[v]
	})
}
