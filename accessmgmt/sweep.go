package accessmgmt

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/roles"
)

// Swept is what one [Service.Sweep] told and recorded.
type Swept struct {
	Reminded int // invited persons who haven't answered and soon can't
	Expired  int // invitations that nobody answered
	Lapsing  int // requests that soon can't be decided
	Lapsed   int // requests that nobody decided
	Ending   int // roles that end soon
	Over     int // roles that ended by their dates
	// OfficesEnding and OfficesOver are terms of co-GAPs and access managers.
	OfficesEnding int
	OfficesOver   int
	// Waiting are reminders that couldn't be sent yet: too many mails were today,
	// or the invitation can't be accepted now.
	Waiting int
	// Failed are the enterprises passed over because of an error.
	Failed int
	// More: a batch was full, and there may be more to do at once.
	More bool
}

// sweepBatch is how many things of one kind one Sweep looks at.
const sweepBatch = 200

// errand is one thing that a sweep does with what ends by itself.
type errand struct {
	kind DueKind
	told roles.Told // what people were told so far
	over bool       // it has ended; else it does soon
}

// errands are all of them. What is over without anybody having been warned, since
// no sweep ran in time, isn't warned of any more.
var errands = []errand{
	{DueInvitation, roles.ToldNothing, true}, {DueInvitation, roles.ToldSoon, true}, {DueInvitation, roles.ToldNothing, false},
	{DueRequest, roles.ToldNothing, true}, {DueRequest, roles.ToldSoon, true}, {DueRequest, roles.ToldNothing, false},
	{DueRole, roles.ToldNothing, true}, {DueRole, roles.ToldSoon, true}, {DueRole, roles.ToldNothing, false},
	{DueOffice, roles.ToldNothing, true}, {DueOffice, roles.ToldSoon, true}, {DueOffice, roles.ToldNothing, false},
}

// rounds is where each errand's next batch begins: what can't be done isn't
// tried again before all that is due after it.
type rounds struct {
	mu    sync.Mutex
	after map[errand]Due
}

func (r *rounds) next(e errand) Due {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.after[e]
}

func (r *rounds) set(e errand, after Due) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.after[e] = after
}

// Sweep records what ended by itself and tells those concerned, and tells those
// concerned by what soon will: reminders of invitations, requests about to lapse
// and roles and offices about to end. It does a batch of each, in one commit for
// each enterprise, and says whether there is more. Call it every few minutes, in
// any number of processes at once: each thing is told once, in the commit that
// says so, whichever of them does it.
//
// It decides nothing. Whether an invitation can be answered, a request decided or
// a role used is a matter of the clock, and would be the same if it never ran.
//
// What was sent, asked for or given when its end was as near as a warning comes
// ([Policy.ReminderDays], [Policy.WarnDays]) isn't warned of: it was just said. Nor
// is a role that another one continues; and an end that somebody set was told when
// he did. A reminder is a mail with a link: it counts as one, and waits while the
// day's limit is reached, or while the invitation can't be accepted.
//
// An enterprise that fails is passed over and tried again in the next round; the
// first such error is returned, once the others are through.
func (s *Service) Sweep(ctx context.Context) (Swept, error) {
	var done Swept
	var first error
	for _, e := range errands {
		if err := s.sweep(ctx, e, &done, &first); err != nil {
			return done, fail(ActSweep, err)
		}
	}
	return done, fail(ActSweep, first)
}

// sweep does one batch of an errand. Its error is one that isn't of one
// enterprise alone.
func (s *Service) sweep(ctx context.Context, e errand, done *Swept, first *error) error {
	after := s.rounds.next(e)
	due, err := s.store.Due(ctx, DueQuery{Kind: e.kind, Told: e.told, Until: s.horizon(e, s.now()), After: after, Limit: sweepBatch})
	if err != nil {
		return err
	}
	of := map[EnterpriseID][]uuid.UUID{}
	var order []EnterpriseID
	for _, d := range due {
		if of[d.Enterprise] == nil {
			order = append(order, d.Enterprise)
		}
		of[d.Enterprise] = append(of[d.Enterprise], d.ID)
	}
	for _, id := range order {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, waiting, err := s.sweepOne(ctx, e, id, of[id])
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			err = fail(ActSweep, err)
			s.log.LogAttrs(ctx, slog.LevelWarn, "not swept", slog.String("enterprise", id.String()), slog.String("code", Code(err)))
			if done.Failed++; *first == nil {
				*first = err
			}
			continue
		}
		*done.figure(e) += n
		done.Waiting += waiting
	}
	var next Due // from the first again
	if len(due) == sweepBatch {
		next, done.More = due[len(due)-1], true
	}
	s.rounds.set(e, next)
	return nil
}

func (d *Swept) figure(e errand) *int {
	soon, over := &d.Reminded, &d.Expired
	switch e.kind {
	case DueRequest:
		soon, over = &d.Lapsing, &d.Lapsed
	case DueRole:
		soon, over = &d.Ending, &d.Over
	case DueOffice:
		soon, over = &d.OfficesEnding, &d.OfficesOver
	case DueInvitation: // as above
	}
	if e.over {
		return over
	}
	return soon
}

// horizon is the instant until which what ends is an errand's.
func (s *Service) horizon(e errand, now time.Time) time.Time {
	if e.over {
		return now
	}
	return s.warnedUntil(now, s.ahead(e.kind))
}

// ahead is how many days ahead the end of a kind is told.
func (s *Service) ahead(kind DueKind) int {
	if kind == DueInvitation || kind == DueRequest {
		return s.policy.ReminderDays
	}
	return s.policy.WarnDays
}

// warnedUntil is the end of the last day that is so many days from today.
func (s *Service) warnedUntil(now time.Time, days int) time.Time {
	if days == Never {
		return now
	}
	return s.today(now).AddDays(days + 1).Start(s.policy.Location).UTC()
}

// toldAtFirst is what people know of an end when it is set: all there is to know,
// when it is as near as a warning comes.
func (w *work) toldAtFirst(end time.Time, days int) roles.Told {
	if !end.IsZero() && !end.After(w.warnedUntil(w.now, days)) {
		return roles.ToldSoon
	}
	return roles.ToldNothing
}

// sweepOne does an errand in one enterprise, in one commit. Everything is read
// again at the epoch that it commits at: what was answered, decided, extended or
// swept by another meanwhile is no longer due.
func (s *Service) sweepOne(ctx context.Context, e errand, id EnterpriseID, ids []uuid.UUID) (done, waiting int, err error) {
	err = s.again(ctx, func() error {
		giveUp, err := s.turns.take(ctx, id.UUID[:])
		if err != nil {
			return err
		}
		defer giveUp()
		w := s.newWork(ctx, ActSweep, once{})
		w.auth.as = AsSystem
		if w.ent, err = s.store.Enterprise(ctx, id); err != nil {
			return err
		}
		sw := sweeping{work: w, errand: e, until: s.horizon(e, w.now)}
		if err := sw.do(ids); err != nil {
			return err
		}
		done, waiting = sw.done, sw.waiting
		if done == 0 {
			return nil
		}
		return w.commit()
	})
	return done, waiting, err
}
