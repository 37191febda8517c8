package accesstest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// How much a report shows of each, the latest.
const (
	shown = 10
	rows  = 500 // and how much is read at once
)

// Report says what happened, in lines for a person to read: what the enterprise
// is, what these persons were invited to, asked for and have, the latest of the
// audit and the latest mails. It is what an assertion prints when it fails.
// National numbers and tokens aren't in it.
func (w *World) Report(persons ...accessmgmt.Actor) string {
	w.t.Helper()
	return w.report(accessmgmt.Question{}, persons)
}

// reportOn is Report with the explanation of an answer.
func (w *World) reportOn(q accessmgmt.Question, who accessmgmt.Actor) string {
	w.t.Helper()
	return w.report(q, []accessmgmt.Actor{who})
}

// report is one report being written. What can't be read becomes a line of it:
// a report that fails would hide why the test did.
type report struct {
	*World
	ctx   context.Context
	text  strings.Builder
	names map[accessmgmt.PersonID]string
}

func (w *World) report(q accessmgmt.Question, persons []accessmgmt.Actor) string {
	r := &report{World: w, ctx: context.Background(), names: map[accessmgmt.PersonID]string{}}
	for _, known := range w.people.all() {
		if id, err := w.inside.Identify(r.ctx, known.Identity); err == nil {
			r.names[id] = nameOf(known)
		}
	}
	ent, err := w.store.EnterpriseByNumber(r.ctx, w.Number)
	if !w.Enterprise.IsZero() {
		ent, err = w.store.Enterprise(r.ctx, w.Enterprise)
	}
	r.line("  now          %s", r.at(w.Clock.Now()))
	if err != nil {
		r.line("  enterprise   %s %s: %v", w.Name, w.Number, err)
		return r.text.String()
	}
	r.enterprise(ent)
	if !q.Enterprise.IsZero() {
		r.answer(q)
	}
	for _, who := range persons {
		r.person(ent, who)
	}
	r.history(ent)
	r.mails(ent)
	return r.text.String()
}

func (r *report) line(format string, args ...any) { fmt.Fprintf(&r.text, format+"\n", args...) }

// at writes an instant as the policy's zone has it.
func (r *report) at(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(r.location).Format("2006-01-02 15:04:05")
}

// name is what a person is called, as the enterprise knows him or as the test
// named him.
func (r *report) name(ent accessmgmt.Enterprise, id accessmgmt.PersonID) string {
	if id.IsZero() {
		return "nobody"
	}
	if name := r.names[id]; name != "" {
		return name
	}
	members, err := r.store.Members(r.ctx, ent.ID, []accessmgmt.PersonID{id})
	if err != nil || len(members) == 0 || members[0].Name() == "" {
		return "person " + id.String()
	}
	r.names[id] = members[0].Name()
	return r.names[id]
}

func (r *report) enterprise(ent accessmgmt.Enterprise) {
	r.line("  enterprise   %s %s, epoch %d", ent.Name, ent.Number, ent.Epoch)
	if !ent.SuspendedAt.IsZero() {
		r.line("               suspended since %s", r.at(ent.SuspendedAt))
	}
	r.line("  GAP          %s", r.name(ent, ent.GAP))
	terms, err := r.store.Managers(r.ctx, ent.ID)
	r.failed(err)
	for _, m := range terms {
		state := "in office"
		if !m.InOfficeAt(r.Clock.Now()) {
			state = "not in office"
		}
		office := string(m.Kind)
		if m.Domain != "" {
			office += " of " + string(m.Domain)
		}
		r.line("  manager      %s, %s %s, %s", r.name(ent, m.Person), office, m.Period, state)
	}
}

func (r *report) failed(err error) {
	if err != nil {
		r.line("               can't be read: %v", err)
	}
}

