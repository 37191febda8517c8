package accesstest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// Erase has the portal's staff erase somebody, with the address he was invited
// at.
func (w *World) Erase(who accessmgmt.Actor) accessmgmt.Erasure {
	w.t.Helper()
	done, err := w.Service.ErasePerson(context.Background(), w.Staff(), accessmgmt.ErasePerson{Person: w.ID(who), Emails: []accessmgmt.Email{w.address(who)}})
	w.must(err, "erase "+nameOf(who))
	return done
}

// MustHaveForgotten ends the test, with what is left, unless somebody was erased:
// his account is nobody's, and neither his name, his address nor his account
// stands in anything that the store keeps of any enterprise. What stays by design
// is said at [accessmgmt.Service.ErasePerson], so don't name an enterprise after
// him.
func (w *World) MustHaveForgotten(who accessmgmt.Actor) {
	w.t.Helper()
	if id, err := w.inside.Identify(context.Background(), who.Identity); err == nil {
		w.t.Fatalf("accesstest: %s should be forgotten, and logs in as %s\n%s", nameOf(who), id, w.Report(who))
	}
	traces := []string{who.Identity.Subject, w.address(who).String(), who.Identity.GivenName + " " + who.Identity.FamilyName,
		`"given_name":"` + who.Identity.GivenName + `","family_name":"` + who.Identity.FamilyName + `"`}
	kept, err := w.kept(context.Background())
	w.must(err, "read all that is kept")
	for _, row := range kept {
		lower := strings.ToLower(row)
		for _, trace := range traces {
			if strings.Contains(lower, strings.ToLower(trace)) {
				w.t.Fatalf("accesstest: %s should be forgotten, and is in\n  %s", nameOf(who), row)
			}
		}
	}
}

// kept is every row of every enterprise, a line each.
func (w *World) kept(ctx context.Context) (all []string, err error) {
	var last accessmgmt.EnterpriseID
	for {
		page, err := w.store.EnterprisesAfter(ctx, last, rows)
		if err != nil {
			return nil, err
		}
		for _, ent := range page {
			last = ent.ID
			k := keeper{ctx: ctx, store: w.store, id: ent.ID}
			k.rows()
			if k.err != nil {
				return nil, k.err
			}
			all = append(all, k.all...)
		}
		if len(page) < rows {
			return all, nil
		}
	}
}

// keeper writes down the rows of an enterprise.
type keeper struct {
	ctx   context.Context
	store accessmgmt.Store
	id    accessmgmt.EnterpriseID
	all   []string
	err   error
}

func (k *keeper) rows() {
	in := []accessmgmt.EnterpriseID{k.id}
	invitations := map[accessmgmt.InvitationID]bool{}
	var epochs []uint64
	keep(k, "term", once(k.store.GAPs(k.ctx, k.id)))
	keep(k, "manager", once(k.store.Managers(k.ctx, k.id)))
	keep(k, "suspension", once(k.store.Suspensions(k.ctx, k.id)))
	keep(k, "member", pages(func(p accessmgmt.Page) ([]accessmgmt.Member, error) {
		return k.store.FindMembers(k.ctx, accessmgmt.MemberFilter{Enterprise: k.id, Erased: true}, p)
	}, func(m accessmgmt.Member) accessmgmt.PageKey { return accessmgmt.PageKey{ID: m.Person.UUID} }))
	keep(k, "unit", pages(func(p accessmgmt.Page) ([]accessmgmt.Unit, error) {
		return k.store.FindUnits(k.ctx, accessmgmt.UnitFilter{Enterprises: in}, p)
	}, func(u accessmgmt.Unit) accessmgmt.PageKey { return accessmgmt.PageKey{At: u.AddedAt, ID: u.ID.UUID} }))
	keep(k, "template", pages(func(p accessmgmt.Page) ([]invitation.Template, error) {
		return k.store.FindTemplates(k.ctx, accessmgmt.TemplateFilter{Enterprises: in}, p)
	}, func(t invitation.Template) accessmgmt.PageKey {
		return accessmgmt.PageKey{At: t.CreatedAt, ID: t.ID.UUID}
	}))
	keep(k, "request", pages(func(p accessmgmt.Page) ([]invitation.Request, error) {
		return k.store.FindRequests(k.ctx, accessmgmt.RequestFilter{Enterprises: in}, p)
	}, func(r invitation.Request) accessmgmt.PageKey {
		return accessmgmt.PageKey{At: r.RequestedAt, ID: r.ID.UUID}
	}))
	keep(k, "assignment", pages(func(p accessmgmt.Page) ([]accessmgmt.RoleAssignment, error) {
		return k.store.FindAssignments(k.ctx, accessmgmt.AssignmentFilter{Enterprises: in}, p)
	}, func(a accessmgmt.RoleAssignment) accessmgmt.PageKey {
		return accessmgmt.PageKey{At: a.GivenAt, ID: a.ID.UUID}
	}))
	keep(k, "recipient", pages(func(p accessmgmt.Page) ([]invitation.Recipient, error) {
		return k.store.FindRecipients(k.ctx, accessmgmt.RecipientFilter{Enterprises: in}, p)
	}, func(r invitation.Recipient) accessmgmt.PageKey {
		invitations[r.Invitation] = true
		return accessmgmt.PageKey{At: r.CreatedAt, ID: r.ID.UUID}
	}))
	for id := range invitations {
		keep(k, "invitation", once(k.store.Invitations(k.ctx, k.id, []accessmgmt.InvitationID{id})))
	}
	var at accessmgmt.AuditPosition
	keep(k, "audit record", walk(func() ([]accessmgmt.AuditRecord, error) { return k.store.Audit(k.ctx, k.id, at, rows) }, func(r accessmgmt.AuditRecord) {
		at = accessmgmt.AuditPosition{Seq: r.Seq, Ordinal: r.Ordinal}
		epochs = append(epochs, r.Seq)
	}))
	var sent accessmgmt.MessageID
	keep(k, "message", walk(func() ([]accessmgmt.Message, error) { return k.store.Messages(k.ctx, k.id, sent, rows) }, func(m accessmgmt.Message) { sent = m.ID }))
	keep(k, "answer", once(k.store.Answers(k.ctx, k.id, epochs)))
}

// found is what was read of one kind of rows.
type found[R any] struct {
	rows []R
	err  error
}

func once[R any](all []R, err error) found[R] { return found[R]{all, err} }

func pages[R any](read func(accessmgmt.Page) ([]R, error), key func(R) accessmgmt.PageKey) found[R] {
	p := accessmgmt.Page{Limit: rows}
	return walk(func() ([]R, error) { return read(p) }, func(r R) { p.After = key(r) })
}

// walk reads pages, each behind the rows seen.
func walk[R any](read func() ([]R, error), seen func(R)) (all found[R]) {
	for {
		page, err := read()
		for _, row := range page {
			seen(row)
		}
		if all.rows = append(all.rows, page...); err != nil || len(page) < rows {
			all.err = err
			return all
		}
	}
}

func keep[R any](k *keeper, kind string, of found[R]) {
	for _, row := range of.rows {
		text, err := json.Marshal(row)
		if k.err == nil {
			k.err = err
		}
		k.all = append(k.all, fmt.Sprintf("%s %s", kind, text))
	}
	if k.err == nil {
		k.err = of.err
	}
}
