package workflowtest

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/mail"
)

// Audited runs each command and looks at what it wrote: one commit, exactly the
// events of the table, by whom, in which capacity, about whom and what; and
// exactly the mails of the table, each address once for each event.
func Audited(t *testing.T, open Open) {
	acts, events, messages := map[accessmgmt.Act]bool{}, map[accessmgmt.AuditEvent]bool{}, map[accessmgmt.MessageEvent]bool{}
	for _, name := range sortedNames(commands) {
		t.Run(name, func(t *testing.T) {
			offices(t, open).commandIsRecorded(commands[name], acts, events, messages)
		})
	}
	require.ElementsMatch(t, everyAct, slices.Collect(maps.Keys(acts)), "every command is in the table")
	require.ElementsMatch(t, slices.Collect(maps.Keys(said)), slices.Collect(maps.Keys(events)), "every event of the audit is seen")
	require.ElementsMatch(t, everyMessage, slices.Collect(maps.Keys(messages)), "every message is seen")
}

// everyAct and everyMessage are those of the table, a line each.
var everyAct = []accessmgmt.Act{
	accessmgmt.ActDesignateGAP,
	accessmgmt.ActResignGAP,
	accessmgmt.ActVacateGAP,
	accessmgmt.ActInvite,
	accessmgmt.ActResend,
	accessmgmt.ActRevoke,
	accessmgmt.ActAccept,
	accessmgmt.ActDecline,
	accessmgmt.ActApprove,
	accessmgmt.ActRefuse,
	accessmgmt.ActWithdraw,
	accessmgmt.ActAssign,
	accessmgmt.ActReplace,
	accessmgmt.ActEnd,
	accessmgmt.ActExtend,
	accessmgmt.ActGiveBack,
	accessmgmt.ActEndAll,
	accessmgmt.ActAddUnit,
	accessmgmt.ActCloseUnit,
	accessmgmt.ActSuspend,
	accessmgmt.ActResume,
	accessmgmt.ActSaveTemplate,
	accessmgmt.ActEditTemplate,
	accessmgmt.ActNameManager,
	accessmgmt.ActRemoveManager,
	accessmgmt.ActRequestGAP,
	accessmgmt.ActDecideGAP,
}

var everyMessage = []accessmgmt.MessageEvent{
	accessmgmt.MessageGAPDesignated,
	accessmgmt.MessageGAPReplaced,
	accessmgmt.MessageGAPResigned,
	accessmgmt.MessageGAPVacated,
	accessmgmt.MessageInvitation,
	accessmgmt.MessageRevoked,
	accessmgmt.MessageAccepted,
	accessmgmt.MessageAddressDiffers,
	accessmgmt.MessageDeclined,
	accessmgmt.MessageApproved,
	accessmgmt.MessageRefused,
	accessmgmt.MessageWithdrawn,
	accessmgmt.MessageAssigned,
	accessmgmt.MessageReplaced,
	accessmgmt.MessageEnded,
	accessmgmt.MessageExtended,
	accessmgmt.MessageGivenBack,
	accessmgmt.MessageSecondApproval,
	accessmgmt.MessageUnitClosed,
	accessmgmt.MessageSuspended,
	accessmgmt.MessageResumed,
	accessmgmt.MessageManagerNamed,
	accessmgmt.MessageManagerRemoved,
	accessmgmt.MessageLastManager,
	accessmgmt.MessageGAPRequested,
	accessmgmt.MessageGAPRefused,
}

