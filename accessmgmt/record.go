package accessmgmt

import (
	"fmt"
	"io"
	"maps"

	"github.com/google/uuid"
)

// event is what a command adds to the audit.
type event struct {
	event    AuditEvent
	person   PersonID
	object   string
	objectID uuid.UUID
	// data holds codes, ids and instants; details what names people, and so
	// can be erased. Empty values are left out.
	data    map[string]string
	details map[string]string
}

// record adds an event to the audit. Its details are tied to the chain by a
// salted hash alone.
func (w *work) record(e event) error {
	as := w.auth.as
	if w.as != "" {
		as = w.as
	}
	record := AuditRecord{
		At: w.now, Event: e.event, Actor: w.who.person.ID, Capacity: as, Assurance: w.who.Identity.Assurance,
		Person: e.person, Object: e.object, ObjectID: e.objectID, Data: filled(e.data),
	}
	details := maps.Clone(e.details)
	if w.who.Capacity == AsOperator && !w.wordless {
		if details == nil {
			details = map[string]string{}
		}
		details["on_behalf_of"], details["operator_reason"] = w.who.OnBehalfOf, w.who.Actor.Reason
	}
	record.Details = filled(details)
	if record.Details != nil {
		record.Salt = make([]byte, 16)
		if _, err := io.ReadFull(w.random, record.Salt); err != nil {
			return fmt.Errorf("salt for the audit: %w", err)
		}
		record.Commitment = commitment(record.Salt, record.Details)
	}
	w.changes.Audit = append(w.changes.Audit, record)
	return nil
}

// filled returns m without its empty values, nil when nothing is left.
func filled(m map[string]string) map[string]string {
	maps.DeleteFunc(m, func(_, v string) bool { return v == "" })
	if len(m) == 0 {
		return nil
	}
	return m
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}
