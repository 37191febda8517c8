package accessmgmt

import (
	"context"
	"errors"
)

// errEnough ends a walk early, and is no error of it.
var errEnough = errors.New("enough")

// eachRecord walks through the audit of an enterprise, from its first record on.
func eachRecord(ctx context.Context, store Reader, id EnterpriseID, each func(AuditRecord) error) error {
	var at AuditPosition
	return eachRow(func() ([]AuditRecord, error) { return store.Audit(ctx, id, at, pageSize) }, func(r AuditRecord) error {
		at = AuditPosition{r.Seq, r.Ordinal}
		return each(r)
	})
}

// eachMessage walks through the messages of an enterprise.
func eachMessage(ctx context.Context, store Reader, id EnterpriseID, each func(Message) error) error {
	var at MessageID
	return eachRow(func() ([]Message, error) { return store.Messages(ctx, id, at, pageSize) }, func(m Message) error {
		at = m.ID
		return each(m)
	})
}

// eachRow takes pages, each of which begins behind the rows seen, until one isn't
// full.
func eachRow[R any](next func() ([]R, error), each func(R) error) error {
	for {
		page, err := next()
		if err != nil {
			return err
		}
		for _, row := range page {
			if err := each(row); errors.Is(err, errEnough) {
				return nil
			} else if err != nil {
				return err
			}
		}
		if len(page) < pageSize {
			return nil
		}
	}
}