func (w *World) commandIsRecorded(prepare func(*World) command, acts map[accessmgmt.Act]bool, events map[accessmgmt.AuditEvent]bool, messages map[accessmgmt.MessageEvent]bool) {
	office := w.office()
	c := prepare(office)
	acts[c.act] = true
	w.Deliver()
	w.Mailbox.Clear()
	before := office.enterprise()
	require.NoError(w, c.run(w.Ctx, w.Svc, c.by))

	if c.audit[0].event == accessmgmt.EventEnterpriseRegistered {
		ent, err := w.Store.EnterpriseByNumber(w.Ctx, office.unregistered())
		require.NoError(w, err)
		office, before = office.in(ent.ID), accessmgmt.Enterprise{}
	}
	require.Equal(w, before.Epoch+1, office.enterprise().Epoch, "one command, one commit")
	var written []accessmgmt.AuditRecord
	for r, err := range w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: office.Acme}) {
		require.NoError(w, err)
		if r.Seq > before.Epoch {
			written = append(written, r)
		}
	}
	require.Len(w, written, len(c.audit))
	for i, want := range c.audit {
		r := written[i]
		events[r.Event] = true
		require.Equal(w, want.event, r.Event)
		require.Equal(w, before.Epoch+1, r.Seq)
		require.Equal(w, i, r.Ordinal)
		require.Equal(w, w.Clock.Now(), r.At)
		require.Equal(w, want.as, r.Capacity)
		require.Equal(w, w.ID(accessmgmt.User(c.by.Identity)), r.Actor)
		require.Equal(w, c.by.Identity.Assurance, r.Assurance)
		if want.about == nil {
			require.Zero(w, r.Person)
		} else {
			require.Equal(w, w.ID(*want.about), r.Person)
		}
		require.Equal(w, want.object, r.Object)
		require.True(w, office.has(r), "there is no %s %s", r.Object, r.ObjectID)
		w.requireSaid(r)
	}
	office.RequireIntact()

	w.Deliver()
	told := map[mailed]bool{}
	var got []mailed
	for _, m := range w.Mailbox.All() {
		for _, item := range m.Items() {
			messages[item.Event] = true
			require.True(w, slices.Contains(mail.Pairs(), mail.Pair{Event: item.Event, As: item.As}), "%s to %s has no words in package mail", item.Event, item.As)
			got = append(got, mailed{item.Event, addressee{item.As, m.To.Email.String(), m.To.Language}})
			once := mailed{event: item.Event, to: addressee{address: m.To.Email.Key()}}
			require.False(w, told[once], "%s is told %s twice", item.As, item.Event)
			told[once] = true
		}
	}
	require.ElementsMatch(w, c.mails, got)
}

// said are the names of what each event says for ever, and of what can be
// erased. What only some of them say is in sometimes.
var said = map[accessmgmt.AuditEvent]struct{ data, details []string }{
	accessmgmt.EventEnterpriseRegistered: {[]string{"enterprise_number"}, nil},
	accessmgmt.EventGAPDesignated:        {[]string{"procedure"}, []string{"contact", "email", "evidence", "family_name", "given_name"}},
	accessmgmt.EventGAPReplaced:          {},
	accessmgmt.EventGAPResigned:          {nil, []string{"reason"}},
	accessmgmt.EventGAPVacated:           {nil, []string{"reason"}},
	accessmgmt.EventInvited:              {[]string{"expires", "invitation", "roles"}, []string{"email", "family_name", "given_name"}},
	accessmgmt.EventResent:               {[]string{"expires", "invitation"}, nil},
	accessmgmt.EventRevoked:              {[]string{"invitation"}, []string{"reason"}},
	accessmgmt.EventAccepted:             {[]string{"period", "recipient", "role"}, []string{"email", "family_name", "given_name"}},
	accessmgmt.EventDeclined:             {[]string{"invitation"}, []string{"family_name", "given_name", "reason"}},
	accessmgmt.EventApproved:             {[]string{"period", "request", "role"}, nil},
	accessmgmt.EventRefused:              {[]string{"role"}, []string{"reason"}},
	accessmgmt.EventWithdrawn:            {[]string{"role"}, nil},
	accessmgmt.EventAssigned:             {[]string{"period", "role"}, []string{"email", "family_name", "given_name"}},
	accessmgmt.EventReplaced:             {[]string{"period", "replaced_role", "replaces", "role"}, nil},
	accessmgmt.EventEnded:                {[]string{"ending", "period", "role"}, []string{"reason"}},
	accessmgmt.EventGivenBack:            {[]string{"ending", "period", "role"}, []string{"reason"}},
	accessmgmt.EventEndorsed:             {[]string{"role"}, nil},
	accessmgmt.EventRequested:            {[]string{"period", "role"}, nil},
	accessmgmt.EventExtended:             {[]string{"before", "period", "role"}, nil},
	accessmgmt.EventUnitAdded:            {[]string{"unit_number"}, []string{"name"}},
	accessmgmt.EventUnitClosed:           {[]string{"unit_number"}, []string{"reason"}},
	accessmgmt.EventSuspended:            {nil, []string{"reason"}},
	accessmgmt.EventResumed:              {nil, []string{"reason"}},
	accessmgmt.EventTemplateSaved:        {[]string{"roles"}, []string{"description", "name"}},
	accessmgmt.EventTemplateChanged:      {[]string{"roles"}, []string{"description", "name"}},
	accessmgmt.EventTemplateRetired:      {[]string{"roles"}, []string{"description", "name"}},
	accessmgmt.EventManagerNamed:         {[]string{"kind", "period"}, []string{"email", "family_name", "given_name"}},
	accessmgmt.EventManagerRemoved:       {[]string{"kind"}, []string{"reason"}},
	accessmgmt.EventGAPRequested:         {[]string{"procedure"}, []string{"contact", "email", "enterprise_name", "evidence", "family_name", "given_name"}},
	accessmgmt.EventGAPRefused:           {[]string{"procedure"}, []string{"reason"}},
}

