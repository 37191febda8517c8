package workflowtest

import (
	"context"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// namingEnglish names an actor, who speaks English, co-GAP or access manager.
func (w *World) namingEnglish(a accessmgmt.Actor, kind accessmgmt.ManagerKind, domain roles.DomainCode) accessmgmt.NameManager {
	c := w.naming(a, kind, domain, roles.From(w.Svc.Today()))
	c.Manager.Language = roles.English
	return c
}

func (w *World) nameEnglish(a accessmgmt.Actor, kind accessmgmt.ManagerKind, domain roles.DomainCode) accessmgmt.Manager {
	term, err := w.Svc.NameManager(w.Ctx, w.GAP, w.namingEnglish(a, kind, domain))
	require.NoError(w, err)
	return term
}

func toManager(a accessmgmt.Actor) addressee {
	return addressee{accessmgmt.ToManager, Address(a.Identity).String(), roles.English}
}

// The addresses of an exceptional request, whose candidate speaks German.
var (
	toCandidate  = addressee{accessmgmt.ToCandidate, "candidate@home.example", roles.German}
	toNewGAP     = addressee{accessmgmt.ToGAP, "candidate@home.example", roles.German}
	toNewContact = addressee{accessmgmt.ToContact, "new-office@acme.example", roles.German}
)

// managerCommands are those on co-GAPs and access managers, for the table.
var managerCommands = map[string]func(*World) command{
	"name a co-GAP": func(w *World) command {
		cora := w.person("Cora")
		return command{act: accessmgmt.ActNameManager, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.NameManager(ctx, by, w.namingEnglish(cora, accessmgmt.CoGAP, "")))
			},
			audit: []audited{{accessmgmt.EventManagerNamed, accessmgmt.AsGAP, &cora, "manager"}},
			mails: tell(accessmgmt.MessageManagerNamed, toManager(cora), toGAP, toContact)}
	},
	"name an access manager whom one knows": func(w *World) command {
		anne := w.person("Anne")
		w.given(anne, w.Line(roles.Reader))
		c := w.namingEnglish(anne, accessmgmt.AccessManager, "monespace")
		c.Manager = accessmgmt.Assignee{Person: w.ID(anne)}
		return command{act: accessmgmt.ActNameManager, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.NameManager(ctx, by, c))
			},
			audit: []audited{{accessmgmt.EventManagerNamed, accessmgmt.AsGAP, &anne, "manager"}},
			mails: tell(accessmgmt.MessageManagerNamed, toManager(anne), toGAP, toContact)}
	},
	"remove an access manager": func(w *World) command {
		anne := w.person("Anne")
		term := w.nameEnglish(anne, accessmgmt.AccessManager, "monespace")
		return command{act: accessmgmt.ActRemoveManager, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.RemoveManager(ctx, by, accessmgmt.RemoveManager{Enterprise: w.Acme, Manager: term.ID, Reason: "moved"}))
			},
			audit: []audited{{accessmgmt.EventManagerRemoved, accessmgmt.AsGAP, &anne, "manager"}},
			mails: tell(accessmgmt.MessageManagerRemoved, toManager(anne), toGAP, toContact)}
	},
	"resign as co-GAP": func(w *World) command {
		cora := w.person("Cora")
		term := w.nameEnglish(cora, accessmgmt.CoGAP, "")
		return command{act: accessmgmt.ActRemoveManager, by: cora,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.RemoveManager(ctx, by, accessmgmt.RemoveManager{Enterprise: w.Acme, Manager: term.ID, Reason: "another job"}))
			},
			audit: []audited{{accessmgmt.EventManagerRemoved, accessmgmt.AsCoGAP, &cora, "manager"}},
			mails: append(tell(accessmgmt.MessageManagerRemoved, toManager(cora), toGAP, toContact), tell(accessmgmt.MessageLastManager, toGAP, toContact)...)}
	},
	"vacate, with a co-GAP": func(w *World) command {
		cora := w.person("Cora")
		w.nameEnglish(cora, accessmgmt.CoGAP, "")
		c := w.vacating(w.Rep, accessmgmt.AsRepresentative)
		c.mails = append(c.mails, tell(accessmgmt.MessageLastManager, toManager(cora), toContact)...)
		return c
	},
}

// exceptionalCommands are those of the exceptional procedure, for the table.
var exceptionalCommands = map[string]func(*World) command{
	"ask to become GAP": func(w *World) command {
		cato := w.weak("Cato", w.Number.Digits())
		return command{act: accessmgmt.ActRequestGAP, by: cato,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.RequestGAP(ctx, by, w.requestingGAP(cato, w.Number)))
			},
			audit: []audited{{accessmgmt.EventGAPRequested, accessmgmt.AsUser, &cato, "gap"}},
			mails: tell(accessmgmt.MessageGAPRequested, toCandidate, toContact)}
	},
	"ask to become GAP of a new enterprise": func(w *World) command {
		cato := w.weak("Cato", w.Number.Digits())
		return command{act: accessmgmt.ActRequestGAP, by: cato,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.RequestGAP(ctx, by, w.requestingGAP(cato, w.unregistered())))
			},
			audit: []audited{{accessmgmt.EventEnterpriseRegistered, accessmgmt.AsUser, nil, "enterprise"}, {accessmgmt.EventGAPRequested, accessmgmt.AsUser, &cato, "gap"}},
			mails: tell(accessmgmt.MessageGAPRequested, toCandidate)}
	},
	"ask for somebody": func(w *World) command {
		cato := w.person("Cato")
		return command{act: accessmgmt.ActRequestGAP, by: Staff(),
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.RequestGAP(ctx, by, w.requestingFor(cato, w.Number)))
			},
			audit: []audited{{accessmgmt.EventGAPRequested, accessmgmt.AsOperator, &cato, "gap"}},
			mails: tell(accessmgmt.MessageGAPRequested, toCandidate, toContact)}
	},
	"approve a candidacy": func(w *World) command {
		cato := w.weak("Cato", w.Number.Digits())
		c := w.approvingGAP(w.candidacy(cato, w.Number))
		return command{act: accessmgmt.ActDecideGAP, by: Staff(),
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.ApproveGAP(ctx, by, c))
			},
			audit: []audited{{accessmgmt.EventGAPReplaced, accessmgmt.AsOperator, &w.GAP, "gap"}, {accessmgmt.EventGAPDesignated, accessmgmt.AsOperator, &cato, "gap"}},
			mails: append(tell(accessmgmt.MessageGAPDesignated, toNewGAP, toNewContact), tell(accessmgmt.MessageGAPReplaced, toFormer, toContact)...)}
	},
	"refuse a candidacy": func(w *World) command {
		cato := w.weak("Cato", w.Number.Digits())
		r := w.candidacy(cato, w.Number)
		return command{act: accessmgmt.ActDecideGAP, by: Staff(),
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.RefuseGAP(ctx, by, accessmgmt.RefuseGAP{Enterprise: w.Acme, Request: r.ID, Reason: "not his documents"}))
			},
			audit: []audited{{accessmgmt.EventGAPRefused, accessmgmt.AsOperator, &cato, "gap"}},
			mails: tell(accessmgmt.MessageGAPRefused, toCandidate)}
	},
}
