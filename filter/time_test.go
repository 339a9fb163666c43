package filter_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/awsimages/awsimages/filter"
)

// The layouts of a creation date, and of a watermark's times.
const (
	milli      = "2006-01-02T15:04:05.000Z"
	milliWhole = "2006-01-02T15:04:05Z"
	micro      = "2006-01-02T15:04:05.000000-07:00"
)

func TestTime(t *testing.T) {
	var (
		noon  = time.Date(2021, 9, 29, 12, 0, 0, 0, time.UTC)
		tokyo = time.FixedZone("", 9*60*60)
	)
	for _, test := range []struct {
		reason string
		filter types.Filter
		want   []string
	}{
		{"milliseconds", filter.CreationDate.Is(noon.Add(305 * time.Millisecond)), []string{"2021-09-29T12:00:00.305Z"}},
		{"a whole second, in both forms", filter.CreationDate.Is(noon), []string{"2021-09-29T12:00:00.000Z", "2021-09-29T12:00:00Z"}},
		{"finer than EC2's times", filter.CreationDate.Is(noon.Add(305999 * time.Microsecond)), []string{"2021-09-29T12:00:00.305Z"}},
		{"finer than EC2's times, a whole second", filter.CreationDate.Is(noon.Add(999 * time.Microsecond)), []string{"2021-09-29T12:00:00.000Z", "2021-09-29T12:00:00Z"}},
		{"another zone", filter.CreationDate.Is(noon.Add(time.Millisecond).In(tokyo)), []string{"2021-09-29T12:00:00.001Z"}},
		{"several", filter.CreationDate.Is(noon.Add(1e6), noon.Add(2e6)), []string{"2021-09-29T12:00:00.001Z", "2021-09-29T12:00:00.002Z"}},
		{"none", filter.CreationDate.Is(), nil},
		{"a watermark's", filter.ImageWatermarkWatermarkCreationTime.Is(noon), []string{"2021-09-29T12:00:00.000000+00:00", "2021-09-29T12:00:00+00:00"}},
		{"a day", filter.CreationDate.On(noon), []string{"2021-09-29T*"}},
		{"the UTC day of an instant elsewhere", filter.CreationDate.On(noon.Add(-3*time.Hour), time.Date(2021, 9, 29, 8, 0, 0, 0, tokyo)), []string{"2021-09-29T*", "2021-09-28T*"}},
		{"patterns as they are", filter.CreationDate.Like("2021-09-*", `\*`), []string{"2021-09-*", `\*`}},
	} {
		t.Run(test.reason, func(t *testing.T) {
			if got := test.filter.Values; !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestBetween(t *testing.T) {
	for _, test := range []struct {
		reason   string
		from, to string
		want     string
	}{
		{"a day", "2021-09-29T00:00:00Z", "2021-09-30T00:00:00Z", "2021-09-29*"},
		{"a short February", "2021-02-01T00:00:00Z", "2021-03-01T00:00:00Z", "2021-02*"},
		{"a leap day", "2020-02-28T00:00:00Z", "2020-03-01T00:00:00Z", "2020-02-28* 2020-02-29*"},
		{"the last day of a short February is no group of days", "2021-02-28T00:00:00Z", "2021-03-01T00:00:00Z", "2021-02-28*"},
		{"the end of a month", "2021-09-29T00:00:00Z", "2021-11-01T00:00:00Z", "2021-09-29* 2021-09-3* 2021-10*"},
		{"days that begin with 0 begin at 1", "2021-09-01T00:00:00Z", "2021-09-10T00:00:00Z", "2021-09-0*"},
		{"months that begin with 1 end at 12", "2021-10-01T00:00:00Z", "2022-01-01T00:00:00Z", "2021-1*"},
		{"hours that begin with 2 end at 23", "2021-09-29T20:00:00Z", "2021-09-30T00:00:00Z", "2021-09-29T2*"},
		{"a decade", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "202*"},
		{"a second", "2021-09-29T11:04:43Z", "2021-09-29T11:04:44Z", "2021-09-29T11:04:43*"},
		{
			"a second's beginning, with the form that has no fraction",
			"2021-09-29T11:04:43Z", "2021-09-29T11:04:43.2Z",
			"2021-09-29T11:04:43.0* 2021-09-29T11:04:43Z 2021-09-29T11:04:43.1*",
		},
		{"a second's end", "2021-09-29T11:04:43.8Z", "2021-09-29T11:04:44Z", "2021-09-29T11:04:43.8* 2021-09-29T11:04:43.9*"},
		{"a millisecond", "2021-09-29T11:04:43.305Z", "2021-09-29T11:04:43.306Z", "2021-09-29T11:04:43.305*"},
		{"from and to are in the millisecond after them", "2021-09-29T11:04:43.304000001Z", "2021-09-29T11:04:43.305000001Z", "2021-09-29T11:04:43.305*"},
		{"nothing between two milliseconds", "2021-09-29T11:04:43.304000001Z", "2021-09-29T11:04:43.304999999Z", ""},
		{"another zone", "2021-09-29T00:00:00+09:00", "2021-09-30T00:00:00+09:00", "2021-09-28T15* 2021-09-28T16* 2021-09-28T17* 2021-09-28T18* 2021-09-28T19* 2021-09-28T2* 2021-09-29T0* 2021-09-29T10* 2021-09-29T11* 2021-09-29T12* 2021-09-29T13* 2021-09-29T14*"},
		{"nothing", "2021-09-29T00:00:00Z", "2021-09-29T00:00:00Z", ""},
		{"less than nothing", "2021-09-30T00:00:00Z", "2021-09-29T00:00:00Z", ""},
		{"everything, without images that have no date", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.9999Z", "0* 1* 2* 3* 4* 5* 6* 7* 8* 9*"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			got := filter.CreationDate.Between(parseTime(t, test.from), parseTime(t, test.to)).Values
			if want := strings.Fields(test.want); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestBetween_beyondFourDigits(t *testing.T) {
	from, to := time.Date(-1, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(10000, 6, 1, 0, 0, 0, 0, time.UTC)
	got := filter.CreationDate.Between(from, to).Values
	if want := strings.Fields("0* 1* 2* 3* 4* 5* 6* 7* 8* 9*"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, beyond := range [][2]time.Time{{to, to.AddDate(1, 0, 0)}, {from.AddDate(-1, 0, 0), from}} {
		if got := filter.CreationDate.Between(beyond[0], beyond[1]).Values; len(got) != 0 {
			t.Errorf("Between(%v, %v): got %q, want none", beyond[0], beyond[1], got)
		}
	}
}

// The documentation of Between has these lengths.
func TestBetween_length(t *testing.T) {
	ends := func(from, to int, unit time.Duration) (time.Time, time.Time) {
		return time.Date(from, 1, 1, 0, 0, 0, int(unit), time.UTC), time.Date(to, 9, 29, 20, 0, 0, 0, time.UTC).Add(-unit)
	}
	day := time.Date(2021, 9, 29, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		reason   string
		field    filter.Time
		from, to int // years
		unit     time.Duration
		want     int
		wantErr  error
	}{
		{"all of EC2's past", filter.CreationDate, 2000, 2026, 0, 29, nil},
		{"the worst of a century", filter.CreationDate, 2000, 2099, time.Millisecond, 197, nil},
		{"the worst of all", filter.CreationDate, 0, 9999, time.Millisecond, 233, filter.ErrLimit},
		{"the worst of a century for a watermark", filter.ImageWatermarkWatermarkCreationTime, 2000, 2099, time.Microsecond, 251, filter.ErrLimit},
	} {
		t.Run(test.reason, func(t *testing.T) {
			f := test.field.Between(ends(test.from, test.to, test.unit))
			if got := len(f.Values); got != test.want {
				t.Errorf("got %d values, want %d", got, test.want)
			}
			checkReasons(t, filter.Validate(filter.And(f)), test.wantErr)
		})
	}
	checkReasons(t, filter.Validate(filter.And(filter.CreationDate.Between(day, day))), filter.ErrNoValues)
}

// For random ranges at every scale, a time is selected if and only if it is in
// the range, by exactly one value, in each form of the time.
func TestBetween_exact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	longest := 0
	for range cases(200) {
		// From a second to 139 years.
		from := time.UnixMilli(rng.Int64N(4e12) - 1e12).Add(time.Duration(rng.IntN(3)) * 333333)
		to := from.Add(time.Duration(rng.Int64N(1<<(10+rng.IntN(33)))) * time.Millisecond)
		f := filter.CreationDate.Between(from, to)
		longest = max(longest, len(f.Values))
		for range 20 {
			checkBetween(t, f, from, to, nearby(rng, from, to))
		}
	}
	t.Logf("at most %d values", longest)
}

func FuzzBetween(f *testing.F) {
	f.Add(int64(1632913483305000000), int64(1e9), int64(1))
	f.Add(int64(1582934400000000000), int64(86400e9), int64(0))
	f.Fuzz(func(t *testing.T, from, length, offset int64) {
		start := time.Unix(0, from)
		end := start.Add(time.Duration(length))
		between := filter.CreationDate.Between(start, end)
		for _, instant := range []time.Time{start, end, start.Add(time.Duration(offset)), end.Add(time.Duration(offset))} {
			checkBetween(t, between, start, end, instant.Truncate(time.Millisecond))
		}
	})
}

// checkBetween checks f, made from from and to, with one time of milliseconds.
func checkBetween(t *testing.T, f types.Filter, from, to, instant time.Time) {
	t.Helper()
	want := !instant.Before(from) && instant.Before(to)
	layouts := []string{milli}
	if instant.Nanosecond() == 0 {
		layouts = append(layouts, milliWhole)
	}
	for _, layout := range layouts {
		text := instant.UTC().Format(layout)
		n := 0
		for _, value := range f.Values {
			if prefix, wild := strings.CutSuffix(value, "*"); value == text || wild && strings.HasPrefix(text, prefix) {
				n++
			}
		}
		if want && n != 1 || !want && n != 0 {
			t.Errorf("Between(%v, %v) selects %s by %d of its values %q, in range %v", from, to, text, n, f.Values, want)
		}
		if len(f.Values) == 0 {
			continue // which Match refuses
		}
		got, err := filter.Match(filter.And(f), types.Image{CreationDate: &text})
		if err != nil || got != want {
			t.Errorf("Between(%v, %v) matches %s: got %v, %v, want %v", from, to, text, got, err, want)
		}
	}
}

// nearby returns a time of milliseconds, most often at an end of the range.
func nearby(rng *rand.Rand, from, to time.Time) time.Time {
	at := from
	switch rng.IntN(3) {
	case 0:
		at = to
	case 1:
		at = from.Add(time.Duration(rng.Int64N(int64(to.Sub(from)) + 1)))
	}
	at = at.Truncate([]time.Duration{time.Millisecond, time.Second, time.Minute, 24 * time.Hour}[rng.IntN(4)])
	return at.Add(time.Duration(rng.IntN(5)-2) * []time.Duration{time.Millisecond, time.Second}[rng.IntN(2)])
}

// The values are as few as possible: as many as a search over all the texts
// finds.
func TestBetween_shortest(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	day := time.Date(2020, 2, 20, 0, 0, 0, 0, time.UTC)
	for _, universe := range []struct {
		name    string
		field   filter.Time
		start   time.Time
		step    time.Duration
		n       int
		layouts []string
	}{
		// Each has all the times with some beginning in common.
		{"a century of days", filter.CreationDate, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), 24 * time.Hour, 36525, []string{milli}},
		{"10 days of minutes", filter.CreationDate, day, time.Minute, 10 * 24 * 60, []string{milli}},
		{"10 seconds of milliseconds", filter.CreationDate, day, time.Millisecond, 10_000, []string{milli, milliWhole}},
		{"10 milliseconds of microseconds", filter.ImageWatermarkWatermarkCreationTime, day.Add(20 * time.Millisecond), time.Microsecond, 10_000, []string{micro}},
	} {
		t.Run(universe.name, func(t *testing.T) {
			var texts []string
			var at []int // texts[i] is the time after at[i] steps
			for i := range universe.n {
				instant := universe.start.Add(time.Duration(i) * universe.step)
				for j, layout := range universe.layouts {
					if j == 0 || instant.Nanosecond() == 0 {
						texts, at = append(texts, instant.Format(layout)), append(at, i)
					}
				}
			}
			for range cases(3) {
				lo := rng.IntN(universe.n)
				hi := lo + 1 + rng.IntN(universe.n-lo)
				f := universe.field.Between(universe.start.Add(time.Duration(lo)*universe.step), universe.start.Add(time.Duration(hi)*universe.step))
				in := make([]bool, len(texts))
				for i := range in {
					in[i] = lo <= at[i] && at[i] < hi
				}
				if got, want := len(f.Values), fewest(texts, in, 0); got != want {
					t.Errorf("steps %d to %d: got %d values %q, want %d", lo, hi, got, f.Values, want)
				}
			}
		})
	}
}

// fewest returns the least number of beginnings that the texts which are in
// have in common with no other; all texts begin with the same n bytes.
func fewest(texts []string, in []bool, n int) int {
	switch {
	case !slices.Contains(in, true):
		return 0
	case !slices.Contains(in, false) && n > 0:
		return 1
	}
	sum := 0
	groups := map[byte]*struct {
		texts []string
		in    []bool
	}{}
	for i, text := range texts {
		g := groups[text[n]]
		if g == nil {
			g = new(struct {
				texts []string
				in    []bool
			})
			groups[text[n]] = g
		}
		g.texts, g.in = append(g.texts, text), append(g.in, in[i])
	}
	for _, g := range groups {
		sum += fewest(g.texts, g.in, n+1)
	}
	return sum
}

func parseTime(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
