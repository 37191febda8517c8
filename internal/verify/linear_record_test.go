package verify_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// How many play at once, and how much is in a history: few enough for porcupine,
// whose work grows with the power of what overlaps.
const (
	players       = 6
	playedPersons = 4
	playedFirms   = 3
	playsOfEach   = 24
)

// stage is some enterprises on one store, and what everybody there knows of: the
// ids that somebody was told, so that several go for the same things.
type stage struct {
	*workflowtest.World
	open    func(player int, seed uint64) (store accessmgmt.Store, fault *lossy)
	persons []accessmgmt.Actor
	ids     []accessmgmt.PersonID
	firms   []*playedFirm
	key     accessmgmt.Key
	stamps  atomic.Int64

	mu      sync.Mutex
	history []porcupine.Operation
}

// playedFirm is one enterprise of a stage.
type playedFirm struct {
	number accessmgmt.EnterpriseNumber
	id     accessmgmt.EnterpriseID
	begin  ledger

	gap                          atomic.Int32 // the last that was designated
	mu                           sync.Mutex
	coGAPs, invited, asked, held []known
}

// known is an object that somebody was told of, and whose it is.
type known struct {
	id     uuid.UUID
	person int
}

// setStage registers the nth round's enterprises, whose GAP is the first person,
// and makes the persons known to each.
func setStage(t testing.TB, store accessmgmt.Store, round int) *stage {
	key, err := accessmgmt.NewKey("k1", workflowtest.Secret)
	require.NoError(t, err)
	s := &stage{World: workflowtest.New(t, func(testing.TB) accessmgmt.Store { return store }), key: key}
	s.open = func(_ int, seed uint64) (accessmgmt.Store, *lossy) { return dawdling{store, dice(seed)}, nil }
	for i := range playedPersons {
		s.persons = append(s.persons, workflowtest.Person([]string{"Anne", "Bram", "Chloé", "Dirk"}[i], "Speler"))
	}
	for i := range playedFirms {
		f := &playedFirm{number: number(1 + round*playedFirms + i)}
		s.Register.Add(f.number, "Acme SA", s.Rep)
		f.id = s.Enterprise(f.number, s.Rep, s.persons[0])
		var all []accessmgmt.Assignee
		for _, p := range s.persons {
			id := p.Identity
			all = append(all, accessmgmt.Assignee{Number: id.Number, GivenName: id.GivenName, FamilyName: id.FamilyName, Email: workflowtest.Address(id)})
		}
		given, err := s.Svc.Assign(s.Ctx, s.persons[0], accessmgmt.Assign{Enterprise: f.id, Persons: all, Lines: []invitation.Line{s.Line(roles.Reader)}})
		require.NoError(t, err)
		require.NoError(t, accessmgmt.Failed(given))
		over := accessmgmt.End{Enterprise: f.id}
		for _, g := range given {
			over.Assignments = append(over.Assignments, g.Value.Assignment.ID)
		}
		_, err = s.Svc.End(s.Ctx, s.persons[0], over)
		require.NoError(t, err)
		ent, err := store.Enterprise(s.Ctx, f.id)
		require.NoError(t, err)
		f.begin = ledger{epoch: ent.Epoch}
		s.firms = append(s.firms, f)
	}
	for _, p := range s.persons {
		s.ids = append(s.ids, s.ID(p))
	}
	return s
}

// record has the players play at once, each with a service of his own as another
// process would have, and returns what they did.
func (s *stage) record(seed uint64, script []deed) []porcupine.Operation {
	var all sync.WaitGroup
	for i := range players {
		store, fault := s.open(i, seed*players+uint64(i))
		svc, err := accessmgmt.New(store, s.Mailbox, &s.Options)
		require.NoError(s, err)
		p := &player{stage: s, svc: svc, fault: fault, dice: dice(seed<<8 + uint64(i)), script: script}
		all.Go(func() {
			for range playsOfEach {
				p.play()
			}
		})
	}
	all.Wait()
	return s.history
}

func dice(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 25)) }

// player is one of those who play.
type player struct {
	*stage
	svc    *accessmgmt.Service
	fault  *lossy // nil: his store loses nothing
	dice   *rand.Rand
	script []deed
}

// pick returns one of the latest objects that were told, and false when none was.
func (p *player) pick(f *playedFirm, of *[]known) (known, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	latest := (*of)[max(0, len(*of)-3):]
	if len(latest) == 0 {
		return known{}, false
	}
	return latest[p.dice.IntN(len(latest))], true
}

func (f *playedFirm) tell(of *[]known, k known) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*of = append(*of, k)
}

// about is which ids a deed takes one of, and which it adds one to.
func (f *playedFirm) about(d deed) (takes, adds *[]known) {
	switch d {
	case toName:
		return nil, &f.coGAPs
	case toRemove:
		return &f.coGAPs, nil
	case toInvite:
		return nil, &f.invited
	case toRevoke, toDecline:
		return &f.invited, nil
	case toAccept:
		return &f.invited, &f.asked
	case toRefuse, toWithdraw:
		return &f.asked, nil
	case toApprove:
		return &f.asked, &f.held
	case toAssign:
		return nil, &f.held
	case toReplace:
		return &f.held, &f.held
	case toExtend, toEnd, toGiveBack:
		return &f.held, nil
	default:
		return nil, nil
	}
}

