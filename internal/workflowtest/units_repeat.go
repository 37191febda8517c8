package workflowtest

import (
	"encoding/binary"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// requireRepeats fails unless a command under an id of the caller's, sent again,
// gives its first answer and does nothing; and unless the id is refused to
// whoever may do the command, for another one or after somebody else. send
// makes the command, or with other content another.
func requireRepeats[A any](w *World, by accessmgmt.Actor, another func() accessmgmt.Actor, send func(by accessmgmt.Actor, id accessmgmt.CommandID, other bool) (A, error)) {
	w.Helper()
	id := commandID()
	first, err := send(by, id, false)
	require.NoError(w, err)
	w.unchanged(func() {
		again, err := send(by, id, false)
		require.NoError(w, err)
		require.Equal(w, first, again)
		_, err = send(by, id, true)
		w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeCommandReused, "with other content")
	})
	other := another()
	w.unchanged(func() {
		again, err := send(by, id, false)
		require.NoError(w, err)
		require.Equal(w, first, again, "whatever he may do by now")
		_, err = send(other, id, false)
		w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeCommandReused, "by another")
	})
}

// nextGAP makes somebody else the GAP.
func (w *World) nextGAP() accessmgmt.Actor {
	nora := Person("Nora", "Next")
	w.designate(w.Designation(w.Number, nora))
	return nora
}

// otherStaff is another member of the portal's staff.
func otherStaff() accessmgmt.Actor {
	return accessmgmt.Operator(Person("Olga", "Other").Identity, "file 1234", "asked by telephone")
}

var unitRepeatScenarios = map[string]func(*World){
	"add a unit": func(w *World) {
		requireRepeats(w, w.GAP, w.nextGAP, func(by accessmgmt.Actor, id accessmgmt.CommandID, other bool) (accessmgmt.Unit, error) {
			c := w.adding(UnitNumber(1), "One")
			if c.ID = id; other {
				c.Number = UnitNumber(2)
			}
			return w.Svc.AddUnit(w.Ctx, by, c)
		})
	},
	"close a unit": func(w *World) {
		u, untouched := w.unit("One"), w.unit("Two")
		w.give(Person("Anne", "Dubois"), of(u, w.Line(roles.Editor)))
		requireRepeats(w, w.GAP, w.nextGAP, func(by accessmgmt.Actor, id accessmgmt.CommandID, other bool) (accessmgmt.UnitClosing, error) {
			c := accessmgmt.CloseUnit{ID: id, Enterprise: w.Acme, Unit: u.ID, Reason: "gone"}
			if other {
				c.Unit = untouched.ID
			}
			return w.Svc.CloseUnit(w.Ctx, by, c)
		})
	},
	"move a unit": func(w *World) {
		number, _ := w.another()
		u, untouched := w.unit("One"), w.unit("Two")
		w.give(Person("Anne", "Dubois"), of(u, w.Line(roles.Editor)))
		requireRepeats(w, Staff(), otherStaff, func(by accessmgmt.Actor, id accessmgmt.CommandID, other bool) (accessmgmt.UnitMove, error) {
			c := w.moveOf(u, number)
			if c.ID = id; other {
				c.Unit = untouched.ID
			}
			return w.Svc.MoveUnit(w.Ctx, by, c)
		})
	},
	"suspend and resume": func(w *World) {
		reason := map[bool]string{false: "fraud", true: "flood"}
		requireRepeats(w, Staff(), otherStaff, func(by accessmgmt.Actor, id accessmgmt.CommandID, other bool) (accessmgmt.Suspension, error) {
			return w.Svc.Suspend(w.Ctx, by, accessmgmt.Suspend{ID: id, Enterprise: w.Acme, Reason: reason[other]})
		})
		requireRepeats(w, Staff(), otherStaff, func(by accessmgmt.Actor, id accessmgmt.CommandID, other bool) (accessmgmt.Suspension, error) {
			return w.Svc.Resume(w.Ctx, by, accessmgmt.Resume{ID: id, Enterprise: w.Acme, Reason: reason[other]})
		})
	},
	"an approval sent again while the enterprise is suspended": func(w *World) {
		anne := Person("Anne", "Dubois")
		c := accessmgmt.Approve{ID: commandID(), Requests: refs(w.Request(anne, w.Line(roles.Editor)))}
		first, err := w.Svc.Approve(w.Ctx, w.GAP, c)
		require.NoError(w, err)
		w.suspend()
		w.unchanged(func() {
			again, err := w.Svc.Approve(w.Ctx, w.GAP, c)
			require.NoError(w, err)
			require.Equal(w, first, again, "it was done, before")
		})
	},
	"an answer of an overtaken try isn't mixed into the first": func(w *World) {
		u, anne := w.unit("One"), Person("Anne", "Dubois")
		a := w.give(anne, of(u, w.Line(roles.Editor)))
		c := accessmgmt.CloseUnit{ID: commandID(), Enterprise: w.Acme, Unit: u.ID, Reason: "gone"}
		overtaken := false
		var first accessmgmt.UnitClosing
		svc := w.proxy(func(method string) error {
			if method == "Commit" && !overtaken { // decided with an assignment to end; meanwhile it ends, and the same command is through
				overtaken = true
				require.NoError(w, w.ending(a)())
				var err error
				first, err = w.Svc.CloseUnit(w.Ctx, w.GAP, c)
				require.NoError(w, err)
			}
			return nil
		})
		got, err := svc.CloseUnit(w.Ctx, w.GAP, c)
		require.NoError(w, err)
		require.Empty(w, first.Assignments)
		require.Equal(w, first, got)
	},
	"previews": func(w *World) {
		number, _ := w.another()
		u, moving := w.unit("One"), w.unit("Two")
		anne := Person("Anne", "Dubois")
		for _, one := range []accessmgmt.Unit{u, moving} {
			w.give(anne, of(one, w.Line(roles.Editor)))
			w.Request(anne, of(one, w.Line(roles.Reader)))
			w.Invite(Person("Bert", roman(w.Count())), of(one, w.Line(roles.Owner)))
		}
		w.suspend() // so that staff is somebody known
		for _, c := range []struct {
			name    string
			commits int
			send    func(*accessmgmt.Service) (any, error)
		}{
			{"resume", 1, func(svc *accessmgmt.Service) (any, error) {
				return svc.Resume(w.Ctx, Staff(), accessmgmt.Resume{Enterprise: w.Acme, Reason: "settled"})
			}},
			{"add", 1, func(svc *accessmgmt.Service) (any, error) {
				return svc.AddUnit(w.Ctx, w.GAP, w.adding(UnitNumber(99), "Three"))
			}},
			{"close", 1, func(svc *accessmgmt.Service) (any, error) {
				return svc.CloseUnit(w.Ctx, w.GAP, accessmgmt.CloseUnit{Enterprise: w.Acme, Unit: u.ID, Reason: "gone"})
			}},
			{"move", 2, func(svc *accessmgmt.Service) (any, error) {
				return svc.MoveUnit(w.Ctx, Staff(), w.moveOf(moving, number))
			}},
			{"move, done already", 0, func(svc *accessmgmt.Service) (any, error) {
				return svc.MoveUnit(w.Ctx, Staff(), w.moveOf(moving, number))
			}},
			{"suspend", 1, func(svc *accessmgmt.Service) (any, error) {
				return svc.Suspend(w.Ctx, Staff(), accessmgmt.Suspend{Enterprise: w.Acme, Reason: "fraud"})
			}},
		} {
			w.requirePreviewed(c.name, c.commits, c.send)
		}
	},
}

