package accessmgmt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/egovroles/egovroles/invitation"
)

// How messages are sent.
const (
	dispatchBatch = 50
	// lease is how long a dispatcher holds what it claimed; one that dies
	// leaves it to another after that.
	lease = 5 * time.Minute
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
}

// DispatchOnce hands the messages that are due to the mailer, a batch of the
// oldest at most, and returns what became of them. Call it in a loop, in any
// number of processes at once: each message is held by one of them at a time.
//
// A message is sent at least once, and never for a commit that did not happen.
// It can be sent twice when a process dies, or the store can't be reached,
// between the mailer's taking it and the store's being told, or when a mailer
// goes on past the end of its context; the mail's ID is the same then. The token of a link is derived here, and is nowhere before.
// A mailer's error isn't an error of DispatchOnce, it is counted and tried
// again, later each time. So is a message that can't be made ready, because the
// key of its link is missing; what is wrong with the first of these is returned
// too, once the others are through.
func (s *Service) DispatchOnce(ctx context.Context) (Dispatched, error) {
	var done Dispatched
	var unready error
	never := unsent{}
	now := s.now()
	claim := Claim{ID: ClaimID{s.newID()}, Now: now, Until: now.Add(lease), Limit: dispatchBatch}
	messages, err := s.store.ClaimMessages(ctx, claim)
	if err != nil {
		return done, fail(ActDispatch, err)
	}
	for _, m := range messages {
		if err := ctx.Err(); err != nil {
			return done, fail(ActDispatch, err) // the rest is sent when the claim is over
		}
		if !s.now().Before(claim.Until) {
			break // the rest is somebody else's by now
		}
		outcome, err := s.dispatch(ctx, m, claim.Until, never)
		if err != nil && ctx.Err() != nil {
			return done, fail(ActDispatch, err)
		}
		if err != nil && unready == nil {
			unready = err
		}
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

func (d *Dispatched) count(o Outcome) {
	switch o.State {
	case MessageSent:
		d.Sent++
	case MessageDropped:
		d.Dropped++
	case MessagePending:
		d.Failed++
	}
}

// dispatch sends one message. Its error is why the message couldn't be made
// ready; the mailer's is in the outcome alone. Either way it is tried again
// later, so that no message holds up those behind it.
func (s *Service) dispatch(ctx context.Context, m Message, until time.Time, never unsent) (Outcome, error) {
	if m.Event == MessageRevoked && never.all(m) {
		return Outcome{State: MessageDropped, At: s.now()}, nil
	}
	mail, send, err := s.mail(ctx, m)
	if err != nil {
		return s.later(ctx, m, "not made ready: "+Code(fail(ActDispatch, err))), err
	}
	if !send {
		never.add(m)
		return Outcome{State: MessageDropped, At: s.now()}, nil
	}
	// No longer than the claim: after it the message is somebody else's to send.
	sending, done := context.WithTimeout(ctx, until.Sub(s.now()))
	defer done()
	if err := s.mailer.Send(sending, mail); err != nil {
		return s.later(ctx, m, withoutSecrets(err, mail)), nil
	}
	return Outcome{State: MessageSent, At: s.now()}, nil
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
	if m.Event == MessageInvitation && m.Attempts == 0 {
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

// later puts a message off, for longer each time.
func (s *Service) later(ctx context.Context, m Message, why string) Outcome {
	at := s.now()
	s.log.LogAttrs(ctx, slog.LevelWarn, "mail not sent", slog.String("message", m.ID.String()), slog.String("event", string(m.Event)), slog.Int("attempts", m.Attempts+1))
	return Outcome{State: MessagePending, At: at, NextAt: at.Add(retryAfter(m.Attempts)), Error: why}
}

func retryAfter(attempts int) time.Duration {
	if attempts > 9 {
		return longestRetry
	}
	return min(firstRetry<<attempts, longestRetry)
}

// withoutSecrets keeps of a mailer's error what may be stored: one that quotes
// the mail could hold the token of its link.
func withoutSecrets(err error, m Mail) string {
	if m.Link != "" {
		return fmt.Sprintf("%T", err)
	}
	// Databases take neither a broken character nor a NUL.
	text := strings.ReplaceAll(err.Error(), "\x00", "")
	return strings.ToValidUTF8(text[:min(len(text), 500)], "")
}

// mail makes a message ready to be sent, and reports false when there is
// nothing to send any more.
func (s *Service) mail(ctx context.Context, m Message) (Mail, bool, error) {
	if m.KeyID == "" {
		return s.mailOf(m, ""), true, nil
	}
	link, live, err := s.link(ctx, m)
	if err != nil || !live {
		return Mail{}, false, err
	}
	return s.mailOf(m, link), true, nil
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
