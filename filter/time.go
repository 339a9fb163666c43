package filter

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Time is the name of a filter whose values are times, which EC2 compares as text,
// in UTC: 2021-09-29T11:04:43.305Z. It writes milliseconds, and the times of a
// watermark in microseconds and with +00:00; some times come without a fraction of
// a second, and mean a whole second.
type Time string

// Is returns the filter that selects images whose attribute is one of times. What
// is finer than EC2's times is dropped. A whole second takes two values, for the
// two forms in which EC2 writes it.
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

// On returns the filter that selects images whose attribute is in the day, in UTC,
// in which one of times is.
func (f Time) On(days ...time.Time) types.Filter {
	values := make([]string, len(days))
	for i, day := range days {
		values[i] = day.UTC().Format("2006-01-02T*")
	}
	return Raw(string(f), values...)
}

// Like returns the filter that selects images whose attribute matches one of
// patterns, such as 2021-09-*. For the wildcards see [Text.Like].
func (f Time) Like(patterns ...string) types.Filter {
	return Raw(string(f), patterns...)
}

// Between returns the filter that selects images whose attribute is at or after
// from and before to. For all that is before to, a from in the year 2000 will do,
// as EC2 is younger.
//
// EC2 has no ranges. The values are the beginnings of times, each with a *, that
// the times between from and to have in common with no others: as few as possible,
// and no time has two of them. From 2021-09-29 to 2021-11-01 these are
//
//	2021-09-29* 2021-09-3* 2021-10*
//
// Both ends are exact, to the millisecond; of a watermark's times, to the
// microsecond. Ends on whole days make short filters and odd milliseconds long
// ones: up to 197 values within a century, up to 251 for a watermark's times. EC2
// accepts 200 in a call, and [Validate] reports more: the set is never cut short.
// Where it grows too long, select wider and look at the images.
//
// If from is not before to, there is nothing to select, and the filter has no
// values. Validate reports that, too: to EC2, a filter without values is not one
// that selects nothing.
func (f Time) Between(from, to time.Time) types.Filter {
	form := f.form()
	from, to = form.ceil(from), form.ceil(to)
	var values []string
	for from.Before(to) {
		prefix, next := form.widest(from, to)
		values = append(values, prefix+"*")
		if len(prefix) > len(wholeSecond) && form.isWhole(from) {
			// The second is not selected as a whole, so its form without a fraction
			// is not selected yet.
			values = append(values, from.Format(form.wholeLayout))
		}
		from = next
	}
	return Raw(string(f), values...)
}

// wholeSecond is the layout of what all times have.
const wholeSecond = "2006-01-02T15:04:05"

// A timeForm is how EC2 writes a time.
type timeForm struct {
	layout      string
	wholeLayout string // the other layout of a whole second
	unit        time.Duration
	digits      int // of the fraction of a second, down to unit
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

// ceil returns the first time that EC2 can write, years having four digits, that
// is not before t; or the end of the year 9999.
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

// widest returns the shortest beginning of the text of from that only times from
// from to to have, and the first later time that does not have it. Both from and to
// are multiples of form.unit, and from is before to.
func (form *timeForm) widest(from, to time.Time) (prefix string, next time.Time) {
	year, month, day := from.Date()
	hour, minute, second := from.Clock()
	var (
		value  = [...]int{year, int(month), day, hour, minute, second, from.Nanosecond() / int(form.unit)}
		first  = [...]int{0, 1, 1, 0, 0, 0, 0}
		last   = [...]int{9999, 12, daysIn(year, month), 23, 59, 59, int(time.Second/form.unit) - 1}
		digits = [...]int{4, 2, 2, 2, 2, 2, form.digits}
		offset = [...]int{0, 5, 8, 11, 14, 17, 20} // of the digits in text
	)
	text := from.Format(form.layout)
	for part := len(value) - 1; part >= 0; part-- {
		// All later parts are at their first value, or there would be times before
		// from with the same beginning. A beginning with n digits of this part has
		// size of its values.
		for n, size := digits[part], 1; n > 0; n, size = n-1, size*10 {
			low := value[part] / size * size
			v := value
			v[part] = min(low+size, last[part]+1)
			end := time.Date(v[0], time.Month(v[1]), v[2], v[3], v[4], v[5], v[6]*int(form.unit), time.UTC)
			if max(low, first[part]) != value[part] || end.After(to) {
				return prefix, next // no shorter beginning will do either
			}
			prefix, next = text[:offset[part]+n], end
		}
		if value[part] != first[part] {
			break
		}
	}
	return prefix, next
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
