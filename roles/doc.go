// Package roles says what a role allows, for how long, and whether a set of
// assignments allows an action. It is pure: every function takes the instant
// it is about as an argument, and none touches a clock, a store or a network.
//
// Start with [MonEspace], the catalogue of the guide, or [MonEspaceAndCalista]
// for both guides; or build your own with [NewCatalogue], or from JSON with
// [ParseCatalogue]. A [Catalogue] holds the roles of one or several
// applications; it never changes once made, and [Catalogue.Version] names its
// content. [Catalogue.Decide] is the decision itself:
//
//	d := catalogue.Decide(assignments, roles.Question{
//		Application: roles.MonEspaceApplication,
//		Action:      roles.Sign,
//		At:          now,
//	})
//	if !d.Allowed { log.Print(d.Reason) }
//
// # Roles are sets
//
// What a person may do is the union of the roles in force (decision D3). Roles
// are never ranks: "manager" and "editor" of Mon Espace are incomparable.
// A role is named by its [Code], never by its label, because the guides
// themselves spell labels in several ways (D17).
//
// # What else a role may say
//
// Besides what it allows, a [Role] says who may give it and for how long, and:
//
//   - what is asked when it is given: its [Property] list, answered by the
//     [Properties] of an assignment, which a [Decision] hands on;
//   - its gate: another application of which its holder must have a role in
//     force, or it gives nothing (D15, D25);
//   - which application's roles its holder manages (D16);
//   - that giving it takes two managers' approval;
//   - that it is retired: it keeps what it gave until its end, and can't be
//     given again. [Catalogue.After] retires the roles that a newer catalogue
//     dropped.
//
// A gate is why questions take all assignments of a person in one enterprise,
// not only those of the application asked about.
//
// # Dates
//
// A [Period] is what a person writes on a form: civil dates, the end included,
// or no end at all ("illimité"). A [Window] is what a decision compares: two
// instants, half open. [Period.Window] goes from one to the other in a time
// zone, once, when the role is given; changing the zone later moves nothing
// that was given before (D4, D27).
package roles
