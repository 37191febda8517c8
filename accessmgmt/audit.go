package accessmgmt

import (
	"encoding/hex"
	"errors"
	"time"

	"github.com/google/uuid"
)

// Digest is a SHA-256. As text it is 64 hexadecimal digits.
type Digest [32]byte

// String returns the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// IsZero reports whether d is no digest.
func (d Digest) IsZero() bool { return d == Digest{} }

// MarshalText writes the digest in hexadecimal.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 64 hexadecimal digits.
func (d *Digest) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(d) {
		return errors.New("accessmgmt: a digest is 64 hexadecimal digits")
	}
	*d = Digest(raw)
	return nil
}

// AuditEvent names what happened, as a stable word.
type AuditEvent string

// The events. Each is written in the commit that it tells of.
const (
	EventEnterpriseRegistered AuditEvent = "enterprise_registered"
	EventGAPDesignated        AuditEvent = "gap_designated"
	EventGAPReplaced          AuditEvent = "gap_replaced" // about the one who left
	EventGAPResigned          AuditEvent = "gap_resigned" // asked; still in office
	EventGAPVacated           AuditEvent = "gap_vacated"
	EventInvited              AuditEvent = "invited"
	EventResent               AuditEvent = "invitation_resent"
	EventRevoked              AuditEvent = "invitation_revoked"
	EventAccepted             AuditEvent = "invitation_accepted"
	EventDeclined             AuditEvent = "invitation_declined"
	EventApproved             AuditEvent = "request_approved"
	EventRefused              AuditEvent = "request_refused"
	EventWithdrawn            AuditEvent = "request_withdrawn"
	EventAssigned             AuditEvent = "role_assigned" // directly
	EventReplaced             AuditEvent = "role_replaced"
	EventEnded                AuditEvent = "role_ended"
	EventExtended             AuditEvent = "role_extended"
	EventGivenBack            AuditEvent = "role_given_back"
	EventRequested            AuditEvent = "role_requested"   // by a manager, of a second one (four eyes)
	EventEndorsed             AuditEvent = "request_endorsed" // approved by the first of two
	EventNothingDone          AuditEvent = "nothing_done"     // a command with an id of the caller's, none of whose items succeeded
	EventManagerNamed         AuditEvent = "manager_named"
	EventManagerRemoved       AuditEvent = "manager_removed"
	EventGAPRequested         AuditEvent = "gap_requested" // by the exceptional procedure
	EventGAPRefused           AuditEvent = "gap_refused"
	EventUnitAdded            AuditEvent = "unit_added"
	EventUnitClosed           AuditEvent = "unit_closed"
	EventUnitMoved            AuditEvent = "unit_moved" // to another enterprise
	EventSuspended            AuditEvent = "enterprise_suspended"
	EventResumed              AuditEvent = "enterprise_resumed"
	EventTemplateSaved        AuditEvent = "template_saved"
	EventTemplateChanged      AuditEvent = "template_changed"
	EventTemplateRetired      AuditEvent = "template_retired"
	EventErased               AuditEvent = "person_erased"    // from this enterprise; Data says which details of the audit went ("details": "3.0 5.1")
	EventForgotten            AuditEvent = "person_forgotten" // he is nobody's account any more, in any enterprise
	EventExported             AuditEvent = "person_exported"  // by staff: what this enterprise holds of him
	// Those of [Service.Sweep], which nobody did.
	EventReminded     AuditEvent = "invitation_reminded"
	EventExpired      AuditEvent = "invitation_expired"
	EventLapsing      AuditEvent = "request_lapsing"
	EventLapsed       AuditEvent = "request_lapsed"
	EventEnding       AuditEvent = "role_ending"
	EventOver         AuditEvent = "role_over" // ended by its date
	EventOfficeEnding AuditEvent = "manager_ending"
	EventOfficeOver   AuditEvent = "manager_over"
)

// AuditRecord is one thing that happened in an enterprise. The records of an
// enterprise form a chain: each holds the hash of the one before. The chain
// covers ids, codes and instants, and of names, addresses and reasons only a
// salted commitment, so that erasing the details breaks nothing (D21).
type AuditRecord struct {
	Enterprise EnterpriseID `json:"enterprise"`
	// Seq is the epoch of the commit it was written in; Ordinal counts the
	// records of one commit from 0.
	Seq     uint64     `json:"seq"`
	Ordinal int        `json:"ordinal"`
	At      time.Time  `json:"at"`
	Event   AuditEvent `json:"event"`
	// Actor did it, in the capacity that allowed it. What nobody did, but the
	// clock, has a zero Actor and the capacity [AsSystem].
	Actor     PersonID  `json:"actor"`
	Capacity  Capacity  `json:"capacity"`
	Assurance Assurance `json:"assurance"`
	// Person is whom it is about; Object and ObjectID what. Zero when nobody
	// or nothing in particular.
	Person   PersonID  `json:"person,omitzero"`
	Object   string    `json:"object,omitempty"`
	ObjectID uuid.UUID `json:"object_id,omitzero"`
	// Data holds codes, ids and instants, never what names a person.
	Data map[string]string `json:"data,omitempty"`
	// Details holds what can be erased: names, addresses, reasons. Nil when
	// there was none, or after erasure.
	Details map[string]string `json:"details,omitempty"`
	// Salt and Commitment tie Details to the chain: the commitment is the
	// hash of the salt and the details. Both zero when there was none.
	Salt       []byte `json:"salt,omitempty"`
	Commitment Digest `json:"commitment,omitzero"`
	Prev       Digest `json:"prev"`
	Hash       Digest `json:"hash"`
}

// AuditPosition is a place in an enterprise's chain.
type AuditPosition struct {
	Seq     uint64
	Ordinal int
}
