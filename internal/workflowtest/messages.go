package workflowtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// Messages plays a story with every message in every language and reads each
// mail; and it looks that one address is told one thing once. Who is told what
// by which command is in the table of [Audited].
func Messages(t *testing.T, open Open) {
	subjects := map[accessmgmt.MessageEvent]map[roles.Language]string{}
	for _, lang := range roles.Languages() {
		t.Run("in "+string(lang), func(t *testing.T) {
			s := newStory(t, open, lang)
			s.play()
			for _, m := range s.w.Mailbox.All() {
				require.Equal(t, lang, m.To.Language, m.Event)
				s.requireBody(m)
				s.requireNoToken(m)
				requireSubject(t, subjects, m)
			}
		})
	}
	require.Len(t, subjects, len(contents), "every message was seen")
	seen := map[string]bool{}
	for event, in := range subjects {
		require.Len(t, in, len(roles.Languages()), event)
		for lang, subject := range in {
			require.False(t, seen[subject], "%s in %s has a subject of its own: %s", event, lang, subject)
			seen[subject] = true
		}
	}
	t.Run("once each", func(t *testing.T) { play(t, open, onceScenarios) })
}

// contents are the captions that the body of each message has.
var contents = map[accessmgmt.MessageEvent][]string{
	accessmgmt.MessageGAPDesignated:  {"person", "by"},
	accessmgmt.MessageGAPReplaced:    {"person", "by"},
	accessmgmt.MessageGAPResigned:    {"person", "reason"},
	accessmgmt.MessageGAPVacated:     {"person", "reason"},
	accessmgmt.MessageInvitation:     {"person", "roles", "expires", "by", "message", "link"},
	accessmgmt.MessageRevoked:        {"roles", "reason"},
	accessmgmt.MessageAccepted:       {"person", "address", "roles"},
	accessmgmt.MessageAddressDiffers: {"roles"},
	accessmgmt.MessageDeclined:       {"person", "roles", "reason"},
	accessmgmt.MessageApproved:       {"person", "roles", "by"},
	accessmgmt.MessageRefused:        {"roles", "reason"},
	accessmgmt.MessageWithdrawn:      {"person", "roles"},
	accessmgmt.MessageAssigned:       {"person", "roles", "by"},
	accessmgmt.MessageReplaced:       {"person", "roles", "by"},
	accessmgmt.MessageEnded:          {"person", "roles", "reason", "by"},
	accessmgmt.MessageManagerNamed:   {"person", "office", "by"},
	accessmgmt.MessageManagerRemoved: {"person", "office", "reason", "by"},
	accessmgmt.MessageLastManager:    {"person"},
	accessmgmt.MessageGAPRequested:   {},
	accessmgmt.MessageGAPRefused:     {"reason"},
}

// captions are the words before each line of a body, in the order they come.
var captions = []struct {
	name string
	in   map[roles.Language]string
}{
	{"enterprise", map[roles.Language]string{"fr": "Entreprise", "nl": "Onderneming", "de": "Unternehmen", "en": "Enterprise"}},
	{"number", map[roles.Language]string{"fr": "Numéro d'entreprise", "nl": "Ondernemingsnummer", "de": "Unternehmensnummer", "en": "Enterprise number"}},
	{"person", map[roles.Language]string{"fr": "Personne", "nl": "Persoon", "de": "Person", "en": "Person"}},
	{"address", map[roles.Language]string{"fr": "Adresse e-mail", "nl": "E-mailadres", "de": "E-Mail-Adresse", "en": "E-mail address"}},
	{"office", map[roles.Language]string{"fr": "Fonction", "nl": "Functie", "de": "Funktion", "en": "Office"}},
	{"roles", map[roles.Language]string{"fr": "Rôle", "nl": "Rol", "de": "Rolle", "en": "Role"}},
	{"expires", map[roles.Language]string{"fr": "À accepter jusqu'au", "nl": "Te aanvaarden tot en met", "de": "Anzunehmen bis einschließlich", "en": "To be accepted until"}},
	{"reason", map[roles.Language]string{"fr": "Motif", "nl": "Reden", "de": "Grund", "en": "Reason"}},
	{"by", map[roles.Language]string{"fr": "Par", "nl": "Door", "de": "Durch", "en": "By"}},
	{"message", map[roles.Language]string{"fr": "Message", "nl": "Bericht", "de": "Nachricht", "en": "Message"}},
	{"link", map[roles.Language]string{"fr": "S'identifier", "nl": "Zich aanmelden", "de": "Sich anmelden", "en": "Sign in"}},
}

