package roles_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

func TestPeriodValidate(t *testing.T) {
	ok := day("2026-01-15")
	none, lacking := roles.Date{}, roles.Date{Year: 2026, Month: 2, Day: 30}
	type at struct{ field, code string }
	for name, c := range map[string]struct {
		period roles.Period
		want   []at
	}{
		"one day":              {roles.Between(ok, ok), nil},
		"some days":            {roles.Between(ok, day("2026-12-31")), nil},
		"no end":               {roles.From(ok), nil},
		"the zero period":      {roles.Period{}, []at{{"start", roles.ProblemRequired}, {"end", roles.ProblemRequired}}},
		"no start, no end":     {roles.From(none), []at{{"start", roles.ProblemRequired}}},
		"a start that isn't":   {roles.From(lacking), []at{{"start", roles.ProblemMalformed}}},
		"an end that isn't":    {roles.Between(ok, lacking), []at{{"end", roles.ProblemMalformed}}},
		"neither is a day":     {roles.Between(lacking, lacking), []at{{"start", roles.ProblemMalformed}, {"end", roles.ProblemMalformed}}},
		"end forgotten":        {roles.Between(ok, none), []at{{"end", roles.ProblemRequired}}},
		"start forgotten":      {roles.Between(none, ok), []at{{"start", roles.ProblemRequired}}},
		"turned round":         {roles.Between(ok, day("2026-01-14")), []at{{"end", roles.ProblemOrder}}},
		"turned round by year": {roles.Between(ok, day("2025-12-31")), []at{{"end", roles.ProblemOrder}}},
		"the calendar's end":   {roles.Between(ok, day("9999-12-31")), []at{{"end", roles.ProblemTooFar}}},
		"the day before":       {roles.Between(ok, day("9999-12-30")), nil},
	} {
		problems := c.period.Validate()
		var got []at
		for _, p := range problems {
			got = append(got, at{p.Field, p.Code})
			assert.NotEmpty(t, p.Text, name)
		}
		assert.Equal(t, c.want, got, name)

		// What is refused is never in force, in whatever zone.
		for _, loc := range []*time.Location{time.UTC, brussels, zone("Pacific/Apia")} {
			w := c.period.Window(loc)
			if len(problems) > 0 {
				assert.Equal(t, roles.Window{}, w, name)
			}
			assert.Equal(t, len(problems) > 0, w.Empty(), name)
		}
	}
}

func TestPeriodParts(t *testing.T) {
	p := roles.Between(day("2026-01-01"), day("2026-12-31"))
	assert.Equal(t, day("2026-01-01"), p.Start())
	end, has := p.End()
	assert.True(t, has)
	assert.Equal(t, day("2026-12-31"), end)
	assert.False(t, p.Unlimited())
	assert.False(t, p.IsZero())
	assert.Equal(t, "2026-01-01..2026-12-31", p.String())

	later := p.StartingAt(day("2026-06-01"))
	assert.Equal(t, roles.Between(day("2026-06-01"), day("2026-12-31")), later)
	assert.Equal(t, day("2026-01-01"), p.Start(), "StartingAt changed the original")

	u := roles.From(day("2026-01-01"))
	_, has = u.End()
	assert.False(t, has)
	assert.True(t, u.Unlimited())
	assert.Equal(t, "2026-01-01..", u.String())
	assert.Equal(t, roles.From(day("2026-06-01")), u.StartingAt(day("2026-06-01")))
	assert.True(t, roles.Period{}.IsZero())
}

func TestPeriodDays(t *testing.T) {
	for _, c := range []struct {
		start, end string
		want       int
	}{
		{"2026-01-01", "2026-01-01", 1}, {"2026-01-01", "2026-01-31", 31}, {"2026-01-01", "2026-12-31", 365}, {"2024-01-01", "2024-12-31", 366},
		{"2024-02-28", "2024-03-01", 3}, {"2026-03-28", "2026-03-30", 3}, {"2026-10-24", "2026-10-26", 3},
		{"1600-01-01", "1999-12-31", 146097}, // more than a time.Duration holds
		{"0001-01-01", "9999-12-30", 3652058},
	} {
		assert.Equal(t, c.want, roles.Between(day(c.start), day(c.end)).Days(), "%s..%s", c.start, c.end)
	}
	assert.Zero(t, roles.From(day("2026-01-01")).Days())
	assert.Zero(t, roles.Period{}.Days())
	assert.Zero(t, roles.Between(day("2026-01-01"), roles.Date{}).Days())
	assert.Zero(t, roles.Between(day("2026-01-09"), day("2026-01-01")).Days(), "not a negative number, which no limit would refuse")
}

