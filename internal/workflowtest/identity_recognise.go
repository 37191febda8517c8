package workflowtest

import (
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// changed returns an actor with another account, number or both.
func changed(a accessmgmt.Actor, subject string, number accessmgmt.SSIN) accessmgmt.Actor {
	a.Identity.Subject, a.Identity.Number = subject, number
	return a
}

// requireIdentified fails unless an actor is a person, or for nil nobody known.
func (w *World) requireIdentified(svc *accessmgmt.Service, a accessmgmt.Actor, as *accessmgmt.PersonID) {
	w.Helper()
	id, err := svc.Identify(w.Ctx, a.Identity)
	if as == nil {
		w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		require.Zero(w, id)
		return
	}
	require.NoError(w, err)
	require.Equal(w, *as, id)
}

// acts lets an actor do something that commits: accept an invitation.
func (w *World) acts(svc *accessmgmt.Service, a accessmgmt.Actor, role roles.Code) accessmgmt.PersonID {
	_, token := w.Invite(a, w.Line(role))
	done, err := svc.Accept(w.Ctx, a, token, accessmgmt.Accept{Email: Address(a.Identity)})
	require.NoError(w, err)
	return done.Person
}

// portalKey is a service with this key first, and these old ones.
func (w *World) portalKey(ids ...string) *accessmgmt.Service {
	o := w.Options
	o.OldKeys = nil
	for i, id := range ids {
		key, err := accessmgmt.NewKey(id, append([]byte(id), Secret...))
		require.NoError(w, err)
		if i == 0 {
			o.Key = key
		} else {
			o.OldKeys = append(o.OldKeys, key)
		}
	}
	return w.Service(o)
}

func (w *World) storedPerson(id accessmgmt.PersonID) accessmgmt.Person {
	p, err := w.Store.Person(w.Ctx, id)
	require.NoError(w, err)
	return p
}

var recogniseScenarios = map[string]func(*World){
	"nobody knows him": func(w *World) {
		stranger := Person("Stan", "Stranger")
		w.unchanged(func() { w.requireIdentified(w.Svc, stranger, nil) })
		w.Invite(stranger, w.Line(roles.Reader)) // being invited makes nobody known: it names an address
		w.requireIdentified(w.Svc, stranger, nil)
	},
	"by his account": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.acts(w.Svc, anne, roles.Editor)
		w.requireIdentified(w.Svc, anne, &id)
		w.requireIdentified(w.Svc, changed(anne, anne.Identity.Subject, accessmgmt.SSIN{}), &id)
		other := changed(anne, anne.Identity.Subject, accessmgmt.SSIN{})
		other.Identity.Issuer = "https://other.example"
		w.requireIdentified(w.Svc, other, nil)
		for _, subject := range []string{"anne.dubois", "Anne.Dubois ", " Anne.Dubois", "Ánne.Dubois"} { // byte for byte
			w.requireIdentified(w.Svc, changed(anne, subject, accessmgmt.SSIN{}), nil)
		}
		namesake := changed(anne, "another", SSIN("Anne Dubois the other")) // same name, never merged
		w.requireIdentified(w.Svc, namesake, nil)
	},
	"by his number, before his first login": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.give(anne, w.Line(roles.Editor)).Person
		require.Empty(w, w.storedPerson(id).Identities)
		version := w.storedPerson(id).Version
		w.unchanged(func() { w.requireIdentified(w.Svc, anne, &id) })
		require.Equal(w, version, w.storedPerson(id).Version, "Identify writes nothing")
		require.True(w, w.May(anne, roles.Sign).Allowed)
		numberless := changed(anne, anne.Identity.Subject, accessmgmt.SSIN{})
		w.requireIdentified(w.Svc, numberless, nil)
		require.Equal(w, id, w.acts(w.Svc, anne, roles.Owner), "linked by his first command")
		require.Equal(w, []accessmgmt.IdentityRef{anne.Identity.Ref()}, w.storedPerson(id).Identities)
		w.requireIdentified(w.Svc, numberless, &id)
	},
	"looking links nobody": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.give(anne, w.Line(roles.Editor)).Person
		w.unchanged(func() {
			list, err := w.Svc.AssignmentsPage(w.Ctx, anne, accessmgmt.AssignmentQuery{Mine: true})
			require.NoError(w, err)
			require.Len(w, list.Items, 1, "he sees his own")
			_, err = w.Svc.WhoIsMyGAP(w.Ctx, anne, w.Acme)
			require.NoError(w, err)
			_, err = w.Svc.Capabilities(w.Ctx, anne, w.Acme)
			require.NoError(w, err)
		})
		require.Empty(w, w.storedPerson(id).Identities)
	},
	"by a new account of the same number": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.acts(w.Svc, anne, roles.Editor)
		second := changed(anne, "her second account", anne.Identity.Number)
		w.requireIdentified(w.Svc, second, &id)
		require.Equal(w, id, w.acts(w.Svc, second, roles.Owner))
		require.ElementsMatch(w, []accessmgmt.IdentityRef{anne.Identity.Ref(), second.Identity.Ref()}, w.storedPerson(id).Identities)
		w.requireIdentified(w.Svc, changed(second, "her second account", accessmgmt.SSIN{}), &id)
		w.requireIdentified(w.Svc, anne, &id)
	},
	"by a number that was corrected": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.acts(w.Svc, anne, roles.Editor)
		corrected := changed(anne, anne.Identity.Subject, SSIN("Anne's number as a resident"))
		w.requireIdentified(w.Svc, corrected, &id)
		w.requireIdentified(w.Svc, changed(anne, "elsewhere", corrected.Identity.Number), nil)
		require.Equal(w, id, w.acts(w.Svc, corrected, roles.Owner))
		require.Len(w, w.storedPerson(id).Numbers, 2)
		w.requireIdentified(w.Svc, changed(anne, "elsewhere", corrected.Identity.Number), &id)
		w.requireIdentified(w.Svc, changed(anne, "elsewhere", anne.Identity.Number), &id)
	},
	"nothing is written twice": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.acts(w.Svc, anne, roles.Editor)
		version := w.storedPerson(id).Version
		require.Equal(w, id, w.acts(w.Svc, anne, roles.Owner))
		require.Equal(w, version, w.storedPerson(id).Version)
	},
	"an account and a number of two persons": func(w *World) {
		s := w.stage()
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		w.acts(w.Svc, anne, roles.Editor)
		w.give(bert, w.Line(roles.Editor))
		for _, mixed := range []accessmgmt.Actor{
			changed(anne, anne.Identity.Subject, bert.Identity.Number),
			changed(w.GAP, w.GAP.Identity.Subject, s.user.Identity.Number), // an office is no help
		} {
			w.unchanged(func() {
				id, err := w.Svc.Identify(w.Ctx, mixed.Identity)
				require.Zero(w, id)
				w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeIdentityConflict)
				require.Equal(w, "egovroles: identify: denied (identity_conflict)", err.Error())
				for name, call := range calls {
					w.requireFails(call.do(w, w.Svc, mixed, s), accessmgmt.ErrDenied, accessmgmt.CodeIdentityConflict, name)
				}
			})
		}
	},
	"by a number that an old key hashed": func(w *World) {
		before := w.portalKey("old")
		w.Svc = before
		anne := Person("Anne", "Dubois")
		gap := w.GAP
		_, err := before.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, Person("Odo", "Old")))
		require.NoError(w, err)
		w.GAP = Person("Odo", "Old")
		id := w.give(anne, w.Line(roles.Editor)).Person

		rotated, alone := w.portalKey("new", "old"), w.portalKey("new")
		w.requireIdentified(rotated, anne, &id)
		w.requireIdentified(alone, anne, nil)
		w.Svc = rotated
		require.Equal(w, id, w.acts(rotated, anne, roles.Owner))
		hashes := w.storedPerson(id).Numbers
		require.Len(w, hashes, 2)
		require.Equal(w, "old", hashes[0].KeyID)
		require.Equal(w, "new", hashes[1].KeyID)
		require.NotEqual(w, hashes[0].Hash, hashes[1].Hash)
		w.requireIdentified(alone, changed(anne, "another account", anne.Identity.Number), &id)
		w.requireIdentified(before, changed(anne, "another account", anne.Identity.Number), &id)
		version := w.storedPerson(id).Version
		w.acts(rotated, anne, roles.Manager)
		require.Equal(w, version, w.storedPerson(id).Version, "hashed anew once")
		w.GAP = gap
	},
	"two persons whom two keys know by one number": func(w *World) {
		before, alone := w.portalKey("old"), w.portalKey("new")
		w.Svc = before
		_, err := before.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, Person("Odo", "Old")))
		require.NoError(w, err)
		w.GAP = Person("Odo", "Old")
		anne := Person("Anne", "Dubois")
		first := w.give(anne, w.Line(roles.Editor)).Person
		w.Svc = alone // a portal that forgot its old key, and so its people
		_, err = alone.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, Person("Ned", "New")))
		require.NoError(w, err)
		w.GAP = Person("Ned", "New")
		second := w.give(anne, w.Line(roles.Editor)).Person
		require.NotEqual(w, first, second)
		both := w.portalKey("new", "old")
		_, err = both.Identify(w.Ctx, anne.Identity)
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeIdentityConflict)
		_, err = both.OpenTasksPage(w.Ctx, anne, accessmgmt.TaskQuery{})
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeIdentityConflict)
	},
	"by the key's secret, not its id": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.give(anne, w.Line(roles.Editor))
		w.requireIdentified(w.portalKey("k1"), anne, nil) // the world's key has this id too
	},
}
