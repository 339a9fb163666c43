package ec2images

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/internal/listing"
	"github.com/awsimages/awsimages/paginate"
)

// unknownID returns the message of an error with which EC2 rejects a call for
// an ID that does not exist.
func unknownID(err error) (message string, ok bool) {
	api, ok := listing.ServiceError(err)
	if !ok {
		return "", false
	}
	switch api.ErrorCode() {
	case "InvalidAMIID.NotFound",
		"InvalidAMIID.Unavailable", // deregistered
		// EC2 calls some IDs malformed that have the form of an ID
		// (cloud-custodian/cloud-custodian#3630).
		"InvalidAMIID.Malformed":
		return api.ErrorMessage(), true
	}
	return "", false
}

// isUnknown reports whether EC2 rejects a call for an ID that does not exist.
func isUnknown(err error) bool {
	_, ok := unknownID(err)
	return ok
}

// notExist matches EC2's message about IDs that do not exist.
var notExist = regexp.MustCompile(`^The image ids? '\[.*\]' do(?:es)? not exist$`)

// split returns the images of ids that exist, after EC2 has rejected a call for
// all ids. Each of its calls is for a part of the IDs of the previous call, so
// n IDs take at most 2n-2 calls. A message that names every ID may only repeat
// the request. A message that names some of the IDs is credible, and so are
// those that follow it.
func (b *batches) split(ctx context.Context, ids []string, refusal error, credible bool) ([]types.Image, error) {
	message, _ := unknownID(refusal)
	named, others := partition(ids, message)
	isSentence := notExist.MatchString(message)
	switch {
	case len(ids) == 1, credible && isSentence && len(others) == 0:
		return nil, nil
	case len(named) == 0, len(others) == 0:
		others, named = ids[:len(ids)/2], ids[len(ids)/2:]
	default:
		credible = credible || isSentence
	}
	images, err := b.existing(ctx, others, credible)
	if err != nil {
		return nil, err
	}
	more, err := b.existing(ctx, named, credible)
	return slices.Concat(images, more), err
}

// existing returns the images of the ids that exist.
func (b *batches) existing(ctx context.Context, ids []string, credible bool) ([]types.Image, error) {
	images, _, err := paginate.New(func(ctx context.Context, req paginate.Request) (paginate.Response[types.Image], error) {
		return b.request(ctx, ids, req.Token)
	}).Collect(ctx)
	if _, refused := unknownID(err); refused {
		return b.split(ctx, ids, err, credible)
	}
	if failed, ok := errors.AsType[*paginate.Error](err); ok {
		err = failed.Err
	}
	return images, err
}

// partition divides ids into those that text names and the others.
func partition(ids []string, text string) (named, others []string) {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_'
	})
	for _, id := range ids {
		if slices.Contains(words, id) {
			named = append(named, id)
		} else {
			others = append(others, id)
		}
	}
	return named, others
}
