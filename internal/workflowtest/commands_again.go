package workflowtest

import (
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// againScenarios: what was taken away is never given again by playing an earlier
// command or link once more, nor by one that was under way meanwhile.
var againScenarios = map[string]func(*World){
	"an ended role": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, first := w.Invite(anne, w.Line(roles.Reader))
		resend := accessmgmt.Resend{Enterprise: w.Acme, Recipient: r.ID}
		_, err := w.Svc.Resend(w.Ctx, w.GAP, resend)
		require.NoError(w, err)
		token := w.LastToken(Address(anne.Identity))
		request := w.Accept(anne, token)[0]
		given := w.approve(request)[0].Assignment
		replacement := accessmgmt.Replace{Enterprise: w.Acme, Assignment: given.ID, Line: w.Line(roles.Editor)}
		replaced, err := w.Svc.Replace(w.Ctx, w.GAP, replacement)
		require.NoError(w, err)
		require.True(w, w.May(anne, roles.Sign).Allowed)
		require.NoError(w, w.ending(replaced.Given)())
		w.unchanged(func() {
			for name, again := range map[string]func() error{
				"the first link":             w.accepting(anne, first),
				"the second link":            w.accepting(anne, token),
				"the link, by somebody else": w.accepting(Person("Bert", "Claes"), token),
				"the resend":                 func() error { return second(w.Svc.Resend(w.Ctx, w.GAP, resend)) },
				"the approval":               w.approving(w.GAP, request),
				"the replacement":            func() error { return second(w.Svc.Replace(w.Ctx, w.GAP, replacement)) },
				"replacing what was ended":   func() error { return second(w.replacing(replaced.Given, w.Line(roles.Editor))) },
				"the end":                    w.ending(replaced.Given),
			} {
				require.Error(w, again(), name)
				require.False(w, w.May(anne, roles.Sign).Allowed, name)
				require.Empty(w, w.held(anne), name)
			}
		})
		require.NoError(w, w.inviting(w.Invitation(anne, w.Line(roles.Reader))), "to invite again is an act of its own")
		require.Empty(w, w.held(anne), "and gives nothing until it is accepted and approved")
	},
	"a revoked invitation": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, token := w.Invite(anne, w.Line(roles.Editor))
		w.revoke(r)
		w.unchanged(func() {
			require.Error(w, w.accepting(anne, token)())
			_, err := w.resending(r, roles.Date{})
			require.Error(w, err)
			w.Clock.Set(r.ExpiresAt)
			require.Error(w, w.accepting(anne, token)())
			_, err = w.resending(r, roles.Date{})
			require.Error(w, err)
		})
	},
	"a request that was refused, withdrawn or has lapsed": func(w *World) {
		anne := Person("Anne", "Dubois")
		refused, withdrawn, lapsed := w.Request(anne, w.Line(roles.Editor)), w.Request(anne, w.Line(roles.Writer)), w.Request(anne, w.Line(roles.Owner))
		require.NoError(w, w.refusing(refused)())
		require.NoError(w, w.withdrawing(anne, withdrawn)())
		w.Clock.Set(lapsed.LapsesAt)
		w.unchanged(func() {
			for _, r := range []invitation.Request{refused, withdrawn, lapsed} {
				require.Error(w, w.approving(w.GAP, r)())
			}
		})
		require.Empty(w, w.held(anne))
	},
	"what a former GAP had in hand": func(w *World) {
		anne := Person("Anne", "Dubois")
		request := w.Request(anne, w.Line(roles.Editor))
		open, _ := w.Invite(anne, w.Line(roles.Manager))
		a := w.Give(Person("Bert", "Claes"), w.Line(roles.Reader))
		former := w.GAP
		w.designate(w.Designation(w.Number, Person("Nora", "Next")))
		w.unchanged(func() {
			for name, again := range map[string]func() error{
				"approve": w.approving(former, request),
				"refuse":  w.refusing(request),
				"assign":  func() error { return one(assign(w, former, anne, roles.Owner)) },
				"invite":  func() error { return w.inviting(w.Invitation(anne, w.Line(roles.Owner))) },
				"resend":  func() error { return second(w.resending(open, roles.Date{})) },
				"replace": func() error { return second(w.replacing(a, w.Line(roles.Owner))) },
				"end":     w.ending(a),
			} {
				w.requireFails(again(), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, name)
			}
		})
	},
	"assigning again while the role is in force": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		w.unchanged(func() { w.requireOverlap(one(assign(w, w.GAP, anne, roles.Editor)), a.ID) })
	},
}

// overtakenScenarios play each of overtaken.
func overtakenScenarios() map[string]func(*World) {
	scenarios := map[string]func(*World){}
	for name, prepare := range overtaken {
		scenarios[name] = func(w *World) { w.overtake(prepare(w, Person("Anne", "Dubois"))) }
	}
	return scenarios
}

func (w *World) overtake(o overtake) {
	var requireSame func()
	direct := w.Svc
	w.Svc = w.proxy(func(method string) error {
		if method != "Commit" || requireSame != nil {
			return nil
		}
		behind := w.Svc
		w.Svc = direct
		require.NoError(w, o.faster())
		requireSame = w.remember()
		w.Svc = behind
		return nil
	})
	err := o.slower()
	w.Svc = direct
	require.NotNil(w, requireSame, "it came to no commit")
	require.Error(w, err)
	told := accessmgmt.Code(err)
	if told == accessmgmt.CodeState {
		var state *invitation.StateError
		require.ErrorAs(w, err, &state)
		told = state.From
	}
	require.Equal(w, o.want, told)
	requireSame()
}

