package roles_test

import (
	"encoding/binary"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

var brussels = zone("Europe/Brussels")

func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// day reads YYYY-MM-DD.
func day(s string) roles.Date {
	d, err := roles.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestParseDate(t *testing.T) {
	for text, want := range map[string]roles.Date{
		"2026-01-31": {Year: 2026, Month: time.January, Day: 31},
		"2024-02-29": {Year: 2024, Month: time.February, Day: 29},
		"2000-02-29": {Year: 2000, Month: time.February, Day: 29},
		"0001-01-01": {Year: 1, Month: time.January, Day: 1},
		"9999-12-31": {Year: 9999, Month: time.December, Day: 31},
	} {
		got, err := roles.ParseDate(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
		assert.Equal(t, text, got.String())
		assert.True(t, got.Valid())
		made, err := roles.NewDate(want.Year, want.Month, want.Day)
		require.NoError(t, err)
		assert.Equal(t, want, made)
	}
	for _, text := range []string{
		"", " ", "2026", "2026-1-1", "2026-01-01 ", " 2026-01-01", "2026-01-01T00:00:00Z", "01/02/2026", "31-12-2026", "20260101",
		"2026-02-29", "1900-02-29", "2026-04-31", "2026-00-01", "2026-13-01", "2026-01-00", "2026-01-32",
		"0000-12-31", "10000-01-01", "-001-01-01", "2026-01-0١", "85.07.30-033.28",
	} {
		got, err := roles.ParseDate(text)
		if assert.Error(t, err, text) && len(text) > 4 {
			assert.NotContains(t, err.Error(), text, "what was typed may be a national number")
		}
		assert.Equal(t, roles.Date{}, got, text)
	}
}

func TestDateValidity(t *testing.T) {
	lengths := map[time.Month]int{1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
	for _, year := range []int{-1, 0, 1, 1900, 2000, 2024, 2025, 2026, 2100, 9999, 10000} {
		for month := time.Month(-1); month <= 14; month++ {
			for d := -1; d <= 33; d++ {
				last := lengths[month]
				if month == time.February && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
					last = 29
				}
				want := year >= 1 && year <= 9999 && d >= 1 && d <= last
				date := roles.Date{Year: year, Month: month, Day: d}
				if date.Valid() != want {
					t.Errorf("%d-%d-%d: valid = %t", year, month, d, date.Valid())
				}
				made, err := roles.NewDate(year, month, d)
				if (err == nil) != want || want && made != date || !want && made != (roles.Date{}) {
					t.Errorf("NewDate(%d, %d, %d) = %v, %v", year, month, d, made, err)
				}
			}
		}
	}
	assert.False(t, roles.Date{}.Valid())
	assert.True(t, roles.Date{}.IsZero())
	assert.False(t, roles.Date{Day: 1}.IsZero())
	assert.Empty(t, roles.Date{}.String())
}

func TestDateCompare(t *testing.T) {
	ordered := []roles.Date{{}, day("0001-01-01"), day("2025-12-31"), day("2026-01-01"), day("2026-01-02"), day("2026-02-01"), day("2027-01-01")}
	for i, a := range ordered {
		for j, b := range ordered {
			assert.Equal(t, i < j, a.Before(b), "%s before %s", a, b)
			assert.Equal(t, i > j, a.After(b), "%s after %s", a, b)
			assert.Equal(t, i == j, a.Compare(b) == 0, "%s, %s", a, b)
		}
	}
}

func TestAddDays(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-01"}, {"2026-02-28", 1, "2026-03-01"}, {"2024-02-28", 1, "2024-02-29"}, {"2024-02-29", 1, "2024-03-01"},
		{"2026-03-01", -1, "2026-02-28"}, {"2024-03-01", -1, "2024-02-29"}, {"2026-12-31", 1, "2027-01-01"}, {"2026-01-01", -1, "2025-12-31"},
		{"2026-04-30", 1, "2026-05-01"}, {"2026-01-01", 0, "2026-01-01"}, {"2026-01-01", 365, "2027-01-01"}, {"2024-01-01", 366, "2025-01-01"},
		{"2026-03-28", 2, "2026-03-30"}, {"2026-10-24", 2, "2026-10-26"}, {"2026-07-01", 90, "2026-09-29"},
	} {
		assert.Equal(t, c.want, day(c.from).AddDays(c.n).String(), "%s %+d", c.from, c.n)
		assert.Equal(t, c.from, day(c.want).AddDays(-c.n).String(), "%s %+d", c.want, -c.n)
	}
	d := day("1999-12-31") // a walk over every day of a century misses none and repeats none
	for n := range 36525 + 366 {
		next := d.AddDays(1)
		if !next.Valid() || !d.Before(next) || day("1999-12-31").AddDays(n+1) != next {
			t.Fatalf("after %s comes %s", d, next)
		}
		d = next
	}
	assert.Equal(t, "2101-01-01", d.String())
}

func TestAddYears(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2024-02-29", 1, "2025-02-28"}, {"2024-02-29", 4, "2028-02-29"}, {"2024-02-29", -4, "2020-02-29"}, {"2024-02-29", -1, "2023-02-28"},
		{"2096-02-29", 4, "2100-02-28"}, {"2024-02-28", 1, "2025-02-28"}, {"2023-02-28", 1, "2024-02-28"}, {"2026-12-31", 1, "2027-12-31"},
		{"2026-07-01", 0, "2026-07-01"}, {"2024-03-01", 1, "2025-03-01"},
	} {
		got := day(c.from).AddYears(c.n)
		assert.Equal(t, c.want, got.String(), "%s %+d years", c.from, c.n)
		assert.True(t, got.Valid())
	}
	assert.False(t, day("9999-01-01").AddYears(1).Valid())
}

func TestDateText(t *testing.T) {
	type form struct {
		Day roles.Date `json:"day,omitzero"`
	}
	data, err := json.Marshal(form{day("2026-02-03")})
	require.NoError(t, err)
	assert.JSONEq(t, `{"day":"2026-02-03"}`, string(data))
	var back form
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, form{day("2026-02-03")}, back)

	data, err = json.Marshal(form{})
	require.NoError(t, err)
	assert.Equal(t, `{}`, string(data))
	require.NoError(t, json.Unmarshal([]byte(`{"day":""}`), &back))
	assert.Equal(t, form{}, back, "empty text is the zero date")

	_, err = json.Marshal(roles.Date{Year: 2026, Month: 2, Day: 30})
	require.Error(t, err, "a day that the calendar lacks is never written")
	back = form{day("2026-02-03")}
	for _, bad := range []string{`{"day":"2026-02-30"}`, `{"day":20260203}`, `{"day":"3/2/2026"}`} {
		require.Error(t, json.Unmarshal([]byte(bad), &back), bad)
		assert.Equal(t, form{day("2026-02-03")}, back, "a refused text changed the date")
	}
}

