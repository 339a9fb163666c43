package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// decoded returns the images of a JSON list.
func decoded(t *testing.T, text string) (images []any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&images); err != nil {
		t.Fatal(err)
	}
	return images
}

func TestCompare(t *testing.T) {
	const sample = `[{"ImageId": "", "Name": "", "Public": true, "Tags": [{"Key": "", "Value": ""}], "Architecture": "i386", "ScanResults": {"FindingScanDate": ""}}]`
	tests := []struct {
		reason, first, then string
		knows               string
		want                string // part of the difference, or "" if there is none
		unknown             string
	}{
		{"equal", `[{"ImageId": "a", "Public": true}]`, `[{"Public": true, "ImageId": "a"}]`, "", "", ""},
		{"nothing is the same as no key", `[{"ImageId": "a", "Name": null, "Tags": null}]`, `[{"ImageId": "a"}]`, "", "", ""},
		{"an empty list is not nothing", `[{"Tags": []}]`, `[{}]`, "", "Tags", ""},
		{"an empty text is not nothing", `[{"Name": ""}]`, `[{}]`, "", "Name", ""},
		{"an empty enumeration is nothing in Go", `[{"Architecture": ""}]`, `[{}]`, "", "", ""},
		{"another text", `[{"ImageId": "a", "Name": "b"}]`, `[{"ImageId": "a", "Name": "c"}]`, "", `image 1, a, differs:
  Name: one has "b", two has "c"`, ""},
		{"another number", `[{"BlockDeviceMappings": [{"Ebs": {"Iops": 1}}]}]`, `[{"BlockDeviceMappings": [{"Ebs": {"Iops": 2}}]}]`, "", "BlockDeviceMappings[0].Ebs.Iops: one has 1, two has 2", ""},
		{"another order", `[{"ImageId": "a"}, {"ImageId": "b"}]`, `[{"ImageId": "b"}, {"ImageId": "a"}]`, "", "image 1, a, differs", ""},
		{"fewer items", `[{"Tags": [{"Key": "a"}, {"Key": "b"}]}]`, `[{"Tags": [{"Key": "a"}]}]`, "", "Tags: ", ""},
		{"fewer images", `[{"ImageId": "a"}, {"ImageId": "b"}]`, `[{"ImageId": "a"}]`, "", "number of images: one has 2, two has 1", ""},
		{"more images", `[]`, `[{"ImageId": "a"}]`, "", "number of images: one has 0, two has 1", ""},
		{"the same time in two forms", `[{"ScanResults": {"FindingScanDate": "2026-03-01T12:00:00Z"}}]`, `[{"ScanResults": {"FindingScanDate": "2026-03-01T13:00:00+01:00"}}]`, "", "", ""},
		{"a text that is a time is compared as text", `[{"CreationDate": "2026-03-01T12:00:00Z"}]`, `[{"CreationDate": "2026-03-01T12:00:00.000Z"}]`, "", "CreationDate", ""},
		{"a field that only the other program knows", `[{"ImageId": "a"}]`, `[{"ImageId": "a", "New": {"Field": 1}}]`, sample, "", ".New"},
		{"a field that the other program does not know", `[{"ImageId": "a", "ImageType": "machine"}]`, `[{"ImageId": "a"}]`, sample, "", ".ImageType"},
		{"a field that both know is missing", `[{"ImageId": "a", "Name": "b"}]`, `[{"ImageId": "a"}]`, sample, "Name", ""},
		{"a known field in a list is missing", `[{"Tags": [{"Key": "a", "Value": "b"}]}]`, `[{"Tags": [{"Key": "a"}]}]`, sample, "Tags[0].Value", ""},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			first, then := &listing{program: "one", images: decoded(t, tt.first)}, &listing{program: "two", images: decoded(t, tt.then)}
			if tt.knows != "" {
				then.knows = any(decoded(t, tt.knows))
			}
			unknown, d := compare(first, then)
			switch {
			case tt.want == "" && d != nil:
				t.Errorf("got %v, want no difference", d)
			case tt.want != "" && (d == nil || !strings.Contains(d.Error(), tt.want)):
				t.Errorf("got %v, want a difference with %q", d, tt.want)
			}
			if got := strings.Join(unknown, ", "); got != tt.unknown {
				t.Errorf("got the unknown fields %q, want %q", got, tt.unknown)
			}
		})
	}
}

// Pages, requests and ends of listings are compared as well as images.
func TestCompare_listing(t *testing.T) {
	changed := func(change func(*listing)) *listing {
		l := &listing{program: "one", images: []any{}, pages: []int{2, 1}, requests: []string{"A=1", "A=1&NextToken=t"}, token: "t", hasToken: true}
		change(l)
		return l
	}
	same := changed(func(*listing) {})
	tests := []struct {
		reason string
		change func(*listing)
		want   string
	}{
		{"equal", func(*listing) {}, ""},
		{"pages that end elsewhere", func(l *listing) { l.pages = []int{1, 2} }, "images of each page: one has [2 1], one has [1 2]"},
		{"a program that tells no pages", func(l *listing) { l.pages = nil }, ""},
		{"a request more", func(l *listing) { l.requests = append(l.requests, "A=2") }, `request 3: one has nothing, one has "A=2"`},
		{"another request", func(l *listing) { l.requests = []string{"A=1", "A=2"} }, `request 2: one has "A=1&NextToken=t", one has "A=2"`},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			_, d := compare(same, changed(tt.change))
			if got := fmt.Sprint(d); (d != nil) != (tt.want != "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %v, want %q", got, tt.want)
			}
		})
	}
	if d := compareTokens(same, same); d != nil {
		t.Errorf("equal tokens: got %v, want no difference", d)
	}
	if d := compareTokens(same, changed(func(l *listing) { l.token = "u" })); d == nil || !strings.Contains(d.Error(), `resume token: one has "t", one has "u"`) {
		t.Errorf("other tokens: got %v, want a difference", d)
	}
}
