package ec2images_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/awsimages/awsimages/ec2images"
	"github.com/awsimages/awsimages/ec2images/ec2imagestest"
	"github.com/awsimages/awsimages/internal/peer"
	"github.com/awsimages/awsimages/paginate"
)

func TestByID(t *testing.T) {
	images := []types.Image{
		available("ami-00000001", ""),
		with(available("ami-00000002", ""), func(i *types.Image) { i.State = types.ImageStateDisabled }),
		with(available("ami-00000003", ""), func(i *types.Image) {
			i.OwnerId, i.Public, i.DeprecationTime = aws.String("111111111111"), aws.Bool(true), aws.String("2021-01-01T00:00:00Z")
		}),
		available("ami-00000004", ""),
	}
	server := start(t, images)
	server.SetImages(images[:3])
	for _, id := range ids(images)[:3] {
		image, err := ec2images.ByID(t.Context(), server.Client(), id)
		if err != nil || *image.ImageId != id {
			t.Errorf("got %v, %v, want %s in any state", image, err, id)
		}
	}
	tests := []struct {
		reason, id string
		code       string // code of EC2's error
	}{
		{"unknown", "ami-00000009", "InvalidAMIID.NotFound"},
		{"just deregistered: an empty answer", "ami-00000004", ""},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			image, err := ec2images.ByID(t.Context(), server.Client(), tc.id)
			missing, ok := as[*ec2images.MissingError](err)
			if !errors.Is(err, ec2images.ErrNotFound) || !ok || !slices.Equal(missing.IDs, []string{tc.id}) || !isZero(image) {
				t.Errorf("got %v, %v, want a MissingError with the id", image, err)
			}
			code := ""
			if api, ok := as[smithy.APIError](err); ok {
				code = api.ErrorCode()
			}
			if code != tc.code {
				t.Errorf("got EC2's code %q, want %q", code, tc.code)
			}
		})
	}
}

func TestByIDs(t *testing.T) {
	catalog := ec2imagestest.Catalog(3000)
	server := start(t, catalog)
	all := ids(catalog)
	server.SetImages(slices.Delete(slices.Clone(catalog), 7, 8))
	const unknown, another = "ami-0000000000000000f", "ami-ffffffff"
	tests := []struct {
		reason   string
		ids      []string
		want     []string
		missing  []string
		requests int
	}{
		{"none asked for, none got: it never means all", nil, nil, nil, 0},
		{"in the order asked for", []string{all[5], all[1], all[3]}, []string{all[5], all[1], all[3]}, nil, 1},
		{"twice is once", []string{all[5], all[1], all[5]}, []string{all[5], all[1]}, nil, 1},
		{"in batches of 1000", all[8:2508], all[8:2508], nil, 3},
		{"one unknown: it is requested again, apart from the others", []string{all[5], unknown, all[1]}, []string{all[5], all[1]}, []string{unknown}, 3},
		{"one just deregistered", []string{all[7], all[1]}, []string{all[1]}, []string{all[7]}, 1},
		{"some of each", []string{another, all[2], all[7], unknown}, []string{all[2]}, []string{another, all[7], unknown}, 3},
		{"all unknown", []string{unknown, another}, nil, []string{unknown, another}, 3},
	}
	for _, tc := range tests {
		t.Run(tc.reason, func(t *testing.T) {
			before := len(server.Requests())
			images, err := ec2images.ByIDs(t.Context(), server.Client(), tc.ids)
			if !slices.Equal(ids(images), tc.want) {
				t.Errorf("got %v, %v, want %v", ids(images), err, tc.want)
			}
			missing, _ := as[*ec2images.MissingError](err)
			if missing == nil {
				missing = &ec2images.MissingError{}
			}
			if !slices.Equal(missing.IDs, tc.missing) || errors.Is(err, ec2images.ErrNotFound) != (tc.missing != nil) || (err != nil) != (tc.missing != nil) {
				t.Errorf("got %v, want the ids %v to be missing", err, tc.missing)
			}
			if n := len(server.Requests()) - before; n != tc.requests {
				t.Errorf("got %d requests, want %d", n, tc.requests)
			}
		})
	}
}

