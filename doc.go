// Package egovroles is the map of a library that runs an enterprise's accesses
// in a government portal, from first to last step: a legal representative
// designates the access manager (GAP), the GAP invites people, they accept
// after logging in with their eID, the GAP approves, a role is in force for
// its period, and the portal asks, for every page it serves: may this person do
// this for this enterprise now, and why?
//
// It follows the Belgian guides « Mon Espace » and « CALISTA » (CSAM, Ma
// gestion des rôles eGov). It is imported into an existing portal, which keeps
// its login and its database; the library brings neither, nor a server.
//
// This package holds nothing but this map and an example of the whole story.
// Read them in this order:
//
//   - accessmgmt: the use cases. Make a Service with accessmgmt.New and call
//     its methods; Check is the question every page asks.
//   - accessmgmt/accesstest: for a portal's own unit tests.
//   - accessmgmt/access: checks from memory, in a bound of staleness.
//   - accessmgmt/xslog: for a portal whose logger is one of x/exp/slog.
//   - roles: what a role allows and for how long; the catalogue of Mon Espace.
//     Pure.
//   - invitation: the life of an invitation and of a request. Pure.
//   - storage: how to choose a store and how to write one. storage/memory is for
//     tests, storage/sqlite and storage/postgres work on a *sql.DB of the
//     portal's, and storage/storagetest is the suite that every store passes.
//
// Imports run one way: roles ← invitation ← accessmgmt ← storage/*. The module
// requires no database driver and no mail library, so that importing it moves
// no version the portal has chosen.
package egovroles