// overtake is a command that another makes impossible, when both were decided
// on the same epoch and the other commits first; and what the slower is told: a
// state, or a code.
type overtake struct {
	slower, faster func() error
	want           string
}

var overtaken = map[string]func(w *World, anne accessmgmt.Actor) overtake{
	"accepting what is revoked": func(w *World, anne accessmgmt.Actor) overtake {
		r, token := w.Invite(anne, w.Line(roles.Editor))
		return overtake{w.accepting(anne, token), func() error { return w.revoking(r.ID)[0].Err }, string(invitation.Revoked)}
	},
	"accepting what is sent again": func(w *World, anne accessmgmt.Actor) overtake {
		r, token := w.Invite(anne, w.Line(roles.Editor))
		return overtake{w.accepting(anne, token), func() error { return second(w.resending(r, roles.Date{})) }, accessmgmt.CodeTokenUnknown}
	},
	"declining what is accepted": func(w *World, anne accessmgmt.Actor) overtake {
		_, token := w.Invite(anne, w.Line(roles.Editor))
		return overtake{func() error { return w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{}) }, w.accepting(anne, token), string(invitation.Accepted)}
	},
	"revoking what is accepted": func(w *World, anne accessmgmt.Actor) overtake {
		r, token := w.Invite(anne, w.Line(roles.Editor))
		return overtake{func() error { return w.revoking(r.ID)[0].Err }, w.accepting(anne, token), string(invitation.Accepted)}
	},
	"sending again what is accepted": func(w *World, anne accessmgmt.Actor) overtake {
		r, token := w.Invite(anne, w.Line(roles.Editor))
		return overtake{func() error { return second(w.resending(r, roles.Date{})) }, w.accepting(anne, token), string(invitation.Accepted)}
	},
	"inviting who is invited": func(w *World, anne accessmgmt.Actor) overtake {
		invite := func() error { return w.inviting(w.Invitation(anne, w.Line(roles.Editor))) }
		return overtake{invite, invite, accessmgmt.CodeAlreadyInvited}
	},
	"approving what is refused": func(w *World, anne accessmgmt.Actor) overtake {
		r := w.Request(anne, w.Line(roles.Editor))
		return overtake{w.approving(w.GAP, r), w.refusing(r), string(invitation.Refused)}
	},
	"approving what is withdrawn": func(w *World, anne accessmgmt.Actor) overtake {
		r := w.Request(anne, w.Line(roles.Editor))
		return overtake{w.approving(w.GAP, r), w.withdrawing(anne, r), string(invitation.Withdrawn)}
	},
	"approving what is given": func(w *World, anne accessmgmt.Actor) overtake {
		r := w.Request(anne, w.Line(roles.Editor))
		return overtake{w.approving(w.GAP, r), func() error { return one(assign(w, w.GAP, anne, roles.Editor)) }, accessmgmt.CodeOverlap}
	},
	"refusing what is approved": func(w *World, anne accessmgmt.Actor) overtake {
		r := w.Request(anne, w.Line(roles.Editor))
		return overtake{w.refusing(r), w.approving(w.GAP, r), string(invitation.Approved)}
	},
	"withdrawing what is approved": func(w *World, anne accessmgmt.Actor) overtake {
		r := w.Request(anne, w.Line(roles.Editor))
		return overtake{w.withdrawing(anne, r), w.approving(w.GAP, r), string(invitation.Approved)}
	},
	"assigning what is given": func(w *World, anne accessmgmt.Actor) overtake {
		give := func() error { return one(assign(w, w.GAP, anne, roles.Editor)) }
		return overtake{give, give, accessmgmt.CodeOverlap}
	},
	"replacing what is ended": func(w *World, anne accessmgmt.Actor) overtake {
		a := w.give(anne, w.Line(roles.Editor))
		return overtake{func() error { return second(w.replacing(a, w.Line(roles.Manager))) }, w.ending(a), string(roles.Ended)}
	},
	"ending what is replaced": func(w *World, anne accessmgmt.Actor) overtake {
		a := w.give(anne, w.Line(roles.Editor))
		return overtake{w.ending(a), func() error { return second(w.replacing(a, w.Line(roles.Manager))) }, string(roles.Ended)}
	},
	"designating who is in office": func(w *World, anne accessmgmt.Actor) overtake {
		w.GAP = anne
		designate := func() error { return second(w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, anne))) }
		return overtake{designate, designate, accessmgmt.CodeAlreadyGAP}
	},
	"approving as the GAP who is replaced": func(w *World, anne accessmgmt.Actor) overtake {
		r, former := w.Request(anne, w.Line(roles.Editor)), w.GAP
		w.GAP = Person("Nora", anne.Identity.FamilyName)
		return overtake{w.approving(former, r), func() error { return second(w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))) }, accessmgmt.CodeNotFound}
	},
	"resigning when replaced": func(w *World, anne accessmgmt.Actor) overtake {
		former := w.GAP
		w.GAP = anne
		return overtake{func() error { return second(w.Svc.ResignGAP(w.Ctx, former, accessmgmt.ResignGAP{Enterprise: w.Acme})) },
			func() error { return second(w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, anne))) }, accessmgmt.CodeNotFound}
	},
	"vacating what is vacant": func(w *World, _ accessmgmt.Actor) overtake {
		vacate := func() error {
			return second(w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "he left"}))
		}
		return overtake{vacate, vacate, "vacant"}
	},
}
