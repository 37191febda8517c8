// Command first is the README's first program: an enterprise gets its access
// manager, who gives himself a role, and the portal asks whether he may sign.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

func main() {
	ctx := context.Background()
	acme := accessmgmt.MustParseEnterpriseNumber("0884.303.369")
	luc := accessmgmt.User(accessmgmt.Identity{ // what the portal's login says of him
		Issuer: "https://eid.example", Subject: "luc", GivenName: "Luc", FamilyName: "Maes", Assurance: accessmgmt.AssuranceHigh})
	key, err := accessmgmt.NewKey("2026", []byte("thirty-two bytes nobody can guess"))
	check(err)
	mailer := accessmgmt.MailerFunc(func(_ context.Context, m accessmgmt.Mail) error { fmt.Println(m.To.Email, "-", m.Event); return nil })
	svc, err := accessmgmt.New(memory.New(), mailer, &accessmgmt.Options{
		Catalogue: roles.MonEspace(), Key: key, AcceptURL: "https://portal.example/invitation",
		Representatives: accessmgmt.StaticRepresentatives{{Enterprise: acme, EnterpriseName: "Acme SA", Person: luc.Identity.Ref()}}})
	check(err)

	// Luc may bind Acme; he makes himself its access manager, and gives himself a role.
	email := accessmgmt.MustParseEmail("luc@acme.example")
	office, err := svc.DesignateGAP(ctx, luc, accessmgmt.DesignateGAP{
		Enterprise: acme, Self: true, GAP: accessmgmt.Candidate{Email: email}, Contact: email})
	check(err)
	given, err := svc.Assign(ctx, luc, accessmgmt.Assign{Enterprise: office.Enterprise.ID,
		Persons: []accessmgmt.Assignee{{Person: office.GAP.Person}},
		Lines:   []invitation.Line{{Role: roles.Editor, Period: roles.From(svc.Today())}}})
	check(err)
	check(accessmgmt.Failed(given))
	_, err = svc.DispatchOnce(ctx) // the mails; a portal does this in a loop
	check(err)

	// On every page: may he?
	may, err := svc.Check(ctx, accessmgmt.Question{Person: office.GAP.Person, Enterprise: office.Enterprise.ID, Action: roles.Sign})
	check(err)
	fmt.Println("sign:", may.Allowed, may.Reason)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
