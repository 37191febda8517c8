package workflowtest

import (
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// naming is the command that names an actor, by his national number.
func (w *World) naming(a accessmgmt.Actor, kind accessmgmt.ManagerKind, domain roles.DomainCode, p roles.Period) accessmgmt.NameManager {
	return accessmgmt.NameManager{Enterprise: w.Acme, Kind: kind, Domain: domain, Manager: assignee(a), Period: p}
}

// name has the GAP name a manager.
func (w *World) name(a accessmgmt.Actor, kind accessmgmt.ManagerKind, domain roles.DomainCode, p roles.Period) accessmgmt.Manager {
	w.Helper()
	term, err := w.Svc.NameManager(w.Ctx, w.GAP, w.naming(a, kind, domain, p))
	require.NoError(w, err)
	return term
}

// coGAP has the GAP name a co-GAP from today on.
func (w *World) coGAP(a accessmgmt.Actor) accessmgmt.Manager {
	w.Helper()
	return w.name(a, accessmgmt.CoGAP, "", roles.From(w.Svc.Today()))
}

// accessManager has the GAP name an access manager from today on.
func (w *World) accessManager(a accessmgmt.Actor, domain roles.DomainCode) accessmgmt.Manager {
	w.Helper()
	return w.name(a, accessmgmt.AccessManager, domain, roles.From(w.Svc.Today()))
}

func (w *World) removing(by accessmgmt.Actor, term accessmgmt.Manager) func() error {
	return func() error {
		return second(w.Svc.RemoveManager(w.Ctx, by, accessmgmt.RemoveManager{Enterprise: w.Acme, Manager: term.ID, Reason: " moved\non "}))
	}
}

// managerTerms reads the terms of the co-GAPs and access managers.
func (w *World) managerTerms() []accessmgmt.Manager {
	terms, err := w.Store.Managers(w.Ctx, w.Acme)
	require.NoError(w, err)
	return terms
}

// weak returns somebody who logged in without an eID, and of whom the identity
// provider knows no number.
func (w *World) weak(given, family string) accessmgmt.Actor {
	a := Person(given, family)
	a.Identity.Number, a.Identity.Assurance = accessmgmt.SSIN{}, accessmgmt.AssuranceLow
	return a
}

// mayRequestGAP reports whether an actor has proved enough to ask for the
// exceptional procedure.
func mayRequestGAP(a accessmgmt.Actor) bool {
	return a.Capacity == accessmgmt.AsUser && a.Identity.Assurance >= accessmgmt.AssuranceLow && a.Identity.Assurance <= accessmgmt.AssuranceHigh
}

// requestingGAP is the command by which an actor asks to become GAP.
func (w *World) requestingGAP(a accessmgmt.Actor, number accessmgmt.EnterpriseNumber) accessmgmt.RequestGAP {
	id := a.Identity
	return accessmgmt.RequestGAP{Enterprise: number, EnterpriseName: "Typed & Sons", Self: true,
		GAP:     accessmgmt.Candidate{GivenName: id.GivenName, FamilyName: id.FamilyName, Email: accessmgmt.MustParseEmail("candidate@home.example"), Language: roles.German},
		Contact: accessmgmt.MustParseEmail("new-office@acme.example"), Evidence: "file 2026/17"}
}

// requestingFor is the command by which staff asks that an actor become GAP.
func (w *World) requestingFor(a accessmgmt.Actor, number accessmgmt.EnterpriseNumber) accessmgmt.RequestGAP {
	c := w.requestingGAP(a, number)
	c.Self, c.GAP.Number = false, SSIN(a.Identity.GivenName+" "+a.Identity.FamilyName)
	return c
}

// candidacy has an actor ask to become GAP.
func (w *World) candidacy(a accessmgmt.Actor, number accessmgmt.EnterpriseNumber) accessmgmt.GAPRequest {
	w.Helper()
	done, err := w.Svc.RequestGAP(w.Ctx, a, w.requestingGAP(a, number))
	require.NoError(w, err)
	return done
}

// approvingGAP is the command that approves a request in this enterprise, in the
// place of the GAP in office now.
func (w *World) approvingGAP(r accessmgmt.GAPRequest) accessmgmt.ApproveGAP {
	return accessmgmt.ApproveGAP{Enterprise: w.Acme, Request: r.ID, Replaces: w.enterprise().Designation}
}

func (w *World) refusingGAP(r accessmgmt.GAPRequest) func() error {
	return func() error {
		return second(w.Svc.RefuseGAP(w.Ctx, Staff(), accessmgmt.RefuseGAP{Enterprise: w.Acme, Request: r.ID, Reason: " the documents\nare others' "}))
	}
}

// gap reads a term of office, or what was asked for.
func (w *World) gap(id accessmgmt.DesignationID) accessmgmt.GAP {
	w.Helper()
	for _, term := range w.terms() {
		if term.ID == id {
			return term
		}
	}
	require.Fail(w, "no such term of office")
	return accessmgmt.GAP{}
}
