package accessmgmt_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

func TestParseEstablishmentUnitNumber(t *testing.T) {
	for _, c := range []struct{ in, written string }{
		{"2.147.812.701", "2.147.812.701"}, // FPS Economy's example
		{"2.297.964.444", "2.297.964.444"},
		{"2.000.000.042", "2.000.000.042"},
		{"2.123.456.791", "2.123.456.791"},
		{"3.000.000.063", "3.000.000.063"},
		{"5.000.000.008", "5.000.000.008"},
		{"2147812701", "2.147.812.701"},
		{"2 147 812 701", "2.147.812.701"},
		{"2.147 812.701", "2.147.812.701"},
		{"2\u00a0147\u00a0812\u202f701", "2.147.812.701"},
		{" 2147812701\n", "2.147.812.701"},
		{"8000000071", "8.000.000.071"},
	} {
		t.Run(c.in, func(t *testing.T) {
			n, err := accessmgmt.ParseEstablishmentUnitNumber(c.in)
			require.NoError(t, err)
			assert.Equal(t, c.written, n.String())
			assert.False(t, n.IsZero())
			checkUnitNumber(t, n)
		})
	}
}

func TestParseEstablishmentUnitNumberRefuses(t *testing.T) {
	const check, first, form, enterprise = "check digits", "first digit", "written like", "the number of an enterprise"
	for _, c := range []struct{ in, says string }{
		{"2297964445", check},
		{"2111111111", check},
		{"2147812710", check},
		{"0884303369", enterprise},
		{"0884.303.369", enterprise},
		{"884303369", enterprise},
		{"BE 0884.303.369", enterprise},
		{"1000000021", enterprise},
		{"9000000092", first},
		{"0884303370", first},
		{"229796444", form},
		{"22979644440", form},
		{"", form},
		{"2147.812.701", form},
		{"2.147812701", form},
		{"2.147.812.701.", form},
		{"2-147-812-701", form},
		{"2..147.812.701", form},
		{"BE2147812701", form},
		{"2.147.812.70A", form},
		{"２147812701", form},
	} {
		t.Run(c.in, func(t *testing.T) {
			n, err := accessmgmt.ParseEstablishmentUnitNumber(c.in)
			require.ErrorContains(t, err, c.says)
			assert.Contains(t, err.Error(), "accessmgmt: not an establishment unit number")
			assert.True(t, n.IsZero())
		})
	}
}

func TestEstablishmentUnitNumberForms(t *testing.T) {
	n := accessmgmt.MustParseEstablishmentUnitNumber("2147812701")
	assert.Equal(t, "2.147.812.701", n.String())
	assert.Equal(t, "2147812701", n.Digits())
	assert.True(t, n == accessmgmt.MustParseEstablishmentUnitNumber("2.147.812.701"))

	var zero accessmgmt.EstablishmentUnitNumber
	assert.True(t, zero.IsZero())
	assert.Empty(t, zero.String()+zero.Digits())
	assert.Equal(t, 0, n.Compare(n))
	assert.Equal(t, -1, zero.Compare(n))
	assert.Equal(t, 1, accessmgmt.MustParseEstablishmentUnitNumber("3000000063").Compare(n))
	assert.Panics(t, func() { accessmgmt.MustParseEstablishmentUnitNumber("0884303369") })

	data, err := json.Marshal(map[accessmgmt.EstablishmentUnitNumber]accessmgmt.EstablishmentUnitNumber{n: zero})
	require.NoError(t, err)
	assert.Equal(t, `{"2147812701":""}`, string(data))
	var got map[accessmgmt.EstablishmentUnitNumber]accessmgmt.EstablishmentUnitNumber
	require.NoError(t, json.Unmarshal(data, &got))
	assert.Equal(t, map[accessmgmt.EstablishmentUnitNumber]accessmgmt.EstablishmentUnitNumber{n: zero}, got)
	require.Error(t, n.UnmarshalText([]byte("2147812710")))
	assert.Equal(t, "2.147.812.701", n.String(), "a failed read changes nothing")
	require.NoError(t, n.UnmarshalText(nil))
	assert.True(t, n.IsZero())
}

var federalUnitNumber = regexp.MustCompile(`^[2-8]\d{9}$`)

// checkUnitNumber checks what holds of every number that was accepted.
func checkUnitNumber(t *testing.T, n accessmgmt.EstablishmentUnitNumber) {
	t.Helper()
	require.Regexp(t, federalUnitNumber, n.Digits())
	for _, s := range []string{n.String(), n.Digits()} {
		again, err := accessmgmt.ParseEstablishmentUnitNumber(s)
		require.NoError(t, err)
		require.Equal(t, n, again)
	}
}
