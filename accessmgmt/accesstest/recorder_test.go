package accesstest_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt/accesstest"
)

// recorder is the test of a portal, in a test of the kit: it keeps how it
// failed.
type recorder struct {
	testing.TB
	failure string
	helped  int
}

func (r *recorder) Helper() { r.helped++ }

func (r *recorder) Fatalf(format string, args ...any) {
	r.failure = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// failure runs a portal's test on a world, and returns the text it ended with.
func failure(t *testing.T, w *accesstest.World, test func(w *accesstest.World)) string {
	t.Helper()
	return failureOf(t, func(tb testing.TB) { test(w.In(tb)) })
}

func failureOf(t *testing.T, test func(tb testing.TB)) string {
	t.Helper()
	r := &recorder{TB: t}
	ended := make(chan bool)
	go func() {
		defer close(ended)
		test(r)
	}()
	<-ended
	require.NotEmpty(t, r.failure, "the portal's test should have failed")
	require.Positive(t, r.helped, "the failing line should be the portal's")
	return r.failure
}
