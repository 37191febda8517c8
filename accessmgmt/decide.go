package accessmgmt

import (
	"context"
	"slices"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Approve approves requests, of one or several enterprises.
type Approve struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID       CommandID
	Requests []RequestRef
}

// Approval is what became of one request that was approved. Of a role that
// needs two managers (four eyes), the first approval leaves the request pending,
// with its Endorsement, and Assignment zero.
type Approval struct {
	Request    invitation.Request
	Assignment RoleAssignment
	// GateMissing is as in [Assigned].
	GateMissing roles.ApplicationCode `json:",omitzero"`
}

// Approve gives the roles that requests ask for (« Approuver »). There is one
// result for each request, in order: one that fails doesn't stop the others.
// Each enterprise is one commit. The user and the managers are told.
//
// A request is [ErrState] when it was decided, withdrawn or has lapsed, and,
// with CodeOverlap, when the person has that role for that time already; it is
// [ErrDenied] when the actor may not give its role, or nobody may as it was
// asked for, for what is left of its period (CodeRoleNotGrantable; c-7c), with CodeSelfApproval when
// he would get it himself and the policy or the role forbids that, and with
// CodeSecondManager when the first of two approvals was his own; it is [ErrNotFound] when
// its enterprise isn't the actor's to manage.
func (s *Service) Approve(ctx context.Context, actor Actor, c Approve) ([]Result[Approval], error) {
	return decideRequests(s, ctx, actor, requestDecision[Approval]{act: ActApprove, id: c.ID, requests: c.Requests,
		decide: func(w *work, r invitation.Request) (Approval, error) { return w.approve(r) },
		after: func(w *work, results []Result[Approval]) error {
			return gatesMissing(w, results, func(a *Approval) (RoleAssignment, *roles.ApplicationCode) { return a.Assignment, &a.GateMissing })
		}})
}

// Refuse refuses requests, of one or several enterprises.
type Refuse struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID       CommandID
	Requests []RequestRef
	// Reason is told to the persons; it may not be empty.
	Reason string
}

// Refuse refuses requests, for a reason that the persons are told. There is
// one result for each, in order.
func (s *Service) Refuse(ctx context.Context, actor Actor, c Refuse) ([]Result[invitation.Request], error) {
	if err := invalid(requireReason(c.Reason)); err != nil {
		return nil, fail(ActRefuse, err)
	}
	reason := invitation.CleanText(c.Reason)
	return decideRequests(s, ctx, actor, requestDecision[invitation.Request]{act: ActRefuse, id: c.ID, reason: reason, requests: c.Requests,
		decide: func(w *work, r invitation.Request) (invitation.Request, error) { return w.refuse(r, reason) }})
}

// requestDecision is what the commands on requests say of themselves.
type requestDecision[T any] struct {
	act      Act
	id       CommandID
	reason   string
	requests []RequestRef
	decide   func(*work, invitation.Request) (T, error)
	// after, when set, completes the results of one enterprise once all of its
	// requests are decided.
	after func(*work, []Result[T]) error
}

// decideRequests decides requests enterprise by enterprise, one commit each,
// and puts the results where their requests stood.
func decideRequests[T any](s *Service, ctx context.Context, actor Actor, d requestDecision[T]) ([]Result[T], error) {
	act, refs := d.act, d.requests
	if err := s.admitted(ctx, act, actor); err != nil {
		return nil, err
	}
	if err := invalid(tooMany("requests", len(refs))); err != nil {
		return nil, fail(act, err)
	}
	results := make([]Result[T], len(refs))
	groups := byEnterprise(refs)
	for n, at := range groups {
		group := make([]Result[T], len(at))
		ids := make([]RequestID, len(at))
		for i, place := range at {
			ids[i] = refs[place].Request
		}
		err := s.command(ctx, actor, act, oneTime(d.id, []any{ids, d.reason}, &group), refs[at[0]].Enterprise, ownCapacity(act), func(w *work) error {
			requests, err := w.requests(ids)
			if err != nil {
				return err
			}
			err = w.each(len(at), func(i int) error {
				r, ok := requests[ids[i]]
				if !ok {
					return notFound()
				}
				value, err := d.decide(w, r)
				if err != nil {
					return err
				}
				// The same request named twice: the second finds it decided.
				requests[r.ID] = w.changes.Requests[len(w.changes.Requests)-1]
				group[i] = Result[T]{Value: value}
				return nil
			}, func(i int, err error) { group[i] = Result[T]{Err: err} })
			if err != nil || d.after == nil {
				return err
			}
			return d.after(w, group)
		})
		if err == nil {
			for i, place := range at {
				results[place] = group[i]
			}
			continue
		}
		for _, i := range at {
			results[i] = Result[T]{Err: err}
		}
		if gaveUp := fail(act, ctx.Err()); gaveUp != nil {
			for _, i := range slices.Concat(groups[n+1:]...) {
				results[i] = Result[T]{Err: gaveUp}
			}
			return results, gaveUp
		}
	}
	return results, nil
}

