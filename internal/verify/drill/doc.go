// Package drill has several portals work on the same enterprises at once, over
// stores that may fail meanwhile, and then holds what the stores have against
// what the portals were told.
//
// A [Drill] has one service for each store. Their callers designate, invite,
// accept, approve, replace and end, often two of them the same thing; whoever
// gets no answer asks again under the command's id, as a portal would. A
// [Ledger] between the services and the stores notes each changeset that was to
// be committed, and what came of it. In the end [Drill.Verify] finds the
// changesets in the enterprises' audits by their hashes, commits them anew into
// a store in memory, in their order, and compares: every row, every message,
// every record.
//
// The package's own test plants a fault of each kind, and sees it found.
package drill
