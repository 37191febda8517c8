package accessmgmt

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// Outbox returns how many messages wait, since when, and how many are dead, for
// the portal's monitoring. What was sent isn't counted: that grows without end,
// and [Dispatched] says what came.
//
// Worth an alarm are an Oldest of long ago, since nobody dispatches or the mail
// server is down, and any that are Dead.
func (s *Service) Outbox(ctx context.Context) (MessageCounts, error) {
	counts, err := s.store.CountMessages(ctx)
	return counts, fail(ActOutbox, err)
}

// forgetBatch is how many messages are erased in one commit.
const forgetBatch = 500

// ForgetMessages erases, in messages that were sent, dropped or set aside more
// than [Policy.MessageDays] ago, who got them and what they said: names,
// addresses, data and the mailer's error; ids, the event and instants stay. What
// is dead is dropped by it. It does a batch and returns how many that were: call
// it until there are none, or let [Service.Run] do so.
func (s *Service) ForgetMessages(ctx context.Context) (int, error) {
	now := s.now()
	n, err := s.store.ForgetMessages(ctx, Forget{Before: now.AddDate(0, 0, -s.policy.MessageDays), At: now, Limit: forgetBatch})
	return n, fail(ActForgetMails, err)
}

// DeadQuery asks for messages that were set aside.
type DeadQuery struct {
	Enterprise EnterpriseID // zero: of all
	Paging
}

// DeadMessage is a message that was set aside, as far as staff needs it to find
// out why.
type DeadMessage struct {
	Ref   MessageRef
	Event MessageEvent
	To    Addressee
	// WrittenAt is when what it tells of happened, SetAsideAt when it was tried
	// for the last time.
	WrittenAt  time.Time
	SetAsideAt time.Time
	Attempts   int
	LastError  string
}

// DeadMessages yields the messages that were set aside, of all enterprises or of
// one, the oldest first. They are for the portal's staff; to anybody else there
// are none to be found: [ErrNotFound].
func (s *Service) DeadMessages(ctx context.Context, actor Actor, q DeadQuery) iter.Seq2[DeadMessage, error] {
	return walk(q.Paging, func(p Paging) (List[DeadMessage], error) { q.Paging = p; return s.DeadMessagesPage(ctx, actor, q) })
}

// DeadMessagesPage returns one page of [Service.DeadMessages].
func (s *Service) DeadMessagesPage(ctx context.Context, actor Actor, q DeadQuery) (List[DeadMessage], error) {
	w, err := s.postmaster(ctx, actor, ActDeadMails)
	if err != nil {
		return List[DeadMessage]{}, err
	}
	sc := scope{enterprises: []EnterpriseID{q.Enterprise}, reader: w.person.ID}
	list, err := listOf(sc, q.Paging, bind(ActDeadMails, sc.reader, q.Enterprise, q.Newest),
		func(p Page) ([]Message, error) { return s.store.DeadMessages(ctx, q.Enterprise, p) },
		func(m Message) PageKey { return PageKey{At: m.CreatedAt, ID: m.ID.UUID} },
		func(rows []Message) ([]DeadMessage, error) { return deadMessages(rows), nil })
	return list, fail(ActDeadMails, err)
}

func deadMessages(rows []Message) []DeadMessage {
	dead := make([]DeadMessage, len(rows))
	for i, m := range rows {
		dead[i] = DeadMessage{
			Ref: MessageRef{m.Enterprise, m.ID}, Event: m.Event, To: m.To, WrittenAt: m.CreatedAt, SetAsideAt: m.FinishedAt,
			Attempts: m.Attempts, LastError: m.LastError,
		}
	}
	return dead
}

// postmaster admits the portal's staff, and nobody else.
func (s *Service) postmaster(ctx context.Context, actor Actor, act Act) (who, error) {
	w, err := s.viewer(ctx, actor, act)
	if err != nil {
		return who{}, fail(act, err)
	}
	st, err := s.standing(ctx, w, Enterprise{}, s.now()) // staff is staff anywhere; nobody else is anything
	if err != nil {
		return who{}, fail(act, err)
	}
	if _, err := authorise(act, st); err != nil {
		return who{}, s.turnedDown(ctx, act, EnterpriseID{}, w, err)
	}
	return w, nil
}

