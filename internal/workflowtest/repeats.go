package workflowtest

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// repeatable is a command that can be sent with an id, again and again. other is
// the same command about something else.
type repeatable struct {
	by          accessmgmt.Actor
	send, other func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error)
}

// repeats are all commands, made ready in a world of their own.
var repeats = merged(commandRepeats, unitRepeats, templateRepeats)

func merged[K comparable, V any](parts ...map[K]V) map[K]V {
	all := map[K]V{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

var commandRepeats = map[string]func(*World) repeatable{
	"DesignateGAP": func(w *World) repeatable {
		send := func(name string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				c := w.Designation(w.Number, Person(name, "Next"))
				c.ID = id
				return svc.DesignateGAP(w.Ctx, by, c)
			}
		}
		return repeatable{w.Rep, send("Nora"), send("Nick")}
	},
	"DesignateGAP, by the number alone another": func(w *World) repeatable {
		send := func(number string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				c := w.Designation(w.Number, Person("Nora", "Next"))
				c.ID, c.GAP.Number = id, SSIN(number)
				return svc.DesignateGAP(w.Ctx, by, c)
			}
		}
		return repeatable{w.Rep, send("Nora Next"), send("Somebody Else")}
	},
	"ResignGAP": func(w *World) repeatable {
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.ResignGAP(w.Ctx, by, accessmgmt.ResignGAP{ID: id, Enterprise: w.Acme, Reason: reason})
			}
		}
		return repeatable{w.GAP, send("moving"), send("retiring")}
	},
	"VacateGAP": func(w *World) repeatable {
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.VacateGAP(w.Ctx, by, accessmgmt.VacateGAP{ID: id, Enterprise: w.Acme, Reason: reason})
			}
		}
		return repeatable{w.Rep, send("left"), send("died")}
	},
	"Invite": func(w *World) repeatable {
		send := func(role roles.Code) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				c := w.Invitation(Person("Anne", "Dubois"), w.Line(role))
				c.ID = id
				return svc.Invite(w.Ctx, by, c)
			}
		}
		return repeatable{w.GAP, send(roles.Editor), send(roles.Owner)}
	},
	"Invite, not all of whom can be": func(w *World) repeatable {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		w.Invite(bert, w.Line(roles.Editor), w.Line(roles.Owner))
		send := func(role roles.Code) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				c := w.Invitation(anne, w.Line(role))
				c.ID = id
				// Bert's error is part of the answer.
				c.Recipients = append(c.Recipients, w.Invitation(bert).Recipients...)
				return svc.Invite(w.Ctx, by, c)
			}
		}
		return repeatable{w.GAP, send(roles.Editor), send(roles.Owner)}
	},
	"Resend": func(w *World) repeatable {
		r, _ := w.Invite(Person("Anne", "Dubois"), w.Line(roles.Editor))
		send := func(days int) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.Resend(w.Ctx, by, accessmgmt.Resend{ID: id, Enterprise: w.Acme, Recipient: r.ID, Expires: w.Svc.Today().AddDays(days)})
			}
		}
		return repeatable{w.GAP, send(10), send(11)}
	},
	"Revoke": func(w *World) repeatable {
		r, _ := w.Invite(Person("Anne", "Dubois"), w.Line(roles.Editor))
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				// One of them isn't there: its error is part of the answer.
				return svc.Revoke(w.Ctx, by, accessmgmt.Revoke{ID: id, Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{r.ID, {UUID: uuid.Max}, r.ID}, Reason: reason})
			}
		}
		return repeatable{w.GAP, send("a mistake"), send("")}
	},
	"Accept": func(w *World) repeatable {
		anne := Person("Anne", "Dubois")
		_, token := w.Invite(anne, w.Line(roles.Editor), w.Line(roles.Manager))
		send := func(address string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.Accept(w.Ctx, by, token, accessmgmt.Accept{ID: id, Email: accessmgmt.MustParseEmail(address)})
			}
		}
		return repeatable{anne, send("anne@home.example"), send("anne@work.example")}
	},
	"Decline": func(w *World) repeatable {
		anne := Person("Anne", "Dubois")
		_, token := w.Invite(anne, w.Line(roles.Editor))
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return nil, svc.Decline(w.Ctx, by, token, accessmgmt.Decline{ID: id, Reason: reason})
			}
		}
		return repeatable{anne, send("not me"), send("")}
	},
	"Approve": func(w *World) repeatable {
		first, second := w.Request(Person("Anne", "Dubois"), w.Line(roles.Editor)), w.Request(Person("Bert", "Claes"), w.Line(roles.Owner))
		send := func(requests ...invitation.Request) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.Approve(w.Ctx, by, accessmgmt.Approve{ID: id, Requests: refs(requests...)})
			}
		}
		return repeatable{w.GAP, send(first, first), send(second)}
	},
	"Refuse": func(w *World) repeatable {
		r := w.Request(Person("Anne", "Dubois"), w.Line(roles.Editor))
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.Refuse(w.Ctx, by, accessmgmt.Refuse{ID: id, Requests: refs(r), Reason: reason})
			}
		}
		return repeatable{w.GAP, send("no"), send("never")}
	},
	"Withdraw": func(w *World) repeatable {
		anne := Person("Anne", "Dubois")
		first, second := w.Request(anne, w.Line(roles.Editor)), w.Request(anne, w.Line(roles.Owner))
		send := func(r invitation.Request) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.Withdraw(w.Ctx, by, accessmgmt.Withdraw{ID: id, Requests: refs(r)})
			}
		}
		return repeatable{anne, send(first), send(second)}
	},
	"Assign": func(w *World) repeatable {
		send := func(name string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				to := assignee(Person("Anne", "Dubois"))
				to.Number = SSIN(name) // nothing else differs
				return svc.Assign(w.Ctx, by, accessmgmt.Assign{ID: id, Enterprise: w.Acme, Persons: []accessmgmt.Assignee{to},
					Lines: []invitation.Line{w.Line(roles.Editor), w.Line(roles.Editor), w.Line("no.such_role")}})
			}
		}
		return repeatable{w.GAP, send("Anne Dubois"), send("Somebody Else")}
	},
	"Replace": func(w *World) repeatable {
		a := w.give(Person("Anne", "Dubois"), w.Line(roles.Editor))
		send := func(role roles.Code) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.Replace(w.Ctx, by, accessmgmt.Replace{ID: id, Enterprise: w.Acme, Assignment: a.ID, Line: w.Line(role)})
			}
		}
		return repeatable{w.GAP, send(roles.Owner), send(roles.Reader)}
	},
	"Extend": func(w *World) repeatable {
		today := w.Svc.Today()
		a := w.give(Person("Anne", "Dubois"), invitation.Line{Role: roles.Editor, Period: roles.Between(today, today.AddDays(9))})
		send := func(days int) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.Extend(w.Ctx, by, accessmgmt.Extend{ID: id, Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID, a.ID}, Until: today.AddDays(days)})
			}
		}
		return repeatable{w.GAP, send(20), send(30)}
	},
	"End": func(w *World) repeatable {
		a := w.give(Person("Anne", "Dubois"), w.Line(roles.Editor))
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.End(w.Ctx, by, accessmgmt.End{ID: id, Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID, a.ID}, Reason: reason})
			}
		}
		return repeatable{w.GAP, send("moved"), send("")}
	},
	"GiveBack": func(w *World) repeatable {
		anne := Person("Anne", "Dubois")
		a := w.Give(anne, w.Line(roles.Editor))
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.GiveBack(w.Ctx, by, accessmgmt.GiveBack{ID: id, Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, Reason: reason})
			}
		}
		return repeatable{anne, send("done"), send("")}
	},
	"EndAll": func(w *World) repeatable {
		anne := Person("Anne", "Dubois")
		w.Give(anne, w.Line(roles.Editor))
		w.Request(anne, w.Line(roles.Owner))
		w.Invite(anne, w.Line(roles.Manager))
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.EndAll(w.Ctx, by, accessmgmt.EndAll{ID: id, Enterprise: w.Acme, Person: w.ID(anne), Reason: reason})
			}
		}
		return repeatable{w.GAP, send("left"), send("")}
	},
	"NameManager": func(w *World) repeatable {
		send := func(number string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				c := w.naming(Person("Cora", "Named"), accessmgmt.AccessManager, "monespace", roles.From(w.Svc.Today()))
				c.ID, c.Manager.Number = id, SSIN(number) // nothing else differs
				return svc.NameManager(w.Ctx, by, c)
			}
		}
		return repeatable{w.GAP, send("Cora Named"), send("Somebody Else")}
	},
	"RemoveManager": func(w *World) repeatable {
		term := w.coGAP(Person("Cora", "Named"))
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.RemoveManager(w.Ctx, by, accessmgmt.RemoveManager{ID: id, Enterprise: w.Acme, Manager: term.ID, Reason: reason})
			}
		}
		return repeatable{w.GAP, send("moved"), send("")}
	},
	"RequestGAP": func(w *World) repeatable {
		send := func(evidence string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				c := w.requestingGAP(w.weak("Cato", "Candidate"), w.Number)
				c.ID, c.Evidence = id, evidence
				return svc.RequestGAP(w.Ctx, by, c)
			}
		}
		return repeatable{w.weak("Cato", "Candidate"), send("file 1"), send("file 2")}
	},
	"RequestGAP, by staff, by the number alone another": func(w *World) repeatable {
		send := func(number string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				c := w.requestingFor(Person("Cato", "Candidate"), w.Number)
				c.ID, c.GAP.Number = id, SSIN(number)
				return svc.RequestGAP(w.Ctx, by, c)
			}
		}
		return repeatable{Staff(), send("Cato Candidate"), send("Somebody Else")}
	},
	"ApproveGAP": func(w *World) repeatable {
		c := w.approvingGAP(w.candidacy(w.weak("Cato", "Candidate"), w.Number))
		send := func(evidence string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				c.ID, c.Evidence = id, evidence
				return svc.ApproveGAP(w.Ctx, by, c)
			}
		}
		return repeatable{Staff(), send("minutes 3"), send("")}
	},
	"RefuseGAP": func(w *World) repeatable {
		r := w.candidacy(w.weak("Cato", "Candidate"), w.Number)
		send := func(reason string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.RefuseGAP(w.Ctx, by, accessmgmt.RefuseGAP{ID: id, Enterprise: w.Acme, Request: r.ID, Reason: reason})
			}
		}
		return repeatable{Staff(), send("not his documents"), send("no documents")}
	},
}

