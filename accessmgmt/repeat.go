package accessmgmt

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// once is what makes a command that is sent again harmless. The zero once is a
// command without an id of the caller's.
type once struct {
	id CommandID
	// content is what was asked. secrets are the parts of it that JSON doesn't
	// show: national numbers, tokens.
	content any
	secrets []string
	// answer points to where the command puts its result.
	answer any
	// reused: the id was used for something else. It is said once the actor has
	// leave to do the command at all.
	reused bool
	// done: it was done before.
	done bool
}

// oneTime is what the commands say of themselves; see once.
func oneTime(id CommandID, content, answer any, secrets ...string) once {
	return once{id: id, content: content, answer: answer, secrets: secrets}
}

// answered looks whether the command was done before, by the same actor: then
// its first answer is the answer again, and nothing is decided or written. An
// id that was used for anything else is refused, once the actor has leave to do
// the command at all.
func (w *work) answered() (bool, error) {
	before, done, err := w.did(w.ent.ID)
	if err != nil || !done {
		return false, err
	}
	// The first may have been written by another process, or by this one without
	// anybody knowing: whoever watches hasn't been told of it.
	w.watcher.Writing(w.ent.ID)
	w.watcher.Written(w.ent.ID, true)
	w.once.done = true
	// A try that was overtaken may have left an answer of its own there.
	reflect.ValueOf(w.once.answer).Elem().SetZero()
	return true, json.Unmarshal([]byte(before.Answer), w.once.answer)
}

// did looks whether the command was done before in an enterprise. That its id
// was used there for something else is noted in once.
func (w *work) did(enterprise EnterpriseID) (before Command, done bool, err error) {
	if w.once.id.IsZero() || enterprise.IsZero() {
		return Command{}, false, nil
	}
	before, err = w.store.Command(w.ctx, enterprise, w.once.id)
	if errors.Is(err, ErrNotFound) {
		return Command{}, false, nil
	}
	if err != nil {
		return Command{}, false, err
	}
	if before.Act == w.act && w.who.known && before.Actor == w.who.person.ID {
		if w.sameContent(before.Content) {
			return before, true, nil
		}
	}
	w.once.reused = true
	return Command{}, false, nil
}

// notReused refuses an id that was used for something else.
func (w *work) notReused() error {
	if !w.once.reused {
		return nil
	}
	return &Error{Kind: ErrState, Code: CodeCommandReused, Err: wrongState("command", "done already, with other content or by another", "repeat")}
}

// sameContent compares what is asked with what was asked then, under any of the
// keys: the key may have changed since.
func (w *work) sameContent(before Digest) bool {
	for _, key := range w.keys {
		// What can't be written as JSON, such as a day that doesn't exist, was
		// never written.
		if now, err := w.contentHash(key); err == nil && now == before {
			return true
		}
	}
	return false
}

// contentHash is keyed because names and addresses could be guessed from a
// plain hash.
func (w *work) contentHash(key Key) (Digest, error) {
	data, err := json.Marshal([]any{w.act, w.who.Capacity, w.who.OnBehalfOf, w.who.Actor.Reason, w.once.content})
	if err != nil {
		return Digest{}, fmt.Errorf("content of a command: %w", err)
	}
	parts := [][]byte{data}
	for _, secret := range w.once.secrets {
		parts = append(parts, []byte(secret))
	}
	return key.MAC("egovroles command", parts...), nil
}

// number gives the commit its command, with the answer for whoever sends it
// again.
func (w *work) number() error {
	c := Command{ID: w.once.id, Act: w.act, Actor: w.who.person.ID, Epoch: w.ent.Epoch, At: w.now}
	if w.once.id.IsZero() {
		c.ID = CommandID{w.newID()}
		w.changes.Command = c
		return nil
	}
	var err error
	if c.Content, err = w.contentHash(w.keys[0]); err != nil {
		return err
	}
	answer, err := json.Marshal(w.once.answer)
	if err != nil {
		return fmt.Errorf("answer of a command: %w", err)
	}
	c.Answer = string(answer)
	w.changes.Command = c
	return nil
}

// resultJSON is how a result of a bulk command is kept with the command.
type resultJSON[T any] struct {
	Value *T         `json:"value,omitempty"`
	Error *errorJSON `json:"error,omitempty"`
}

type errorJSON struct {
	Act      Act                    `json:"act"`
	Code     string                 `json:"code"`
	Kind     string                 `json:"kind"`
	Existing uuid.UUID              `json:"existing,omitzero"`
	State    *invitation.StateError `json:"state,omitempty"`
	Problems roles.Problems         `json:"problems,omitempty"`
}

// kindNames are the kinds of errors that an item of a bulk can fail with; see
// isAnswer. The others end the whole command.
var kindNames = map[string]error{"not_found": ErrNotFound, "invalid": ErrInvalid, "state": ErrState, "denied": ErrDenied}

// MarshalJSON writes {"value": …} or {"error": {"act": …, "code": …, "kind": …}},
// the kind being "not_found", "invalid", "state" or "denied".
func (r Result[T]) MarshalJSON() ([]byte, error) {
	if r.Err == nil {
		return json.Marshal(resultJSON[T]{Value: &r.Value})
	}
	out := &errorJSON{}
	for name, kind := range kindNames {
		if errors.Is(r.Err, kind) {
			out.Kind = name
		}
	}
	var e *Error
	if errors.As(r.Err, &e) {
		out.Act, out.Code, out.Existing = e.Act, e.Code, e.Existing
	}
	if !errors.As(r.Err, &out.State) {
		out.State = nil
	}
	if !errors.As(r.Err, &out.Problems) {
		out.Problems = nil
	}
	return json.Marshal(resultJSON[T]{Error: out})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Result[T]) UnmarshalJSON(data []byte) error {
	var in resultJSON[T]
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*r = Result[T]{}
	if in.Error == nil {
		if in.Value == nil {
			return errors.New("accessmgmt: a result has neither a value nor an error")
		}
		r.Value = *in.Value
		return nil
	}
	e := &Error{Act: in.Error.Act, Kind: kindNames[in.Error.Kind], Code: in.Error.Code, Existing: in.Error.Existing}
	if e.Kind == nil {
		e.Kind = ErrUnavailable
	}
	switch {
	case in.Error.State != nil:
		e.Err = in.Error.State
	case len(in.Error.Problems) > 0:
		e.Err = in.Error.Problems
	}
	r.Err = e
	return nil
}

// keepsNothing reports whether the answer of a command that did nothing is worth
// a commit. It isn't of those that anybody may try on what may be his own, who
// could fill an enterprise's history with it, nor of a move or an erasure that was done.
func (w *work) keepsNothing() bool {
	mine := w.auth.as == AsUser || w.auth.as == AsInvitee || w.auth.as == ""
	return !w.once.id.IsZero() && !w.once.done && w.preview == nil && !mine && w.act != ActMoveUnit && w.act != ActErasePerson
}