func TestDateOf(t *testing.T) {
	at := instant("2026-06-30T22:30:00Z")
	assert.Equal(t, day("2026-06-30"), roles.DateOf(at, time.UTC))
	assert.Equal(t, day("2026-07-01"), roles.DateOf(at, brussels))
	assert.Equal(t, day("2026-06-30"), roles.DateOf(at.In(brussels), time.UTC), "the zone asked for counts, not the instant's own")
}

func TestStartOnKnownDays(t *testing.T) {
	for _, c := range []struct{ zone, day, want string }{
		{"Europe/Brussels", "2026-01-01", "2025-12-31T23:00:00Z"},
		{"Europe/Brussels", "2026-07-01", "2026-06-30T22:00:00Z"},
		{"Europe/Brussels", "2026-03-29", "2026-03-28T23:00:00Z"}, // clocks forward at 02:00
		{"Europe/Brussels", "2026-03-30", "2026-03-29T22:00:00Z"},
		{"Europe/Brussels", "2026-10-25", "2026-10-24T22:00:00Z"}, // clocks back at 03:00
		{"Europe/Brussels", "2026-10-26", "2026-10-25T23:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"}, // no midnight: 00:00 became 01:00
		{"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"}, // 00:00 became 23:00 of the 17th; its second midnight
		{"America/Havana", "2026-03-08", "2026-03-08T05:00:00Z"},    // no midnight
		{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"},    // midnight to one o'clock twice; the first
		{"Asia/Beirut", "2022-03-27", "2022-03-26T22:00:00Z"},       // no midnight
		{"Africa/Cairo", "2023-04-28", "2023-04-27T22:00:00Z"},      // no midnight
		{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"},
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"}, // the day that Samoa skipped
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
		{"America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z"}, // 00:01 became 23:01 of the 6th; the first midnight
		{"Europe/Brussels", "2040-12-31", "2040-12-30T23:00:00Z"},  // a leap year's end, where Go's zone bounds are wrong
		{"Europe/Brussels", "2041-01-01", "2040-12-31T23:00:00Z"},
		{"America/Havana", "2041-01-01", "2041-01-01T05:00:00Z"},
		{"America/Santiago", "2041-01-02", "2041-01-02T03:00:00Z"},
		{"Europe/Brussels", "9996-12-31", "9996-12-30T23:00:00Z"},
		{"Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00Z"},
		{"Etc/GMT+12", "2026-01-01", "2026-01-01T12:00:00Z"},
		{"UTC", "2026-01-01", "2026-01-01T00:00:00Z"},
	} {
		got := day(c.day).Start(zone(c.zone))
		assert.Equal(t, c.want, got.UTC().Format(time.RFC3339Nano), "%s in %s", c.day, c.zone)
		assert.Equal(t, c.zone, got.Location().String())
	}
}

// ruleZone makes a zone that is nothing but a rule, as the zone data in small
// container images has it for the years to come. Tables hide what Go makes of
// rules: those of some machines reach to 2037.
func ruleZone(rule string) *time.Location {
	head := append([]byte("TZif2"), make([]byte, 15)...)
	for _, count := range []uint32{0, 0, 0, 0, 1, 4} { // one kind of local time, whose name has 4 bytes
		head = binary.BigEndian.AppendUint32(head, count)
	}
	block := append(head, 0, 0, 0, 0, 0, 0, 'L', 'M', 'T', 0)
	loc, err := time.LoadLocationFromTZData(rule, slices.Concat(block, block, []byte("\n"+rule+"\n")))
	if err != nil {
		panic(err)
	}
	return loc
}

// walkedZones are the zones of the tests that walk over every day: those that
// move their clocks at midnight, or by a day, and a few others.
func walkedZones() map[string]*time.Location {
	zones := map[string]*time.Location{}
	for _, name := range []string{
		"Europe/Brussels", "America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Africa/Cairo", "Pacific/Apia",
		"America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati", "America/Santiago", "Africa/Casablanca", "UTC",
	} {
		zones[name] = zone(name)
	}
	for _, rule := range []string{
		"CET-1CEST,M3.5.0,M10.5.0/3", "CST5CDT,M3.2.0/0,M11.1.0/1", "EET-2EEST,M3.5.0/0,M10.5.0/0", "EET-2EEST,M4.5.5/0,M10.5.4/24",
		"<-04>4<-03>,M9.1.6/24,M4.1.6/24", "NST3:30NDT,M3.2.0/0:01,M11.1.0/0:01", "EET-2",
		"<-03>3<-02>,J180/0,J1/0", // no zone, but legal: clocks that go back as a year begins
	} {
		zones["rule "+rule] = ruleZone(rule)
	}
	return zones
}

func TestDaysTileTheTimeLine(t *testing.T) {
	for name, loc := range walkedZones() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			skipped, days := 0, 0
			first := day("1970-01-01")
			if strings.HasPrefix(name, "rule ") {
				first = day("1971-01-01") // before 1970, where real zones have tables, Go gets rules wrong
			}
			start := first.Start(loc)
			for d := first; d.Before(day("2050-01-01")); d = d.AddDays(1) {
				days++
				if before := roles.DateOf(start.Add(-time.Nanosecond), loc); !before.Before(d) {
					t.Fatalf("%s starts at %s, when it was %s already", d, start, before)
				}
				next := d.AddDays(1).Start(loc) // what this day ends at: no gap, no overlap
				switch on := roles.DateOf(start, loc); {
				case on == d && start.Before(next):
					if length := next.Sub(start); length < 22*time.Hour || length > 26*time.Hour {
						t.Fatalf("%s lasts %s", d, length)
					}
				case on == d.AddDays(1) && start.Equal(next):
					skipped++
				default:
					t.Fatalf("%s starts at %s, on %s, and the next day at %s", d, start, on, next)
				}
				start = next
			}
			assert.GreaterOrEqual(t, days, 29220-365)
			want := map[string]int{"Pacific/Apia": 1, "Pacific/Kiritimati": 1}[name] // 2011-12-30; 1994-12-31
			assert.Equal(t, want, skipped, "days skipped whole")
		})
	}
}

