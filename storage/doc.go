// Package storage is where a portal finds a store, and where whoever writes one
// finds the rules.
//
// # Choosing one
//
//   - [storage/memory] keeps everything in maps. It is for unit tests of
//     workflows and for demonstrations; nothing survives the process.
//   - [storage/sqlite] keeps it in one SQLite file, on a *sql.DB that the portal
//     opens with the driver it already has. It is for a portal that runs on one
//     machine.
//   - [storage/postgres] keeps it in a PostgreSQL database that the portal runs,
//     for any number of machines.
//   - [storage/mysql] does the same in a MariaDB database. It keeps to what MySQL
//     8 has too, and is untested there.
//
// CLUSTERS.md beside this file is about databases that are on several machines.
//
// They keep the same contract, so a workflow that was tested on one works on
// the others. None imports a driver, and none starts a goroutine.
//
// # Writing one
//
// A store implements [Store], whose comments are the contract. It is dumb on
// purpose: it checks no permission, makes no id, reads no clock and validates no
// text. What it does decide is whether a changeset still fits what is stored.
// Run [storage/storagetest] against it; a store that passes, with -race and
// several times over, is done. Where stores go wrong:
//
//   - A commit is one transaction, and the first thing in it raises the
//     enterprise's epoch: UPDATE … SET epoch = ? WHERE id = ? AND epoch = ?.
//     One row, or [accessmgmt.ErrConflict]. Everybody else who commits in the
//     enterprise waits there, so what follows sees the last commit.
//   - Count the rows of every UPDATE … WHERE id = ? AND version = ?. A changed
//     version makes the count safe in every engine; an update that changes
//     nothing is counted as 0 or 1 as the driver pleases.
//   - A unique key that is violated is a conflict, and a command id that is
//     there is [accessmgmt.ErrRepeated]. Deadlocks, serialization failures and
//     connections lost before the COMMIT are neither: begin the transaction
//     anew, with a random pause, a bounded number of times. After one lost
//     during the COMMIT look for the command id first, and never repeat blindly.
//   - Identifiers compare byte for byte. The default collations of MySQL and
//     MariaDB take Anne, ANNÉ and "anne " for one person, which lets the second
//     in as the first: use binary collations from the first migration on.
//   - Keep instants as microseconds since 1970 in UTC, in an integer. Columns of
//     the database's own types round, shift zones or refuse the year 1. Cut, and
//     never round up: 23:59:59.9999999 is not the next day. A zero instant, a
//     zero id and a zero token hash are NULL.
//   - What a method reads is as of one instant. A second query of the same call
//     needs a transaction that sees one snapshot, or may find another commit.
//   - Expired, lapsed, scheduled and active are not stored. A filter compares
//     instants, and the boundary belongs to what comes after: at ExpiresAt it is
//     expired.
//   - Pages continue after a key, WHERE (created, id) > (?, ?). An offset skips
//     and repeats rows while others write.
//   - Lists of ids run to ten thousand, and databases bound the parameters of a
//     statement. Ask in parts, and give each row once even when its id comes in
//     two parts.
//   - Whoever claims messages must not wait for, or take, what another is
//     claiming at that moment: FOR UPDATE SKIP LOCKED, or one statement.
//   - A context that was done before the call began means that nothing happens.
//     One that is cancelled while a COMMIT is under way says nothing about its
//     outcome: let the COMMIT finish under a context of its own.
//
// [storage/memory]: https://pkg.go.dev/github.com/egovroles/egovroles/storage/memory
// [storage/sqlite]: https://pkg.go.dev/github.com/egovroles/egovroles/storage/sqlite
// [storage/postgres]: https://pkg.go.dev/github.com/egovroles/egovroles/storage/postgres
// [storage/mysql]: https://pkg.go.dev/github.com/egovroles/egovroles/storage/mysql
// [storage/storagetest]: https://pkg.go.dev/github.com/egovroles/egovroles/storage/storagetest
package storage
