package workflowtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// Messages plays a story with every message of the guides in every language and
// reads what each tells; it looks that one address is told one thing once, and
// all that a commit tells it at once. Who is told what by which command is in the
// table of [Audited]; how it reads, package mail tests.
func Messages(t *testing.T, open Open) {
	seen := map[accessmgmt.MessageEvent]bool{}
	for _, lang := range roles.Languages() {
		t.Run("in "+string(lang), func(t *testing.T) {
			s := newStory(t, open, lang)
			s.play()
			for _, m := range s.w.Mailbox.All() {
				require.Equal(t, lang, m.To.Language, m.Event)
				require.Equal(t, accessmgmt.Item{Event: m.Event, As: m.To.Kind, Data: m.Data}, m.Items()[0])
				require.False(t, m.CreatedAt.IsZero())
				for i, item := range m.Items() {
					seen[item.Event] = true
					require.True(t, m.Tells(item.Event))
					s.requireTold(item, i == 0)
				}
				s.requireNoToken(m)
			}
		})
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(contents)), slices.Collect(maps.Keys(seen)), "every message was seen")
	t.Run("once each", func(t *testing.T) { play(t, open, onceScenarios) })
	t.Run("grouped", func(t *testing.T) { play(t, open, groupedScenarios) })
	t.Run("languages", func(t *testing.T) { play(t, open, languageScenarios) })
}

// contents are the names of what each message tells beside the enterprise.
var contents = map[accessmgmt.MessageEvent][]string{
	accessmgmt.MessageGAPDesignated:  {"by", "person"},
	accessmgmt.MessageGAPReplaced:    {"by", "person"},
	accessmgmt.MessageGAPResigned:    {"person", "reason"},
	accessmgmt.MessageGAPVacated:     {"person", "reason"},
	accessmgmt.MessageInvitation:     {"by", "expires", "message", "person", "roles"},
	accessmgmt.MessageRevoked:        {"reason", "roles"},
	accessmgmt.MessageAccepted:       {"address", "person", "roles"},
	accessmgmt.MessageAddressDiffers: {"roles"},
	accessmgmt.MessageDeclined:       {"person", "reason", "roles"},
	accessmgmt.MessageApproved:       {"by", "person", "roles"},
	accessmgmt.MessageRefused:        {"reason", "roles"},
	accessmgmt.MessageWithdrawn:      {"person", "roles"},
	accessmgmt.MessageAssigned:       {"by", "person", "roles"},
	accessmgmt.MessageReplaced:       {"by", "person", "roles"},
	accessmgmt.MessageEnded:          {"by", "person", "reason", "roles"},
	accessmgmt.MessageManagerNamed:   {"by", "office", "person"},
	accessmgmt.MessageManagerRemoved: {"by", "office", "person", "reason"},
	accessmgmt.MessageLastManager:    {"person"},
	accessmgmt.MessageGAPRequested:   {},
	accessmgmt.MessageGAPRefused:     {"reason"},
}

// requireTold fails unless what is told has exactly the names that it should
// have, and what people typed is in them as they typed it.
func (s *story) requireTold(item accessmgmt.Item, first bool) {
	w := s.w
	want := slices.Clone(contents[item.Event])
	if first {
		want = append(want, "enterprise_number")
		require.Equal(w, w.Number.String(), item.Data[accessmgmt.DataEnterpriseNumber])
		if item.As != accessmgmt.ToCandidate { // a stranger isn't told what the enterprise is called here
			want = append(want, "enterprise")
			require.Equal(w, storyName, item.Data[accessmgmt.DataEnterprise])
		}
	}
	require.ElementsMatch(w, want, slices.Collect(maps.Keys(item.Data)), "%s as %s", item.Event, item.As)
	if reason := item.Data[accessmgmt.DataReason]; reason != "" {
		require.Equal(w, hostileReason, reason)
	}
	if message := item.Data[accessmgmt.DataMessage]; message != "" {
		require.Equal(w, strings.ReplaceAll(hostileMessage, "\r\n", "\n"), strings.ReplaceAll(message, "\r\n", "\n"))
		require.Equal(w, "2026-04-01", item.Data[accessmgmt.DataExpires])
	}
	if office := item.Data[accessmgmt.DataOffice]; office != "" {
		require.Equal(w, "co_gap  2026-03-02 2026-12-31", office)
	}
	if item.Event == accessmgmt.MessageAddressDiffers {
		require.NotContains(w, fmt.Sprint(item.Data), "typed@home.example", "the other address isn't told")
	}
	s.requireNames(item)
	s.requireRoles(item)
}

// requireNames fails unless it is said whom a message is about and who did it.
func (s *story) requireNames(item accessmgmt.Item) {
	person, by := hostileName+" Dubois-", "Nora Next"
	switch item.Event {
	case accessmgmt.MessageGAPDesignated, accessmgmt.MessageGAPReplaced:
		by = "Renée Peeters"
		require.Contains(s.w, []string{"Luc Maes", "Nora Next"}, item.Data["person"])
		person = item.Data["person"]
	case accessmgmt.MessageGAPResigned, accessmgmt.MessageGAPVacated, accessmgmt.MessageLastManager:
		person = "Nora Next"
	default: // about the user, by the GAP
	}
	if item.Data["person"] != "" {
		require.True(s.w, strings.HasPrefix(item.Data["person"], person), "%s is about %q", item.Event, item.Data["person"])
	}
	if item.Data["by"] != "" {
		require.Equal(s.w, by, item.Data["by"], item.Event)
	}
	if slices.Contains(contents[item.Event], "address") {
		require.Contains(s.w, item.Data["address"], "@")
	}
}

// requireRoles fails unless the roles are named, with their period.
func (s *story) requireRoles(item accessmgmt.Item) {
	const editor, manager = "monespace.editor 2026-03-02 ", "monespace.manager 2026-04-01 2026-04-30"
	got := item.Data[accessmgmt.DataRoles]
	switch {
	case !slices.Contains(contents[item.Event], "roles"):
		require.Empty(s.w, got)
	case item.Event == accessmgmt.MessageReplaced:
		require.Equal(s.w, editor+"\nmonespace.writer 2026-03-02 2026-12-31", got)
	case slices.Contains([]accessmgmt.MessageEvent{accessmgmt.MessageInvitation, accessmgmt.MessageRevoked, accessmgmt.MessageAccepted, accessmgmt.MessageDeclined,
		accessmgmt.MessageAddressDiffers}, item.Event):
		require.Equal(s.w, editor+"\n"+manager, got)
	default:
		require.Contains(s.w, []string{editor, manager}, got, "one role each")
	}
}

// requireNoToken fails if a token shows anywhere but in an invitation's link.
func (s *story) requireNoToken(m accessmgmt.Mail) {
	text := fmt.Sprint(m.Items())
	if m.Event == accessmgmt.MessageInvitation {
		prefix := "https://portal.example/invitation?token="
		require.True(s.w, strings.HasPrefix(m.Link, prefix), "an address of the portal's alone")
		require.Len(s.w, m.Link, len(prefix)+43)
		require.Equal(s.w, 1, m.Generation)
	} else {
		require.Empty(s.w, m.Link)
	}
	for _, other := range s.w.Mailbox.All() {
		if _, token, found := strings.Cut(other.Link, "token="); found {
			require.NotContains(s.w, text, token)
		}
	}
}
