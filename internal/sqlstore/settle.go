package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
)

// unsettled is an error of a COMMIT that may have happened.
type unsettled struct{ err error }

func (u *unsettled) Error() string { return u.err.Error() }
func (u *unsettled) Unwrap() error { return u.err }

// lastAsk is how long a COMMIT is asked after for the last time.
const lastAsk = 5 * time.Second

// settle returns nil when a COMMIT in doubt happened, and err when it didn't. It
// asks for as long as the caller waits, or patience lasts, and then once more: what
// he gave up waiting for may be done. After that nobody knows.
func (s *Store) settle(ctx context.Context, err error, happened func(context.Context) (bool, error)) error {
	began, waiting := time.Now(), true
	for n := 1; happened != nil; n++ {
		asked, done := ctx, func() {}
		if !waiting {
			asked, done = context.WithTimeout(context.WithoutCancel(ctx), lastAsk)
		}
		yes, asking := happened(asked)
		done()
		switch {
		case asking == nil && yes:
			return nil
		case asking == nil:
			return err
		case !waiting:
			return s.unknown(err)
		}
		waiting = time.Since(began) <= patience && pause(ctx, min(n, attempts))
	}
	return s.unknown(err)
}

// unknown is the error of a COMMIT of which nobody knows. It wraps nothing else: a
// conflict in it would be taken for an answer, and decided on anew.
func (s *Store) unknown(err error) error {
	cause := &Error{Dialect: s.dialect.Name, Op: "commit", Code: s.failure(err).Code, err: err}
	return fmt.Errorf("%w: %s", accessmgmt.ErrOutcomeUnknown, cause.Error())
}
