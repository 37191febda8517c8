package workflowtest

import (
	"context"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// unitCommands are those on units that are one commit, for the table.
var unitCommands = map[string]func(*World) command{
	"add a unit": func(w *World) command {
		return command{act: accessmgmt.ActAddUnit, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.AddUnit(ctx, by, w.adding(UnitNumber(1), "Liège")))
			},
			audit: []audited{{accessmgmt.EventUnitAdded, accessmgmt.AsGAP, nil, "unit"}}}
	},
	"close a unit": func(w *World) command {
		anne, bert, carl := w.person("Anne"), w.person("Bert"), w.person("Carl")
		u, err := w.Svc.AddUnit(w.Ctx, w.GAP, w.adding(UnitNumber(1), "Liège"))
		require.NoError(w, err)
		w.given(anne, of(u, w.Line(roles.Editor)))
		w.given(anne, of(u, w.Line(roles.Reader)))
		w.asked(bert, of(u, w.Line(roles.Editor)))
		w.invited(carl, of(u, w.Line(roles.Editor)))
		return command{act: accessmgmt.ActCloseUnit, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.CloseUnit(ctx, by, accessmgmt.CloseUnit{Enterprise: w.Acme, Unit: u.ID, Reason: "the lease ends"}))
			},
			audit: []audited{
				{accessmgmt.EventUnitClosed, accessmgmt.AsGAP, nil, "unit"},
				{accessmgmt.EventEnded, accessmgmt.AsGAP, &anne, "assignment"}, {accessmgmt.EventEnded, accessmgmt.AsGAP, &anne, "assignment"},
				{accessmgmt.EventRefused, accessmgmt.AsGAP, &bert, "request"}, {accessmgmt.EventRevoked, accessmgmt.AsGAP, nil, "recipient"},
			},
			mails: append(tell(accessmgmt.MessageUnitClosed, toUser(anne), toGAP, toContact),
				mailed{accessmgmt.MessageRefused, toUser(bert)}, mailed{accessmgmt.MessageRevoked, toUser(carl)})}
	},
}
