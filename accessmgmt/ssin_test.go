package accessmgmt_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// ssinNow is the instant of these tests: 15 March 2026 in Belgium.
var ssinNow = time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)

// The numbers are published examples or have owners nobody can be.
func TestParseSSIN(t *testing.T) {
	const register, bis = accessmgmt.RegisterNumber, accessmgmt.BISNumber
	for _, c := range []struct {
		digits, written string
		kind            accessmgmt.SSINKind
		meaning         string
	}{
		{"85073003328", "85.07.30-033.28", register, "30 July 1985"},
		{"17073003384", "17.07.30-033.84", register, "30 July 2017"},
		{"19082416188", "19.08.24-161.88", register, "24 August 2019"},
		{"00010100173", "00.01.01-001.73", register, "1 January 1900"},
		{"00010100272", "00.01.01-002.72", register, "1 January 1900"},
		{"81120103571", "81.12.01-035.71", register, "1 December 1981"},
		{"04022900132", "04.02.29-001.32", register, "leap day of 2004"},
		{"00022900145", "00.02.29-001.45", register, "leap day of 2000"},
		{"81050003552", "81.05.00-035.52", register, "day unknown"},
		{"81000003517", "81.00.00-035.17", register, "month and day unknown"},
		{"00003241778", "00.00.32-417.78", register, "month unknown, day beyond 31"},
		{"26009900129", "26.00.99-001.29", register, "this year, month unknown, day beyond 31"},
		{"26000000189", "26.00.00-001.89", register, "this year, month and day unknown"},
		{"85060000180", "85.06.00-001.80", register, "day unknown"},
		{"53480200724", "53.48.02-007.24", bis, "+40, 2 August 1953"},
		{"98472899765", "98.47.28-997.65", bis, "+40, 28 July 1998"},
		{"01490700185", "01.49.07-001.85", bis, "+40, 7 September 2001"},
		{"92521506931", "92.52.15-069.31", bis, "+40, 15 December 1992"},
		{"92400006909", "92.40.00-069.09", bis, "+40, month unknown"},
		{"92200006963", "92.20.00-069.63", bis, "+20, month unknown"},
		{"92321506985", "92.32.15-069.85", bis, "+20, 15 December 1992"},
		{"19282416134", "19.28.24-161.34", bis, "+20, 24 August 2019"},
		{"24203200171", "24.20.32-001.71", bis, "+20, month unknown, day beyond 31"},
		{"05400100291", "05.40.01-002.91", bis, "+40, month unknown, day not"},
		{"05300000152", "05.30.00-001.52", bis, "+20, October 2005, day unknown"},
		{"87410000671", "87.41.00-006.71", bis, "+40, January 1987, day unknown"},
		{"87520000156", "87.52.00-001.56", bis, "+40, December 1987, day unknown"},
		{"87300000196", "87.30.00-001.96", bis, "+20, October 1987, day unknown"},
		{"80240199943", "80.24.01-999.43", bis, "counter 999"},
		{"80200100044", "80.20.01-000.44", bis, "counter 000"},
	} {
		t.Run(c.meaning+" "+c.digits, func(t *testing.T) {
			n, err := accessmgmt.ParseSSIN(c.digits, ssinNow)
			require.NoError(t, err)
			assert.Equal(t, c.digits, n.Reveal())
			assert.Equal(t, c.written, n.RevealWritten())
			assert.Equal(t, c.kind, n.Kind())
			assert.False(t, n.IsZero())
			for _, s := range []string{
				c.written, "  " + c.written + "\n", " " + c.digits + " ",
				strings.NewReplacer(".", " ", "-", " ").Replace(c.written),
				strings.NewReplacer(".", "\u00a0", "-", "\u202f").Replace(c.written),
				strings.Replace(c.written, "-", " ", 1),
			} {
				again, err := accessmgmt.ParseSSIN(s, ssinNow)
				require.NoError(t, err, s)
				assert.True(t, again == n, s)
			}
		})
	}
}

