package accessmgmt

import (
	"context"
	"fmt"
	"time"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Suspension is a time in which no access is given in an enterprise, by a
// decision of the portal's staff (D14).
type Suspension struct {
	ID         SuspensionID `json:"id"`
	Enterprise EnterpriseID `json:"enterprise"`
	From       time.Time    `json:"from"`
	// To is when it was lifted; zero: it lasts.
	To          time.Time `json:"to,omitzero"`
	SuspendedBy PersonID  `json:"suspended_by"`
	Reason      string    `json:"reason"`
	ResumedBy   PersonID  `json:"resumed_by,omitzero"`
	Version     uint64    `json:"version"`
}

// Covers reports whether the suspension holds at an instant.
func (s Suspension) Covers(at time.Time) bool {
	return roles.Window{From: s.From, To: s.To}.Contains(at)
}

// Suspend suspends an enterprise.
type Suspend struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	// Reason is told to the managers; it may not be empty.
	Reason string
}

// Suspend stops all access in an enterprise, from now until [Service.Resume]
// (D14): every check is denied with ReasonSuspended, and whatever gives access
// or prepares it, such as to invite, accept, approve or assign, is [ErrState]
// with CodeSuspended (c-24). What takes away works on, and so does the
// designation of a GAP. Nothing is ended or lost; dates run on meanwhile. The
// managers and the contact address are told. Only the portal's staff may.
//
// An enterprise that is suspended is [ErrState] with CodeSuspended.
func (s *Service) Suspend(ctx context.Context, actor Actor, c Suspend) (Suspension, error) {
	if err := invalid(requireReason(c.Reason)); err != nil {
		return Suspension{}, fail(ActSuspend, err)
	}
	reason := invitation.CleanText(c.Reason)
	var begun Suspension
	err := s.command(ctx, actor, ActSuspend, oneTime(c.ID, c, &begun), c.Enterprise, nil, func(w *work) error {
		if !w.ent.SuspendedAt.IsZero() {
			return &Error{Kind: ErrState, Code: CodeSuspended, Err: wrongState("enterprise", "suspended", "suspend")}
		}
		begun = Suspension{ID: SuspensionID{w.newID()}, Enterprise: w.ent.ID, From: w.now, SuspendedBy: w.who.person.ID, Reason: reason, Version: 1}
		w.ent.SuspendedAt = begun.From
		return w.putSuspension(begun, EventSuspended, MessageSuspended, reason)
	})
	if err != nil {
		return Suspension{}, err
	}
	return begun, nil
}

// Resume lifts the suspension of an enterprise.
type Resume struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	// Reason is told to the managers; it may not be empty.
	Reason string
}

// Resume lifts a suspension: what was in force before is in force again, unless
// it has ended meanwhile. The managers and the contact address are told. Only
// the portal's staff may. An enterprise that isn't suspended is [ErrState].
func (s *Service) Resume(ctx context.Context, actor Actor, c Resume) (Suspension, error) {
	if err := invalid(requireReason(c.Reason)); err != nil {
		return Suspension{}, fail(ActResume, err)
	}
	var lifted Suspension
	err := s.command(ctx, actor, ActResume, oneTime(c.ID, c, &lifted), c.Enterprise, nil, func(w *work) error {
		if w.ent.SuspendedAt.IsZero() {
			return wrongState("enterprise", "not suspended", "resume")
		}
		var err error
		if lifted, err = w.suspension(); err != nil {
			return err
		}
		lifted.To, lifted.ResumedBy = w.now, w.who.person.ID
		lifted.Version++
		w.ent.SuspendedAt = time.Time{}
		return w.putSuspension(lifted, EventResumed, MessageResumed, invitation.CleanText(c.Reason))
	})
	if err != nil {
		return Suspension{}, err
	}
	return lifted, nil
}

// suspension reads the one that holds. That it isn't there means that it was
// lifted since the enterprise was read.
func (w *work) suspension() (Suspension, error) {
	all, err := w.store.Suspensions(w.ctx, w.ent.ID)
	if err != nil {
		return Suspension{}, err
	}
	for _, x := range all {
		if x.To.IsZero() {
			return x, nil
		}
	}
	return Suspension{}, fmt.Errorf("%w: the suspension isn't there", ErrConflict)
}

func (w *work) putSuspension(x Suspension, ev AuditEvent, m MessageEvent, reason string) error {
	w.changes.Suspensions = append(w.changes.Suspensions, x)
	if err := w.record(event{event: ev, object: "suspension", objectID: x.ID.UUID, details: map[string]string{"reason": reason}}); err != nil {
		return err
	}
	to, err := w.allManagers()
	w.tellEach(m, to, map[string]string{DataReason: reason})
	return err
}