// Repeats plays each command twice under one id: the second time it gets the
// first answer, and nothing happens.
func Repeats(t *testing.T, open Open) {
	for _, name := range sortedNames(repeats) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := WithGAP(t, open)
			repeats[name](w).play(w)
			w.RequireIntact()
		})
	}
	t.Run("every command has an id", everyCommandHasAnID)
	t.Run("an answer that got lost", func(t *testing.T) { answerLost(t, open) })
}

func (r repeatable) play(w *World) {
	id, fresh := accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}, accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}
	first, err := r.send(w.Svc, r.by, id)
	require.NoError(w, err)
	w.Deliver()
	mails := len(w.Mailbox.All())
	w.unchanged(func() {
		// Under another key too, once the first is an old one.
		newer, err := accessmgmt.NewKey("k2", []byte("another secret of a world, 32 byte"))
		require.NoError(w, err)
		rotated := w.Options
		rotated.Key, rotated.OldKeys = newer, []accessmgmt.Key{w.Options.Key}
		for name, svc := range map[string]*accessmgmt.Service{"again": w.Svc, "once more": w.Svc, "after a change of key": w.Service(rotated), "in a preview": w.Svc.Preview().Service} {
			again, err := r.send(svc, r.by, id)
			require.NoError(w, err, name)
			require.JSONEq(w, inJSON(w, first), inJSON(w, again), name)
			requireSameErrors(w, first, again)
		}
		err = errorOf(r.other(w.Svc, r.by, id))
		require.ErrorIs(w, err, accessmgmt.ErrState)
		require.Equal(w, accessmgmt.CodeCommandReused, accessmgmt.Code(err))
		// Whoever else sends it gets no answer of his.
		for _, other := range []accessmgmt.Actor{Person("Eve", "Elsewhere"), w.GAP, w.Rep} {
			if other.Identity.Subject != r.by.Identity.Subject {
				require.Error(w, errorOf(r.send(w.Svc, other, id)), "%s isn't the one who sent it", other.Identity.Subject)
			}
		}
	})
	w.Deliver()
	require.Len(w, w.Mailbox.All(), mails, "nobody is mailed twice")
	// Without the id, or with another, it is a new command.
	require.NotEqual(w, accessmgmt.CodeCommandReused, accessmgmt.Code(errorOf(r.other(w.Svc, r.by, fresh))))
}

