package access

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// gated is three applications of which one's roles are gates of the next's.
func gated(t testing.TB) *roles.Catalogue {
	label := roles.Labels{EN: "x"}
	app := func(code roles.ApplicationCode, gate roles.ApplicationCode) roles.Application {
		name := string(code)
		a := roles.Application{Code: code, Labels: label}
		for _, action := range []roles.Action{"read", "write", "sign"} {
			a.Actions = append(a.Actions, roles.ActionDefinition{Action: action, Labels: label})
		}
		a.Roles = []roles.Role{
			{Code: roles.Code(name + ".reader"), Labels: label, Actions: roles.Actions("read")},
			{Code: roles.Code(name + ".writer"), Labels: label, Actions: roles.Actions("read", "write"), Gate: gate},
			{Code: roles.Code(name + ".signer"), Labels: label, Actions: roles.Actions("sign"), Gate: gate},
			{Code: roles.Code(name + ".nothing"), Labels: label},
		}
		if gate != "" {
			a.Roles[0].Gate = gate
		}
		return a
	}
	c, err := roles.NewCatalogue(app("a", ""), app("b", "a"), app("c", "b"))
	require.NoError(t, err)
	return c
}

func newIndex(t testing.TB, o Options) *Index {
	ix, err := New(memory.New(), o)
	require.NoError(t, err)
	return ix
}

// sampled is a random world of few persons, units and days.
type sampled struct {
	*rand.Rand
	base    time.Time
	persons []roles.PersonID
	units   []roles.UnitID
	codes   []roles.Code
	facts   facts
}

func sample(r *rand.Rand, c *roles.Catalogue, n int) *sampled {
	s := &sampled{Rand: r, base: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)}
	for range 1 + n/3 {
		s.persons = append(s.persons, roles.PersonID{UUID: s.id()})
	}
	s.units = []roles.UnitID{{}, {}, {UUID: s.id()}, {UUID: s.id()}, {UUID: s.id()}}
	s.codes = []roles.Code{"unknown.role"}
	for _, a := range c.Applications() {
		for _, role := range a.Roles {
			s.codes = append(s.codes, role.Code)
		}
	}
	s.facts.enterprise = accessmgmt.Enterprise{ID: roles.EnterpriseID{UUID: s.id()}, Epoch: 7, GAP: s.persons[0]}
	for range n {
		a := roles.Assignment{
			ID: roles.AssignmentID{UUID: s.id()}, Enterprise: s.facts.enterprise.ID, Person: pick(s, s.persons), Unit: pick(s, s.units), Role: pick(s, s.codes),
			Window: roles.Window{From: s.instant(), To: s.instant()},
		}
		switch s.IntN(10) {
		case 0:
			a.Window = roles.Window{}
		case 1, 2, 3, 4:
			a.Window.To = time.Time{}
		}
		if s.IntN(3) == 0 {
			a.EndedAt = s.instant()
		}
		if s.IntN(4) == 0 {
			a.Properties = roles.MustProperties(map[string]roles.Value{"p": roles.Is(true)})
		}
		s.facts.assignments = append(s.facts.assignments, a)
	}
	s.facts.units = []accessmgmt.Unit{{ID: s.units[2]}, {ID: s.units[3]}}
	slices.SortFunc(s.facts.assignments, func(a, b roles.Assignment) int { return slices.Compare(a.ID.UUID[:], b.ID.UUID[:]) })
	return s
}

func pick[T any](s *sampled, of []T) T { return of[s.IntN(len(of))] }

func (s *sampled) id() (id uuid.UUID) {
	for i := range id {
		id[i] = byte(s.IntN(256))
	}
	return id
}

