package sqlstore

import (
	"context"
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
)

// unsettled is an error of a COMMIT that may have happened.
type unsettled struct{ err error }

func (u *unsettled) Error() string { return u.err.Error() }
func (u *unsettled) Unwrap() error { return u.err }

// settle returns nil when a COMMIT in doubt happened, and err when it didn't. It
// asks for as long as the caller waits, or patience lasts, and then once more: what
// he gave up waiting for may be done. After that nobody knows.
func (s *Store) settle(ctx context.Context, err error, happened func(context.Context) (bool, error)) error {
	patient, done := context.WithTimeout(ctx, s.limits.patience)
	defer done()
	waiting := true
	for n := 1; happened != nil; n++ {
		asked, last := patient, func() {}
		if !waiting {
			asked, last = context.WithTimeout(context.WithoutCancel(ctx), s.limits.lastAsk)
		}
		yes, asking := happened(asked)
		last()
		switch {
		case asking == nil && yes:
			return nil
		case asking == nil:
			return err
		case !waiting:
			return s.unknown(err)
		}
		waiting = pause(patient, min(n, attempts))
	}
	return s.unknown(err)
}

// unknown is the error of a COMMIT of which nobody knows. It wraps nothing else: a
// conflict in it would be taken for an answer, and decided on anew.
func (s *Store) unknown(err error) error {
	return fmt.Errorf("%w: %s", accessmgmt.ErrOutcomeUnknown, s.newError("commit", err).Error())
}
