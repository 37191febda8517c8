package workflowtest

import (
	"context"
	"maps"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// command is a call of the service that is ready to be made, by the one who may,
// with what it must write and tell.
type command struct {
	act accessmgmt.Act
	by  accessmgmt.Actor
	// run returns the error of the call, or of its one item.
	run   func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error
	audit []audited
	mails []mailed
}

// audited is what the audit says of a command: the event, the capacity in which
// it was done, whom it is about (nil: nobody) and what.
type audited struct {
	event  accessmgmt.AuditEvent
	as     accessmgmt.Capacity
	about  *accessmgmt.Actor
	object string
}

// mailed is a mail to somebody in his language.
type mailed struct {
	event accessmgmt.MessageEvent
	to    addressee
}

type addressee struct {
	kind     accessmgmt.AddresseeKind
	address  string
	language roles.Language
}

// Everybody in an office speaks a language of his own: the GAP Dutch, the
// contact address German, users English. The representative is known by his
// identity alone, and so gets the policy's French.
var (
	toGAP     = addressee{accessmgmt.ToGAP, "Luc.Maes@acme.example", roles.Dutch}
	toContact = addressee{accessmgmt.ToContact, "direction@acme.example", roles.German}
	toRep     = addressee{accessmgmt.ToRepresentative, "renee@register.example", roles.German} // she chose none: the enterprise's
	toFormer  = addressee{accessmgmt.ToFormerGAP, "Luc.Maes@acme.example", roles.Dutch}
)

func toUser(a accessmgmt.Actor) addressee {
	return addressee{accessmgmt.ToUser, Address(a.Identity).String(), roles.English}
}

// tell is one event to several.
func tell(event accessmgmt.MessageEvent, to ...addressee) []mailed {
	var all []mailed
	for _, one := range to {
		all = append(all, mailed{event, one})
	}
	return all
}

// offices is a world for the table: what has a former GAP, a GAP and a contact
// address is made by office, as often as it is needed.
func offices(t testing.TB, open Open) *World {
	w := New(t, open, func(o *accessmgmt.Options) {
		o.Catalogue, o.Application = catalogueOf(roles.MonEspaceRoles(), dual(true)), roles.MonEspaceApplication
	})
	w.Rep.Identity.Email = accessmgmt.MustParseEmail("renee@register.example")
	return w
}

// office is the world in an enterprise of its own.
func (w *World) office() *World {
	own := *w
	own.Number = Number(w.Count())
	w.Register.Add(own.Number, "Acme SA", w.Rep)
	former := own.Designation(own.Number, Person("Fien", "Former"))
	own.Acme = own.designate(former).Enterprise.ID
	own.designate(own.officeDesignation(w.GAP))
	return &own
}

// officeDesignation makes a person GAP, who speaks Dutch in a German office.
func (w *World) officeDesignation(gap accessmgmt.Actor) accessmgmt.DesignateGAP {
	c := w.Designation(w.Number, gap)
	c.GAP.Language, c.Language = roles.Dutch, roles.German
	return c
}

// person is somebody of this office alone.
func (w *World) person(given string) accessmgmt.Actor { return Person(given, w.Number.Digits()) }

// unregistered is the number of an enterprise that isn't registered here, with
// the same representative.
func (w *World) unregistered() accessmgmt.EnterpriseNumber {
	first8, err := strconv.Atoi(w.Number.Digits()[:8])
	require.NoError(w, err)
	number := Number(first8 + 400_000 - 5_000_000)
	w.Register.Add(number, "New SA", w.Rep)
	return number
}

// designating is the command that designates somebody.
func (w *World) designating(c accessmgmt.DesignateGAP, audit []audited, mails []mailed) command {
	return command{act: accessmgmt.ActDesignateGAP, by: w.Rep, audit: audit, mails: mails,
		run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
			_, err := svc.DesignateGAP(ctx, by, c)
			return err
		}}
}