// startByScan is Date.Start by brute force: the first minute at which a
// calendar on the wall shows the day or a later one.
func startByScan(d roles.Date, loc *time.Location) time.Time {
	at := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Add(-16 * time.Hour)
	for {
		y, m, dd := at.In(loc).Date()
		if y*10000+int(m)*100+dd >= d.Year*10000+int(d.Month)*100+d.Day {
			return at
		}
		at = at.Add(time.Minute)
	}
}

func TestStartAgainstAScan(t *testing.T) {
	for name, loc := range walkedZones() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sample := map[roles.Date]bool{}
			random := rand.New(rand.NewPCG(1, 2))
			for range 100 {
				sample[day("1970-01-01").AddDays(random.IntN(29220))] = true
			}
			for year := 1970; year < 2050; year++ { // the ends of years, leap years among them
				for n := range 6 {
					sample[roles.Date{Year: year, Month: time.December, Day: 29}.AddDays(n)] = true
				}
			}
			// Every day on which the clocks move, and its neighbours.
			for at := instant("1970-01-01T12:00:00Z"); at.Year() < 2050; at = at.Add(24 * time.Hour) {
				_, today := at.In(loc).Zone()
				if _, tomorrow := at.Add(24 * time.Hour).In(loc).Zone(); today != tomorrow {
					for n := range 3 {
						sample[roles.DateOf(at, loc).AddDays(n)] = true
					}
				}
			}
			for d := range sample {
				if got, want := d.Start(loc), startByScan(d, loc); !got.Equal(want) {
					t.Errorf("%s starts at %s, a scan finds %s", d, got, want.In(loc))
				}
			}
			t.Logf("%d days scanned", len(sample))
		})
	}
}
