// Package access answers checks from memory, in tens to hundreds of nanoseconds,
// and follows the store.
//
//	index, err := access.New(store, access.Options{Catalogue: roles.MonEspace()})
//	svc, err := accessmgmt.New(store, mailer, &accessmgmt.Options{…, Watcher: index})
//	go index.Run(ctx, func(err error) { log.Warn("accesses aren't followed", "err", err) })
//
//	d, err := index.Check(ctx, accessmgmt.Question{Person: person, Enterprise: enterprise, Action: roles.Sign})
//
// An [Index] is a [accessmgmt.Checker] and has the lists: a portal's code takes
// the interface, and its tests a service. It reads an enterprise at its first
// check; [Index.Load] reads all of them beforehand.
//
// # What it promises
//
// Its decision is the one that the service would make on the same rows, at the
// same instant, with the same reason and the same assignments: starts, ends,
// gates and vacant offices take effect by the clock.
//
// What this process wrote is seen by every check that begins after the command
// returned; of a command in a transaction of the portal's, after the portal said
// Committed. Between the two, checks about the enterprise are asked of the store.
//
// What another process wrote at an instant is seen by every check that begins
// MaxStaleness later. The bound is counted from before the store was asked what is
// current, so a slow network doesn't stretch it; nothing is fresh for longer
// because it is used; and who read before a change never puts back what he read.
// [accessmgmt.Question.AtLeast] asks for more where a caller knows more, Options.Strict
// everywhere.
//
// When the store can't be asked for longer than that, checks fail with
// [accessmgmt.ErrUnavailable]. An error allows nothing.
//
// Readers take no lock and allocate nothing. An assignment takes 48 bytes, 60 in an
// enterprise of more than 255, and an enterprise about 170 beside.
//
// # What it doesn't
//
// A bound is measured by the monotonic clock, which on some systems stands still
// while a virtual machine is suspended: one that wakes up believes for the rest
// of its bound what it knew before. Processes whose clocks differ see starts and
// ends at different moments.
//
// The index knows nothing of what is written behind the library's back: a row
// changed by hand, without raising the enterprise's epoch, isn't seen until the
// next commit there.
//
// What another process changed is found by reading the enterprise anew, which takes
// as long as it is large, once for each change that is asked about; so are this
// process's own changes of units, offices and suspensions. Its other commits are
// followed without reading: in microseconds of an enterprise of twenty, in a fifth
// of a millisecond of one of a thousand.
//
// Questions about another instant, explanations, names, and for which enterprises
// somebody may act are asked of the store.
package access
