package workflowtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Templates plays invitations that are saved for later: saved with or without
// being sent, sent on another day and under another catalogue, renamed, retired,
// and by whom.
func Templates(t *testing.T, open Open) {
	for name, scenarios := range map[string]map[string]func(*World){
		"saving": saveScenarios, "sending": sendScenarios, "saving while sending": saveAsScenarios,
		"renaming and retiring": editTemplateScenarios, "listing": templateListScenarios,
	} {
		t.Run(name, func(t *testing.T) { play(t, open, scenarios) })
	}
	t.Run("who may", func(t *testing.T) { templateAuthority(t, open) })
	t.Run("a catalogue that changed", func(t *testing.T) { playTemplates(t, open, templateCatalogueScenarios) })
}

// The roles of the template tests: permits and waste are of one domain, taxes of
// another.
const (
	permitReader roles.Code = "permits.reader"
	permitSigner roles.Code = "permits.signer" // asks for a region
	permitChief  roles.Code = "permits.chief"  // from the GAP alone
	wasteUser    roles.Code = "waste.user"
	taxUser      roles.Code = "taxes.user"
	taxOfficer   roles.Code = "taxes.officer" // manages the roles of taxes
	taxHelper    roles.Code = "taxes.helper"  // from who manages taxes alone
)

// templateCatalogue is the roles of the template tests, with what a test makes
// of a role.
func templateCatalogue(change func(*roles.Role)) *roles.Catalogue {
	label := roles.Labels{EN: "x"}
	app := func(code roles.ApplicationCode, domain roles.DomainCode, list ...roles.Role) roles.Application {
		a := roles.Application{Code: code, Domain: domain, Labels: label, Actions: []roles.ActionDefinition{{Action: "act", Labels: label}}}
		for _, r := range list {
			r.Labels, r.Actions = label, roles.Actions("act")
			if change != nil {
				change(&r)
			}
			if r.Code != "" { // taken out
				a.Roles = append(a.Roles, r)
			}
		}
		return a
	}
	region := roles.Property{Name: "region", Labels: label, Kind: roles.OneOf, Mandatory: true,
		Options: []roles.Option{{Value: "north", Labels: label}, {Value: "south", Labels: label}}}
	c, err := roles.NewCatalogue(
		app("permits", "north", roles.Role{Code: permitReader}, roles.Role{Code: permitSigner, Properties: []roles.Property{region}},
			roles.Role{Code: permitChief, GrantedBy: roles.ByGAP}),
		app("waste", "north", roles.Role{Code: wasteUser}),
		app("taxes", "south", roles.Role{Code: taxUser, GrantedBy: roles.ByManagers | roles.ByManagingRole},
			roles.Role{Code: taxOfficer, Manages: "taxes"}, roles.Role{Code: taxHelper, GrantedBy: roles.ByManagingRole}),
	)
	if err != nil {
		panic(err)
	}
	return c
}

// playTemplates plays scenarios in worlds with the catalogue of the template
// tests.
func playTemplates(t *testing.T, open Open, scenarios map[string]func(*World)) {
	for _, name := range sortedNames(scenarios) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := WithGAP(t, open, func(o *accessmgmt.Options) { o.Catalogue = templateCatalogue(nil) })
			scenarios[name](w)
			w.RequireIntact()
		})
	}
}

// template is a command that saves lines.
func (w *World) template(name string, lines ...invitation.Line) accessmgmt.SaveTemplate {
	return accessmgmt.SaveTemplate{Enterprise: w.Acme, Name: name, Lines: lines}
}

// saved has the GAP save a template.
func (w *World) saved(c accessmgmt.SaveTemplate) invitation.Template {
	w.Helper()
	t, err := w.Svc.SaveTemplate(w.Ctx, w.GAP, c)
	require.NoError(w, err)
	return t
}

// from invites an actor with a template.
func (w *World) from(t invitation.Template, a accessmgmt.Actor) accessmgmt.Invite {
	c := w.Invitation(a)
	c.Template = t.ID
	return c
}

// storedTemplate reads a template.
func (w *World) storedTemplate(id accessmgmt.TemplateID) invitation.Template {
	found, err := w.Store.Templates(w.Ctx, w.Acme, []accessmgmt.TemplateID{id})
	require.NoError(w, err)
	require.Len(w, found, 1)
	return found[0]
}

