package workflowtest

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// english invites an actor who speaks English.
func (w *World) english(a accessmgmt.Actor, lines ...invitation.Line) accessmgmt.Invite {
	c := w.Invitation(a, lines...)
	c.Recipients[0].Language = roles.English
	return c
}

// invited has an actor invited, and returns the recipient with the token.
func (w *World) invited(a accessmgmt.Actor, lines ...invitation.Line) (invitation.Recipient, accessmgmt.Token) {
	r := w.invite(w.english(a, lines...)).Results[0].Value
	return r, w.LastToken(Address(a.Identity))
}

// asked has an actor invited, who accepts.
func (w *World) asked(a accessmgmt.Actor, l invitation.Line) invitation.Request {
	_, token := w.invited(a, l)
	return w.Accept(a, token)[0]
}

// given has an actor invited, who accepts, and is approved.
func (w *World) given(a accessmgmt.Actor, l invitation.Line) accessmgmt.RoleAssignment {
	return w.approve(w.asked(a, l))[0].Assignment
}

var roleCommands = map[string]func(*World) command{
	"invite": func(w *World) command {
		anne := w.person("Anne")
		return command{act: accessmgmt.ActInvite, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return toAll(svc.Invite(ctx, by, w.english(anne, w.Line(roles.Editor))))
			},
			audit: []audited{{accessmgmt.EventInvited, accessmgmt.AsGAP, nil, "recipient"}},
			mails: tell(accessmgmt.MessageInvitation, toUser(anne))}
	},
	"invite one known and one not": func(w *World) command {
		anne, bert := w.person("Anne"), w.person("Bert")
		w.given(anne, w.Line(roles.Reader))
		c := w.english(anne, w.Line(roles.Editor), w.Line(roles.Manager))
		c.Recipients = append(c.Recipients, w.english(bert).Recipients...)
		c.Recipients[0].Person = w.ID(anne)
		return command{act: accessmgmt.ActInvite, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return toAll(svc.Invite(ctx, by, c))
			},
			audit: []audited{{accessmgmt.EventInvited, accessmgmt.AsGAP, &anne, "recipient"}, {accessmgmt.EventInvited, accessmgmt.AsGAP, nil, "recipient"}},
			mails: tell(accessmgmt.MessageInvitation, toUser(anne), toUser(bert))}
	},
	"invite several, some of whom can't be": func(w *World) command {
		anne, bert, carl := w.person("Anne"), w.person("Bert"), w.person("Carl")
		w.invite(w.english(anne, w.Line(roles.Editor)))
		w.given(bert, w.Line(roles.Editor))
		c := w.english(anne, w.Line(roles.Editor))
		c.Recipients = append(c.Recipients, w.english(bert).Recipients[0], w.english(carl).Recipients[0])
		c.Recipients[1].Person = w.ID(bert)
		return command{act: accessmgmt.ActInvite, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				done, err := svc.Invite(ctx, by, c)
				if err == nil {
					err = done.Results[2].Err
				}
				return err
			},
			audit: []audited{{accessmgmt.EventInvited, accessmgmt.AsGAP, nil, "recipient"}},
			mails: tell(accessmgmt.MessageInvitation, toUser(carl))}
	},
	"resend": func(w *World) command {
		anne := w.person("Anne")
		r, _ := w.invited(anne, w.Line(roles.Editor))
		return command{act: accessmgmt.ActResend, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				_, err := svc.Resend(ctx, by, accessmgmt.Resend{Enterprise: w.Acme, Recipient: r.ID})
				return err
			},
			audit: []audited{{accessmgmt.EventResent, accessmgmt.AsGAP, nil, "recipient"}},
			mails: tell(accessmgmt.MessageInvitation, toUser(anne))}
	},
	"revoke": func(w *World) command {
		anne := w.person("Anne")
		r, _ := w.invited(anne, w.Line(roles.Editor))
		return command{act: accessmgmt.ActRevoke, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return one(svc.Revoke(ctx, by, accessmgmt.Revoke{Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{r.ID}, Reason: "a mistake"}))
			},
			audit: []audited{{accessmgmt.EventRevoked, accessmgmt.AsGAP, nil, "recipient"}},
			mails: tell(accessmgmt.MessageRevoked, toUser(anne))}
	},
	"accept": func(w *World) command {
		anne := w.person("Anne")
		_, token := w.invited(anne, w.Line(roles.Editor), w.Line(roles.Manager))
		return command{act: accessmgmt.ActAccept, by: anne, run: accept(token, Address(anne.Identity)),
			audit: []audited{{accessmgmt.EventAccepted, accessmgmt.AsInvitee, &anne, "request"}, {accessmgmt.EventAccepted, accessmgmt.AsInvitee, &anne, "request"}},
			mails: tell(accessmgmt.MessageAccepted, toGAP, toContact)}
	},
	"accept with another address": func(w *World) command {
		anne := w.person("Anne")
		_, token := w.invited(anne, w.Line(roles.Editor))
		return command{act: accessmgmt.ActAccept, by: anne, run: accept(token, accessmgmt.MustParseEmail("anne@home.example")),
			audit: []audited{{accessmgmt.EventAccepted, accessmgmt.AsInvitee, &anne, "request"}},
			mails: append(tell(accessmgmt.MessageAccepted, toGAP, toContact), mailed{accessmgmt.MessageAddressDiffers, toUser(anne)})}
	},
	"accept when the office is vacant": func(w *World) command {
		anne := w.person("Anne")
		_, token := w.invited(anne, w.Line(roles.Editor))
		w.vacate(w.Rep)
		return command{act: accessmgmt.ActAccept, by: anne, run: accept(token, Address(anne.Identity)),
			audit: []audited{{accessmgmt.EventAccepted, accessmgmt.AsInvitee, &anne, "request"}},
			mails: tell(accessmgmt.MessageAccepted, toContact)}
	},
	"decline": func(w *World) command {
		anne := w.person("Anne")
		_, token := w.invited(anne, w.Line(roles.Editor))
		return command{act: accessmgmt.ActDecline, by: anne,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return svc.Decline(ctx, by, token, accessmgmt.Decline{Reason: "not me"})
			},
			audit: []audited{{accessmgmt.EventDeclined, accessmgmt.AsInvitee, &anne, "recipient"}},
			mails: tell(accessmgmt.MessageDeclined, toGAP, toContact)}
	},
	"approve": func(w *World) command {
		anne := w.person("Anne")
		r := w.asked(anne, w.Line(roles.Editor))
		return command{act: accessmgmt.ActApprove, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return one(svc.Approve(ctx, by, accessmgmt.Approve{Requests: refs(r)}))
			},
			audit: []audited{{accessmgmt.EventApproved, accessmgmt.AsGAP, &anne, "assignment"}},
			mails: tell(accessmgmt.MessageApproved, toUser(anne), toGAP, toContact)}
	},
	"refuse": func(w *World) command {
		anne := w.person("Anne")
		r := w.asked(anne, w.Line(roles.Editor))
		return command{act: accessmgmt.ActRefuse, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return one(svc.Refuse(ctx, by, accessmgmt.Refuse{Requests: refs(r), Reason: "not here"}))
			},
			audit: []audited{{accessmgmt.EventRefused, accessmgmt.AsGAP, &anne, "request"}},
			mails: tell(accessmgmt.MessageRefused, toUser(anne))}
	},
	"withdraw": func(w *World) command {
		anne := w.person("Anne")
		r := w.asked(anne, w.Line(roles.Editor))
		return command{act: accessmgmt.ActWithdraw, by: anne,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return one(svc.Withdraw(ctx, by, accessmgmt.Withdraw{Requests: refs(r)}))
			},
			audit: []audited{{accessmgmt.EventWithdrawn, accessmgmt.AsUser, &anne, "request"}},
			mails: tell(accessmgmt.MessageWithdrawn, toGAP, toContact)}
	},
	"assign by number": func(w *World) command {
		anne := w.person("Anne")
		to := assignee(anne)
		to.Language = roles.English
		return w.assigningTo(to, anne, toUser(anne), toGAP, toContact)
	},
	"assign by id": func(w *World) command {
		anne := w.person("Anne")
		w.given(anne, w.Line(roles.Reader))
		return w.assigningTo(accessmgmt.Assignee{Person: w.ID(anne)}, anne, toUser(anne), toGAP, toContact)
	},
	"assign oneself": func(w *World) command {
		// One address is told once, in the first of his qualities.
		return w.assigningTo(accessmgmt.Assignee{Person: w.ID(w.GAP)}, w.GAP, addressee{accessmgmt.ToUser, toGAP.address, roles.Dutch}, toContact)
	},
	"replace": func(w *World) command {
		anne := w.person("Anne")
		a := w.given(anne, w.Line(roles.Editor))
		return command{act: accessmgmt.ActReplace, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				_, err := svc.Replace(ctx, by, accessmgmt.Replace{Enterprise: w.Acme, Assignment: a.ID, Line: w.Line(roles.Manager)})
				return err
			},
			audit: []audited{{accessmgmt.EventReplaced, accessmgmt.AsGAP, &anne, "assignment"}},
			mails: tell(accessmgmt.MessageReplaced, toUser(anne), toGAP, toContact)}
	},
	"end": func(w *World) command {
		anne := w.person("Anne")
		a := w.given(anne, w.Line(roles.Editor))
		return command{act: accessmgmt.ActEnd, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return one(svc.End(ctx, by, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, Reason: "he left"}))
			},
			audit: []audited{{accessmgmt.EventEnded, accessmgmt.AsGAP, &anne, "assignment"}},
			mails: tell(accessmgmt.MessageEnded, toUser(anne), toGAP, toContact)}
	},
}

func accept(token accessmgmt.Token, typed accessmgmt.Email) func(context.Context, *accessmgmt.Service, accessmgmt.Actor) error {
	return func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
		_, err := svc.Accept(ctx, by, token, accessmgmt.Accept{Email: typed})
		return err
	}
}

func (w *World) assigningTo(to accessmgmt.Assignee, about accessmgmt.Actor, told ...addressee) command {
	return command{act: accessmgmt.ActAssign, by: w.GAP,
		run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
			return one(svc.Assign(ctx, by, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{to}, Lines: []invitation.Line{w.Line(roles.Editor)}}))
		},
		audit: []audited{{accessmgmt.EventAssigned, accessmgmt.AsGAP, &about, "assignment"}},
		mails: tell(accessmgmt.MessageAssigned, told...)}
}
