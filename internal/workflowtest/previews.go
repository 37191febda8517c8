package workflowtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Previews plays the preview of every command: it writes nothing, and says
// exactly what the command itself writes then.
func Previews(t *testing.T, open Open) {
	for _, name := range sortedNames(commands) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			office := offices(t, open).office()
			c := commands[name](office)
			office.requirePreview(c.by, c.run)
		})
	}
	t.Run("sends nothing", func(t *testing.T) { previewsSendNothing(t, open) })
}

// requirePreview tries a command out and then does it, and fails unless both
// say the same, but for what chance makes of it.
func (w *World) requirePreview(by accessmgmt.Actor, run func(context.Context, *accessmgmt.Service, accessmgmt.Actor) error) {
	w.Helper()
	w.Deliver()
	before := w.everything()
	var written []accessmgmt.Changes
	store, svc := w.tap()
	store.commit = func(c *accessmgmt.Changes) { written = append(written, *c) }

	p := svc.Preview()
	require.NoError(w, run(w.Ctx, p.Service, by))
	require.Empty(w, written, "a preview writes nothing")
	require.Equal(w, before, w.everything(), "a preview changes nothing")
	mails := w.Mailbox.All()
	w.Deliver()
	require.Equal(w, mails, w.Mailbox.All(), "a preview tells nobody")

	require.NoError(w, run(w.Ctx, svc, by))
	require.NotEmpty(w, written)
	require.Equal(w, len(written), len(p.Changes()))
	for i := range written {
		require.Equal(w, steady(w, written[i]), steady(w, p.Changes()[i]), "commit %d", i)
		require.Equal(w, written[i].Enterprise.Epoch, p.Changes()[i].Enterprise.Epoch, "the epoch it was made at")
	}
	messages := 0
	for _, c := range written {
		for _, m := range c.Messages {
			capacity := c.Audit[0].Capacity
			if own := capacity == accessmgmt.AsUser || capacity == accessmgmt.AsInvitee; !own || m.To.Person == c.Command.Actor {
				messages++
			}
		}
	}
	require.Len(w, p.Mails(), messages, "all to a manager, their own to others")
	for _, m := range p.Mails() {
		require.NotEmpty(w, w.Words(m).Text)
		require.Empty(w, m.Link, "no link before it is sent")
	}
}

// everything is all that the store shows of the world's enterprise; nothing
// when it isn't registered yet.
func (w *World) everything() map[string]any {
	ent, err := w.Store.EnterpriseByNumber(w.Ctx, w.Number)
	if errors.Is(err, accessmgmt.ErrNotFound) {
		return nil
	}
	require.NoError(w, err)
	own := *w
	own.Acme = ent.ID
	return own.Snapshot()
}

// steady writes a changeset with what chance makes in it (ids, hashes, salts)
// replaced by a name for each, in the order in which they come, so that two
// changesets made alike are equal.
func steady(w *World, c accessmgmt.Changes) string {
	names := map[string]string{}
	var walk func(v reflect.Value) any
	walk = func(v reflect.Value) any {
		switch x := v.Interface().(type) {
		case uuid.UUID:
			return named(names, "id", x.String(), x == uuid.Nil)
		case accessmgmt.Digest:
			return named(names, "digest", x.String(), x.IsZero())
		case [32]byte:
			return named(names, "bytes", fmt.Sprintf("%x", x), x == [32]byte{})
		case json.Marshaler, fmt.Stringer:
			if v.Kind() != reflect.Struct || v.NumField() != 1 || !v.Type().Field(0).Anonymous {
				text, err := json.Marshal(x)
				require.NoError(w, err)
				return string(text)
			}
		}
		switch v.Kind() {
		case reflect.Struct:
			out := map[string]any{}
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() {
					out[f.Name] = walk(v.Field(i))
				}
			}
			return out
		case reflect.Slice, reflect.Array:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				return named(names, "bytes", fmt.Sprintf("%x", v.Interface()), v.Len() == 0)
			}
			out := []any{}
			for i := range v.Len() {
				out = append(out, walk(v.Index(i)))
			}
			return out
		case reflect.Map:
			out := map[string]any{}
			for _, k := range v.MapKeys() {
				text := fmt.Sprint(v.MapIndex(k).Interface())
				if id, err := uuid.Parse(text); err == nil {
					out[k.String()] = named(names, "id", id.String(), false)
					continue
				}
				out[k.String()] = text
			}
			return out
		}
		return v.Interface()
	}
	data, err := json.Marshal(walk(reflect.ValueOf(c)))
	require.NoError(w, err)
	return string(data)
}

func named(names map[string]string, kind, value string, zero bool) string {
	if zero {
		return "no " + kind
	}
	if names[value] == "" {
		names[value] = fmt.Sprintf("%s %d", kind, len(names)+1)
	}
	return names[value]
}

// previewsSendNothing holds whatever is called on a preview.
func previewsSendNothing(t *testing.T, open Open) {
	t.Parallel()
	w := WithGAP(t, open)
	require.NoError(w, w.inviting(w.Invitation(Person("Anne", "Dubois"), w.Line("monespace.editor"))))
	p := w.Svc.Preview()
	done, err := p.DispatchOnce(w.Ctx)
	require.NoError(w, err)
	require.Zero(w, done)
	require.Empty(w, w.Mailbox.All())
	require.Empty(w, p.Changes())
	w.Deliver()
	require.Len(w, w.Mailbox.All(), 1)
}