func TestPeriodWindow(t *testing.T) {
	hours := func(w roles.Window) float64 { return w.To.Sub(w.From).Hours() }
	for _, c := range []struct {
		zone, start, end string
		from, to         string
		hours            float64
	}{
		{"Europe/Brussels", "2026-01-15", "2026-01-15", "2026-01-14T23:00:00Z", "2026-01-15T23:00:00Z", 24},
		{"Europe/Brussels", "2026-03-29", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23},
		{"Europe/Brussels", "2026-10-25", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25},
		{"Europe/Brussels", "2024-02-29", "2024-02-29", "2024-02-28T23:00:00Z", "2024-02-29T23:00:00Z", 24},
		{"Europe/Brussels", "2026-01-01", "2026-12-31", "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z", 365 * 24},
		{"Europe/Brussels", "2026-06-30", "2026-12-31", "2026-06-29T22:00:00Z", "2026-12-31T23:00:00Z", 185*24 + 1},
		{"America/Havana", "2026-03-08", "2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z", 23},
		{"America/Havana", "2026-11-01", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", 25},
		{"Europe/Brussels", "2026-01-01", "9999-12-30", "2025-12-31T23:00:00Z", "9999-12-30T23:00:00Z", 0},
	} {
		p := roles.Between(day(c.start), day(c.end))
		w := p.Window(zone(c.zone))
		assert.Equal(t, roles.Window{From: instant(c.from), To: instant(c.to)}, w, "%s in %s", p, c.zone)
		if c.hours != 0 {
			assert.InDelta(t, c.hours, hours(w), 0, "%s in %s", p, c.zone)
		}
		assert.True(t, w.Contains(w.From))
		assert.False(t, w.Contains(w.From.Add(-time.Nanosecond)))
		assert.True(t, w.Contains(w.To.Add(-time.Nanosecond)), "the last day is included, to its last instant")
		assert.False(t, w.Contains(w.To))
		data, err := json.Marshal(w)
		require.NoError(t, err)
		var back roles.Window
		require.NoError(t, json.Unmarshal(data, &back))
		assert.Equal(t, w, back, "%s", data)
	}

	w := roles.From(day("2026-07-01")).Window(brussels)
	assert.Equal(t, roles.Window{From: instant("2026-06-30T22:00:00Z")}, w)
	assert.True(t, w.Contains(instant("9999-12-31T23:59:59Z")))
	assert.False(t, w.Contains(instant("2026-06-30T21:59:59.999999999Z")))

	skipped := roles.Between(day("2011-12-30"), day("2011-12-30")).Window(zone("Pacific/Apia"))
	assert.True(t, skipped.Empty(), "a day that never was holds no instant")
}

func TestAdjacentPeriodsMeet(t *testing.T) {
	for _, loc := range []*time.Location{brussels, zone("America/Sao_Paulo"), zone("America/Havana")} {
		for d := day("2015-01-01"); d.Before(day("2021-01-01")); d = d.AddDays(1) {
			first := roles.Between(day("2014-12-01"), d).Window(loc)
			second := roles.From(d.AddDays(1)).Window(loc)
			if first.To != second.From || first.Overlaps(second) || second.Overlaps(first) {
				t.Fatalf("%s in %s: %v and %v", d, loc, first, second)
			}
		}
	}
}

func TestPeriodJSON(t *testing.T) {
	for text, p := range map[string]roles.Period{
		`{"start":"2026-01-01","end":"2026-12-31"}`: roles.Between(day("2026-01-01"), day("2026-12-31")),
		`{"start":"2026-01-01","unlimited":true}`:   roles.From(day("2026-01-01")),
		`{"start":"2024-02-29","end":"2024-02-29"}`: roles.Between(day("2024-02-29"), day("2024-02-29")),
		`{"start":""}`:                  {},
		`{"start":"","unlimited":true}`: roles.From(roles.Date{}),
		`{"start":"2026-01-01"}`:        roles.Between(day("2026-01-01"), roles.Date{}),
	} {
		data, err := json.Marshal(p)
		require.NoError(t, err)
		assert.Equal(t, text, string(data))
		var back roles.Period
		require.NoError(t, json.Unmarshal([]byte(text), &back))
		assert.Equal(t, p, back, text)
	}

	for _, text := range []string{`{}`, `{"start":"2026-01-01"}`, `{"start":"2026-01-01","end":null}`, `{"start":"2026-01-01","unlimited":false}`, `null`} {
		var p roles.Period
		require.NoError(t, json.Unmarshal([]byte(text), &p), text)
		assert.NotEmpty(t, p.Validate(), "%s means no end without saying so", text)
		assert.False(t, p.Unlimited(), text)
	}

	before := roles.From(day("2020-01-01"))
	for _, text := range []string{
		`{"start":"2026-01-01","end":"2026-12-31","unlimited":true}`, `{"start":"2026-02-30","unlimited":true}`,
		`{"start":"2026-01-01","end":"31/12/2026"}`, `{"start":"2026-01-01","unlimited":"yes"}`, `"2026-01-01"`, `[]`,
	} {
		p := before
		require.Error(t, json.Unmarshal([]byte(text), &p), text)
		assert.Equal(t, before, p, "%s was refused and changed the period", text)
	}

	_, err := json.Marshal(roles.Between(day("2026-01-01"), roles.Date{Year: 2026, Month: 2, Day: 30}))
	assert.Error(t, err)
}

// tick makes instants of a small time line, on which every window can be
// compared with every other; 0 is the zero time, for "none".
func tick(n int) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return instant("2026-01-01T00:00:00Z").Add(time.Duration(n) * time.Microsecond)
}