// templates reads all of the enterprise.
func (w *World) templates() []invitation.Template {
	found, err := w.Store.FindTemplates(w.Ctx, accessmgmt.TemplateFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, Retired: true}, accessmgmt.Page{Limit: 1000})
	require.NoError(w, err)
	return found
}

var saveScenarios = map[string]func(*World){
	"as it was written": func(w *World) {
		epoch := w.enterprise().Epoch
		c := w.template("  New colleagues ", line(roles.Editor, "2026-03-02", "2026-03-31"), line(roles.Reader, "2026-04-01", ""))
		c.Description, c.Message, c.Days, c.Language = "two\r\nlines", "Bienve\u0301nue", 14, roles.Dutch
		t := w.saved(c)
		require.Equal(w, invitation.Template{
			ID: t.ID, Enterprise: w.Acme, Name: "New colleagues", Description: "two\nlines", Message: "Bienvénue", Days: 14, Language: roles.Dutch,
			Lines:     []invitation.TemplateLine{{Role: roles.Editor, Days: 30}, {Role: roles.Reader, Delay: 30}},
			CreatedBy: w.ID(w.GAP), CreatedAs: roles.ByGAP, CreatedAt: w.Clock.Now(), Version: 1,
		}, t)
		require.Equal(w, t, w.storedTemplate(t.ID))
		require.Equal(w, epoch+1, w.enterprise().Epoch)
		r := w.lastEvent(accessmgmt.EventTemplateSaved)
		require.Equal(w, t.ID.UUID, r.ObjectID)
		require.Equal(w, "monespace.editor 0 30\nmonespace.reader 30 0", r.Data["roles"])
		require.Equal(w, map[string]string{"name": "New colleagues", "description": "two\nlines", "message": "Bienvénue"}, r.Details)
		w.Deliver()
		require.Empty(w, w.Mailbox.All(), "it is addressed to nobody")
		own := accessmgmt.SaveTemplate{Enterprise: w.Acme, Name: c.Name, Description: c.Description, TemplateLines: t.Lines, Message: c.Message, Days: 14, Language: c.Language}
		again := w.saved(own)
		require.NotEqual(w, t.ID, again.ID, "several may have one name")
		again.ID = t.ID
		require.Equal(w, t, again, "durations are as good as dates")
	},
	"what can't be sent can't be saved": func(w *World) {
		good := w.Line(roles.Editor)
		far := invitation.Line{Role: roles.Reader, Period: roles.From(w.Svc.Today().AddDays(invitation.MaxLineDays + 1))}
		long := invitation.Line{Role: roles.Owner, Period: roles.Between(w.Svc.Today(), w.Svc.Today().AddDays(invitation.MaxLineDays))}
		for name, c := range map[string]struct {
			change func(*accessmgmt.SaveTemplate)
			want   []string
		}{
			"nothing":            {func(c *accessmgmt.SaveTemplate) { *c = accessmgmt.SaveTemplate{Enterprise: w.Acme} }, []string{"name required", "lines required"}},
			"no lines":           {func(c *accessmgmt.SaveTemplate) { c.Lines = nil }, []string{"lines required"}},
			"no name":            {func(c *accessmgmt.SaveTemplate) { c.Name = " " }, []string{"name required"}},
			"a name of lines":    {func(c *accessmgmt.SaveTemplate) { c.Name = "a\nb" }, []string{"name malformed"}},
			"a long name":        {func(c *accessmgmt.SaveTemplate) { c.Name = strings.Repeat("x", 101) }, []string{"name too_long"}},
			"a long description": {func(c *accessmgmt.SaveTemplate) { c.Description = strings.Repeat("x", 1001) }, []string{"description too_long"}},
			"a bad message":      {func(c *accessmgmt.SaveTemplate) { c.Message = "a\x00b" }, []string{"message malformed"}},
			"days":               {func(c *accessmgmt.SaveTemplate) { c.Days = -1 }, []string{"days malformed"}},
			"more days":          {func(c *accessmgmt.SaveTemplate) { c.Days = 366 }, []string{"days too_far"}},
			"a language":         {func(c *accessmgmt.SaveTemplate) { c.Language = "xx" }, []string{"language unknown"}},
			"lines twice": {func(c *accessmgmt.SaveTemplate) {
				c.TemplateLines = invitation.TemplateLinesOf(c.Lines, w.Svc.Today())
			}, []string{"template_lines duplicate"}},
			"an unknown role": {func(c *accessmgmt.SaveTemplate) { c.Lines = append(c.Lines, w.Line("monespace.king")) }, []string{"lines[1].role unknown"}},
			"a unit":          {func(c *accessmgmt.SaveTemplate) { c.Lines[0].Unit = unit1 }, []string{"lines[0].unit unknown"}},
			"the same twice":  {func(c *accessmgmt.SaveTemplate) { c.Lines = []invitation.Line{good, good} }, []string{"lines[1].period duplicate"}},
			"yesterday": {func(c *accessmgmt.SaveTemplate) { c.Lines = []invitation.Line{line(roles.Editor, "2026-03-01", "")} },
				[]string{"lines[0].period.start in_the_past"}},
			"no period": {func(c *accessmgmt.SaveTemplate) { c.Lines[0].Period = roles.Period{} },
				[]string{"lines[0].period.start required", "lines[0].period.end required"}},
			"in a hundred years": {func(c *accessmgmt.SaveTemplate) { c.Lines = []invitation.Line{good, far, long}; c.Name = "" },
				[]string{"name required", "lines[1].period.start too_far", "lines[2].period.end too_far"}},
			"durations": {func(c *accessmgmt.SaveTemplate) {
				c.Lines, c.TemplateLines = nil, []invitation.TemplateLine{{Role: roles.Editor, Delay: -1, Days: -1}, {Role: roles.Reader}, {Role: roles.Reader, Delay: 5}}
			}, []string{"lines[0].delay malformed", "lines[0].days malformed", "lines[2] duplicate"}},
			"fifty-one": {func(c *accessmgmt.SaveTemplate) {
				c.Lines = nil
				for i := range 51 {
					c.Lines = append(c.Lines, line(roles.Editor, "2026-03-02", "2026-03-02"))
					c.Lines[i].Period = roles.Between(w.Svc.Today().AddDays(i), w.Svc.Today().AddDays(i))
				}
			}, []string{"lines too_many"}},
		} {
			save := w.template("x", good)
			c.change(&save)
			w.unchanged(func() {
				_, err := w.Svc.SaveTemplate(w.Ctx, w.GAP, save)
				require.ElementsMatch(w, c.want, w.problems(err), name)
			})
		}
	},
	"its lines aren't the caller's": func(w *World) {
		c := accessmgmt.SaveTemplate{Enterprise: w.Acme, Name: "x", TemplateLines: []invitation.TemplateLine{{Role: roles.Editor}}}
		t := w.saved(c)
		c.TemplateLines[0].Role = roles.Reader
		require.Equal(w, roles.Editor, t.Lines[0].Role)
	},
}

