package access_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/access"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

func TestDecisionsAreLogged(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anne := s.Person("Anne Dubois")
	s.Give(anne, roles.Editor)
	var out bytes.Buffer
	log := &access.ADL{Handler: slog.NewJSONHandler(&out, nil), Now: s.Clock.Now, Trace: func(context.Context) access.Trace {
		return access.Trace{TraceID: [16]byte{1}, SpanID: [8]byte{2}}
	}}
	checker := access.Logged(s.own, log)
	q := s.question(anne, roles.Sign)
	records := func() (all []map[string]any) {
		for _, line := range bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n")) {
			var r map[string]any
			require.NoError(t, json.Unmarshal(line, &r))
			all = append(all, r)
		}
		out.Reset()
		return all
	}
	d, err := checker.Check(t.Context(), q)
	require.NoError(t, err)
	one := records()
	require.Len(t, one, 1, "exactly one for each decision")
	require.Equal(t, "01000000000000000000000000000000", one[0]["trace_id"])
	require.Equal(t, "0200000000000000", one[0]["span_id"])
	require.Equal(t, "adl.access_evaluation", one[0]["event_name"])
	require.Equal(t, float64(s.Clock.Now().UnixMilli()), one[0]["timestamp"])
	require.Equal(t, "Ok", one[0]["status"])
	attributes := one[0]["attributes"].(map[string]any)
	require.Equal(t, map[string]any{"subject": q.Person.String(), "action": "sign", "resource": q.Enterprise.String()}, attributes["adl.core.request"])
	require.Equal(t, true, attributes["adl.core.response"].(map[string]any)["decision"])
	require.Equal(t, d.Catalogue, attributes["adl.core.policies"])
	require.Equal(t, float64(d.Revision), attributes["adl.core.information"])

	_, err = checker.CheckEach(t.Context(), []accessmgmt.Question{q, s.question(anne, roles.ManageSpace), {Action: "sing"}})
	require.NoError(t, err)
	several := records()
	require.Len(t, several, 3)
	require.Equal(t, "Ok", several[1]["status"], "a denial is no error")
	require.Equal(t, "Error", several[2]["status"])
	_, err = checker.Explain(t.Context(), q)
	require.NoError(t, err)
	require.Len(t, records(), 1)

	s.otherStore.set(func() { s.otherStore.err = errors.New("gone") })
	_, err = access.Logged(s.other, log).Check(t.Context(), q)
	require.ErrorIs(t, err, accessmgmt.ErrUnavailable)
	require.Equal(t, "Error", records()[0]["status"])
}

// unread is a log that looks at nothing.
type unread struct{}

func (unread) Decided(context.Context, accessmgmt.Question, accessmgmt.Decision, error) {}

// BenchmarkLogged is what a log costs a check: none, one that does nothing, and the
// fields of the Dutch log as JSON.
func BenchmarkLogged(b *testing.B) {
	store := memory.New()
	ix, err := access.New(store, access.Options{Catalogue: roles.MonEspace(), MaxStaleness: time.Minute})
	require.NoError(b, err)
	w := accesstest.New(b, accesstest.Options{Store: store, Change: func(o *accessmgmt.Options) { o.Watcher = ix }})
	anne := w.Person("Anne Dubois")
	given := w.Give(anne, roles.Editor)
	q := accessmgmt.Question{Person: given.Person, Enterprise: given.Enterprise, Action: roles.Sign}
	for name, c := range map[string]accessmgmt.Checker{
		"no log": ix, "a log that does nothing": access.Logged(ix, unread{}),
		"ADL": access.Logged(ix, &access.ADL{Handler: slog.NewJSONHandler(io.Discard, nil)}),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, err := c.Check(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
