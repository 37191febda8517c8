package accessmgmt

import (
	"context"
	"log/slog"
	"time"
)

// Unlimited is no limit, wherever one is asked for.
const Unlimited = -1

// Limiter counts the mails with a link to one address, whichever enterprise
// sends them: invitations, those sent again and reminders (c-28). It is best
// effort (D31): an address belongs to no enterprise, and no commit could hold
// such a count without making all of them wait for each other. So two who send at
// once may both get through, what was counted may be lost, and a limiter that
// fails limits nothing. The limit of each enterprise is exact; see
// [Policy.InvitationsPerDay].
//
// An address comes as a keyed hash, the same in every process with the same
// [Options.Key], so that a limiter that they share needn't know addresses. Its
// methods are called from many goroutines, in the time of a command.
type Limiter interface {
	// Full reports of each address, in their order, whether it has got as many
	// as it may. It counts nothing.
	Full(ctx context.Context, now time.Time, addresses []Digest) ([]bool, error)
	// Count counts one mail to each address. It is called after the commit.
	Count(ctx context.Context, now time.Time, addresses []Digest) error
}

// addressHash is what a limiter knows an address by.
func (s *Service) addressHash(to Email) Digest {
	return s.keys[0].MAC("egovroles address", []byte(to.Key()))
}

// readFull asks which addresses have got as many mails with a link as they may,
// so that mayPost needn't one by one. A limiter that fails limits nothing.
func (w *work) readFull(to []Email) {
	asked := make([]Digest, len(to))
	for i, address := range to {
		asked[i] = w.addressHash(address)
	}
	full, err := w.limiter.Full(w.ctx, w.now, asked)
	if err != nil || len(full) != len(asked) {
		limiterFailed(w.ctx, w.log)
		return
	}
	for i, is := range full {
		if is {
			w.full[asked[i]] = true
		}
	}
}

// post counts a mail with a link, or refuses it. Whether it is the enterprise
// that has sent as many as it may today, or the address that has got as many, is
// not said: the others who wrote to it are nobody's business.
//
// The enterprise's count is in its own row and so in the same commit: of two
// callers at once, the one who is overtaken counts again.
func (w *work) post(to Email) error {
	today := w.today(w.now)
	if w.ent.SentOn.Before(today) { // never back, whoever's clock is slow
		w.ent.SentOn, w.ent.Sent = today, 0
	}
	address := w.addressHash(to)
	if most := w.policy.InvitationsPerDay; most != Unlimited && w.ent.Sent >= most || w.full[address] {
		return &Error{Kind: ErrState, Code: CodeTooManyInvitations, Err: wrongState("recipient", "over the day's limit", string(w.act))}
	}
	w.ent.Sent++
	w.posted = append(w.posted, address)
	return nil
}

// tellLimiter counts what was sent. It isn't the caller's concern that it fails,
// nor that he has gone.
func tellLimiter(ctx context.Context, l Limiter, log *slog.Logger, now time.Time, addresses []Digest) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askAfter)
	defer cancel()
	if err := l.Count(ctx, now, addresses); err != nil {
		limiterFailed(ctx, log)
	}
}

// limiterFailed says so, without the error's words, as every line does.
func limiterFailed(ctx context.Context, log *slog.Logger) {
	log.LogAttrs(ctx, slog.LevelWarn, "limiter failed")
}