// errorOf is the error of a call, or of the first item of a bulk, which may be
// over several enterprises.
func errorOf(answer any, err error) error {
	v := resultsIn(answer)
	if err != nil || v.Kind() != reflect.Slice || v.Len() == 0 {
		return err
	}
	item, _ := v.Index(0).FieldByName("Err").Interface().(error)
	return item
}

func inJSON(w *World, v any) string {
	data, err := json.Marshal(v)
	require.NoError(w, err)
	return string(data)
}

// requireSameErrors compares the items of bulks that failed: what a caller can
// tell of an error must be the same the second time.
func requireSameErrors(w *World, first, again any) {
	a, b := resultsIn(first), resultsIn(again)
	if a.Kind() != reflect.Slice {
		return
	}
	require.Equal(w, a.Len(), b.Len())
	for i := range a.Len() {
		x, _ := a.Index(i).FieldByName("Err").Interface().(error)
		y, _ := b.Index(i).FieldByName("Err").Interface().(error)
		require.Equal(w, x == nil, y == nil)
		if x == nil {
			continue
		}
		require.Equal(w, x.Error(), y.Error())
		var before, after *accessmgmt.Error
		require.ErrorAs(w, x, &before)
		require.ErrorAs(w, y, &after)
		require.Equal(w, []any{before.Act, before.Kind, before.Code, before.Existing}, []any{after.Act, after.Kind, after.Code, after.Existing})
	}
}

