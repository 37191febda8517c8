package accessmgmt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Permanent marks the error of a [Mailer] as one that trying again won't mend,
// such as an address that the server refuses for good: the message is set aside
// at once. Nil stays nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanent{err}
}

type permanent struct{ err error }

func (p *permanent) Error() string   { return p.err.Error() }
func (p *permanent) Unwrap() error   { return p.err }
func (p *permanent) Permanent() bool { return true }

// IsPermanent reports whether trying again won't mend an error of a mailer: the
// first in its chain that has a method Permanent() bool says so.
func IsPermanent(err error) bool {
	var p interface{ Permanent() bool }
	return errors.As(err, &p) && p.Permanent()
}

// maxLastError is how much is kept of what a mailer said, in bytes.
const maxLastError = 500

var errPanicked = errors.New("the mailer panicked")

// failure is why a message wasn't sent.
type failure struct {
	said      string // to be kept with the message
	reason    string // to be logged: it names nobody
	permanent bool
}

// failureOf keeps of a mailer's error what may be stored: one that quotes the
// mail could hold the token of its link. What an error gives as its Reason names
// neither people nor the mail.
func failureOf(err error, m Mail) failure {
	f := failure{permanent: IsPermanent(err)}
	var safe interface{ Reason() string }
	if errors.As(err, &safe) {
		f.reason = storable(safe.Reason())
	}
	switch {
	case m.Link == "":
		f.said = storable(err.Error())
	case f.reason != "" && !strings.Contains(f.reason, m.Link):
		f.said = f.reason
	default:
		f.said = fmt.Sprintf("%T", err)
	}
	if f.said == "" { // what was tried has an error
		f.said = fmt.Sprintf("%T", err)
	}
	return f
}

// storable cuts a text to what every database takes: neither a broken character
// nor a NUL.
func storable(text string) string {
	text = strings.ReplaceAll(text, "\x00", "")
	return strings.ToValidUTF8(text[:min(len(text), maxLastError)], "")
}

// failed puts a message off, for longer each time, or sets it aside.
func (s *Service) failed(ctx context.Context, m Message, why failure) Outcome {
	at := s.now()
	line := []slog.Attr{slog.String("message", m.ID.String()), slog.String("event", string(m.Event)), slog.Int("attempts", m.Attempts+1)}
	if why.reason != "" {
		line = append(line, slog.String("reason", why.reason))
	}
	// Who gives up himself isn't the one to say that it failed too often.
	if why.permanent || m.Attempts+1 >= s.policy.MailAttempts && ctx.Err() == nil {
		s.log.LogAttrs(ctx, slog.LevelError, "mail set aside", line...)
		return Outcome{State: MessageDead, At: at, Error: why.said}
	}
	s.log.LogAttrs(ctx, slog.LevelWarn, "mail not sent", line...)
	return Outcome{State: MessagePending, At: at, NextAt: at.Add(s.retryAfter(m.Attempts)).Truncate(micros), Error: why.said}
}

// retryAfter is between half of a pause that doubles and all of it: what failed
// together isn't tried again together.
func (s *Service) retryAfter(attempts int) time.Duration {
	pause := longestRetry
	if attempts <= 9 {
		pause = min(firstRetry<<attempts, longestRetry)
	}
	return pause - s.jitter(pause/2)
}