func TestWindowsAgainstTheirInstants(t *testing.T) {
	const last = 6
	var windows []roles.Window
	for from := range last {
		for to := range last {
			windows = append(windows, roles.Window{From: tick(from), To: tick(to)})
		}
	}
	holds := func(w roles.Window) (out [last + 1]bool) { // written from the two numbers, not with Contains
		for n := 1; n <= last; n++ {
			out[n] = !w.From.IsZero() && tick(n).UnixMicro() >= w.From.UnixMicro() && (w.To.IsZero() || tick(n).UnixMicro() < w.To.UnixMicro())
		}
		return out
	}
	for _, a := range windows {
		inA, some := holds(a), false
		for n := 1; n <= last; n++ {
			some = some || inA[n]
			assert.Equal(t, inA[n], a.Contains(tick(n)), "%v at %d", a, n)
		}
		assert.Equal(t, !some, a.Empty(), "%v", a)
		assert.False(t, a.Contains(time.Time{}), "the zero instant is in no window: %v", a)

		for n := 1; n <= last; n++ {
			cut := a.NotBefore(tick(n))
			for m := 1; m <= last; m++ {
				assert.Equal(t, inA[m] && m >= n, cut.Contains(tick(m)), "%v not before %d, at %d", a, n, m)
			}
			assert.Equal(t, a.To, cut.To)
		}
		assert.Equal(t, a, a.NotBefore(time.Time{}))

		for _, b := range windows {
			inB, both := holds(b), false
			for n := 1; n <= last; n++ {
				both = both || inA[n] && inB[n]
			}
			assert.Equal(t, both, a.Overlaps(b), "%v, %v", a, b)
		}
	}
	assert.Equal(t, roles.Window{}, roles.Window{}.NotBefore(tick(1)), "the zero window stays empty")
	assert.Equal(t, roles.Window{From: tick(3), To: tick(4)}, roles.Window{From: tick(3), To: tick(4)}.NotBefore(tick(2)))
}

func TestPeriodsOverlap(t *testing.T) {
	t.Parallel()
	day := func(d int) roles.Date { return roles.Date{Year: 2026, Month: time.March, Day: d} }
	for name, c := range map[string]struct {
		a, b roles.Period
		want bool
	}{
		"the same":                   {roles.Between(day(1), day(9)), roles.Between(day(1), day(9)), true},
		"one day in both":            {roles.Between(day(1), day(5)), roles.Between(day(5), day(9)), true},
		"one after the other":        {roles.Between(day(1), day(4)), roles.Between(day(5), day(9)), false},
		"one in the other":           {roles.Between(day(1), day(9)), roles.Between(day(3), day(4)), true},
		"without an end":             {roles.From(day(5)), roles.From(day(20)), true},
		"over before the other":      {roles.Between(day(1), day(4)), roles.From(day(5)), false},
		"reaches into one unlimited": {roles.Between(day(1), day(5)), roles.From(day(5)), true},
		"none":                       {roles.Period{}, roles.From(day(5)), false},
		"end before start":           {roles.Between(day(9), day(1)), roles.Between(day(1), day(9)), false},
	} {
		assert.Equal(t, c.want, c.a.Overlaps(c.b), name)
		assert.Equal(t, c.want, c.b.Overlaps(c.a), name+", the other way round")
	}
}