// resultsIn are the results of a bulk in its answer.
func resultsIn(answer any) reflect.Value {
	if done, ok := answer.(accessmgmt.Invited); ok {
		return reflect.ValueOf(done.Results)
	}
	return reflect.ValueOf(answer)
}

// everyCommandHasAnID finds the commands by the service's methods: whatever is
// written takes a struct whose first field is its id.
func everyCommandHasAnID(t *testing.T) {
	service, id := reflect.TypeOf(&accessmgmt.Service{}), reflect.TypeOf(accessmgmt.CommandID{})
	found := map[string]bool{}
	for i := range service.NumMethod() {
		m := service.Method(i)
		for n := range m.Type.NumIn() {
			if in := m.Type.In(n); in.Kind() == reflect.Struct && in.NumField() > 0 && in.Field(0).Type == id && m.Name != "ValidateInvite" {
				require.Equal(t, "ID", in.Field(0).Name, m.Name)
				found[m.Name] = true
			}
		}
	}
	for name := range found {
		require.True(t, anyHasPrefix(repeats, name), "%s is played twice", name)
	}
	for name := range repeats {
		method, _, _ := strings.Cut(name, ",")
		require.True(t, found[method], name)
	}
}

func anyHasPrefix[V any](m map[string]V, name string) bool {
	for k := range m {
		if method, _, _ := strings.Cut(k, ","); method == name {
			return true
		}
	}
	return false
}

// answerLost: the commit was made and its answer lost, for good; the caller
// sends the command again and gets the answer, and the role isn't given again
// when it was taken away meanwhile.
func answerLost(t *testing.T, open Open) {
	t.Parallel()
	w := WithGAP(t, open)
	anne := Person("Anne", "Dubois")
	send := repeats["Assign"](w).send
	id := accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}
	lost := &proxy{Store: w.Store, before: func(string) error { return nil }}
	lost.after = func(method string) error {
		if method == "Commit" || method == "Command" {
			return errStoreGone
		}
		return nil
	}
	_, err := send(w.through(lost), w.GAP, id)
	require.ErrorIs(w, err, accessmgmt.ErrUnavailable)
	require.Contains(w, w.held(anne), roles.Editor, "it was committed all the same")
	found, err := w.Svc.AssignmentsPage(w.Ctx, w.GAP, accessmgmt.AssignmentQuery{Enterprise: w.Acme})
	require.NoError(w, err)
	require.NoError(w, w.ending(found.Items[0].Assignment)())

	again, err := send(w.Svc, w.GAP, id)
	require.NoError(w, err)
	require.Equal(w, found.Items[0].Assignment, again.([]accessmgmt.Result[accessmgmt.Assigned])[0].Value.Assignment, "the first answer")
	require.Empty(w, w.held(anne), "and what was taken away stays away")
}