// captionIn returns the words before a line.
func captionIn(name string, lang roles.Language) string {
	for _, c := range captions {
		if c.name == name {
			return c.in[lang]
		}
	}
	return ""
}

// officeIn is what the office of the story's manager is called.
var officeIn = map[roles.Language]string{"fr": "Co-gestionnaire d'accès principal", "nl": "Co-hoofdtoegangsbeheerder", "de": "Gemeinsamer Hauptzugangsverwalter", "en": "Co-chief access manager"}

var unlimitedIn = map[roles.Language]string{"fr": "illimité", "nl": "onbeperkt", "de": "unbegrenzt", "en": "unlimited"}

// requireBody fails unless a body is made of the lines that its message has, in
// the addressee's language, and what people typed starts none of them.
func (s *story) requireBody(m accessmgmt.Mail) {
	w := s.w
	require.True(w, strings.HasSuffix(m.Body, "\n"), "it ends with a line")
	require.NotContains(w, m.Body, "\r")
	parts := strings.SplitN(m.Body, "\n\n", 3)
	if m.To.Name != "" {
		require.Equal(w, m.To.Name+",", parts[0])
		parts = parts[1:]
	}
	require.Equal(w, m.Subject+".", parts[0])
	rest := strings.Join(parts[1:], "\n\n")

	want := append([]string{"enterprise", "number"}, contents[m.Event]...)
	if m.To.Kind == accessmgmt.ToCandidate {
		want = want[1:] // a stranger isn't told what the enterprise is called here
	}
	var got []string
	values := map[string]string{}
	for _, l := range strings.Split(strings.TrimSuffix(rest, "\n"), "\n") {
		if l == "" || strings.HasPrefix(l, "    ") {
			continue // goes on with the line above
		}
		caption, value, found := strings.Cut(l, ": ")
		require.True(w, found, "%s: a line of nothing: %q", m.Event, l)
		i := slices.IndexFunc(captions, func(c struct {
			name string
			in   map[roles.Language]string
		}) bool {
			return c.in[s.lang] == caption
		})
		require.NotEqual(w, -1, i, "%s: somebody else's line: %q", m.Event, l)
		name := captions[i].name
		if name != "roles" || values[name] == "" {
			got = append(got, name)
		}
		values[name] += value + "\n"
	}
	require.Equal(w, want, got, "%s", m.Event)
	if m.To.Kind != accessmgmt.ToCandidate {
		require.Equal(w, storyName+"\n", values["enterprise"])
	}
	require.Equal(w, w.Number.String()+"\n", values["number"])
	require.Equal(w, "0884.303.369", w.Number.String())
	s.requireNames(m, values)
	s.requireRoles(m, values["roles"])
	if values["office"] != "" {
		require.Equal(w, officeIn[s.lang]+" (2026-03-02 – 2026-12-31)\n", values["office"])
	}
	indented := func(s string) string {
		return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\n    ") + "\n"
	}
	if values["reason"] != "" {
		require.Contains(w, m.Body, captionIn("reason", s.lang)+": "+indented(hostileReason))
	}
	if values["message"] != "" {
		require.Contains(w, m.Body, captionIn("message", s.lang)+": "+indented(hostileMessage))
		require.Equal(w, "2026-04-01\n", values["expires"])
		require.Equal(w, m.Link+"\n", values["link"])
	}
	if m.Event == accessmgmt.MessageAddressDiffers {
		require.NotContains(w, m.Body, "typed@home.example", "the other address isn't told")
	}
}