// play does one deed and writes down what came of it.
func (p *player) play() {
	e := p.dice.IntN(playedFirms)
	f := p.firms[e]
	in := play{enterprise: e, deed: p.script[p.dice.IntN(len(p.script))], by: p.dice.IntN(playedPersons), whom: p.dice.IntN(playedPersons),
		role: p.dice.IntN(len(playedRoles)), until: firstUntil + 1 + p.dice.IntN(200)}
	takes, adds := f.about(in.deed)
	owner := in.whom
	if takes != nil {
		object, any := p.pick(f, takes)
		if !any {
			return
		}
		in.object, owner = object.id, object.person
	}
	switch personal := in.deed == toGiveBack || in.deed == toWithdraw; {
	case p.dice.IntN(5) == 0: // anybody, who is refused as a rule
	case personal:
		in.by = owner
	case in.deed == toAccept:
		owner = in.by
	default:
		in.by = int(f.gap.Load())
	}
	if p.fault != nil {
		p.fault.made = uuid.Nil
	}
	call := p.stamps.Add(1)
	outs, err := p.do(f, in)
	end := p.stamps.Add(1)
	out := outcome{}
	if len(outs) > 0 {
		out = outs[0].outcome
	}
	switch {
	case err == nil:
	case errors.Is(err, accessmgmt.ErrOutcomeUnknown):
		out, end = outcome{open: true, made: p.fault.made}, math.MaxInt64
		outs = []reply{{in.deed, out}}
	case errors.Is(err, accessmgmt.ErrState), errors.Is(err, accessmgmt.ErrDenied), errors.Is(err, accessmgmt.ErrConflict), errors.Is(err, accessmgmt.ErrNotFound),
		errors.Is(err, accessmgmt.ErrInvalid) && in.deed == toExtend: // it lasts that long already
		out.refused = true
		outs = []reply{{in.deed, out}}
	default:
		p.Errorf("%s: %v", in.deed, err)
		return
	}
	if adds != nil && out.made != uuid.Nil {
		f.tell(adds, known{out.made, owner})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, o := range outs {
		in.deed = o.deed
		p.history = append(p.history, porcupine.Operation{Input: in, Call: call, Output: o.outcome, Return: end})
	}
}

// reply is an answer, under the deed that it answers: what makes two promises is
// two deeds at once.
type reply struct {
	deed
	outcome
}

// do does a deed through the service.
func (p *player) do(f *playedFirm, in play) ([]reply, error) {
	by, whom := p.persons[in.by], p.persons[in.whom]
	today := p.svc.Today()
	l := invitation.Line{Role: playedRoles[in.role], Period: roles.Between(today, today.AddDays(firstUntil))}
	held := accessmgmt.AssignmentID{UUID: in.object}
	asked := []accessmgmt.RequestRef{{Enterprise: f.id, Request: accessmgmt.RequestID{UUID: in.object}}}
	token := invitation.DeriveToken(p.key, accessmgmt.RecipientID{UUID: in.object}, 1)
	var made uuid.UUID
	var err error
	switch in.deed {
	case toDesignate:
		if _, err = p.svc.DesignateGAP(p.Ctx, p.Rep, p.Designation(f.number, whom)); err == nil {
			f.gap.Store(int32(in.whom))
		}
	case toVacate:
		_, err = p.svc.VacateGAP(p.Ctx, p.Rep, accessmgmt.VacateGAP{Enterprise: f.id, Reason: "he left"})
	case toSuspend:
		_, err = p.svc.Suspend(p.Ctx, workflowtest.Staff(), accessmgmt.Suspend{Enterprise: f.id, Reason: "an inquiry"})
	case toResume:
		_, err = p.svc.Resume(p.Ctx, workflowtest.Staff(), accessmgmt.Resume{Enterprise: f.id, Reason: "it is over"})
	case toName:
		var done accessmgmt.Manager
		done, err = p.svc.NameManager(p.Ctx, by, accessmgmt.NameManager{Enterprise: f.id, Kind: accessmgmt.CoGAP,
			Manager: accessmgmt.Assignee{Person: p.ids[in.whom]}, Period: roles.From(today)})
		made = done.ID.UUID
	case toRemove:
		_, err = p.svc.RemoveManager(p.Ctx, by, accessmgmt.RemoveManager{Enterprise: f.id, Manager: accessmgmt.DesignationID{UUID: in.object}})
	case toInvite:
		id := whom.Identity
		var done accessmgmt.Invited
		done, err = p.svc.Invite(p.Ctx, by, accessmgmt.Invite{Enterprise: f.id, Lines: []invitation.Line{l},
			Recipients: []invitation.Invitee{{GivenName: id.GivenName, FamilyName: id.FamilyName, Email: workflowtest.Address(id)}}})
		if err == nil {
			made, err = done.Results[0].Value.ID.UUID, done.Results[0].Err
		}
	case toAccept:
		var done accessmgmt.Acceptance
		done, err = p.svc.Accept(p.Ctx, by, token, accessmgmt.Accept{Email: workflowtest.Address(by.Identity)})
		if err == nil {
			made = done.Requests[0].ID.UUID
		}
	case toDecline:
		err = p.svc.Decline(p.Ctx, by, token, accessmgmt.Decline{})
	case toRevoke:
		_, err = first(p.svc.Revoke(p.Ctx, by, accessmgmt.Revoke{Enterprise: f.id, Recipients: []accessmgmt.RecipientID{{UUID: in.object}}}))
	case toApprove:
		var done accessmgmt.Approval
		done, err = first(p.svc.Approve(p.Ctx, by, accessmgmt.Approve{Requests: asked}))
		made = done.Assignment.ID.UUID
	case toRefuse:
		_, err = first(p.svc.Refuse(p.Ctx, by, accessmgmt.Refuse{Requests: asked, Reason: "no"}))
	case toWithdraw:
		_, err = first(p.svc.Withdraw(p.Ctx, by, accessmgmt.Withdraw{Requests: asked}))
	case toAssign:
		var done accessmgmt.Assigned
		done, err = first(p.svc.Assign(p.Ctx, by, accessmgmt.Assign{Enterprise: f.id, Persons: []accessmgmt.Assignee{{Person: p.ids[in.whom]}}, Lines: []invitation.Line{l}}))
		made = done.Assignment.ID.UUID
	case toReplace:
		var done accessmgmt.Replacement
		done, err = p.svc.Replace(p.Ctx, by, accessmgmt.Replace{Enterprise: f.id, Assignment: held, Line: l})
		made = done.Given.ID.UUID
	case toExtend:
		_, err = first(p.svc.Extend(p.Ctx, by, accessmgmt.Extend{Enterprise: f.id, Assignments: []accessmgmt.AssignmentID{held}, Until: today.AddDays(in.until)}))
	case toEnd:
		_, err = first(p.svc.End(p.Ctx, by, accessmgmt.End{Enterprise: f.id, Assignments: []accessmgmt.AssignmentID{held}}))
	case toGiveBack:
		_, err = first(p.svc.GiveBack(p.Ctx, by, accessmgmt.GiveBack{Enterprise: f.id, Assignments: []accessmgmt.AssignmentID{held}}))
	default:
		return p.ask(f, in)
	}
	return []reply{{in.deed, outcome{made: made}}}, err
}

// first returns the result of a bulk of one.
func first[T any](results []accessmgmt.Result[T], err error) (T, error) {
	if err != nil {
		return *new(T), err
	}
	return results[0].Value, results[0].Err
}

// ask asks a question through the service.
func (p *player) ask(f *playedFirm, in play) ([]reply, error) {
	by := p.persons[in.by]
	out := outcome{}
	switch in.deed {
	case toCheck:
		action := []roles.Action{roles.Read, roles.Sign}[in.role]
		d, err := p.svc.Check(p.Ctx, accessmgmt.Question{Person: p.ids[in.whom], Enterprise: f.id, Action: action})
		out = outcome{epoch: d.Revision, allowed: d.Allowed, reason: string(d.Reason)}
		for _, id := range d.Assignments {
			out.rows = append(out.rows, id.String())
		}
		slices.Sort(out.rows)
		return []reply{{in.deed, out}}, err
	case toList:
		list, err := p.svc.AssignmentsPage(p.Ctx, by, accessmgmt.AssignmentQuery{Enterprise: f.id, States: []roles.AssignmentState{roles.Active}})
		for _, a := range list.Items {
			out.rows = append(out.rows, rowText(a.Assignment.ID.UUID, p.line(a.Assignment.Person, a.Assignment.Role, a.Assignment.Period)))
		}
		slices.Sort(out.rows)
		return []reply{{in.deed, out}}, err
	case toListTasks:
		list, err := p.svc.OpenTasksPage(p.Ctx, by, accessmgmt.TaskQuery{Enterprise: f.id})
		for _, t := range list.Items {
			out.rows = append(out.rows, rowText(t.Request.ID.UUID, p.line(t.Request.Person, t.Request.Line.Role, t.Request.Line.Period)))
		}
		slices.Sort(out.rows)
		return []reply{{in.deed, out}}, err
	default:
		// Two reads, and no promise that they are of one instant.
		o, err := p.svc.Managers(p.Ctx, workflowtest.Staff(), f.id)
		var terms []string
		for _, m := range o.Managers {
			if m.State == roles.Active {
				terms = append(terms, rowText(m.Term.ID.UUID, slices.Index(p.ids, m.Term.Person)))
			}
		}
		slices.Sort(terms)
		out.rows = []string{fmt.Sprint(slices.Index(p.ids, o.GAP.Term.Person))}
		return []reply{{toSeeGAP, out}, {toSeeManagers, outcome{rows: terms}}}, err
	}
}

// line is how the specification has a role of somebody.
func (p *player) line(person accessmgmt.PersonID, role roles.Code, period roles.Period) line {
	end, _ := period.End()
	return line{slices.Index(p.ids, person), slices.Index(playedRoles, role), roles.Between(period.Start(), end).Days() - 1}
}