// DeadSelection says which of the messages that were set aside.
type DeadSelection struct {
	// Messages are up to 10,000 ticked ones, or All are meant, of one Enterprise
	// or, when that is zero, of every one. Neither is [ErrInvalid]: an empty form
	// doesn't mean everything.
	Messages   []MessageRef
	All        bool
	Enterprise EnterpriseID // with All
	// Event, with All, selects those that tell of it alone, and Before those that
	// were set aside before an instant, such as when the mail server was back.
	Event  MessageEvent
	Before time.Time
}

// RetryMessages has messages that were set aside sent after all: they are due at
// once, and tried as often as new ones. An invitation that nobody can answer any
// more is dropped when its turn comes. It returns how many these were; those that
// somebody resolved meanwhile, and those that aren't there, aren't counted, so
// that asking again does nothing twice, and needs no [CommandID]. When it fails, what
// it did so far is done. It can't be tried out: of a preview it is [ErrUnavailable].
//
// It is for the portal's staff; to anybody else there is nothing to be found:
// [ErrNotFound]. It changes nobody's access and so is in no enterprise's audit;
// the log has a line with who did it and how many.
func (s *Service) RetryMessages(ctx context.Context, actor Actor, which DeadSelection) (int, error) {
	return s.resolveDead(ctx, actor, ActRetryMails, which, func(at time.Time) Outcome {
		return Outcome{State: MessagePending, At: at, NextAt: at}
	})
}

// DropMessages drops messages that were set aside: they are never sent. In
// everything else it is as [Service.RetryMessages].
func (s *Service) DropMessages(ctx context.Context, actor Actor, which DeadSelection) (int, error) {
	return s.resolveDead(ctx, actor, ActDropMails, which, func(at time.Time) Outcome {
		return Outcome{State: MessageDropped, At: at}
	})
}

func (s *Service) resolveDead(ctx context.Context, actor Actor, act Act, which DeadSelection, outcome func(at time.Time) Outcome) (resolved int, err error) {
	w, err := s.postmaster(ctx, actor, act)
	if err != nil {
		return 0, err
	}
	if err := which.validate(); err != nil {
		return 0, fail(act, err)
	}
	if s.preview != nil {
		return 0, fail(act, ErrUnavailable)
	}
	defer func() {
		if resolved > 0 {
			s.log.LogAttrs(ctx, slog.LevelInfo, "dead mails", slog.String("act", string(act)), slog.String("actor", w.person.ID.String()), slog.Int("messages", resolved))
			s.nudge()
		}
	}()
	o := outcome(s.now())
	if !which.All {
		resolved, err = s.store.ResolveMessages(ctx, which.Messages, o)
		return resolved, fail(act, err)
	}
	// Page by page, each message once: one that dies again meanwhile isn't met again.
	page := Page{Limit: maxLimit}
	for {
		dead, err := s.store.DeadMessages(ctx, which.Enterprise, page)
		if err != nil || len(dead) == 0 {
			return resolved, fail(act, err)
		}
		n, err := s.store.ResolveMessages(ctx, which.of(dead), o)
		resolved += n
		if err != nil {
			return resolved, fail(act, err)
		}
		last := dead[len(dead)-1]
		page.After = PageKey{At: last.CreatedAt, ID: last.ID.UUID}
	}
}

func (d DeadSelection) validate() error {
	switch {
	case d.All == (len(d.Messages) > 0):
		return invalidField("messages", roles.ProblemRequired, "some messages are ticked, or all are meant")
	case len(d.Messages) > MaxItems:
		return invalidField("messages", roles.ProblemTooMany, "at most 10,000 messages at once")
	case !d.All && (!d.Enterprise.IsZero() || d.Event != "" || !d.Before.IsZero()):
		return invalidField("all", roles.ProblemRequired, "what narrows the selection goes with all")
	}
	return nil
}

// of returns those of dead messages that are selected.
func (d DeadSelection) of(dead []Message) (refs []MessageRef) {
	for _, m := range dead {
		if (d.Event == "" || d.Event == m.Event) && (d.Before.IsZero() || m.FinishedAt.Before(d.Before)) {
			refs = append(refs, MessageRef{m.Enterprise, m.ID})
		}
	}
	return refs
}
