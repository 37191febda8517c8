package workflowtest

import (
	"context"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var savedByGAP = audited{accessmgmt.EventTemplateSaved, accessmgmt.AsGAP, nil, "template"}

// templateCommands are the commands on templates, each ready to be made.
var templateCommands = map[string]func(*World) command{
	"save a template": func(w *World) command {
		c := w.described()
		return command{act: accessmgmt.ActSaveTemplate, by: w.GAP, audit: []audited{savedByGAP},
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.SaveTemplate(ctx, by, c))
			}}
	},
	"invite and save": func(w *World) command {
		anne := w.person("Anne")
		c := w.english(anne, w.Line(roles.Editor))
		c.Message, c.SaveAs = "Hello", &accessmgmt.SaveAs{Name: "mine", Description: "for later"}
		return command{act: accessmgmt.ActInvite, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return toAll(svc.Invite(ctx, by, c))
			},
			audit: []audited{{accessmgmt.EventInvited, accessmgmt.AsGAP, nil, "recipient"}, savedByGAP},
			mails: tell(accessmgmt.MessageInvitation, toUser(anne))}
	},
	"invite with a template": func(w *World) command {
		anne := w.person("Anne")
		c := w.english(anne)
		c.Template = w.saved(w.described()).ID
		return command{act: accessmgmt.ActInvite, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return toAll(svc.Invite(ctx, by, c))
			},
			audit: []audited{{accessmgmt.EventInvited, accessmgmt.AsGAP, nil, "recipient"}},
			mails: tell(accessmgmt.MessageInvitation, toUser(anne))}
	},
	"rename a template": func(w *World) command {
		t := w.saved(w.described())
		return command{act: accessmgmt.ActEditTemplate, by: w.GAP, audit: []audited{{accessmgmt.EventTemplateChanged, accessmgmt.AsGAP, nil, "template"}},
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.RenameTemplate(ctx, by, accessmgmt.RenameTemplate{Enterprise: w.Acme, Template: t.ID, Name: "x", Description: "y", Version: t.Version}))
			}}
	},
	"retire a template": func(w *World) command {
		t := w.saved(w.described())
		return command{act: accessmgmt.ActEditTemplate, by: w.GAP, audit: []audited{{accessmgmt.EventTemplateRetired, accessmgmt.AsGAP, nil, "template"}},
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.RetireTemplate(ctx, by, accessmgmt.RetireTemplate{Enterprise: w.Acme, Template: t.ID}))
			}}
	},
}

// described is a template with everything in it that may be left out.
func (w *World) described() accessmgmt.SaveTemplate {
	c := w.template("mine", w.Line(roles.Editor))
	c.Description, c.Message, c.Days, c.Language = "for later", "Hello", 20, roles.English
	return c
}

// templateCalls are the calls on templates, and those that find and count.
var templateCalls = map[string]call{
	"SaveTemplate": {act: accessmgmt.ActSaveTemplate, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.SaveTemplate(w.Ctx, by, w.in(on.enterprise).template("x", w.Line(roles.Editor))))
	}},
	"RenameTemplate": {act: accessmgmt.ActEditTemplate, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.RenameTemplate(w.Ctx, by, accessmgmt.RenameTemplate{Enterprise: on.enterprise, Template: on.template.ID, Name: "y"}))
	}},
	"RetireTemplate": {act: accessmgmt.ActEditTemplate, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.RetireTemplate(w.Ctx, by, accessmgmt.RetireTemplate{Enterprise: on.enterprise, Template: on.template.ID}))
	}},
	"Template": {act: accessmgmt.ActTemplates, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		t, err := svc.Template(w.Ctx, by, on.enterprise, on.template.ID)
		require.Equal(w, err != nil, t.ID.IsZero(), "an error shows nothing")
		return err
	}},
	"TemplatesPage": {act: accessmgmt.ActTemplates, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.TemplatesPage(w.Ctx, by, accessmgmt.TemplateQuery{Enterprise: on.enterprise}))
	}},
	"Templates": {act: accessmgmt.ActTemplates, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(collect(w, svc.Templates(w.Ctx, by, accessmgmt.TemplateQuery{Enterprise: on.enterprise}), toTheEnd))
	}},
	"FindPersonsPage": {act: accessmgmt.ActFindPersons, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.FindPersonsPage(w.Ctx, by, accessmgmt.PersonQuery{Enterprise: on.enterprise}))
	}},
	"FindPersons": {act: accessmgmt.ActFindPersons, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(collect(w, svc.FindPersons(w.Ctx, by, accessmgmt.PersonQuery{Enterprise: on.enterprise}), toTheEnd))
	}},
	"CountTasks": {act: accessmgmt.ActTasks, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.CountTasks(w.Ctx, by, accessmgmt.TaskQuery{Enterprise: on.enterprise}))
	}},
	"CountHandledTasks": {act: accessmgmt.ActTasks, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.CountHandledTasks(w.Ctx, by, accessmgmt.TaskQuery{Enterprise: on.enterprise}))
	}},
	"CountInvitations": {act: accessmgmt.ActInvitations, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.CountInvitations(w.Ctx, by, accessmgmt.InvitationQuery{Enterprise: on.enterprise}))
	}},
	"CountAssignments": {act: accessmgmt.ActAssignments, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.CountAssignments(w.Ctx, by, accessmgmt.AssignmentQuery{Enterprise: on.enterprise}))
	}},
}

// templateRepeats are the commands on templates that can be sent with an id.
var templateRepeats = map[string]func(*World) repeatable{
	"SaveTemplate": func(w *World) repeatable {
		send := func(days int) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				c := w.described()
				c.ID, c.Days = id, days
				return svc.SaveTemplate(w.Ctx, by, c)
			}
		}
		return repeatable{w.GAP, send(20), send(21)}
	},
	"RenameTemplate": func(w *World) repeatable {
		t := w.saved(w.described())
		send := func(description string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.RenameTemplate(w.Ctx, by, accessmgmt.RenameTemplate{ID: id, Enterprise: w.Acme, Template: t.ID, Name: "x", Description: description, Version: 1})
			}
		}
		return repeatable{w.GAP, send("a"), send("b")}
	},
	"RetireTemplate": func(w *World) repeatable {
		t, other := w.saved(w.described()), w.saved(w.described())
		send := func(t invitation.Template) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				return svc.RetireTemplate(w.Ctx, by, accessmgmt.RetireTemplate{ID: id, Enterprise: w.Acme, Template: t.ID})
			}
		}
		return repeatable{w.GAP, send(t), send(other)}
	},
	"Invite, and save": func(w *World) repeatable {
		send := func(name string) func(*accessmgmt.Service, accessmgmt.Actor, accessmgmt.CommandID) (any, error) {
			return func(svc *accessmgmt.Service, by accessmgmt.Actor, id accessmgmt.CommandID) (any, error) {
				c := w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor))
				c.ID, c.SaveAs = id, &accessmgmt.SaveAs{Name: name}
				return svc.Invite(w.Ctx, by, c)
			}
		}
		return repeatable{w.GAP, send("mine"), send("another's")}
	},
}