func TestByIDs_blankIDs(t *testing.T) {
	client := fake(func(context.Context, *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		t.Error("there was a request")
		return nil, errors.New("unreachable")
	})
	images, err := ec2images.ByIDs(t.Context(), client, []string{"ami-00000001", "", "web", " "})
	if images != nil || !errors.Is(err, paginate.ErrInvalidOptions) || errors.Is(err, ec2images.ErrNotFound) {
		t.Fatalf("got %v, %v, want ErrInvalidOptions alone", images, err)
	}
	for _, want := range []string{"ids[1] is blank", "ids[3] is blank"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to contain %q", err, want)
		}
	}
	if strings.Contains(err.Error(), "ids[0]") || strings.Contains(err.Error(), "ids[2]") {
		t.Errorf("got %v, want it to accept every id that is not blank", err)
	}
}

// moody responds as EC2 does for the IDs that has accepts, and for others in
// one of the ways that were observed or are conceivable.
func moody(r *rand.Rand, has func(id string) bool, calls *int) ec2.DescribeImagesAPIClient {
	return fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
		*calls++
		out := &ec2.DescribeImagesOutput{}
		var unknown []string
		for _, id := range in.ImageIds {
			if has(id) {
				out.Images = append(out.Images, types.Image{ImageId: &id})
			} else {
				unknown = append(unknown, id)
			}
		}
		r.Shuffle(len(out.Images), func(i, j int) { out.Images[i], out.Images[j] = out.Images[j], out.Images[i] })
		if unknown == nil || r.IntN(4) == 0 { // us-east-1 sometimes omits them (cloud-custodian/cloud-custodian#3629)
			return out, nil
		}
		code := []string{"InvalidAMIID.NotFound", "InvalidAMIID.Malformed", "InvalidAMIID.Unavailable"}[r.IntN(3)]
		named := unknown[:r.IntN(len(unknown)+1)]
		return nil, &smithy.GenericAPIError{Code: code, Message: "The image ids '[" + strings.Join(named, ", ") + "]' do not exist"}
	})
}

// However EC2 reports unknown IDs, ByIDs returns the images that exist.
func TestByIDs_model(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	rounds := 300
	if peer.Comparing() {
		rounds = 2000
	}
	for range rounds {
		asked := make([]string, 1+r.IntN(40))
		for i := range asked {
			// Short IDs are prefixes of long ones.
			asked[i] = "ami-" + strings.Repeat("0", []int{7, 16}[r.IntN(2)]) + string("0123456789abcdef"[r.IntN(16)])
			if r.IntN(2) == 0 {
				asked[i] = "ami-0000000" + string("0123456789abcdef"[r.IntN(16)]) + "000000000"
			}
		}
		gone := make(map[string]bool)
		for _, id := range asked {
			gone[id] = gone[id] || r.IntN(3) == 0
		}
		var want, missing []string
		for i, id := range asked {
			switch {
			case slices.Contains(asked[:i], id):
			case gone[id]:
				missing = append(missing, id)
			default:
				want = append(want, id)
			}
		}
		calls := 0
		images, err := ec2images.ByIDs(t.Context(), moody(r, func(id string) bool { return !gone[id] }, &calls), asked)
		got, _ := as[*ec2images.MissingError](err)
		if got == nil {
			got = &ec2images.MissingError{}
		}
		if !slices.Equal(ids(images), want) || !slices.Equal(got.IDs, missing) || (err != nil) != (missing != nil) {
			t.Fatalf("%v: got %v, %v, want %v without %v", asked, ids(images), err, want, missing)
		}
		if most := 2*(len(want)+len(missing)) - 1; calls > most {
			t.Fatalf("%v: got %d calls, want at most %d", asked, calls, most)
		}
	}
}

// A response with an image that was not requested counts as a missing image.
func TestByID_otherImage(t *testing.T) {
	client := paged([]types.Image{available("ami-00000002", ""), {}})
	image, err := ec2images.ByID(t.Context(), client, "ami-00000001")
	if !errors.Is(err, ec2images.ErrNotFound) || !isZero(image) {
		t.Errorf("got %v, %v, want ErrNotFound alone", image, err)
	}
}

