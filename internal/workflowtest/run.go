package workflowtest

import "testing"

// Run plays everything on a store.
func Run(t *testing.T, open Open) {
	t.Run("races", func(t *testing.T) { Races(t, open) })
	t.Run("authority", func(t *testing.T) { Authority(t, open) })
	t.Run("commands", func(t *testing.T) { Commands(t, open) })
	t.Run("four eyes", func(t *testing.T) { FourEyes(t, open) })
	t.Run("life", func(t *testing.T) { Life(t, open) })
	t.Run("repeats", func(t *testing.T) { Repeats(t, open) })
	t.Run("previews", func(t *testing.T) { Previews(t, open) })
	t.Run("gates", func(t *testing.T) { Gates(t, open) })
	t.Run("names", func(t *testing.T) { play(t, open, nameScenarios) })
	t.Run("stricter catalogues", func(t *testing.T) { play(t, open, stricterScenarios) })
	t.Run("reviewed", func(t *testing.T) { play(t, open, reviewedScenarios) })
	t.Run("crowds", func(t *testing.T) { play(t, open, crowdScenarios) })
	t.Run("unseen", func(t *testing.T) { play(t, open, unseenScenarios) })
	t.Run("managers", func(t *testing.T) { Managers(t, open) })
	t.Run("exceptional", func(t *testing.T) { Exceptional(t, open) })
	t.Run("already there", func(t *testing.T) { play(t, open, alreadyScenarios) })
	t.Run("limits", func(t *testing.T) { Limits(t, open) })
	t.Run("sweeps", func(t *testing.T) { Sweeps(t, open) })
	t.Run("logging", func(t *testing.T) { play(t, open, loggingScenarios) })
	t.Run("messages", func(t *testing.T) { Messages(t, open) })
	t.Run("identities", func(t *testing.T) { Identities(t, open) })
	t.Run("queries", func(t *testing.T) { Queries(t, open) })
	t.Run("audits", func(t *testing.T) { Audits(t, open) })
	t.Run("dispatches", func(t *testing.T) { Dispatches(t, open) })
	t.Run("templates", func(t *testing.T) { Templates(t, open) })
	t.Run("finding", func(t *testing.T) { Finding(t, open) })
	t.Run("units", func(t *testing.T) { Units(t, open) })
	t.Run("suspensions", func(t *testing.T) { Suspensions(t, open) })
	t.Run("erasures", func(t *testing.T) { Erasures(t, open) })
	t.Run("secrets", func(t *testing.T) { Secrets(t, open, nil) })
}
