package accessmgmt

import (
	"time"

	"github.com/egovroles/egovroles/roles"
)

// Unit is an establishment unit (unité d'établissement) of an enterprise, for
// as long as it is that enterprise's. Roles may be given for one unit alone
// (D8). One that moves to another enterprise is closed here and added there
// under an id of its own, so that no id ever means two enterprises' places; its
// number stays.
type Unit struct {
	ID         UnitID                  `json:"id"`
	Enterprise EnterpriseID            `json:"enterprise"`
	Number     EstablishmentUnitNumber `json:"unit_number"`
	Name       string                  `json:"name"`
	AddedAt    time.Time               `json:"added_at"`
	AddedBy    PersonID                `json:"added_by"`
	// ClosedAt is when it was closed or moved; zero: it is open.
	ClosedAt time.Time `json:"closed_at,omitzero"`
	ClosedBy PersonID  `json:"closed_by,omitzero"`
	// MovedTo is the enterprise it went to, MovedFrom the one it came from;
	// zero: none.
	MovedTo   EnterpriseID `json:"moved_to,omitzero"`
	MovedFrom EnterpriseID `json:"moved_from,omitzero"`
	Reason    string       `json:"reason,omitempty"`
	Version   uint64       `json:"version"`
}

// isOpen reports whether the row is of a unit that nobody closed.
func (u Unit) isOpen() bool { return !u.ID.IsZero() && u.ClosedAt.IsZero() }

// label is how messages name the unit.
func (u Unit) label() string { return u.Name + " (" + u.Number.String() + ")" }

// OpenAt reports whether the unit was this enterprise's at an instant.
func (u Unit) OpenAt(at time.Time) bool {
	return roles.Window{From: u.AddedAt, To: u.ClosedAt}.Contains(at)
}

// openOf says which of some units are open.
func openOf(units []Unit) map[UnitID]bool {
	open := make(map[UnitID]bool, len(units))
	for _, u := range units {
		open[u.ID] = u.isOpen()
	}
	return open
}
