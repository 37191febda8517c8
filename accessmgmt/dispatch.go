package accessmgmt

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/url"
	"runtime/debug"
	"time"

	"github.com/egovroles/egovroles/invitation"
)

// How messages are sent.
const (
	dispatchBatch = 50
	// lease is how long a dispatcher holds what it claimed; one that dies
	// leaves it to another after that. It is long against one mail.
	lease    = 5 * time.Minute
	leaseFor = 5 // mails that take as long as they may
	// The pause before a message is tried again doubles from the first to
	// the longest.
	firstRetry   = time.Minute
	longestRetry = 6 * time.Hour
)

// Dispatched is what one [Service.DispatchOnce] did.
type Dispatched struct {
	Sent    int // handed to the mailer, who took them
	Dropped int // overtaken: the invitation was answered, revoked or sent again, or revoked before it was sent
	Failed  int // the mailer refused; tried again later
	Dead    int // refused for good or too often: set aside until staff decides; see [Service.DeadMessages]
}

// DispatchOnce hands the messages that are due to the mailer, a batch at most,
// and returns what became of them: those never tried first, the oldest first, so
// that those which fail keep nobody waiting. Call it in a loop, or let
// [Service.Run] do so, in any number of goroutines and processes at once: each
// message is held by one of them at a time.
//
// A message is sent at least once, and never for a commit that did not happen.
// It can be sent twice when a process dies, or the store can't be reached,
// between the mailer's taking it and the store's being told, or when a mailer
// goes on past the end of its context; the mail's ID is the same then. The token of a link is derived here, and is nowhere before.
// What one dispatcher sends to somebody comes in the order it happened, as long as
// nothing fails. A mail that failed doesn't hold back the later ones to the same
// person: each says what happened, and one that was overtaken is dropped.
//
// A mailer's error isn't an error of DispatchOnce, it is counted and tried
// again, later each time, until the mailer calls it [Permanent] or it failed as
// often as [Policy.MailAttempts] lets it; then the message is dead. A mailer that
// panics has failed. So has a message that can't be made ready, because the
// key of its link is missing; what is wrong with the first of these is returned
// too, once the others are through.
func (s *Service) DispatchOnce(ctx context.Context) (Dispatched, error) {
	var done Dispatched
	now := s.now()
	claim := Claim{ID: ClaimID{s.newID()}, Now: now, Until: now.Add(max(lease, leaseFor*s.mailTimeout)), Limit: dispatchBatch}
	messages, err := s.store.ClaimMessages(ctx, claim)
	if err != nil {
		return done, fail(ActDispatch, err)
	}
	var unready error
	never := unsent{}
	for i, m := range messages {
		// A mail is begun only when it can take as long as it may.
		if ctx.Err() != nil || claim.Until.Sub(s.now()) < s.mailTimeout {
			s.giveBack(ctx, claim, messages[i:])
			return done, fail(ActDispatch, cmp.Or(ctx.Err(), unready))
		}
		outcome, err := s.dispatch(ctx, m, never)
		if err != nil && ctx.Err() != nil {
			s.giveBack(ctx, claim, messages[i:])
			return done, fail(ActDispatch, err)
		}
		unready = cmp.Or(unready, err)
		// Recorded even when the caller gives up now: the mail is out.
		err = s.store.FinishMessage(context.WithoutCancel(ctx), m.Enterprise, m.ID, claim.ID, outcome)
		if errors.Is(err, ErrConflict) {
			continue // the claim ran out meanwhile; whoever has it reports
		}
		if err != nil {
			return done, fail(ActDispatch, err)
		}
		done.count(outcome)
	}
	return done, fail(ActDispatch, unready)
}

// giveBack gives back what wasn't tried, for another to send at once. What can't
// be given back is anybody's when the claim is over.
func (s *Service) giveBack(ctx context.Context, claim Claim, messages []Message) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askAfter)
	defer cancel()
	for _, m := range messages {
		o := Outcome{State: MessagePending, At: s.now(), NextAt: m.NextAt, Untried: true}
		if err := s.store.FinishMessage(ctx, m.Enterprise, m.ID, claim.ID, o); err != nil && !errors.Is(err, ErrConflict) {
			return
		}
	}
}

