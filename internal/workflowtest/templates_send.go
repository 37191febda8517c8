package workflowtest

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var sendScenarios = map[string]func(*World){
	"on another day": func(w *World) {
		for _, c := range []struct {
			name     string
			saved    string // the instant, in Brussels
			line     invitation.Line
			sent     string
			want     invitation.Line
			from, to string // instants
		}{
			{"a month", "2026-03-02 10:00", line(roles.Editor, "2026-03-02", "2026-03-31"),
				"2026-04-01 10:00", line(roles.Editor, "2026-04-01", "2026-04-30"), "2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z"},
			{"over a month's end", "2026-03-02 10:00", line(roles.Editor, "2026-03-02", "2026-03-31"),
				"2027-01-31 10:00", line(roles.Editor, "2027-01-31", "2027-03-01"), "2027-01-30T23:00:00Z", "2027-03-01T23:00:00Z"},
			{"into summer time", "2026-03-02 10:00", line(roles.Editor, "2026-03-02", "2026-03-31"),
				"2027-03-20 10:00", line(roles.Editor, "2027-03-20", "2027-04-18"), "2027-03-19T23:00:00Z", "2027-04-18T22:00:00Z"},
			{"out of summer time", "2026-03-02 10:00", line(roles.Editor, "2026-03-02", "2026-03-31"),
				"2026-10-10 10:00", line(roles.Editor, "2026-10-10", "2026-11-08"), "2026-10-09T22:00:00Z", "2026-11-08T23:00:00Z"},
			{"a day of 23 hours", "2026-03-02 10:00", line(roles.Editor, "2026-03-02", "2026-03-02"),
				"2026-03-29 01:30", line(roles.Editor, "2026-03-29", "2026-03-29"), "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
			{"a day of 25 hours", "2026-03-02 10:00", line(roles.Editor, "2026-03-02", "2026-03-02"),
				"2026-10-25 10:00", line(roles.Editor, "2026-10-25", "2026-10-25"), "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
			{"saved on one, a year", "2026-10-25 02:30", line(roles.Editor, "2026-10-25", "2027-10-24"),
				"2027-03-28 03:30", line(roles.Editor, "2027-03-28", "2028-03-26"), "2027-03-27T23:00:00Z", "2028-03-26T22:00:00Z"},
			{"on 29 February", "2026-03-02 10:00", line(roles.Editor, "2026-03-02", "2026-03-02"),
				"2028-02-29 10:00", line(roles.Editor, "2028-02-29", "2028-02-29"), "2028-02-28T23:00:00Z", "2028-02-29T23:00:00Z"},
			{"over 29 February", "2026-03-02 10:00", line(roles.Editor, "2026-03-02", "2027-03-01"),
				"2028-02-29 10:00", line(roles.Editor, "2028-02-29", "2029-02-27"), "2028-02-28T23:00:00Z", "2029-02-27T23:00:00Z"},
			{"saved on 29 February", "2028-02-29 10:00", line(roles.Editor, "2028-02-29", "2029-02-28"),
				"2029-03-01 10:00", line(roles.Editor, "2029-03-01", "2030-03-01"), "2029-02-28T23:00:00Z", "2030-03-01T23:00:00Z"},
			{"begun later", "2027-01-31 10:00", line(roles.Editor, "2027-03-01", "2027-03-31"),
				"2028-01-31 10:00", line(roles.Editor, "2028-02-29", "2028-03-30"), "2028-02-28T23:00:00Z", "2028-03-30T22:00:00Z"},
			{"for ever", "2026-03-02 10:00", line(roles.Editor, "2026-03-02", ""),
				"2026-12-31 23:59", line(roles.Editor, "2026-12-31", ""), "2026-12-30T23:00:00Z", ""},
			{"after midnight here", "2026-03-02 10:00", line(roles.Editor, "2026-03-02", "2026-03-03"),
				"2026-07-01 00:30", line(roles.Editor, "2026-07-01", "2026-07-02"), "2026-06-30T22:00:00Z", "2026-07-02T22:00:00Z"},
		} {
			w.at(c.saved)
			t := w.saved(w.template(c.name, c.line))
			w.at(c.sent)
			done := w.invite(w.from(t, w.someone()))
			require.Equal(w, []invitation.Line{c.want}, done.Invitation.Lines, c.name)
			brussels, err := time.LoadLocation("Europe/Brussels")
			require.NoError(w, err)
			window := done.Invitation.Lines[0].Period.Window(brussels)
			require.Equal(w, c.from, window.From.Format(time.RFC3339), c.name)
			if c.to == "" {
				require.Zero(w, window.To)
				continue
			}
			require.Equal(w, c.to, window.To.Format(time.RFC3339), c.name)
		}
	},
	"to the end": func(w *World) {
		anne := Person("Anne", "Dubois")
		c := w.template("x", line(roles.Editor, "2026-03-09", "2026-03-15"))
		c.Message, c.Days, c.Language = "Welcome", 7, roles.Dutch
		t := w.saved(c)
		sent := w.at("2026-03-23 12:00")
		form := w.from(t, anne)
		form.Recipients[0].Language = ""
		done := w.invite(form)
		require.Equal(w, "Welcome", done.Invitation.Message)
		require.Equal(w, roles.Dutch, done.Invitation.Language)
		require.Equal(w, roles.Dutch, done.Results[0].Value.Invitee.Language)
		require.Equal(w, day("2026-03-30"), done.Results[0].Value.Expires)
		require.Zero(w, done.Template)
		require.Equal(w, t.ID.String(), w.lastEvent(accessmgmt.EventInvited).Data["template"])
		require.Equal(w, t, w.storedTemplate(t.ID), "it is sent as often as one likes")
		a := w.approve(w.Accept(anne, w.LastToken(Address(anne.Identity)))...)[0].Assignment
		require.Equal(w, line(roles.Editor, "2026-03-30", "2026-04-05").Period, a.Period)
		for at, allowed := range map[string]bool{"2026-03-29 23:59": false, "2026-03-30 00:00": true, "2026-04-05 23:59": true, "2026-04-06 00:00": false} {
			w.at(at)
			require.Equal(w, allowed, w.May(anne, roles.Sign).Allowed, at)
		}
		w.Clock.Set(sent)
	},
	"with something else in it": func(w *World) {
		c := w.template("x", w.Line(roles.Editor), line(roles.Reader, "2026-03-12", ""))
		c.Message, c.Days = "Welcome", 7
		t := w.saved(c)
		today := w.Svc.Today()
		for name, c := range map[string]struct {
			change  func(*accessmgmt.Invite)
			lines   []invitation.Line
			message string
			expires roles.Date
		}{
			"nothing": {func(*accessmgmt.Invite) {}, []invitation.Line{w.Line(roles.Editor), line(roles.Reader, "2026-03-12", "")}, "Welcome", today.AddDays(7)},
			"lines": {func(c *accessmgmt.Invite) { c.Lines = []invitation.Line{w.Line(roles.Owner)} },
				[]invitation.Line{w.Line(roles.Owner)}, "Welcome", today.AddDays(7)},
			"a message": {func(c *accessmgmt.Invite) { c.Message = "Hello" }, t.LinesFrom(today), "Hello", today.AddDays(7)},
			"a day":     {func(c *accessmgmt.Invite) { c.Expires = today.AddDays(3) }, t.LinesFrom(today), "Welcome", today.AddDays(3)},
			"a start": {func(c *accessmgmt.Invite) { c.Start = day("2026-06-29") },
				[]invitation.Line{line(roles.Editor, "2026-06-29", ""), line(roles.Reader, "2026-07-09", "")}, "Welcome", today.AddDays(7)},
			"a start today": {func(c *accessmgmt.Invite) { c.Start = today }, t.LinesFrom(today), "Welcome", today.AddDays(7)},
		} {
			form := w.from(t, w.someone())
			c.change(&form)
			require.NoError(w, w.Svc.ValidateInvite(w.Ctx, w.GAP, form, invitation.StepSummary), name)
			done := w.invite(form)
			require.Equal(w, c.lines, done.Invitation.Lines, name)
			require.Equal(w, c.message, done.Invitation.Message, name)
			require.Equal(w, c.expires, done.Results[0].Value.Expires, name)
		}
		plain := w.saved(w.template("y", w.Line(roles.Editor)))
		done := w.invite(w.from(plain, w.someone()))
		require.Equal(w, today.AddDays(30), done.Results[0].Value.Expires, "as many days as the policy says")
		require.Equal(w, roles.French, done.Invitation.Language, "the enterprise's")
	},
	"on a day that isn't": func(w *World) {
		t := w.saved(w.template("x", w.Line(roles.Editor)))
		for name, c := range map[string]struct {
			change func(*accessmgmt.Invite)
			want   []string
		}{
			"yesterday":   {func(c *accessmgmt.Invite) { c.Start = day("2026-03-01") }, []string{"lines[0].period.start in_the_past"}},
			"30 February": {func(c *accessmgmt.Invite) { c.Start = roles.Date{Year: 2027, Month: 2, Day: 30} }, []string{"start malformed"}},
			"of the caller's lines": {func(c *accessmgmt.Invite) {
				c.Start = day("2026-03-03")
				c.Lines = []invitation.Line{w.Line(roles.Owner)}
			}, []string{"start unknown"}},
			"of no template at all":  {func(c *accessmgmt.Invite) { c.Start, c.Template = day("2026-03-03"), accessmgmt.TemplateID{} }, []string{"lines required", "start unknown"}},
			"too late for an answer": {func(c *accessmgmt.Invite) { c.Expires = day("2027-03-03") }, []string{"expires too_far"}},
		} {
			form := w.from(t, w.someone())
			c.change(&form)
			w.unchanged(func() {
				require.ElementsMatch(w, c.want, w.problems(w.inviting(form)), name)
				require.ElementsMatch(w, c.want, w.problems(w.Svc.ValidateInvite(w.Ctx, w.GAP, form, invitation.StepSummary)), name)
			})
		}
	},
	"step by step": func(w *World) {
		t := w.saved(w.template("x", w.Line(roles.Editor)))
		form := w.from(t, w.someone())
		for step := invitation.StepEnterprise; step <= invitation.StepSummary; step++ {
			require.NoError(w, w.Svc.ValidateInvite(w.Ctx, w.GAP, form, step), "step %d", step)
		}
		form.Start = day("2026-03-01")
		for step := invitation.StepEnterprise; step <= invitation.StepSummary; step++ {
			err := w.Svc.ValidateInvite(w.Ctx, w.GAP, form, step)
			if step == invitation.StepProperties || step == invitation.StepSummary {
				require.Equal(w, []string{"lines[0].period.start in_the_past"}, w.problems(err))
				continue
			}
			require.NoError(w, err, "step %d", step)
		}
		form.Enterprise = accessmgmt.EnterpriseID{} // the first step isn't done
		require.Equal(w, []string{"enterprise required"}, w.problems(w.Svc.ValidateInvite(w.Ctx, w.GAP, form, invitation.StepEnterprise)))
	},
	"who was invited already": func(w *World) {
		t := w.saved(w.template("x", w.Line(roles.Editor)))
		anne := Person("Anne", "Dubois")
		w.invite(w.from(t, anne))
		w.requireFails(w.inviting(w.from(t, anne)), accessmgmt.ErrState, accessmgmt.CodeAlreadyInvited)
	},
}

var saveAsScenarios = map[string]func(*World){
	"in one commit": func(w *World) {
		anne := Person("Anne", "Dubois")
		epoch := w.enterprise().Epoch
		form := w.Invitation(anne, line(roles.Editor, "2026-03-04", "2026-03-31"), w.Line(roles.Reader))
		form.Message, form.Expires, form.SaveAs = "Hello", day("2026-03-12"), &accessmgmt.SaveAs{Name: " mine ", Description: "for\r\nlater"}
		done := w.invite(form)
		require.Equal(w, epoch+1, w.enterprise().Epoch)
		require.Equal(w, invitation.Template{
			ID: done.Template.ID, Enterprise: w.Acme, Name: "mine", Description: "for\nlater", Message: "Hello", Days: 10,
			Lines:     []invitation.TemplateLine{{Role: roles.Editor, Delay: 2, Days: 28}, {Role: roles.Reader}},
			CreatedBy: w.ID(w.GAP), CreatedAs: roles.ByGAP, CreatedAt: w.Clock.Now(), Version: 1,
		}, done.Template)
		require.Equal(w, done.Template, w.storedTemplate(done.Template.ID))
		require.Equal(w, []accessmgmt.AuditEvent{accessmgmt.EventInvited, accessmgmt.EventTemplateSaved}, w.Events()[len(w.Events())-2:])
		w.Deliver()
		require.Len(w, w.Mailbox.All(), 1)
		w.at("2026-05-01 12:00")
		later := w.invite(w.from(done.Template, w.someone()))
		require.Equal(w, []invitation.Line{line(roles.Editor, "2026-05-03", "2026-05-30"), line(roles.Reader, "2026-05-01", "")}, later.Invitation.Lines)
		require.Equal(w, day("2026-05-11"), later.Results[0].Value.Expires)
	},
	"for nobody yet (D11)": func(w *World) {
		form := w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor))
		form.Recipients = nil
		for _, step := range []invitation.Step{invitation.StepPersons, invitation.StepSummary} {
			require.Equal(w, []string{"recipients required"}, w.problems(w.Svc.ValidateInvite(w.Ctx, w.GAP, form, step)))
		}
		require.Equal(w, []string{"recipients required"}, w.problems(w.inviting(form)))
		w.Invite(Person("Bert", "Claes"), w.Line(roles.Editor)) // an invitation that is open is no obstacle
		w.Mailbox.Clear()
		form.SaveAs = &accessmgmt.SaveAs{Name: "mine"}
		require.NoError(w, w.Svc.ValidateInvite(w.Ctx, w.GAP, form, invitation.StepSummary))
		done := w.invite(form)
		require.Zero(w, done.Invitation)
		require.Empty(w, done.Results)
		require.Equal(w, done.Template, w.storedTemplate(done.Template.ID))
		require.Equal(w, accessmgmt.EventTemplateSaved, w.Events()[len(w.Events())-1])
		w.Deliver()
		require.Empty(w, w.Mailbox.All())
	},
	"of another template": func(w *World) {
		c := w.template("x", line(roles.Editor, "2026-03-04", "2026-03-31"))
		c.Message, c.Days, c.Language = "Hello", 20, roles.German
		t := w.saved(c)
		w.at("2026-08-15 12:00")
		form := w.from(t, w.someone())
		form.SaveAs = &accessmgmt.SaveAs{Name: "y"}
		done := w.invite(form)
		t.ID, t.Name, t.CreatedAt = done.Template.ID, "y", w.Clock.Now().UTC()
		require.Equal(w, t, done.Template)
	},
	"the days to answer": func(w *World) {
		today := w.at("2027-03-01 12:00") // the year to come has 366 days
		for expires, want := range map[string]int{"": 0, "2027-03-01": 1, "2027-03-02": 1, "2027-03-31": 30, "2028-02-29": 365, "2028-03-01": 365} {
			form := w.Invitation(w.someone(), w.Line(roles.Editor))
			if expires != "" {
				form.Expires = day(expires)
			}
			form.SaveAs = &accessmgmt.SaveAs{Name: "y"}
			require.Equal(w, want, w.invite(form).Template.Days, expires)
		}
		w.Clock.Set(today)
	},
	"all or nothing": func(w *World) {
		far := invitation.Line{Role: roles.Reader, Period: roles.From(w.Svc.Today().AddDays(invitation.MaxLineDays + 1))}
		for name, c := range map[string]struct {
			change func(*accessmgmt.Invite)
			want   []string
			step   invitation.Step
		}{
			"no name":         {func(c *accessmgmt.Invite) { c.SaveAs.Name = "" }, []string{"save_as.name required"}, invitation.StepDetails},
			"a description":   {func(c *accessmgmt.Invite) { c.SaveAs.Description = "\x01" }, []string{"save_as.description malformed"}, invitation.StepDetails},
			"nothing else":    {func(c *accessmgmt.Invite) { c.Lines = nil }, []string{"lines required"}, invitation.StepRoles},
			"a wrong person":  {func(c *accessmgmt.Invite) { c.Recipients[0].FamilyName = "" }, []string{"recipients[0].family_name required"}, invitation.StepPersons},
			"a far day":       {func(c *accessmgmt.Invite) { c.Lines = append(c.Lines, far) }, []string{"lines[1].period.start too_far"}, invitation.StepDetails},
			"a day that past": {func(c *accessmgmt.Invite) { c.Lines[0] = line(roles.Editor, "2026-03-01", "") }, []string{"lines[0].period.start in_the_past"}, invitation.StepProperties},
		} {
			form := w.Invitation(w.someone(), w.Line(roles.Editor))
			form.SaveAs = &accessmgmt.SaveAs{Name: "mine"}
			c.change(&form)
			w.unchanged(func() {
				require.ElementsMatch(w, c.want, w.problems(w.inviting(form)), name)
				require.ElementsMatch(w, c.want, w.problems(w.Svc.ValidateInvite(w.Ctx, w.GAP, form, invitation.StepSummary)), name)
				require.ElementsMatch(w, c.want, w.problems(w.Svc.ValidateInvite(w.Ctx, w.GAP, form, c.step)), name)
			})
		}
	},
	"saved, though nobody can be invited": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Invite(anne, w.Line(roles.Editor))
		form := w.Invitation(anne, w.Line(roles.Editor))
		form.SaveAs = &accessmgmt.SaveAs{Name: "mine"}
		var written []accessmgmt.Changes
		store, svc := w.tap()
		store.commit = func(c *accessmgmt.Changes) { written = append(written, *c) }
		done, err := svc.Invite(w.Ctx, w.GAP, form)
		require.NoError(w, err)
		w.requireFails(done.Results[0].Err, accessmgmt.ErrState, accessmgmt.CodeAlreadyInvited)
		require.Zero(w, done.Invitation)
		require.Equal(w, []invitation.Template{done.Template}, w.templates())
		require.Len(w, written, 1)
		require.Empty(w, written[0].Invitations, "one that is sent to nobody is none")
		require.Empty(w, written[0].Recipients)
		require.Empty(w, written[0].Messages)
	},
	"tried out first": func(w *World) {
		t := w.saved(w.template("x", line(roles.Editor, "2026-03-04", "2026-03-31")))
		w.Clock.Advance(30 * 24 * time.Hour)
		form := w.from(t, Person("Anne", "Dubois"))
		form.SaveAs = &accessmgmt.SaveAs{Name: "again"}
		w.requirePreview(w.GAP, func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
			return toAll(svc.Invite(ctx, by, form))
		})
		require.Len(w, w.templates(), 2)
	},
	"sent twice under one id": func(w *World) {
		t := w.saved(w.template("x", line(roles.Editor, "2026-03-04", "2026-03-31")))
		form := w.from(t, Person("Anne", "Dubois"))
		form.SaveAs = &accessmgmt.SaveAs{Name: "again"}
		form.ID = accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}
		first := w.invite(form)
		w.Clock.Advance(24 * time.Hour) // the same words come to other dates now
		w.unchanged(func() {
			again := w.invite(form)
			require.Equal(w, first.Template, again.Template)
			require.Equal(w, first.Invitation, again.Invitation)
		})
		form.SaveAs = &accessmgmt.SaveAs{Name: "else"}
		w.requireFails(w.inviting(form), accessmgmt.ErrState, accessmgmt.CodeCommandReused)
		form.SaveAs = nil
		w.requireFails(w.inviting(form), accessmgmt.ErrState, accessmgmt.CodeCommandReused)
	},
}