func TestByIDs_errors(t *testing.T) {
	catalog := ec2imagestest.Catalog(9)
	server := start(t, catalog)
	for _, fault := range []ec2imagestest.Fault{ec2imagestest.Throttle(), ec2imagestest.Cut(100), ec2imagestest.Body(200, "text/html", "<html></html>")} {
		server.Script(fault)
		images, err := ec2images.ByIDs(t.Context(), server.Client(), ids(catalog))
		if _, ok := as[*paginate.Error](err); !ok || images != nil || errors.Is(err, ec2images.ErrNotFound) {
			t.Errorf("got %d images, %v, want the error alone", len(images), err)
		}
	}
	down := errors.New("down")
	asked := batchesOf(3)
	for batch := range 3 {
		client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
			if in.ImageIds[0] == asked[batch*1000] {
				return nil, down
			}
			return &ec2.DescribeImagesOutput{}, nil
		})
		images, err := ec2images.ByIDs(t.Context(), client, asked)
		if !errors.Is(err, down) || images != nil || errors.Is(err, ec2images.ErrNotFound) {
			t.Errorf("batch %d: got %d images, %v, want the error alone", batch, len(images), err)
		}
	}
}

// The second calls for a batch can fail as well.
func TestByIDs_errorsOfSecondCalls(t *testing.T) {
	down := errors.New("down")
	unknown := func(message string) error {
		return &smithy.GenericAPIError{Code: "InvalidAMIID.NotFound", Message: message}
	}
	tests := []struct {
		reason  string
		answers []error
	}{
		{"without what was named", []error{unknown("ami-00000001"), down}},
		{"the first half", []error{unknown(""), down}},
		{"the second half", []error{unknown(""), nil, down}},
		{"the second half after an unknown first", []error{unknown(""), unknown(""), down}},
	}
	for _, tc := range tests {
		calls := 0
		client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
			calls++
			return &ec2.DescribeImagesOutput{}, tc.answers[calls-1]
		})
		images, err := ec2images.ByIDs(t.Context(), client, []string{"ami-00000001", "ami-00000002"})
		if !errors.Is(err, down) || images != nil || calls != len(tc.answers) {
			t.Errorf("%s: got %v, %v after %d calls, want the error alone after %d", tc.reason, images, err, calls, len(tc.answers))
		}
	}
}

func TestByIDs_errorText(t *testing.T) {
	server := start(t, nil)
	_, err := ec2images.ByIDs(t.Context(), server.Client(), []string{"ami-00000001", "ami-00000002"}, func(o *ec2images.LookupOptions) { o.Label = "eu-west-1" })
	want := regexp.MustCompile(`^ec2images: eu-west-1: no image found: ami-00000001, ami-00000002: operation error .*InvalidAMIID\.NotFound`)
	if err == nil || !want.MatchString(err.Error()) {
		t.Errorf("got %v, want %v", err, want)
	}
}

// If a fake repeats the request in its error, its existing images are not
// reported as missing.
func TestByIDs_messageRepeatsTheRequest(t *testing.T) {
	messages := map[string]func(asked, unknown []string) string{
		"the request": func(asked, _ []string) string { return fmt.Sprint("cannot describe ", asked) },
		"the request, EC2's way": func(asked, _ []string) string {
			return "The image ids '[" + strings.Join(asked, ", ") + "]' do not exist"
		},
		"the neighbors of what was": func(asked, unknown []string) string {
			return unknown[0] + " does not exist, did you mean " + asked[0] + " or " + asked[len(asked)-1]
		},
	}
	for reason, message := range messages {
		t.Run(reason, func(t *testing.T) {
			calls := 0
			has := []string{"ami-1", "ami-3", "ami-nonexistent", "ami-12345-copied-1"}
			client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
				calls++
				out := &ec2.DescribeImagesOutput{}
				var unknown []string
				for _, id := range in.ImageIds {
					if slices.Contains(has, id) {
						out.Images = append(out.Images, types.Image{ImageId: &id})
					} else {
						unknown = append(unknown, id)
					}
				}
				if unknown != nil {
					return nil, &smithy.GenericAPIError{Code: "InvalidAMIID.NotFound", Message: message(in.ImageIds, unknown)}
				}
				return out, nil
			})
			images, err := ec2images.ByIDs(t.Context(), client, []string{"ami-1", "ami-2", "ami-3", "ami-nonexistent", "ami-12345-copied-1"})
			missing, _ := as[*ec2images.MissingError](err)
			if !slices.Equal(ids(images), has) || missing == nil || !slices.Equal(missing.IDs, []string{"ami-2"}) {
				t.Errorf("got %v, %v, want %v without ami-2", ids(images), err, has)
			}
			if calls > 9 {
				t.Errorf("got %d calls for 5 ids, want at most 9", calls)
			}
		})
	}
}

