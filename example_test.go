package egovroles_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// The whole story: an enterprise gets its GAP, the GAP invites Anne, she
// accepts, he approves, and the portal asks whether she may sign.
func Example() {
	ctx := context.Background()
	acme := accessmgmt.MustParseEnterpriseNumber("0884.303.369")
	key, err := accessmgmt.NewKey("2026", []byte("thirty-two bytes nobody can guess"))
	check(err)

	// What the portal's login says of the two who log in.
	luc := accessmgmt.User(accessmgmt.Identity{Issuer: "https://eid.example", Subject: "luc",
		GivenName: "Luc", FamilyName: "Maes", Assurance: accessmgmt.AssuranceHigh})
	anne := accessmgmt.User(accessmgmt.Identity{Issuer: "https://eid.example", Subject: "anne",
		GivenName: "Anne", FamilyName: "Dubois", Assurance: accessmgmt.AssuranceHigh})

	var mailbox []accessmgmt.Mail
	mailer := accessmgmt.MailerFunc(func(_ context.Context, m accessmgmt.Mail) error {
		mailbox = append(mailbox, m)
		return nil
	})
	svc, err := accessmgmt.New(memory.New(), mailer, &accessmgmt.Options{
		Catalogue:       roles.MonEspace(),
		Representatives: accessmgmt.StaticRepresentatives{{Enterprise: acme, EnterpriseName: "Acme SA", Person: luc.Identity.Ref()}},
		Key:             key,
		AcceptURL:       "https://portal.example/invitation",
		Now:             func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) },
	})
	check(err)

	// Luc, a legal representative, makes himself the GAP.
	office, err := svc.DesignateGAP(ctx, luc, accessmgmt.DesignateGAP{
		Enterprise: acme, Self: true,
		GAP:     accessmgmt.Candidate{Email: accessmgmt.MustParseEmail("luc@acme.example")},
		Contact: accessmgmt.MustParseEmail("direction@acme.example"),
	})
	check(err)

	// He invites Anne as an editor, until the end of the year.
	sent, err := svc.Invite(ctx, luc, accessmgmt.Invite{
		Enterprise: office.Enterprise.ID,
		Lines: []invitation.Line{{Role: roles.Editor,
			Period: roles.Between(svc.Today(), roles.Date{Year: 2026, Month: time.December, Day: 31})}},
		Recipients: []invitation.Invitee{{GivenName: "Anne", FamilyName: "Dubois", Email: accessmgmt.MustParseEmail("anne@acme.example")}},
	})
	check(err)
	check(accessmgmt.Failed(sent.Results)) // one for each of those invited
	_, err = svc.DispatchOnce(ctx)
	check(err)

	// She follows the link of the mail, logs in, and accepts.
	token, err := accessmgmt.ParseToken(tokenOf(mailbox[len(mailbox)-1].Link))
	check(err)
	accepted, err := svc.Accept(ctx, anne, token, accessmgmt.Accept{Email: accessmgmt.MustParseEmail("anne@acme.example")})
	check(err)

	// He approves his open tasks.
	var ticked []accessmgmt.RequestRef
	for task, err := range svc.OpenTasks(ctx, luc, accessmgmt.TaskQuery{}) {
		check(err)
		ticked = append(ticked, task.Request.Ref())
	}
	results, err := svc.Approve(ctx, luc, accessmgmt.Approve{Requests: ticked})
	check(err)
	check(accessmgmt.Failed(results))

	// From now on the portal asks.
	for _, action := range []roles.Action{roles.Sign, roles.ManageSpace} {
		d, err := svc.Check(ctx, accessmgmt.Question{Person: accepted.Person, Enterprise: office.Enterprise.ID, Action: action})
		check(err)
		fmt.Printf("%s: %t (%s)\n", action, d.Allowed, d.Reason)
	}
	// Output:
	// sign: true (allowed)
	// manage_space: false (not_this_action)
}

func tokenOf(link string) string {
	u, err := url.Parse(strings.TrimSpace(link))
	check(err)
	return u.Query().Get("token")
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