// requireNames fails unless it is said whom a message is about and who did it.
func (s *story) requireNames(m accessmgmt.Mail, values map[string]string) {
	person, by := hostileName+" Dubois-", "Nora Next\n"
	switch m.Event {
	case accessmgmt.MessageGAPDesignated, accessmgmt.MessageGAPReplaced:
		by = "Renée Peeters\n"
		require.Contains(s.w, []string{"Luc Maes\n", "Nora Next\n"}, values["person"])
		person = values["person"]
	case accessmgmt.MessageGAPResigned, accessmgmt.MessageGAPVacated, accessmgmt.MessageLastManager:
		person = "Nora Next\n"
	default: // about the user, by the GAP
	}
	if values["person"] != "" {
		require.True(s.w, strings.HasPrefix(values["person"], person), "%s is about %q", m.Event, values["person"])
	}
	if values["by"] != "" {
		require.Equal(s.w, by, values["by"], m.Event)
	}
	if values["address"] != "" {
		require.Contains(s.w, values["address"], "@")
	}
}

// requireRoles fails unless the roles are named by label, with their period.
func (s *story) requireRoles(m accessmgmt.Mail, got string) {
	label := func(code roles.Code) string {
		r, known := roles.MonEspace().Role(code)
		require.True(s.w, known)
		return "Mon Espace wallon - " + r.Labels.In(s.lang)
	}
	editor := label(roles.Editor) + " (2026-03-02 – " + unlimitedIn[s.lang] + ")\n"
	manager := label(roles.Manager) + " (2026-04-01 – 2026-04-30)\n"
	switch {
	case !slices.Contains(contents[m.Event], "roles"):
		require.Empty(s.w, got)
	case m.Event == accessmgmt.MessageReplaced:
		require.Equal(s.w, editor+label(roles.Writer)+" (2026-03-02 – 2026-12-31)\n", got)
	case slices.Contains([]accessmgmt.MessageEvent{accessmgmt.MessageInvitation, accessmgmt.MessageRevoked, accessmgmt.MessageAccepted, accessmgmt.MessageDeclined,
		accessmgmt.MessageAddressDiffers}, m.Event):
		require.Equal(s.w, editor+manager, got)
	default:
		require.Contains(s.w, []string{editor, manager}, got, "one role each")
	}
}

// requireNoToken fails if a token shows anywhere but in an invitation's link.
func (s *story) requireNoToken(m accessmgmt.Mail) {
	text := m.Subject + m.Body + fmt.Sprint(m.Data)
	if m.Event == accessmgmt.MessageInvitation {
		prefix := "https://portal.example/invitation?token="
		require.True(s.w, strings.HasPrefix(m.Link, prefix), "an address of the portal's alone")
		require.Len(s.w, m.Link, len(prefix)+43)
		require.Equal(s.w, 1, strings.Count(m.Body, m.Link))
		text = strings.ReplaceAll(text, m.Link, "")
	} else {
		require.Empty(s.w, m.Link)
	}
	for _, other := range s.w.Mailbox.All() {
		if _, token, found := strings.Cut(other.Link, "token="); found {
			require.NotContains(s.w, text, token)
		}
	}
}

// requireSubject fails unless a subject is one line of the library's own words,
// the same whatever people typed.
func requireSubject(t testing.TB, subjects map[accessmgmt.MessageEvent]map[roles.Language]string, m accessmgmt.Mail) {
	require.NotEmpty(t, m.Subject)
	require.False(t, strings.ContainsFunc(m.Subject, unicode.IsControl))
	for _, typed := range []string{"Anne", "Dubois", "Nora", "evil", storyName, "No."} {
		require.NotContains(t, m.Subject, typed)
	}
	if subjects[m.Event] == nil {
		subjects[m.Event] = map[roles.Language]string{}
	}
	if before := subjects[m.Event][m.To.Language]; before != "" {
		require.Equal(t, before, m.Subject)
	}
	subjects[m.Event][m.To.Language] = m.Subject
}
