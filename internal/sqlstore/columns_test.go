package sqlstore

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// What a row holds is a person's: the error says what was expected, not what
// was there.
func TestParsedColumns(t *testing.T) {
	t.Parallel()
	var email invitation.Email
	var number accessmgmt.EstablishmentUnitNumber
	var properties roles.Properties
	for name, c := range map[string]struct {
		column interface{ Scan(src any) error }
		now    func() string
		right  string
		want   string
	}{
		"email":      {(*emailColumn)(&email), func() string { return email.String() }, "Anne@home.example", "not an e-mail address: a "},
		"number":     {(*unitNumberColumn)(&number), func() string { return number.Digits() }, "2147812701", "not an establishment unit number: a "},
		"properties": {(*propertiesColumn)(&properties), func() string { return properties.Text() }, `{"a":true}`, "not properties in JSON: a "},
	} {
		for _, src := range []any{c.right, []byte(c.right)} {
			require.NoError(t, c.column.Scan(src), name)
			assert.Equal(t, c.right, c.now(), name)
		}
		for _, none := range []any{nil, "", []byte{}} {
			require.NoError(t, c.column.Scan(c.right), name)
			require.NoError(t, c.column.Scan(none), name)
			assert.Empty(t, c.now(), "%s: %v", name, none)
		}
		require.EqualError(t, c.column.Scan("spoilt"), c.want+"string", name)
		require.EqualError(t, c.column.Scan([]byte("spoilt")), c.want+"[]uint8", name)
		require.EqualError(t, c.column.Scan(int64(7)), c.want+"int64", name)
	}
}