// byEnterprise returns the places of references, grouped by enterprise, in the
// order in which the enterprises first come.
func byEnterprise(refs []RequestRef) [][]int {
	var groups [][]int
	group := map[EnterpriseID]int{}
	for i, ref := range refs {
		g, ok := group[ref.Enterprise]
		if !ok {
			g = len(groups)
			group[ref.Enterprise] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}

func (w *work) requests(ids []RequestID) (map[RequestID]invitation.Request, error) {
	found, err := w.store.Requests(w.ctx, w.ent.ID, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[RequestID]invitation.Request, len(found))
	for _, r := range found {
		byID[r.ID] = r
	}
	return byID, nil
}

func (w *work) approve(r invitation.Request) (Approval, error) {
	if !w.auth.sees(r.Line.Role.Application()) {
		return Approval{}, notFound()
	}
	approved, err := r.Apply(invitation.Approve, w.now)
	if err != nil {
		return Approval{}, err
	}
	// Looked at anew, not trusted from the invitation (c-7c).
	if err := w.stillMayOffer([]invitation.Line{r.Line}, nil); err != nil {
		return Approval{}, err
	}
	first, err := w.mayApprove(r)
	if err != nil {
		return Approval{}, err
	}
	if first {
		r, err = w.endorse(r)
		return Approval{Request: r}, err
	}
	approved = w.decided(approved, "")
	switch r.Kind {
	case invitation.GiveRole: // below
	case invitation.ReplaceRole:
		done, err := w.replace(r.Target, r.Line, approved.ID)
		approved.Assignment = done.Given.ID
		w.changes.Requests = append(w.changes.Requests, approved)
		return Approval{Request: approved, Assignment: done.Given}, err
	case invitation.ExtendRole:
		a, err := w.extend(r.Target, r.Line.Period, approved.ID)
		approved.Assignment = a.ID
		w.changes.Requests = append(w.changes.Requests, approved)
		return Approval{Request: approved, Assignment: a}, err
	}
	a := w.assignment(r.Person, r.Line)
	a.Request = r.ID
	if a.Window.Empty() { // LapsesAt says so first; this holds it (D13)
		return Approval{}, &Error{Kind: ErrState, Code: CodePeriodOver, Err: wrongState("request", "over: what it asks for has ended", "approve")}
	}
	if err := w.overlapping(a.Assignment); err != nil {
		return Approval{}, err
	}
	approved.Assignment = a.ID
	w.changes.Requests = append(w.changes.Requests, approved)
	w.putAssignment(a)
	err = w.record(event{event: EventApproved, person: r.Person, object: "assignment", objectID: a.ID.UUID,
		data: w.assignmentData(a, map[string]string{"request": r.ID.String()})})
	if err != nil {
		return Approval{}, err
	}
	return Approval{Request: approved, Assignment: a}, w.tellGiven(MessageApproved, a, nil)
}

func (w *work) refuse(r invitation.Request, reason string) (invitation.Request, error) {
	if err := w.mayTouch(r.Line.Role); err != nil {
		return r, err
	}
	if _, err := r.Apply(invitation.Refuse, w.now); err != nil {
		return r, err
	}
	return w.refused(r, reason)
}

// refused refuses a request that the table lets be refused.
func (w *work) refused(r invitation.Request, reason string) (invitation.Request, error) {
	r.State = invitation.Refused
	r = w.decided(r, reason)
	w.changes.Requests = append(w.changes.Requests, r)
	err := w.record(event{event: EventRefused, person: r.Person, object: "request", objectID: r.ID.UUID,
		data: map[string]string{"role": string(r.Line.Role)}, details: map[string]string{"reason": reason}})
	if err != nil {
		return r, err
	}
	asked, err := w.rolesOf(r.Line)
	if err != nil {
		return r, err
	}
	return r, w.tellUser(MessageRefused, r.Person, map[string]string{DataRoles: asked, DataReason: reason})
}

func (w *work) decided(r invitation.Request, reason string) invitation.Request {
	r.DecidedAt, r.DecidedBy, r.Reason = w.now, w.who.person.ID, reason
	r.Version++
	return r
}
