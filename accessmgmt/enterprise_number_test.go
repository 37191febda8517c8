package accessmgmt_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

func TestParseEnterpriseNumber(t *testing.T) {
	for _, c := range []struct{ in, written string }{
		{"0353.456.320", "0353.456.320"}, // FPS Economy's example
		{"0566.988.259", "0566.988.259"},
		{"0884.303.369", "0884.303.369"},
		{"0419.618.535", "0419.618.535"},
		{"1000.000.021", "1000.000.021"},
		{"0000000097", "0000.000.097"}, // remainder 0: 97, not 00
		{"0884303369", "0884.303.369"},
		{"BE0884303369", "0884.303.369"},
		{"be0884303369", "0884.303.369"},
		{"BE 0884.303.369", "0884.303.369"},
		{"BE0884.303.369", "0884.303.369"},
		{"0884 303 369", "0884.303.369"},
		{"BE 0884 303 369", "0884.303.369"},
		{"0884.303 369", "0884.303.369"},
		{"BE\u00a00884\u00a0303\u202f369", "0884.303.369"},
		{"884303369", "0884.303.369"},
		{"884.303.369", "0884.303.369"},
		{"BE 884.303.369", "0884.303.369"},
		{"  0884.303.369\n", "0884.303.369"},
	} {
		t.Run(c.in, func(t *testing.T) {
			n, err := accessmgmt.ParseEnterpriseNumber(c.in)
			require.NoError(t, err)
			assert.Equal(t, c.written, n.String())
			assert.False(t, n.IsZero())
			checkEnterpriseNumber(t, n)
		})
	}
}

func TestParseEnterpriseNumberRefuses(t *testing.T) {
	const check, first, form, unit = "check digits", "first digit", "written like", "establishment unit"
	for _, c := range []struct{ in, says string }{
		{"0884303370", check},
		{"0566988295", check},
		{"1111111111", check},
		{"0000000000", check},
		{"0000009700", check}, // remainder 0 of 97, which python-stdnum takes
		{"884303370", check},
		{"2111111111", first},
		{"9000000092", first},
		{"20000000032", form},
		{"0566.988.25A", form},
		{"2297964444", unit},
		{"2.297.964.444", unit},
		{" 2147812701 ", unit},
		{"", form},
		{"   ", form},
		{"BE", form},
		{"84303369", form},
		{"0884..303.369", form},
		{"0884.303369", form},
		{"0884303.369", form},
		{"08.84303369", form},
		{"0.884.303.369", form},
		{"0884.303.369.", form},
		{".0884303369", form},
		{"0884-303-369", form},
		{"0884/303/369", form},
		{"0884,303,369", form},
		{"0884  303 369", form},
		{"0884\t303\t369", form},
		{"BE  0884303369", form},
		{"BE-0884303369", form},
		{"BE.0884303369", form},
		{"BEBE0884303369", form},
		{"FR0884303369", form},
		{"NL 0884.303.369", form},
		{"+884303369", form},
		{"-884303369", form},
		{"0x84303369", form},
		{"０８８４３０３３６９", form},
		{"٠٨٨٤٣٠٣٣٦٩", form},
		{"0884.303.369 0884.303.369", form},
		{"0884303369\x00", form},
	} {
		t.Run(c.in, func(t *testing.T) {
			n, err := accessmgmt.ParseEnterpriseNumber(c.in)
			require.ErrorContains(t, err, c.says)
			assert.Contains(t, err.Error(), "accessmgmt: not an enterprise number")
			assert.True(t, n.IsZero())
		})
	}
}

func TestEnterpriseNumberForms(t *testing.T) {
	n := accessmgmt.MustParseEnterpriseNumber("884303369")
	assert.Equal(t, "0884.303.369", n.String())
	assert.Equal(t, "0884303369", n.Digits())
	assert.Equal(t, "BE0884303369", n.VAT())
	assert.True(t, n == accessmgmt.MustParseEnterpriseNumber("BE 0884.303.369"))

	var zero accessmgmt.EnterpriseNumber
	assert.True(t, zero.IsZero())
	assert.Empty(t, zero.String()+zero.Digits()+zero.VAT())

	assert.Equal(t, 0, n.Compare(n))
	assert.Equal(t, -1, zero.Compare(n))
	assert.Equal(t, 1, accessmgmt.MustParseEnterpriseNumber("1000000021").Compare(n))
	assert.Panics(t, func() { accessmgmt.MustParseEnterpriseNumber("0884303370") })
}

func TestEnterpriseNumberText(t *testing.T) {
	type company struct {
		Number accessmgmt.EnterpriseNumber `json:"enterpriseNumber"`
		Parent accessmgmt.EnterpriseNumber `json:"parent,omitzero"`
	}
	data, err := json.Marshal(company{Number: accessmgmt.MustParseEnterpriseNumber("0884.303.369")})
	require.NoError(t, err)
	assert.Equal(t, `{"enterpriseNumber":"0884303369"}`, string(data))

	var got company
	require.NoError(t, json.Unmarshal(data, &got))
	assert.Equal(t, "0884.303.369", got.Number.String())
	require.Error(t, json.Unmarshal([]byte(`{"enterpriseNumber":"0884303370"}`), &got))
	assert.Equal(t, "0884.303.369", got.Number.String(), "a failed read changes nothing")

	data, err = json.Marshal(company{})
	require.NoError(t, err)
	assert.Equal(t, `{"enterpriseNumber":""}`, string(data))
	require.NoError(t, json.Unmarshal(data, &got))
	assert.True(t, got.Number.IsZero())
}

func FuzzParseEnterpriseNumber(f *testing.F) {
	for _, s := range []string{
		"0884303369", "0884.303.369", "BE 0884 303 369", "884303369", "0000000097", "1000000021",
		"2147812701", "2.147.812.701", "0884303370", "0000000000", "be\u00a0884.303.369", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := accessmgmt.ParseEnterpriseNumber(s)
		unit, unitErr := accessmgmt.ParseEstablishmentUnitNumber(s)
		require.False(t, err == nil && unitErr == nil, "%q is both", s)
		if err == nil {
			checkEnterpriseNumber(t, n)
			require.ErrorContains(t, unitErr, "the number of an enterprise")
		}
		if unitErr == nil {
			checkUnitNumber(t, unit)
			require.ErrorContains(t, err, "the number of an establishment unit")
		}
	})
}

var federalEnterpriseNumber = regexp.MustCompile(`^[0-1]\d{9}$`)

// checkEnterpriseNumber checks what holds of every number that was accepted.
func checkEnterpriseNumber(t *testing.T, n accessmgmt.EnterpriseNumber) {
	t.Helper()
	require.Regexp(t, federalEnterpriseNumber, n.Digits())
	for _, s := range []string{n.String(), n.Digits(), n.VAT()} {
		again, err := accessmgmt.ParseEnterpriseNumber(s)
		require.NoError(t, err)
		require.Equal(t, n, again)
	}
}
