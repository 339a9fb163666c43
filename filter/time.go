package filter

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Time is the name of a filter whose values are times, which EC2 compares as
// text, in UTC and with milliseconds: 2021-09-29T11:04:43.305Z. Times of
// watermarks have microseconds and end in +00:00.
type Time string

// Is returns a filter that selects images whose attribute is one of times,
// truncated to EC2's precision. A whole second takes two values.
func (f Time) Is(times ...time.Time) types.Filter {
	form := f.form()
	var values []string
	for _, t := range times {
		t = t.UTC()
		values = append(values, t.Format(form.layout))
		if form.isWhole(t) {
			values = append(values, t.Format(form.wholeLayout))
		}
	}
	return Raw(string(f), values...)
}

// On returns a filter that selects images whose attribute is on one of days, in
// UTC.
func (f Time) On(days ...time.Time) types.Filter {
	values := make([]string, len(days))
	for i, day := range days {
		values[i] = day.UTC().Format("2006-01-02T*")
	}
	return Raw(string(f), values...)
}

// Like returns a filter that selects images whose attribute matches one of
// patterns, such as 2021-09-*.
func (f Time) Like(patterns ...string) types.Filter {
	return Raw(string(f), patterns...)
}

// Between returns a filter that selects images whose attribute is at or after
// from and before to. To select everything before to, use a from such as the
// year 2000.
//
// The values are as few prefixes as possible that together match exactly the
// times in the range, to the millisecond (of watermarks, the microsecond). From
// 2021-09-29 to 2021-11-01 they are
//
//	2021-09-29* 2021-09-3* 2021-10*
//
// Whole days need few values; arbitrary ends need up to 197 within a century,
// and up to 251 for watermarks. [Validate] rejects more than 200: use a wider
// range then, and check the images in memory. It also rejects the filter
// without values if from is not before to.
func (f Time) Between(from, to time.Time) types.Filter {
	// Prefixes form a tree, so this is the only smallest set of values, and
	// they are disjoint. A range that needs too many is not rounded.
	form := f.form()
	from, to = form.ceil(from), form.ceil(to)
	var values []string
	for from.Before(to) {
		prefix, next := form.widest(from, to)
		values = append(values, prefix+"*")
		if len(prefix) > len(wholeSecond) && form.isWhole(from) {
			// The prefixes do not select the whole second, so the form without
			// a fraction must be added.
			values = append(values, from.Format(form.wholeLayout))
		}
		from = next
	}
	return Raw(string(f), values...)
}

func (f Time) name() string { return string(f) }

func (f Time) want(literal string) string {
	if _, err := time.Parse(time.RFC3339, literal); err != nil {
		return "a complete time, or the beginning of one and *"
	}
	return ""
}

// wholeSecond is the layout of the text with which all forms of a time begin.
const wholeSecond = "2006-01-02T15:04:05"

// A timeForm is a format in which EC2 writes a time.
type timeForm struct {
	layout      string
	wholeLayout string // alternative layout of a whole second
	unit        time.Duration
	digits      int // number of digits of the fraction of a second
}

var (
	millis = timeForm{wholeSecond + ".000Z", wholeSecond + "Z", time.Millisecond, 3}
	micros = timeForm{wholeSecond + ".000000-07:00", wholeSecond + "-07:00", time.Microsecond, 6}
)

func (f Time) form() *timeForm {
	if strings.HasPrefix(string(f), "image-watermark.") {
		return &micros
	}
	return &millis
}

// isWhole reports whether t is written as a whole second.
func (form *timeForm) isWhole(t time.Time) bool {
	return t.Nanosecond() < int(form.unit)
}

// ceil returns the first time not before t that EC2 can write, or the end of
// the year 9999, because years have four digits.
func (form *timeForm) ceil(t time.Time) time.Time {
	t = t.UTC()
	switch year := t.Year(); {
	case year < 0:
		return time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	case year > 9999:
		return time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	u := t.Truncate(form.unit)
	if u.Before(t) {
		u = u.Add(form.unit)
	}
	return u
}

// widest returns the shortest prefix of the text of from that only times in the
// range [from, to) have, and the first later time without that prefix. Both
// from and to are multiples of form.unit, and from is before to.
func (form *timeForm) widest(from, to time.Time) (prefix string, next time.Time) {
	year, month, day := from.Date()
	hour, minute, second := from.Clock()
	fraction := from.Nanosecond() / int(form.unit)
	parts := [...]struct {
		value, first, last int
		offset, digits     int // in the text
	}{
		{year, 0, 9999, 0, 4},
		{int(month), 1, 12, 5, 2},
		{day, 1, from.AddDate(0, 1, -day).Day(), 8, 2},
		{hour, 0, 23, 11, 2},
		{minute, 0, 59, 14, 2},
		{second, 0, 59, 17, 2},
		{fraction, 0, int(time.Second/form.unit) - 1, 20, form.digits},
	}
	text := from.Format(form.layout)
	for i, part := range slices.Backward(parts[:]) {
		// All later parts have their first value; otherwise there would be
		// times before from with the same prefix. A prefix with n digits of
		// this part covers size of its values.
		for n, size := part.digits, 1; n > 0; n, size = n-1, size*10 {
			low := part.value / size * size
			v := parts
			v[i].value = min(low+size, part.last+1)
			end := time.Date(v[0].value, time.Month(v[1].value), v[2].value, v[3].value, v[4].value, v[5].value, v[6].value*int(form.unit), time.UTC)
			if max(low, part.first) != part.value || end.After(to) {
				return prefix, next // no shorter prefix is possible either
			}
			prefix, next = text[:part.offset+n], end
		}
		if part.value != part.first {
			break
		}
	}
	return prefix, next
}
