package verify_test

import (
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
)

// duePlans are what a sweep asks for, of all enterprises: in the order in which
// things end, from the first or from where the last batch stopped. Each is read from
// an index of what is open, never by way of all that ever was.
func duePlans(store accessmgmt.Store) (all []planned) {
	index := map[accessmgmt.DueKind]string{
		accessmgmt.DueInvitation: "egovroles_recipient_due", accessmgmt.DueRequest: "egovroles_request_due",
		accessmgmt.DueRole: "egovroles_assignment_due", accessmgmt.DueOffice: "egovroles_manager_due",
	}
	later := accessmgmt.Due{At: now.Add(-time.Hour), Enterprise: accessmgmt.EnterpriseID{UUID: newID()}, ID: newID()}
	for kind, name := range index {
		for suffix, after := range map[string]accessmgmt.Due{"": {}, ", the next": later} {
			all = append(all, planned{"Due, " + string(kind) + suffix, func() error {
				return second(store.Due(ctx, accessmgmt.DueQuery{Kind: kind, Until: now, After: after, Limit: 200}))
			}, name, false})
		}
	}
	return all
}
