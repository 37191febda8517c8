package accessmgmt

import (
	"context"
	"slices"
)

// Preview tries commands out (« Aperçu »): each of its methods decides exactly
// as the service's own, returns what that would, and writes nothing.
//
//	p := svc.Preview()
//	sent, err := p.Invite(ctx, gap, form) // sent.Results: who can be invited
//	for _, m := range p.Mails() { … }
//
// The ids in it are placeholders; the act makes others. Make one preview for
// each command: a second is decided on what the store has, not on what the
// first would have written.
type Preview struct {
	*Service
	changes []Changes
	mails   []Mail
}

// Preview returns a preview of this service. It is for one caller at a time.
func (s *Service) Preview() *Preview {
	p := &Preview{}
	trial := *s
	trial.preview = p
	trial.store = unwritten{s.store, p}
	trial.turns = nil // it gets in nobody's way
	p.Service = &trial
	return p
}

// Changes returns what the commands tried so far would have written, each in
// the order of its commits: one for each enterprise. Each says by its epoch,
// which is one more than the enterprise's, on what it was decided. They are rows
// of the store, for the portal's own eyes: show the command's result and Mails. A command
// that failed, or that was done before under its id, left none.
func (p *Preview) Changes() []Changes { return p.changes }

// Mails returns the mails that the commands tried so far would have sent, each
// in its addressee's language: all of them when a manager, a representative or
// staff tried; those to himself when anybody else did, who isn't to learn to
// whom an enterprise writes. Their links are left out: a link is made when the
// mail is sent.
func (p *Preview) Mails() []Mail { return p.mails }

// keep keeps what a command would have written.
func (p *Preview) keep(w *work) {
	p.changes = append(p.changes, w.changes)
	for _, m := range w.changes.Messages {
		if (w.auth.as == AsUser || w.auth.as == AsInvitee) && m.To.Person != w.who.person.ID {
			continue
		}
		p.mails = append(p.mails, mailOf(m, ""))
	}
}

// unwritten is a store that nothing is written to, whatever is called on a
// preview. Of what would have been written it knows who acts, by his account:
// where a command makes commits in several enterprises, the first may make or
// change him.
type unwritten struct {
	Store
	preview *Preview
}

func (u unwritten) PersonByIdentity(ctx context.Context, ref IdentityRef) (Person, error) {
	for _, c := range slices.Backward(u.preview.changes) {
		if i := slices.IndexFunc(c.Persons, func(p Person) bool { return slices.Contains(p.Identities, ref) }); i >= 0 {
			return c.Persons[i], nil
		}
	}
	return u.Store.PersonByIdentity(ctx, ref)
}

func (unwritten) Commit(context.Context, Changes) error { return ErrUnavailable }

// Due is nothing: a sweep isn't tried out.
func (unwritten) Due(context.Context, DueQuery) ([]Due, error) { return nil, nil }

func (unwritten) ClaimMessages(context.Context, Claim) ([]Message, error) { return nil, nil }

func (unwritten) FinishMessage(context.Context, EnterpriseID, MessageID, ClaimID, Outcome) error {
	return ErrConflict
}

func (unwritten) ResolveMessages(context.Context, []MessageRef, Outcome) (int, error) { return 0, nil }

func (unwritten) ForgetMessages(context.Context, Forget) (int, error) { return 0, nil }