// answer explains a decision.
func (r *report) answer(q accessmgmt.Question) {
	why, err := r.inside.Explain(r.ctx, q)
	if err != nil {
		r.line("  question     %s: %v", q.Action, err)
		return
	}
	d := why.Decision
	about := string(q.Action)
	if q.Application != "" {
		about += " in " + string(q.Application)
	}
	if !q.Unit.IsZero() {
		about += " for unit " + r.unit(why.Enterprise, q.Unit)
	}
	r.line("  question     may he %s at %s? %t, %s", about, r.at(d.At), d.Allowed, d.Reason)
	for _, a := range why.Assignments {
		r.line("               %s is %s: %s", a.Assignment.Role, a.State, a.Reason)
	}
}

func (r *report) unit(ent accessmgmt.Enterprise, id accessmgmt.UnitID) string {
	units, err := r.store.Units(r.ctx, ent.ID, []accessmgmt.UnitID{id})
	if err != nil || len(units) == 0 {
		return id.String()
	}
	return units[0].Name
}

// person writes what somebody was invited to, asked for, has and had.
func (r *report) person(ent accessmgmt.Enterprise, who accessmgmt.Actor) {
	id, err := r.inside.Identify(r.ctx, who.Identity)
	switch {
	case errors.Is(err, accessmgmt.ErrNotFound):
		r.line("  %s, whom the library doesn't know yet", nameOf(who))
	case err != nil:
		r.line("  %s: %v", nameOf(who), err)
		return
	default:
		r.line("  %s", nameOf(who))
	}
	r.invitations(ent, who, id)
	if id.IsZero() {
		r.got(who)
		return
	}
	now, one := r.Clock.Now(), []accessmgmt.EnterpriseID{ent.ID}
	requests, err := r.store.FindRequests(r.ctx, accessmgmt.RequestFilter{Enterprises: one, Person: id, At: now}, accessmgmt.Page{Limit: shown, Newest: true})
	r.failed(err)
	for _, q := range slices.Backward(requests) {
		r.line("    request    %s, %s, of %s%s", r.what(ent, q.Line), q.StateAt(now), r.at(q.RequestedAt), r.decided(ent, q))
	}
	given, err := r.store.FindAssignments(r.ctx, accessmgmt.AssignmentFilter{Enterprises: one, Persons: []accessmgmt.PersonID{id}, At: now}, accessmgmt.Page{Limit: shown, Newest: true})
	r.failed(err)
	for _, a := range slices.Backward(given) {
		l := invitation.Line{Role: a.Role, Unit: a.Unit, Period: a.Period, Properties: a.Properties}
		ended := ""
		if !a.EndedAt.IsZero() {
			ended = fmt.Sprintf("; %s at %s by %s%s", a.Ending, r.at(a.EndedAt), r.name(ent, a.EndedBy), because(a.EndReason))
		}
		r.line("    role       %s, %s, given at %s by %s as %s%s", r.what(ent, l), a.StateAt(now), r.at(a.GivenAt), r.name(ent, a.GivenBy), a.GivenAs, ended)
	}
	if len(given) == 0 {
		r.line("    role       none")
	}
	r.got(who)
}

// got writes which mails somebody got.
func (r *report) got(who accessmgmt.Actor) {
	var events []string
	for _, m := range r.mailsTo(who) {
		events = append(events, string(m.Event))
	}
	if len(events) == 0 {
		events = []string{"none"}
	}
	r.line("    mails      %s", strings.Join(events, ", "))
}