// instant is one of few, so that they meet, some far away.
func (s *sampled) instant() time.Time {
	if s.IntN(20) == 0 {
		return time.Date(pick(s, []int{1, 1500, 3000, 3500, 9000}), 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return s.base.Add(time.Duration(s.IntN(12)) * time.Microsecond)
}

// want is what package roles decides.
func (s *sampled) want(c *roles.Catalogue, q roles.Question, person roles.PersonID) accessmgmt.Decision {
	var own []roles.Assignment
	for _, a := range s.facts.assignments {
		if a.Person == person {
			own = append(own, a)
		}
	}
	d := c.Decide(own, q)
	return accessmgmt.Decision{Allowed: d.Allowed, Reason: d.Reason, Assignments: d.Assignments, Properties: d.Properties}
}

// The index decides as the pure decision does, at every instant to the
// nanosecond.
func TestDecidesAsRoles(t *testing.T) {
	t.Parallel()
	c := gated(t)
	now := time.Time{}
	ix := newIndex(t, Options{Catalogue: c, Now: func() time.Time { return now }})
	counts := map[roles.Reason]int{}
	for seed := range uint64(400) {
		s := sample(rand.New(rand.NewPCG(seed, 1)), c, []int{1, 3, 10, 40, 300, 700}[seed%6])
		b := ix.build(&s.facts)
		for range 150 {
			app := pick(s, c.Applications())
			q := roles.Question{Application: app.Code, Action: pick(s, app.Actions).Action, Unit: pick(s, s.units[:4]),
				At: s.base.Add(time.Duration(s.IntN(13_000)-500) * time.Nanosecond)}
			if s.IntN(2) == 0 {
				q.At = s.base.Add(time.Duration(s.IntN(13))*time.Microsecond + time.Duration(s.IntN(3)-1))
			}
			person := pick(s, s.persons)
			a := ix.compiled.app(app.Code)
			var got accessmgmt.Decision
			ix.answer(b, a, a.bit(q.Action), q.At.UnixMicro(), &accessmgmt.Question{Person: person, Enterprise: b.id, Unit: q.Unit}, &got)
			want := s.want(c, q, person)
			want.At, want.Revision, want.Catalogue = q.At.Truncate(time.Microsecond), 7, c.Version()
			if len(want.Assignments) == 0 {
				want.Assignments = nil
			}
			require.Equal(t, want, got, "seed %d: %v", seed, q)
			counts[got.Reason]++

			unit, _ := b.unit(q.Unit)
			who := words(person.UUID)
			from, to := b.of(who, ix.hash(who))
			var own []roles.Assignment
			for _, a := range s.facts.assignments {
				if a.Person == person {
					own = append(own, a)
				}
			}
			mask := ix.compiled.actions(b, from, to, ask{app: a.number, unit: unit, at: q.At.UnixMicro()})
			require.Equal(t, c.ActionsOf(own, app.Code, q.Unit, q.At), a.names(mask))
		}
	}
	for _, reason := range reasons {
		require.Greater(t, counts[reason], 50, "%s hardly happened: %v", reason, counts)
	}
}

// What is beyond the instants that a row can hold is in force as it should be.
func TestFarInstants(t *testing.T) {
	t.Parallel()
	c := gated(t)
	ix := newIndex(t, Options{Catalogue: c})
	far := time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for _, w := range []roles.Window{{From: at, To: far}, {From: far}, {From: far, To: far.AddDate(1, 0, 0)}, {From: far, To: at}, {From: time.Time{}.Add(1), To: at}} {
		s := sample(rand.New(rand.NewPCG(1, 1)), c, 1)
		s.facts.assignments[0].Window, s.facts.assignments[0].EndedAt, s.facts.assignments[0].Unit = w, time.Time{}, roles.UnitID{}
		s.facts.assignments[0].Role = "a.reader"
		b := ix.build(&s.facts)
		person := s.facts.assignments[0].Person
		var got accessmgmt.Decision
		ix.answer(b, ix.compiled.app("a"), 1, at.UnixMicro(), &accessmgmt.Question{Person: person, Enterprise: b.id}, &got)
		require.Equal(t, s.want(c, roles.Question{Application: "a", Action: "read", At: at}, person).Reason, got.Reason, "%v", w)
	}
}
