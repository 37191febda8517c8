package roles_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

// rawID and those below make ids that are easy to tell apart in a failure.
func rawID(n byte) uuid.UUID                 { return uuid.UUID{6: 0x70, 8: 0x80, 15: n} }
func unit(n byte) roles.UnitID               { return roles.UnitID{UUID: rawID(n)} }
func assignmentID(n byte) roles.AssignmentID { return roles.AssignmentID{UUID: rawID(n)} }

func TestParseIDs(t *testing.T) {
	parsers := map[string]func(string) (id uuid.UUID, zero bool, err error){
		"person": func(s string) (uuid.UUID, bool, error) {
			id, err := roles.ParsePersonID(s)
			return id.UUID, id.IsZero(), err
		},
		"enterprise": func(s string) (uuid.UUID, bool, error) {
			id, err := roles.ParseEnterpriseID(s)
			return id.UUID, id.IsZero(), err
		},
		"establishment unit": func(s string) (uuid.UUID, bool, error) {
			id, err := roles.ParseUnitID(s)
			return id.UUID, id.IsZero(), err
		},
		"assignment": func(s string) (uuid.UUID, bool, error) {
			id, err := roles.ParseAssignmentID(s)
			return id.UUID, id.IsZero(), err
		},
	}
	const canonical = "01890a5d-ac96-774b-bcce-b302099a8057"
	for kind, parse := range parsers {
		id, zero, err := parse(canonical)
		require.NoError(t, err, kind)
		assert.False(t, zero)
		assert.Equal(t, canonical, id.String())

		for _, bad := range []string{
			"", "1", "85073003328", // a national number, to see that it isn't repeated
			strings.ToUpper(canonical),
			"{" + canonical + "}", "urn:uuid:" + canonical, strings.ReplaceAll(canonical, "-", ""),
			canonical[:35] + "g", canonical + " ", strings.ReplaceAll(canonical, "-", "_"),
			uuid.Nil.String(),
		} {
			_, zero, err := parse(bad)
			if assert.Error(t, err, "%s %q", kind, bad) {
				assert.Contains(t, err.Error(), "id of a "+kind)
				if bad != "" && bad != "1" { // error texts hold digits of their own
					assert.NotContains(t, err.Error(), bad)
				}
			}
			assert.True(t, zero, "%s %q gives an id beside its error", kind, bad)
		}
	}
}

func TestPersonIDCompare(t *testing.T) {
	a, b := roles.PersonID{UUID: rawID(1)}, roles.PersonID{UUID: rawID(2)}
	assert.Negative(t, a.Compare(b))
	assert.Positive(t, b.Compare(a))
	assert.Zero(t, a.Compare(a))
}

func TestAssignmentJSON(t *testing.T) {
	for name, a := range map[string]roles.Assignment{
		"whole enterprise, no end": {ID: assignmentID(1), Role: roles.Editor, Period: roles.From(day("2026-01-01")),
			Window: roles.Window{From: instant("2025-12-31T23:00:00Z")}},
		"unit, ended": {ID: assignmentID(2), Person: roles.PersonID{UUID: rawID(3)}, Enterprise: roles.EnterpriseID{UUID: rawID(4)},
			Unit: unit(5), Role: roles.Reader, Period: roles.Between(day("2026-01-01"), day("2026-02-28")),
			Window:  roles.Window{From: instant("2025-12-31T23:00:00Z"), To: instant("2026-02-28T23:00:00Z")},
			EndedAt: instant("2026-02-01T10:11:12.123456Z")},
	} {
		data, err := json.Marshal(a)
		require.NoError(t, err, name)
		var back roles.Assignment
		require.NoError(t, json.Unmarshal(data, &back), name)
		assert.Equal(t, a, back, name)
		assert.Equal(t, !a.Unit.IsZero(), strings.Contains(string(data), `"unit"`), "%s", data)
		assert.Equal(t, !a.EndedAt.IsZero(), strings.Contains(string(data), `"ended_at"`), "%s", data)
	}
}
