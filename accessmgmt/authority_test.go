package accessmgmt

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write AUTHORITY.md again")

// capacities are the columns of the table, in the order of their reach.
var capacities = []Capacity{AsRepresentative, AsOperator, AsGAP, AsCoGAP, AsAccessManager, AsManagingRole, AsInvitee, AsUser}

// TestAuthorityTable holds AUTHORITY.md to the choke point, cell by cell: it is
// made of what authorise answers, for somebody who has one capacity alone.
func TestAuthorityTable(t *testing.T) {
	t.Parallel()
	want := authorityTable(t)
	if *update {
		require.NoError(t, os.WriteFile("AUTHORITY.md", []byte(want), 0o600))
	}
	have, err := os.ReadFile("AUTHORITY.md")
	require.NoError(t, err)
	assert.Equal(t, want, string(have), "go test ./accessmgmt -run TestAuthorityTable -update writes it again")
}

func authorityTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString(`# Who may do what

Generated from the choke point in ` + "`authorise.go`" + `: go test ./accessmgmt -run TestAuthorityTable -update

A **yes** means that the act may be done in that capacity alone; whether it may be done to the object at hand (a role of one's domain, a request of
one's own) is looked at there. **not while suspended** is refused as long as the portal's staff has suspended the enterprise. To somebody with none
of the capacities the enterprise doesn't exist.

- *representative*: a legal representative, as the register says at that moment
- *operator*: the portal's staff, on behalf of somebody and for a reason, both recorded
- *GAP*, *co-GAP*: all roles of the enterprise that the catalogue lets them give
- *access manager*: the roles of one domain, a group of applications; he sees no others
- *managing role*: the holder of a role that manages one application's roles (CALISTA's local administrator), in force, its gate open
- *invitee*: whoever holds the link of an invitation and has logged in
- *user*: anybody, on what is his own

`)
	b.WriteString("| act | representative | operator | GAP | co-GAP | access manager | managing role | invitee | user | |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|---|\n")
	acts := make([]Act, 0, len(permissions))
	for act := range permissions {
		acts = append(acts, act)
	}
	slices.Sort(acts)
	for _, act := range acts {
		b.WriteString("| `" + string(act) + "` |")
		for _, c := range capacities {
			auth, err := authorise(act, standing{capacities: []Capacity{c}})
			if err == nil {
				require.Equal(t, c, auth.as)
				b.WriteString(" yes |")
			} else {
				b.WriteString(" |")
			}
		}
		if gives[act] {
			b.WriteString(" not while suspended |\n")
		} else {
			b.WriteString(" |\n")
		}
	}
	return b.String()
}

// TestAuthoriseEverySubset asks for every act with every set of capacities: it
// may be done exactly when one of them may do it, in the strongest of these;
// a giving act never while the enterprise is suspended; and nobody but one
// without any capacity is told that there is no such enterprise.
func TestAuthoriseEverySubset(t *testing.T) {
	t.Parallel()
	for act, allowed := range permissions {
		for set := range 1 << len(capacities) {
			var has []Capacity
			for i, c := range capacities {
				if set&(1<<i) != 0 {
					has = append(has, c)
				}
			}
			strongest := slices.IndexFunc(allowed, func(c Capacity) bool { return slices.Contains(has, c) })
			for _, suspended := range []bool{false, true} {
				auth, err := authorise(act, standing{capacities: has, suspended: suspended})
				switch {
				case strongest < 0 && len(has) == 0:
					assert.ErrorIs(t, err, ErrNotFound, "%s by %v", act, has)
				case strongest < 0:
					assert.ErrorIs(t, err, ErrDenied, "%s by %v", act, has)
				case suspended && gives[act]:
					assert.ErrorIs(t, err, ErrState, "%s by %v", act, has)
					assert.Equal(t, CodeSuspended, Code(err))
				default:
					assert.NoError(t, err, "%s by %v", act, has)
					assert.Equal(t, allowed[strongest], auth.as)
				}
				if err != nil {
					assert.Empty(t, auth)
				}
			}
		}
	}
}