func (d *Dispatched) count(o Outcome) {
	switch o.State {
	case MessageSent:
		d.Sent++
	case MessageDropped:
		d.Dropped++
	case MessagePending:
		d.Failed++
	case MessageDead:
		d.Dead++
	}
}

// dispatch sends one message. Its error is why the message couldn't be made
// ready; the mailer's is in the outcome alone. Either way it is tried again
// later, so that no message holds up those behind it.
func (s *Service) dispatch(ctx context.Context, m Message, never unsent) (Outcome, error) {
	if m.Event == MessageRevoked && never.all(m) {
		return Outcome{State: MessageDropped, At: s.now()}, nil
	}
	mail, send, err := s.mail(ctx, m)
	if err != nil {
		return s.failed(ctx, m, failure{said: "not made ready: " + Code(fail(ActDispatch, err))}), err
	}
	if !send {
		never.add(m)
		return Outcome{State: MessageDropped, At: s.now()}, nil
	}
	if err := s.send(ctx, mail); err != nil {
		return s.failed(ctx, m, failureOf(err, mail)), nil
	}
	return Outcome{State: MessageSent, At: s.now()}, nil
}

// send hands a mail to the mailer, for as long as one may take.
func (s *Service) send(ctx context.Context, mail Mail) (err error) {
	ctx, done := context.WithTimeout(ctx, s.mailTimeout)
	defer done()
	defer func() {
		if fault := recover(); fault != nil {
			// What it panicked with may quote the mail; where it did can't.
			s.log.LogAttrs(ctx, slog.LevelError, "the mailer panicked", slog.String("message", mail.ID.String()), slog.String("event", string(mail.Event)), slog.String("stack", string(debug.Stack())))
			err = errPanicked
		}
	}()
	return s.mailer.Send(ctx, mail)
}

// unsent are the mails of invitations that this batch dropped before anybody
// tried to send them. Who never got one isn't told that it is withdrawn: what was
// invited and taken back between two batches is in one of them, the older message
// first. When it isn't, because the batch was full or another process has it, the
// word goes out, since nothing tells what was sent: that is better than a dead
// link and no word.
type unsent map[unsentMail]bool

type unsentMail struct {
	recipient  RecipientID
	generation int
}

func (u unsent) add(m Message) {
	if m.Event == MessageInvitation && m.Attempts == 0 && m.LastError == "" {
		u[unsentMail{m.Recipient, m.Generation}] = true
	}
}

// all reports whether no mail of the invitation that a message takes back was
// sent.
func (u unsent) all(m Message) bool {
	for g := m.Generation; g > 0; g-- {
		if !u[unsentMail{m.Recipient, g}] {
			return false
		}
	}
	return m.Generation > 0
}

// mail makes a message ready to be sent, and reports false when there is
// nothing to send any more.
func (s *Service) mail(ctx context.Context, m Message) (Mail, bool, error) {
	if m.KeyID == "" {
		return mailOf(m, ""), true, nil
	}
	link, live, err := s.link(ctx, m)
	if err != nil || !live {
		return Mail{}, false, err
	}
	return mailOf(m, link), true, nil
}

// link derives the link of an invitation, and reports false when it would lead
// nowhere: answered, revoked, expired, or sent again with another token.
func (s *Service) link(ctx context.Context, m Message) (string, bool, error) {
	found, err := s.store.Recipients(ctx, m.Enterprise, []RecipientID{m.Recipient})
	if err != nil {
		return "", false, err
	}
	if len(found) == 0 || found[0].Generation != m.Generation || found[0].StateAt(s.now()) != invitation.Invited {
		return "", false, nil
	}
	for _, key := range s.keys {
		if key.ID() != m.KeyID {
			continue
		}
		token := invitation.DeriveToken(key, m.Recipient, m.Generation)
		u := *s.acceptURL
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += "token=" + token.Reveal() // which needs no escaping
		return u.String(), true, nil
	}
	return "", false, &Error{Kind: ErrUnavailable, Code: CodeUnavailable, Err: errors.New("the key " + url.QueryEscape(m.KeyID) + " that this invitation was made with isn't among the keys")}
}