var editTemplateScenarios = map[string]func(*World){
	"renamed": func(w *World) {
		t := w.saved(w.template("old", w.Line(roles.Editor)))
		renamed, err := w.Svc.RenameTemplate(w.Ctx, w.GAP, accessmgmt.RenameTemplate{Enterprise: w.Acme, Template: t.ID, Name: " new ", Description: "why\r\n", Version: 1})
		require.NoError(w, err)
		t.Name, t.Description, t.Version = "new", "why", 2
		require.Equal(w, t, renamed)
		require.Equal(w, t, w.storedTemplate(t.ID))
		require.Equal(w, map[string]string{"name": "new", "description": "why"}, w.lastEvent(accessmgmt.EventTemplateChanged).Details)
		for name, want := range map[string][]string{"": {"name required"}, "a\tb": {"name malformed"}} {
			_, err := w.Svc.RenameTemplate(w.Ctx, w.GAP, accessmgmt.RenameTemplate{Enterprise: w.Acme, Template: t.ID, Name: name})
			require.Equal(w, want, w.problems(err))
		}
	},
	"retired": func(w *World) {
		t := w.saved(w.template("x", w.Line(roles.Editor)))
		w.Clock.Advance(instant)
		retired, err := w.Svc.RetireTemplate(w.Ctx, w.GAP, accessmgmt.RetireTemplate{Enterprise: w.Acme, Template: t.ID, Version: 1})
		require.NoError(w, err)
		t.RetiredAt, t.Version = w.Clock.Now(), 2
		require.Equal(w, t, retired)
		require.Equal(w, t, w.storedTemplate(t.ID))
		require.Equal(w, t.ID.UUID, w.lastEvent(accessmgmt.EventTemplateRetired).ObjectID)
		w.unchanged(func() {
			form := w.from(t, Person("Anne", "Dubois"))
			for what, err := range map[string]error{
				"send": w.inviting(form), "validate": w.Svc.ValidateInvite(w.Ctx, w.GAP, form, invitation.StepRoles),
				"rename": second(w.Svc.RenameTemplate(w.Ctx, w.GAP, accessmgmt.RenameTemplate{Enterprise: w.Acme, Template: t.ID, Name: "y"})),
				"retire": second(w.Svc.RetireTemplate(w.Ctx, w.GAP, accessmgmt.RetireTemplate{Enterprise: w.Acme, Template: t.ID})),
			} {
				w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeState, what)
				w.requireWrongState(err, "retired", what)
			}
		})
		seen, err := w.Svc.Template(w.Ctx, w.GAP, w.Acme, t.ID)
		require.NoError(w, err)
		require.Equal(w, t, seen, "it stays as history")
	},
	"a stale form": func(w *World) {
		t := w.saved(w.template("first", w.Line(roles.Editor)))
		rename := func(name string, version uint64) error {
			return second(w.Svc.RenameTemplate(w.Ctx, w.GAP, accessmgmt.RenameTemplate{Enterprise: w.Acme, Template: t.ID, Name: name, Version: version}))
		}
		require.NoError(w, rename("second", 1))
		store, svc := w.tap()
		w.unchanged(func() {
			for _, version := range []uint64{1, 3, 1 << 63} {
				w.requireFails(rename("third", version), accessmgmt.ErrConflict, accessmgmt.CodeConflict)
				store.reset(0)
				err := second(svc.RetireTemplate(w.Ctx, w.GAP, accessmgmt.RetireTemplate{Enterprise: w.Acme, Template: t.ID, Version: version}))
				w.requireFails(err, accessmgmt.ErrConflict, accessmgmt.CodeConflict)
				require.Equal(w, 1, store.count("Templates"), "deciding again makes a form no fresher")
			}
		})
		require.NoError(w, rename("third", 2))
		require.NoError(w, rename("fourth", 0), "whatever it is now")
		require.Equal(w, "fourth", w.storedTemplate(t.ID).Name)
	},
	"two at once": func(w *World) {
		t := w.saved(w.template("first", w.Line(roles.Editor)))
		done := make(chan error)
		for i := range 8 {
			go func() {
				_, err := w.Svc.RenameTemplate(w.Ctx, w.GAP, accessmgmt.RenameTemplate{Enterprise: w.Acme, Template: t.ID, Name: "by " + roman(i+1), Version: 1})
				done <- err
			}()
		}
		won := 0
		for range 8 {
			if err := <-done; err == nil {
				won++
			} else {
				require.ErrorIs(w, err, accessmgmt.ErrConflict)
			}
		}
		require.Equal(w, 1, won)
		require.EqualValues(w, 2, w.storedTemplate(t.ID).Version)
	},
	"while the enterprise is suspended": func(w *World) {
		t := w.saved(w.template("x", w.Line(roles.Editor)))
		w.suspend()
		form := w.Invitation(w.someone(), w.Line(roles.Editor))
		form.Recipients, form.SaveAs = nil, &accessmgmt.SaveAs{Name: "y"}
		w.unchanged(func() {
			for what, err := range map[string]error{
				"save":    second(w.Svc.SaveTemplate(w.Ctx, w.GAP, w.template("y", w.Line(roles.Editor)))),
				"save as": w.inviting(form), "send": w.inviting(w.from(t, w.someone())),
			} {
				w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeSuspended, what)
			}
		})
		renamed, err := w.Svc.RenameTemplate(w.Ctx, w.GAP, accessmgmt.RenameTemplate{Enterprise: w.Acme, Template: t.ID, Name: "y"})
		require.NoError(w, err, "which gives nothing")
		require.Equal(w, "y", renamed.Name)
		require.NoError(w, second(w.Svc.RetireTemplate(w.Ctx, w.GAP, accessmgmt.RetireTemplate{Enterprise: w.Acme, Template: t.ID})))
		require.NoError(w, second(w.Svc.Template(w.Ctx, w.GAP, w.Acme, t.ID)))
	},
	"what isn't there": func(w *World) {
		t := w.saved(w.template("x", w.Line(roles.Editor)))
		_, second := w.another()
		none := accessmgmt.TemplateID{UUID: uuid.New()}
		w.unchanged(func() {
			for what, at := range map[string]struct {
				of accessmgmt.EnterpriseID
				id accessmgmt.TemplateID
			}{"another's (c-23)": {second, t.ID}, "nowhere": {w.Acme, none}, "no id": {w.Acme, accessmgmt.TemplateID{}}, "no enterprise": {accessmgmt.EnterpriseID{}, t.ID}} {
				for how, err := range w.withTemplate(w.GAP, at.of, at.id) {
					if (at.of.IsZero() || at.id.IsZero()) && (how == "send" || how == "validate") {
						continue // no enterprise chosen yet, or no template
					}
					w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, what, how)
				}
			}
		})
	},
}