// commands are all commands, each made ready in an office of its own.
var commands = func() map[string]func(*World) command {
	all := maps.Clone(officeCommands)
	maps.Copy(all, roleCommands)
	maps.Copy(all, lifeCommands)
	maps.Copy(all, dualCommands)
	maps.Copy(all, unitCommands)
	maps.Copy(all, suspensionCommands)
	maps.Copy(all, templateCommands)
	maps.Copy(all, managerCommands)
	maps.Copy(all, exceptionalCommands)
	return all
}()

var officeCommands = map[string]func(*World) command{
	"designate in a new enterprise": func(w *World) command {
		c := w.officeDesignation(w.GAP)
		c.Enterprise = w.unregistered()
		return w.designating(c, []audited{
			{accessmgmt.EventEnterpriseRegistered, accessmgmt.AsRepresentative, nil, "enterprise"},
			{accessmgmt.EventGAPDesignated, accessmgmt.AsRepresentative, &w.GAP, "gap"},
		}, tell(accessmgmt.MessageGAPDesignated, toGAP, toContact, toRep))
	},
	"designate another": func(w *World) command {
		nora := w.person("Nora")
		return w.designating(w.officeDesignation(nora), []audited{
			{accessmgmt.EventGAPReplaced, accessmgmt.AsRepresentative, &w.GAP, "gap"},
			{accessmgmt.EventGAPDesignated, accessmgmt.AsRepresentative, &nora, "gap"},
		}, append(tell(accessmgmt.MessageGAPDesignated, addressee{accessmgmt.ToGAP, Address(nora.Identity).String(), roles.Dutch}, toContact, toRep),
			mailed{accessmgmt.MessageGAPReplaced, toFormer}))
	},
	"designate oneself": func(w *World) command {
		c := accessmgmt.DesignateGAP{Enterprise: w.Number, Self: true, Contact: accessmgmt.MustParseEmail("direction@acme.example"), Language: roles.German,
			GAP: accessmgmt.Candidate{Email: accessmgmt.MustParseEmail("renee@acme.example"), Language: roles.English}}
		return w.designating(c, []audited{
			{accessmgmt.EventGAPReplaced, accessmgmt.AsRepresentative, &w.GAP, "gap"},
			{accessmgmt.EventGAPDesignated, accessmgmt.AsRepresentative, &w.Rep, "gap"},
		}, append(tell(accessmgmt.MessageGAPDesignated, addressee{accessmgmt.ToGAP, "renee@acme.example", roles.English}, toContact),
			mailed{accessmgmt.MessageGAPReplaced, toFormer}))
	},
	"designate when the office is vacant": func(w *World) command {
		w.vacate(w.Rep)
		return w.designating(w.officeDesignation(w.GAP), []audited{{accessmgmt.EventGAPDesignated, accessmgmt.AsRepresentative, &w.GAP, "gap"}},
			tell(accessmgmt.MessageGAPDesignated, toGAP, toContact, toRep))
	},
	"resign": func(w *World) command {
		return command{act: accessmgmt.ActResignGAP, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				_, err := svc.ResignGAP(ctx, by, accessmgmt.ResignGAP{Enterprise: w.Acme, Reason: "another job"})
				return err
			},
			audit: []audited{{accessmgmt.EventGAPResigned, accessmgmt.AsGAP, &w.GAP, "gap"}},
			mails: tell(accessmgmt.MessageGAPResigned, toContact)}
	},
	"vacate": func(w *World) command { return w.vacating(w.Rep, accessmgmt.AsRepresentative) },
	"vacate by staff": func(w *World) command {
		return w.vacating(Staff(), accessmgmt.AsOperator)
	},
}

func (w *World) vacating(by accessmgmt.Actor, as accessmgmt.Capacity) command {
	return command{act: accessmgmt.ActVacateGAP, by: by,
		run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
			_, err := svc.VacateGAP(ctx, by, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "he left"})
			return err
		},
		audit: []audited{{accessmgmt.EventGAPVacated, as, &w.GAP, "gap"}},
		mails: tell(accessmgmt.MessageGAPVacated, toFormer, toContact)}
}