var sometimes = map[string]bool{"self": true, "name": true, "function": true, "domain": true, "differs": true, "last_day": true, "unit": true, "template": true, "message": true,
	"on_behalf_of": true, "operator_reason": true}

// requireSaid fails unless a record says what its event does, and nothing that
// names people where it can't be erased (D21).
func (w *World) requireSaid(r accessmgmt.AuditRecord) {
	names := func(m map[string]string, always []string) []string {
		all := slices.DeleteFunc(slices.Sorted(maps.Keys(m)), func(k string) bool { return sometimes[k] && !slices.Contains(always, k) })
		for _, k := range all {
			require.NotEmpty(w, m[k], k)
		}
		return all
	}
	require.ElementsMatch(w, said[r.Event].data, names(r.Data, said[r.Event].data), r.Event)
	require.ElementsMatch(w, said[r.Event].details, names(r.Details, said[r.Event].details), r.Event)
	for k, v := range r.Data {
		for _, person := range []string{"@", "Anne", "Bert", "Nora", "Luc", "Maes", "Renée", "Peeters"} {
			require.NotContains(w, v, person, "%s of %s", k, r.Event)
		}
	}
}

// has reports whether the object of an audit record is there, and concerns the
// person whom the record is about.
func (w *World) has(r accessmgmt.AuditRecord) bool {
	switch r.Object {
	case "enterprise":
		return r.ObjectID == w.Acme.UUID
	case "gap":
		return slices.ContainsFunc(w.terms(), func(g accessmgmt.GAP) bool { return g.ID.UUID == r.ObjectID && g.Person == r.Person })
	case "manager":
		return slices.ContainsFunc(w.managerTerms(), func(m accessmgmt.Manager) bool { return m.ID.UUID == r.ObjectID && m.Person == r.Person })
	case "unit":
		found, err := w.Store.Units(w.Ctx, w.Acme, []accessmgmt.UnitID{{UUID: r.ObjectID}})
		require.NoError(w, err)
		return len(found) == 1
	case "template":
		found, err := w.Store.Templates(w.Ctx, w.Acme, []accessmgmt.TemplateID{{UUID: r.ObjectID}})
		require.NoError(w, err)
		return len(found) == 1
	case "suspension":
		return slices.ContainsFunc(w.suspensions(), func(s accessmgmt.Suspension) bool { return s.ID.UUID == r.ObjectID })
	case "recipient":
		found, err := w.Store.Recipients(w.Ctx, w.Acme, []accessmgmt.RecipientID{{UUID: r.ObjectID}})
		require.NoError(w, err)
		return len(found) == 1
	case "request":
		found, err := w.Store.Requests(w.Ctx, w.Acme, []accessmgmt.RequestID{{UUID: r.ObjectID}})
		require.NoError(w, err)
		return len(found) == 1 && found[0].Person == r.Person
	case "assignment":
		found, err := w.Store.Assignments(w.Ctx, w.Acme, []accessmgmt.AssignmentID{{UUID: r.ObjectID}})
		require.NoError(w, err)
		return len(found) == 1 && found[0].Person == r.Person
	}
	return false
}
