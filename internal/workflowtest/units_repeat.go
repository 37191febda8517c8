package workflowtest

import (
	"context"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// otherStaff is another member of the portal's staff.
func otherStaff() accessmgmt.Actor {
	return accessmgmt.Operator(Person("Olga", "Other").Identity, "file 1234", "asked by telephone")
}

var unitRepeatScenarios = map[string]func(*World){
	"an id that another used is refused to whoever may do the command": func(w *World) {
		number, _ := w.another()
		closed, moved := w.unit("One"), w.unit("Two")
		commands := map[string]func(by accessmgmt.Actor, id accessmgmt.CommandID) error{
			"add": func(by accessmgmt.Actor, id accessmgmt.CommandID) error {
				c := w.adding(UnitNumber(99), "Three")
				c.ID = id
				return second(w.Svc.AddUnit(w.Ctx, by, c))
			},
			"close": func(by accessmgmt.Actor, id accessmgmt.CommandID) error {
				return second(w.Svc.CloseUnit(w.Ctx, by, accessmgmt.CloseUnit{ID: id, Enterprise: w.Acme, Unit: closed.ID, Reason: "gone"}))
			},
			"move": func(by accessmgmt.Actor, id accessmgmt.CommandID) error {
				c := w.moveOf(moved, number)
				c.ID = id
				return second(w.Svc.MoveUnit(w.Ctx, by, c))
			},
			"suspend": func(by accessmgmt.Actor, id accessmgmt.CommandID) error {
				return second(w.Svc.Suspend(w.Ctx, by, accessmgmt.Suspend{ID: id, Enterprise: w.Acme, Reason: "fraud"}))
			},
		}
		ids := map[string]accessmgmt.CommandID{}
		by := func(name string, gap, staff accessmgmt.Actor) accessmgmt.Actor {
			return map[bool]accessmgmt.Actor{true: gap, false: staff}[name == "add" || name == "close"]
		}
		for _, name := range sortedNames(commands) { // suspended last
			ids[name] = commandID()
			require.NoError(w, commands[name](by(name, w.GAP, Staff()), ids[name]), name)
		}
		former, nora := w.GAP, Person("Nora", "Next")
		w.designate(w.Designation(w.Number, nora))
		w.resume()
		w.unchanged(func() {
			for name, send := range commands {
				require.NoError(w, send(by(name, former, Staff()), ids[name]), "%s: what he did, whatever he may by now", name)
				w.requireFails(send(by(name, nora, otherStaff()), ids[name]), accessmgmt.ErrState, accessmgmt.CodeCommandReused, name)
			}
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
	"a move in a preview": func(w *World) {
		number, branch := w.another()
		u, anne := w.unit("One"), Person("Anne", "Dubois")
		w.give(anne, of(u, w.Line(roles.Editor)))
		w.Request(anne, of(u, w.Line(roles.Reader)))
		w.Invite(Person("Bert", "Claes"), of(u, w.Line(roles.Owner)))
		move := func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
			return second(svc.MoveUnit(ctx, by, w.moveOf(u, number)))
		}
		w.requirePreview(Staff(), move)
		w.requireMoved(u, w.in(branch))
		p := w.Svc.Preview()
		require.NoError(w, move(w.Ctx, p.Service, Staff()))
		require.Empty(w, p.Changes(), "it is done already")
	},
}

// unitRepeats are the commands on units, and those of a suspension, that can be
// sent with an id.
var unitRepeats = map[string]func(*World) repeatable{
	"AddUnit": func(w *World) repeatable {
		send := func(n int) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				c := w.adding(UnitNumber(n), "One")
				c.ID = id
				return svc.AddUnit(w.Ctx, by, c)
			}
		}
		return repeatable{w.GAP, send(1), send(2)}
	},
	"CloseUnit": func(w *World) repeatable {
		u := w.unit("One")
		w.give(Person("Anne", "Dubois"), of(u, w.Line(roles.Editor)))
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.CloseUnit(w.Ctx, by, accessmgmt.CloseUnit{ID: id, Enterprise: w.Acme, Unit: u.ID, Reason: reason})
			}
		}
		return repeatable{w.GAP, send("gone"), send("sold")}
	},
	"MoveUnit": func(w *World) repeatable {
		number, _ := w.another()
		u, other := w.unit("One"), w.unit("Two")
		w.give(Person("Anne", "Dubois"), of(u, w.Line(roles.Editor)))
		send := func(u accessmgmt.Unit) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				c := w.moveOf(u, number)
				c.ID = id
				return svc.MoveUnit(w.Ctx, by, c)
			}
		}
		return repeatable{Staff(), send(u), send(other)}
	},
	"ErasePerson": func(w *World) repeatable {
		anne, bert := w.give(Person("Anne", "Dubois"), w.Line(roles.Editor)), w.give(Person("Bert", "Claes"), w.Line(roles.Editor))
		send := func(person accessmgmt.PersonID) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.ErasePerson(w.Ctx, by, accessmgmt.ErasePerson{ID: id, Person: person})
			}
		}
		return repeatable{Staff(), send(anne.Person), send(bert.Person)}
	},
	"Suspend": func(w *World) repeatable {
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.Suspend(w.Ctx, by, accessmgmt.Suspend{ID: id, Enterprise: w.Acme, Reason: reason})
			}
		}
		return repeatable{Staff(), send("fraud"), send("flood")}
	},
	"Resume": func(w *World) repeatable {
		w.suspend()
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.Resume(w.Ctx, by, accessmgmt.Resume{ID: id, Enterprise: w.Acme, Reason: reason})
			}
		}
		return repeatable{Staff(), send("settled"), send("dry")}
	},
}
