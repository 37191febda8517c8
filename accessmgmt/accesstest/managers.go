package accesstest

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// NameCoGAP has the GAP name somebody co-GAP, from today on. He gives the second
// approval of roles that need two; see [World.Approve].
func (w *World) NameCoGAP(who accessmgmt.Actor, details ...Detail) accessmgmt.Manager {
	w.t.Helper()
	m := w.nameManager(who, accessmgmt.NameManager{Kind: accessmgmt.CoGAP}, details)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.coGAPs[w.Number] = who
	return m
}

// NameAccessManager has the GAP name somebody access manager of a domain of the
// catalogue, from today on. An application that names no domain is one of its
// own: [roles.MonEspaceApplication] is.
func (w *World) NameAccessManager(who accessmgmt.Actor, domain roles.DomainCode, details ...Detail) accessmgmt.Manager {
	w.t.Helper()
	return w.nameManager(who, accessmgmt.NameManager{Kind: accessmgmt.AccessManager, Domain: domain}, details)
}

func (w *World) nameManager(who accessmgmt.Actor, c accessmgmt.NameManager, details []Detail) accessmgmt.Manager {
	w.t.Helper()
	c.Enterprise, c.Manager, c.Period = w.registered(), w.assignee(who), w.term(details)
	m, err := w.Service.NameManager(context.Background(), w.GAP, c)
	w.must(err, "name "+nameOf(who)+" "+string(c.Kind))
	return m
}

// coGAP is the one who was named last in this enterprise.
func (w *World) coGAP() (accessmgmt.Actor, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	who, named := w.coGAPs[w.Number]
	return who, named
}