// A panic of the client, and a call of runtime.Goexit as by t.FailNow in a
// fake, end the goroutine of the caller, whatever the number of IDs.
func TestByIDs_panics(t *testing.T) {
	for _, n := range []int{1, 3} {
		asked := batchesOf(n)
		down := errors.New("down")
		tests := map[string]func(){"panic": func() { panic(down) }, "goexit": runtime.Goexit}
		for reason, end := range tests {
			client := fake(func(_ context.Context, in *ec2.DescribeImagesInput) (*ec2.DescribeImagesOutput, error) {
				if in.ImageIds[0] == asked[len(asked)-1000] {
					end()
				}
				return &ec2.DescribeImagesOutput{}, nil
			})
			var value any
			returned := false
			done := make(chan struct{})
			go func() {
				defer close(done)
				defer func() { value = recover() }()
				_, _ = ec2images.ByIDs(t.Context(), client, asked)
				returned = true
			}()
			<-done
			err, _ := value.(error)
			if returned || errors.Is(err, down) != (reason == "panic") {
				t.Errorf("%s, %d ids: got %v, returned %v, want the end of the goroutine", reason, len(asked), value, returned)
			}
		}
	}
}

// The parts of a rejected batch wait as well. The error at the end of the
// listing is no request, and does not.
func TestLimiter_partsOfABatch(t *testing.T) {
	server := start(t, []types.Image{available("ami-00000001", "")})
	l := new(limiter)
	asked := []string{"ami-00000001", "ami-00000002", "ami-00000003"}
	_, err := ec2images.ByIDs(t.Context(), server.Client(), asked, func(o *ec2images.LookupOptions) { o.Limiter = l })
	if !errors.Is(err, ec2images.ErrNotFound) || len(server.Requests()) < 2 || int(l.waits.Load()) != len(server.Requests()) {
		t.Errorf("got %v, %d requests and %d waits, want a wait for each", err, len(server.Requests()), l.waits.Load())
	}
}

// The context may end while the limiter waits for a part of a batch. No image is
// missing for that.
func TestLimiter_contextEnds(t *testing.T) {
	server := start(t, []types.Image{available("ami-00000001", ""), available("ami-00000002", "")})
	asked := []string{"ami-00000001", "ami-00000002", "ami-00000003"}
	ctx, cancel := context.WithCancel(t.Context())
	got, token, err := ec2images.NewIDPaginator(server.Client(), asked, func(o *ec2images.Options) {
		o.Limiter = &limiter{at: 2, call: cancel}
	}).Collect(ctx)
	if !errors.Is(err, context.Canceled) || errors.Is(err, ec2images.ErrNotFound) || len(got) > 0 || len(server.Requests()) != 1 {
		t.Errorf("got %v, %v after %d requests, want context.Canceled after 1", ids(got), err, len(server.Requests()))
	}
	got, _, err = ec2images.NewIDPaginator(server.Client(), asked, func(o *ec2images.Options) { o.StartingToken = token }).Collect(t.Context())
	if missing, ok := as[*ec2images.MissingError](err); !ok || !slices.Equal(missing.IDs, asked[2:]) || !slices.Equal(ids(got), asked[:2]) {
		t.Errorf("resumed: got %v, %v, want the first two, and the third missing", ids(got), err)
	}
}
