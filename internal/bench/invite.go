package main

import (
	"context"
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// invite commits the invitation of many persons at once, with a mail and an audit
// record for each.
func invite(b *bench) ([]result, error) {
	byHand, err := b.hand.inviting(b.ctx)
	if err != nil {
		return nil, err
	}
	mine, theirs := b.world.small[0], b.world.small[1]
	r, err := b.against(fmt.Sprintf("invite %d: store.Commit", b.bulk), max(1, b.rounds/30), true, goal{most: 1.5},
		inviting(b.ctx, mine, b.bulk, b.store.Commit), inviting(b.ctx, theirs, b.bulk, byHand))
	return []result{r}, err
}

func inviting(ctx context.Context, of *company, persons int, commit committer) side {
	return func(int) (func() error, error) {
		c := bulk(of.ent, persons)
		of.ent = c.Enterprise
		return func() error { return commit(ctx, c) }, nil
	}
}

// bulk returns the changeset that invites so many persons.
func bulk(e accessmgmt.Enterprise, persons int) accessmgmt.Changes {
	c := next(e, accessmgmt.ActInvite)
	offered := offer(e)
	c.Invitations = []invitation.Invitation{offered}
	for i := range persons {
		to := invited(e.ID, offered.ID, i)
		told := message(e.ID, accessmgmt.PersonID{}, accessmgmt.MessageInvitation)
		told.Recipient, told.Generation, told.KeyID = to.ID, 1, "k1"
		c.Recipients, c.Messages = append(c.Recipients, to), append(c.Messages, told)
		c.Audit = append(c.Audit, record(c.Enterprise, accessmgmt.EventInvited, i))
	}
	c.Enterprise.AuditHead = c.Audit[persons-1].Hash
	return c
}
