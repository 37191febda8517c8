package workflowtest

import "testing"

// Run plays everything on a store.
func Run(t *testing.T, open Open) {
	t.Run("races", func(t *testing.T) { Races(t, open) })
	t.Run("authority", func(t *testing.T) { Authority(t, open) })
	t.Run("secrets", func(t *testing.T) { Secrets(t, open, nil) })
}
