package accessmgmt

import (
	"time"

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
