package accessmgmt

import (
	"slices"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// ManagerKind is what kind of manager stands beside the GAP.
type ManagerKind string

// The kinds of manager whom a GAP names.
const (
	// CoGAP (co-gestionnaire d'accès principal; officially co-Chief Access
	// Manager) does all that the GAP does, but for naming managers (D14).
	CoGAP ManagerKind = "co_gap"
	// AccessManager (gestionnaire d'accès) does the same for the roles of one
	// domain, a group of applications, and sees no others (D14).
	AccessManager ManagerKind = "access_manager"
)

// Manager is one term of office of a co-GAP or an access manager. The past ones
// stay as history.
type Manager struct {
	ID         DesignationID `json:"id"`
	Enterprise EnterpriseID  `json:"enterprise"`
	Person     PersonID      `json:"person"`
	Kind       ManagerKind   `json:"kind"`
	// Domain is what an access manager manages; empty for a co-GAP.
	Domain roles.DomainCode `json:"domain,omitempty"`
	// Period is the term as it was written, Window the instants it came to.
	Period  roles.Period `json:"period"`
	Window  roles.Window `json:"window"`
	NamedBy PersonID     `json:"named_by"`
	NamedAt time.Time    `json:"named_at"`
	// EndedAt is when somebody ended the term; zero: nobody did.
	EndedAt time.Time `json:"ended_at,omitzero"`
	EndedBy PersonID  `json:"ended_by,omitzero"`
	Reason  string    `json:"reason,omitempty"`
	// Told is how far people were told of its end by its date.
	Told    roles.Told `json:"told,omitempty"`
	Version uint64     `json:"version"`
}

// InForce returns the term as it was or is served: the window, cut where it was
// ended.
func (m Manager) InForce() roles.Window {
	return roles.Assignment{Window: m.Window, EndedAt: m.EndedAt}.InForce()
}

// InOfficeAt reports whether the term covers an instant.
func (m Manager) InOfficeAt(at time.Time) bool { return m.InForce().Contains(at) }

// StateAt returns where the term stands at an instant: scheduled, in office
// (active), ended by somebody, or expired.
func (m Manager) StateAt(at time.Time) roles.AssignmentState {
	return roles.Assignment{Window: m.Window, EndedAt: m.EndedAt}.StateAt(at)
}

// leaders are the persons who manage all of an enterprise at an instant: the
// GAP, then the co-GAPs in the order of their terms, each once.
func leaders(gap PersonID, terms []Manager, at time.Time) []PersonID {
	var all []PersonID
	if !gap.IsZero() {
		all = append(all, gap)
	}
	for _, term := range terms {
		if term.Kind == CoGAP && term.InOfficeAt(at) && !slices.Contains(all, term.Person) {
			all = append(all, term.Person)
		}
	}
	return all
}