// withTemplate does with a template all that can be done with one by its id, and
// returns the errors.
func (w *World) withTemplate(by accessmgmt.Actor, of accessmgmt.EnterpriseID, id accessmgmt.TemplateID) map[string]error {
	form := w.in(of).Invitation(w.someone())
	form.Template = id
	_, see := w.Svc.Template(w.Ctx, by, of, id)
	send := toAll(w.Svc.Invite(w.Ctx, by, form))
	_, rename := w.Svc.RenameTemplate(w.Ctx, by, accessmgmt.RenameTemplate{Enterprise: of, Template: id, Name: "renamed"})
	_, retire := w.Svc.Preview().RetireTemplate(w.Ctx, by, accessmgmt.RetireTemplate{Enterprise: of, Template: id})
	return map[string]error{"see": see, "send": send, "rename": rename, "retire": retire,
		"validate": w.Svc.ValidateInvite(w.Ctx, by, form, invitation.StepSummary)}
}

var templateListScenarios = map[string]func(*World){
	"of any size, both ways": func(w *World) {
		_, second := w.another()
		other := Person("Gus", "Other")
		_, third := w.anotherOf(other)
		var all []invitation.Template
		for i := range 9 {
			of, by := w.in([]accessmgmt.EnterpriseID{w.Acme, second, third}[i%3]), w.GAP
			if i%3 == 2 {
				by = other
			}
			t, err := w.Svc.SaveTemplate(w.Ctx, by, of.template("x", w.Line(roles.Editor)))
			require.NoError(w, err)
			if i > 5 {
				t, err = w.Svc.RetireTemplate(w.Ctx, by, accessmgmt.RetireTemplate{Enterprise: t.Enterprise, Template: t.ID})
				require.NoError(w, err)
			}
			all = append(all, t)
		}
		for _, q := range []accessmgmt.TemplateQuery{{}, {Retired: true}, {Enterprise: second}, {Enterprise: w.Acme, Retired: true}} {
			for _, newest := range []bool{false, true} {
				var want []accessmgmt.TemplateItem
				for _, t := range all {
					if t.Enterprise != third && (q.Enterprise.IsZero() || t.Enterprise == q.Enterprise) && (q.Retired || t.RetiredAt.IsZero()) {
						ent := w.in(t.Enterprise).enterprise()
						want = append(want, accessmgmt.TemplateItem{Template: t, EnterpriseName: ent.Name, EnterpriseNumber: ent.Number})
					}
				}
				q.Newest = newest
				if newest {
					slices.Reverse(want)
				}
				for limit := range 8 {
					q.Limit = limit
					got, err := collect(w, w.Svc.Templates(w.Ctx, w.GAP, q), toTheEnd)
					require.NoError(w, err)
					require.Equal(w, want, got)
				}
			}
		}
		page, err := w.Svc.TemplatesPage(w.Ctx, w.GAP, accessmgmt.TemplateQuery{Paging: accessmgmt.Paging{Limit: 1}})
		require.NoError(w, err)
		for _, q := range []accessmgmt.TemplateQuery{{Retired: true}, {Enterprise: second}, {Paging: accessmgmt.Paging{Newest: true}}} {
			q.After = page.Next
			_, err := w.Svc.TemplatesPage(w.Ctx, w.GAP, q)
			require.Equal(w, []string{"after malformed"}, w.problems(err))
		}
		_, err = w.Svc.TemplatesPage(w.Ctx, other, accessmgmt.TemplateQuery{Paging: accessmgmt.Paging{After: page.Next}})
		require.Equal(w, []string{"after malformed"}, w.problems(err))
		_, err = w.Svc.TemplatesPage(w.Ctx, w.GAP, accessmgmt.TemplateQuery{Enterprise: third})
		w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
	},
}