func (r *report) invitations(ent accessmgmt.Enterprise, who accessmgmt.Actor, id accessmgmt.PersonID) {
	now := r.Clock.Now()
	filter := accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{ent.ID}, At: now}
	found := map[accessmgmt.RecipientID]bool{}
	show := func(f accessmgmt.RecipientFilter) {
		recipients, err := r.store.FindRecipients(r.ctx, f, accessmgmt.Page{Limit: shown, Newest: true})
		r.failed(err)
		for _, one := range slices.Backward(recipients) {
			if found[one.ID] {
				continue
			}
			found[one.ID] = true
			offered := "nothing"
			if inv, err := r.store.Invitations(r.ctx, ent.ID, []accessmgmt.InvitationID{one.Invitation}); err == nil && len(inv) > 0 {
				var lines []string
				for _, l := range inv[0].Lines {
					lines = append(lines, r.what(ent, l))
				}
				offered = strings.Join(lines, "; ")
			}
			r.line("    invitation %s, %s, of %s, to %s until %s", offered, one.StateAt(now), r.at(one.CreatedAt), one.Invitee.Email, one.Expires)
		}
	}
	if !who.Identity.Email.IsZero() {
		filter.EmailKeys = []string{who.Identity.Email.Key()}
		show(filter)
	}
	if !id.IsZero() {
		filter.EmailKeys, filter.Person = nil, id
		show(filter)
	}
}

// what writes a role with its period, unit and properties.
func (r *report) what(ent accessmgmt.Enterprise, l invitation.Line) string {
	s := string(l.Role) + " " + l.Period.String()
	if !l.Unit.IsZero() {
		s += " for unit " + r.unit(ent, l.Unit)
	}
	if !l.Properties.IsZero() {
		s += " " + l.Properties.String()
	}
	return s
}

func (r *report) decided(ent accessmgmt.Enterprise, q invitation.Request) string {
	s := ""
	if q.Endorsement != (invitation.Endorsement{}) {
		s = "; first approved by " + r.name(ent, q.Endorsement.By)
	}
	if !q.DecidedAt.IsZero() {
		s += fmt.Sprintf("; decided at %s by %s%s", r.at(q.DecidedAt), r.name(ent, q.DecidedBy), because(q.Reason))
	}
	return s
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", reason)
}

// history writes the latest of the audit.
func (r *report) history(ent accessmgmt.Enterprise) {
	records, err := r.audit()
	r.line("  audit, the latest of %d", len(records))
	r.failed(err)
	for _, a := range records[max(0, len(records)-shown):] {
		about := ""
		if !a.Person.IsZero() && a.Person != a.Actor {
			about = ", " + r.name(ent, a.Person)
		}
		r.line("    %s %d.%d %s%s, by %s as %s%s", r.at(a.At), a.Seq, a.Ordinal, a.Event, about, r.name(ent, a.Actor), a.Capacity, facts(a))
	}
}

// facts are what the audit says of an event, without the ids.
func facts(a accessmgmt.AuditRecord) string {
	var said []string
	for _, name := range slices.Sorted(maps.Keys(a.Data)) {
		if _, err := uuid.Parse(a.Data[name]); err != nil {
			said = append(said, name+"="+a.Data[name])
		}
	}
	if reason := a.Details["reason"]; reason != "" {
		said = append(said, "reason="+reason)
	}
	if len(said) == 0 {
		return ""
	}
	return " {" + strings.Join(said, ", ") + "}"
}

// mails writes the latest mails, by event and addressee, and never a link.
func (r *report) mails(ent accessmgmt.Enterprise) {
	mails := slices.DeleteFunc(r.Mailbox.All(), func(m accessmgmt.Mail) bool { return m.Enterprise != ent.ID })
	refused := ""
	if n := r.Mailbox.refusals(); n > 0 {
		refused = fmt.Sprintf("; %d refused by the mailbox, which are tried again later", n)
	}
	r.line("  mails, the latest of %d delivered%s", len(mails), refused)
	for _, m := range mails[max(0, len(mails)-shown):] {
		r.line("    %s to %s <%s>, as %s", m.Event, m.To.Name, m.To.Email, m.To.Kind)
	}
}

// existing names what stands in the way of a command.
func existing(err error) string {
	var e *accessmgmt.Error
	if errors.As(err, &e) && e.Existing != uuid.Nil {
		return ", in the way of " + e.Existing.String()
	}
	return ""
}
