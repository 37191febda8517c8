package workflowtest

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// lifeCommands are those that lengthen and shorten what was given.
var lifeCommands = map[string]func(*World) command{
	"extend": func(w *World) command {
		anne := w.person("Anne")
		a := w.given(anne, w.days(roles.Editor, 10))
		return command{act: accessmgmt.ActExtend, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return one(svc.Extend(ctx, by, accessmgmt.Extend{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, Unlimited: true}))
			},
			audit: []audited{{accessmgmt.EventExtended, accessmgmt.AsGAP, &anne, "assignment"}},
			mails: tell(accessmgmt.MessageExtended, toUser(anne), toGAP, toContact)}
	},
	"end on a day": func(w *World) command {
		anne := w.person("Anne")
		a := w.given(anne, w.Line(roles.Editor))
		return command{act: accessmgmt.ActEnd, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return one(svc.End(ctx, by, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, On: w.Svc.Today().AddDays(5), Reason: "moves"}))
			},
			audit: []audited{{accessmgmt.EventEnded, accessmgmt.AsGAP, &anne, "assignment"}},
			mails: tell(accessmgmt.MessageEnded, toUser(anne), toGAP, toContact)}
	},
	"give back": func(w *World) command {
		anne := w.person("Anne")
		a := w.given(anne, w.Line(roles.Editor))
		return command{act: accessmgmt.ActGiveBack, by: anne,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return one(svc.GiveBack(ctx, by, accessmgmt.GiveBack{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, Reason: "done"}))
			},
			audit: []audited{{accessmgmt.EventGivenBack, accessmgmt.AsUser, &anne, "assignment"}},
			mails: tell(accessmgmt.MessageGivenBack, toUser(anne), toGAP, toContact)}
	},
	"end all": func(w *World) command {
		anne := w.person("Anne")
		w.given(anne, w.Line(roles.Editor))
		w.asked(anne, w.Line(roles.Manager))
		w.invited(anne, w.Line(roles.Owner))
		return command{act: accessmgmt.ActEndAll, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.EndAll(ctx, by, accessmgmt.EndAll{Enterprise: w.Acme, Person: w.ID(anne), Reason: "he left"}))
			},
			audit: []audited{{accessmgmt.EventEnded, accessmgmt.AsGAP, &anne, "assignment"}, {accessmgmt.EventRefused, accessmgmt.AsGAP, &anne, "request"},
				{accessmgmt.EventRevoked, accessmgmt.AsGAP, nil, "recipient"}},
			mails: append(tell(accessmgmt.MessageEnded, toUser(anne), toGAP, toContact),
				mailed{accessmgmt.MessageRefused, toUser(anne)}, mailed{accessmgmt.MessageRevoked, toUser(anne)})}
	},
}

// days offers a role from today for so many days.
func (w *World) days(role roles.Code, n int) invitation.Line {
	today := w.Svc.Today()
	return invitation.Line{Role: role, Period: roles.Between(today, today.AddDays(n-1))}
}