func TestParseSSINRefuses(t *testing.T) {
	const check, month, day, counter, future, form = "check digits", "month", "day that", "counter", "future", "eleven"
	for _, c := range []struct{ in, says, why string }{
		{"85073003329", check, "28 expected"},
		{"81050103521", check, "22 expected"},
		{"11111111111", check, "belgif"},
		{"85061300179", check, "78 expected"},
		{"81130103578", month, "month 13"},
		{"85333000148", month, "month 33, which is 13"},
		{withCheck("855301001"), month, "month 53, which is 13"},
		{withCheck("856101001"), month, "month 61, which is 1"},
		{withCheck("859901001"), month, "month 99"},
		{withCheck("851901001"), month, "month 19"},
		{"81022903534", day, "29 February 1981"},
		{"86023000146", day, "30 February"},
		{"85113200128", day, "32 November"},
		{withCheck("850431001"), day, "31 April"},
		{withCheck("854431001"), day, "31 April, +40"},
		{withCheck("850199001"), day, "99 January"},
		{"00022900116", day, "29 February 1900, which was no leap year"},
		{"03022900111", day, "29 February 2003"},
		{"47060200096", counter, "counter 000"},
		{"99020299964", counter, "counter 999"},
		{withCheck("810000000"), counter, "counter 000, date unknown"},
		{"30123100106", future, "31 December 2030"},
		{"27000000113", future, "next year, month unknown"},
		{"26120000176", future, "December of this year, day unknown"},
		{"8107300332", form, "10 digits"},
		{"850730033281", form, "12 digits"},
		{"85A73003328", form, "a letter"},
		{"", form, "nothing"},
		{"   ", form, "spaces"},
		{"-8105010352", form, "a sign"},
		{"850730-033.28", form, "some separators"},
		{"85.07.30-03328", form, "some separators"},
		{"85-07-30-033-28", form, "other separators"},
		{"85/07/30 033 28", form, "other separators"},
		{"85.07.30.033.28", form, "a dot for the hyphen"},
		{"8507300332 8", form, "a space elsewhere"},
		{"85  07 30 033 28", form, "two spaces"},
		{"８５０７３００３３２８", form, "full-width digits"},
		{"85.07.30-033.28 85.07.30-033.28", form, "two numbers"},
	} {
		t.Run(c.why+" "+c.in, func(t *testing.T) {
			n, err := accessmgmt.ParseSSIN(c.in, ssinNow)
			require.ErrorContains(t, err, c.says)
			assert.True(t, n.IsZero())
			assert.NotRegexp(t, `[0-9]`, err.Error())
			assert.True(t, strings.HasPrefix(err.Error(), "accessmgmt: not a national number"), err)
		})
	}
}

// withCheck appends the check digits of somebody born before 2000.
func withCheck(nine string) string {
	var n int
	for _, digit := range nine {
		n = n*10 + int(digit-'0')
	}
	return fmt.Sprintf("%s%02d", nine, 97-n%97)
}

// TestParseSSINDay: the birth day begins at midnight in Belgium, wherever the
// server stands.
func TestParseSSINDay(t *testing.T) {
	auckland := time.FixedZone("somewhere", 13*60*60)
	for _, c := range []struct {
		number string
		first  time.Time
	}{
		{"30123100106", time.Date(2030, 12, 30, 23, 0, 0, 0, time.UTC)}, // winter time
		{"26070000141", time.Date(2026, 6, 30, 22, 0, 0, 0, time.UTC)},  // summer time, day unknown
	} {
		_, err := accessmgmt.ParseSSIN(c.number, c.first.Add(-time.Nanosecond))
		require.ErrorContains(t, err, "future")
		_, err = accessmgmt.ParseSSIN(c.number, c.first.Add(-time.Nanosecond).In(auckland))
		require.ErrorContains(t, err, "future")
		_, err = accessmgmt.ParseSSIN(c.number, c.first)
		require.NoError(t, err)
		_, err = accessmgmt.ParseSSIN(c.number, c.first.AddDate(50, 0, 0))
		require.NoError(t, err)
	}
}

func TestSSINZero(t *testing.T) {
	var zero accessmgmt.SSIN
	assert.True(t, zero.IsZero())
	assert.Empty(t, zero.Reveal()+zero.RevealWritten()+zero.String()+zero.GoString()+string(zero.Kind()))
	assert.Empty(t, fmt.Sprintf("%v%+v%#v%s%d%x", zero, zero, zero, zero, zero, zero))
	assert.Empty(t, zero.LogValue().String())
	data, err := json.Marshal(zero)
	require.NoError(t, err)
	assert.Equal(t, `""`, string(data))
	data, err = json.Marshal(struct {
		N accessmgmt.SSIN `json:"n,omitzero"`
	}{})
	require.NoError(t, err)
	assert.Equal(t, `{}`, string(data))
}

func TestSSINCompares(t *testing.T) {
	parse := func(s string) accessmgmt.SSIN {
		n, err := accessmgmt.ParseSSIN(s, ssinNow)
		require.NoError(t, err)
		return n
	}
	seen := map[accessmgmt.SSIN]bool{parse("85073003328"): true}
	assert.True(t, seen[parse("85.07.30-033.28")])
	assert.False(t, seen[parse("17073003384")])
	assert.False(t, seen[accessmgmt.SSIN{}])
}

func FuzzParseSSIN(f *testing.F) {
	for _, s := range []string{
		"85073003328", "85.07.30-033.28", "17 07 30 033 84", "81000003517", "00003241778", "53480200724",
		"80240199943", "81022903534", "30123100106", "85A73003328", "8107300332", "",
	} {
		f.Add(s, ssinNow.Unix())
	}
	f.Add("30123100106", int64(1<<62))
	f.Add("30123100106", int64(-1<<62))
	digit := regexp.MustCompile(`\pN`)
	f.Fuzz(func(t *testing.T, s string, unix int64) {
		now := time.Unix(unix, 0)
		n, err := accessmgmt.ParseSSIN(s, now)
		if err != nil {
			require.True(t, n.IsZero())
			require.NotRegexp(t, digit, err.Error())
			return
		}
		for _, form := range []string{n.Reveal(), n.RevealWritten()} {
			again, err := accessmgmt.ParseSSIN(form, now)
			require.NoError(t, err)
			require.True(t, again == n)
		}
		require.Len(t, n.Reveal(), 11)
		require.Equal(t, n.Kind() == accessmgmt.BISNumber, n.Reveal()[2] >= '2')
		require.Equal(t, "[redacted]", fmt.Sprint(n))
	})
}