// requirePreviewed fails unless a preview decides exactly as the act does, the
// ids and salts it makes being the same, and writes nothing.
func (w *World) requirePreviewed(name string, commits int, send func(*accessmgmt.Service) (any, error)) {
	w.Helper()
	options := w.Options
	first := uint64(w.Count()) * 1_000_000 // no two commands make the same ids
	trial, real := numbered{first}, numbered{first}
	options.NewID, options.Random = trial.next, &trial
	preview := w.Service(options).Preview()
	var tried any
	w.unchanged(func() {
		var err error
		tried, err = send(preview.Service)
		require.NoError(w, err, name)
	})
	options.NewID, options.Random = real.next, &real
	store := &tapped{proxy: proxy{Store: w.Store}}
	store.before = store.tap
	var written []accessmgmt.Changes
	store.commit = func(c *accessmgmt.Changes) { written = append(written, *c) }
	svc, err := accessmgmt.New(store, w.Mailbox, &options)
	require.NoError(w, err)
	done, err := send(svc)
	require.NoError(w, err, name)
	require.Equal(w, done, tried, name)
	require.Len(w, written, commits, name)
	require.Equal(w, written, preview.Changes(), name)
	messages := 0
	for _, c := range written {
		messages += len(c.Messages)
	}
	require.Len(w, preview.Mails(), messages, name)
}

// numbered makes ids, and salts, in a row.
type numbered struct{ n uint64 }

func (i *numbered) next() uuid.UUID {
	i.n++
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[8:], i.n)
	return id
}

func (i *numbered) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
