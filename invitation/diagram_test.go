package invitation_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
)

var update = flag.Bool("update", false, "write WORKFLOW.md anew")

func TestWorkflowDiagram(t *testing.T) {
	got := invitation.Diagram()
	for range 50 {
		require.Equal(t, got, invitation.Diagram(), "not the same each time")
	}
	if *update {
		require.NoError(t, os.WriteFile("WORKFLOW.md", []byte(got), 0o644))
	}
	want, err := os.ReadFile("WORKFLOW.md")
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "WORKFLOW.md isn't what the tables say. If they are right, write it anew:\n\tgo test ./invitation -run TestWorkflow -update")
}

// The diagram shows each step of the tables once, and no other.
func TestWorkflowDiagramShowsTheTables(t *testing.T) {
	var arrows, rows int
	for line := range strings.Lines(invitation.Diagram()) {
		switch {
		case strings.Contains(line, " --> "):
			arrows++
		case strings.HasPrefix(line, "| ") && !strings.Contains(line, "in state"):
			rows++
		}
	}
	starts, clock, final, steps := 2, 2, 3+4, 6+4
	assert.Equal(t, starts+clock+final+steps, arrows)
	assert.Equal(t, steps, rows)
	for _, line := range []string{
		"    [*] --> invited\n", "    invited --> expired: (the last day is over)\n", "    expired --> invited: resend\n", "    revoked --> [*]\n",
		"    [*] --> pending\n", "    pending --> lapsed: (nobody decided in time)\n", "    lapsed --> [*]\n",
		"| invited | accept | accepted |\n", "| *expired* | revoke | revoked |\n", "| pending | approve | approved |\n", "    pending --> pending: endorse\n",
	} {
		assert.Equal(t, 1, strings.Count(invitation.Diagram(), line), line)
	}
	assert.NotContains(t, invitation.Diagram(), "    expired --> [*]\n", "a way leads out of it")
}
