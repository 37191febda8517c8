package accessmgmt_test

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// portal is what the examples share: a service on a store in memory, whose
// clock stands at 2 March 2026, the mails it sent, and three people.
type portal struct {
	*accessmgmt.Service
	now            time.Time
	mails          []accessmgmt.Mail
	rep, gap, anne accessmgmt.Actor
	acme           accessmgmt.EnterpriseNumber
}

func newPortal() *portal { return newPortalWith(roles.MonEspace(), "") }

func newPortalWith(catalogue *roles.Catalogue, app roles.ApplicationCode) *portal {
	p := &portal{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), acme: accessmgmt.MustParseEnterpriseNumber("0884.303.369")}
	p.rep, p.gap, p.anne = p.person("Renée", "Peeters"), p.person("Luc", "Maes"), p.person("Anne", "Dubois")
	key, err := accessmgmt.NewKey("2026", []byte("thirty-two bytes nobody can guess"))
	must(err)
	mailer := accessmgmt.MailerFunc(func(_ context.Context, m accessmgmt.Mail) error {
		p.mails = append(p.mails, m)
		return nil
	})
	p.Service, err = accessmgmt.New(memory.New(), mailer, &accessmgmt.Options{
		Catalogue: catalogue, Application: app, Key: key, AcceptURL: "https://portal.example/invitation",
		Representatives: accessmgmt.StaticRepresentatives{{Enterprise: p.acme, EnterpriseName: "Acme SA", Person: p.rep.Identity.Ref(), Function: "administrateur"}},
		Now:             func() time.Time { return p.now },
	})
	must(err)
	return p
}

// person is somebody who logged in with his eID at the portal.
func (p *portal) person(given, family string) accessmgmt.Actor {
	numbers := map[string]string{"Renée": "85073003328", "Luc": "17073003384", "Anne": "01490700185"}
	number, err := accessmgmt.ParseSSIN(numbers[given], p.now)
	must(err)
	return accessmgmt.User(accessmgmt.Identity{Issuer: "https://eid.example", Subject: given, GivenName: given, FamilyName: family,
		Number: number, Assurance: accessmgmt.AssuranceHigh})
}

// designated is the portal with Luc as the GAP of Acme.
func designated() (*portal, accessmgmt.EnterpriseID) {
	p := newPortal()
	return p, p.designate()
}

func (p *portal) designate() accessmgmt.EnterpriseID {
	done, err := p.DesignateGAP(context.Background(), p.rep, accessmgmt.DesignateGAP{
		Enterprise: p.acme,
		GAP: accessmgmt.Candidate{GivenName: "Luc", FamilyName: "Maes", Number: p.gap.Identity.Number,
			Email: accessmgmt.MustParseEmail("luc.maes@acme.example"), Language: roles.French},
		Contact: accessmgmt.MustParseEmail("direction@acme.example"),
	})
	must(err)
	return done.Enterprise.ID
}

// editor is the portal with Anne as an editor, given directly.
func editor() (*portal, accessmgmt.EnterpriseID, accessmgmt.RoleAssignment) {
	p, acme := designated()
	results, err := p.Assign(context.Background(), p.gap, accessmgmt.Assign{
		Enterprise: acme,
		Persons: []accessmgmt.Assignee{{Number: p.anne.Identity.Number, GivenName: "Anne", FamilyName: "Dubois",
			Email: accessmgmt.MustParseEmail("anne@acme.example")}},
		Lines: []invitation.Line{{Role: roles.Editor, Period: roles.From(p.Today())}},
	})
	must(err)
	must(results[0].Err)
	return p, acme, results[0].Value.Assignment
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// A legal representative designates another person, named by his national
// number, as the GAP. The enterprise is registered in the same step.
func ExampleService_DesignateGAP() {
	ctx, p := context.Background(), newPortal()
	done, err := p.DesignateGAP(ctx, p.rep, accessmgmt.DesignateGAP{
		Enterprise: p.acme,
		GAP: accessmgmt.Candidate{GivenName: "Luc", FamilyName: "Maes", Number: p.gap.Identity.Number,
			Email: accessmgmt.MustParseEmail("luc.maes@acme.example"), Language: roles.French},
		Contact: accessmgmt.MustParseEmail("direction@acme.example"),
	})
	must(err)
	fmt.Println(done.Enterprise.Name, done.Enterprise.Number, done.GAP.State)

	_, err = p.DispatchOnce(ctx)
	must(err)
	for _, m := range p.mails {
		fmt.Println(m.To.Email, "-", m.Event)
	}

	// Anybody else is refused.
	_, err = p.DesignateGAP(ctx, p.anne, accessmgmt.DesignateGAP{Enterprise: p.acme, Self: true,
		GAP: accessmgmt.Candidate{Email: accessmgmt.MustParseEmail("anne@acme.example")}, Contact: accessmgmt.MustParseEmail("anne@acme.example")})
	fmt.Println(accessmgmt.Code(err))
	// Output:
	// Acme SA 0884.303.369 active
	// luc.maes@acme.example - gap_designated
	// direction@acme.example - gap_designated
	// not_legal_representative
}

// The three steps of the guide: invite, accept, approve.
func ExampleService_Invite() {
	ctx := context.Background()
	p, acme := designated()
	sent, err := p.Invite(ctx, p.gap, accessmgmt.Invite{
		Enterprise: acme,
		Lines:      []invitation.Line{{Role: roles.Reader, Period: roles.From(p.Today())}},
		Recipients: []invitation.Invitee{{GivenName: "Anne", FamilyName: "Dubois", Email: accessmgmt.MustParseEmail("anne@acme.example")}},
		Message:    "Bienvenue !",
	})
	must(err)
	must(accessmgmt.Failed(sent.Results))
	_, err = p.DispatchOnce(ctx)
	must(err)

	// Anne follows the link of her mail and logs in.
	link, err := url.Parse(p.mails[len(p.mails)-1].Link)
	must(err)
	token, err := accessmgmt.ParseToken(link.Query().Get("token"))
	must(err)
	seen, err := p.Inspect(ctx, token)
	must(err)
	fmt.Println(seen.EnterpriseName, "offers", seen.Offered[0].Role, "until", seen.Expires)
	accepted, err := p.Accept(ctx, p.anne, token, accessmgmt.Accept{Email: accessmgmt.MustParseEmail("anne@home.example")})
	must(err)

	results, err := p.Approve(ctx, p.gap, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{accepted.Requests[0].Ref()}})
	must(err)
	fmt.Println(results[0].Value.Request.State, results[0].Value.Assignment.Role, results[0].Value.Assignment.Period)
	// Output:
	// Acme SA offers monespace.reader until 2026-04-01
	// approved monespace.reader 2026-03-02..
}

// Several at once: one who can't be invited doesn't keep the others from it.
// Anne was invited to be an editor before.
func ExampleService_Invite_several() {
	ctx := context.Background()
	p, acme := designated()
	form := accessmgmt.Invite{
		Enterprise: acme,
		Lines:      []invitation.Line{{Role: roles.Editor, Period: roles.From(p.Today())}},
		Recipients: []invitation.Invitee{{GivenName: "Anne", FamilyName: "Dubois", Email: accessmgmt.MustParseEmail("anne@acme.example")}},
	}
	sent, err := p.Invite(ctx, p.gap, form)
	must(err)
	must(accessmgmt.Failed(sent.Results))

	form.Recipients = append(form.Recipients, invitation.Invitee{GivenName: "Kim", FamilyName: "Claes", Email: accessmgmt.MustParseEmail("kim@acme.example")})
	sent, err = p.Invite(ctx, p.gap, form)
	must(err) // what is wrong with the form as a whole
	for i, r := range sent.Results {
		fmt.Println(form.Recipients[i].GivenName, r.Value.State, accessmgmt.Code(r.Err))
	}
	// Output:
	// Anne  already_invited
	// Kim invited
}

// An invitation that is saved, and sent later: the template keeps how long after
// the sending a role begins and how long it lasts.
func ExampleService_SaveTemplate() {
	ctx := context.Background()
	p, acme := designated()
	today := p.Today()
	saved, err := p.SaveTemplate(ctx, p.gap, accessmgmt.SaveTemplate{
		Enterprise: acme, Name: "Stagiaires", Description: "Un mois, lecture seule", Days: 7,
		Lines: []invitation.Line{{Role: roles.Reader, Period: roles.Between(today, today.AddDays(29))}},
	})
	must(err)

	p.now = time.Date(2026, 4, 13, 9, 0, 0, 0, time.UTC)
	sent, err := p.Invite(ctx, p.gap, accessmgmt.Invite{Enterprise: acme, Template: saved.ID, Recipients: []invitation.Invitee{
		{GivenName: "Anne", FamilyName: "Dubois", Email: accessmgmt.MustParseEmail("anne@acme.example")}}})
	must(err)
	must(accessmgmt.Failed(sent.Results))
	fmt.Println(sent.Invitation.Lines[0].Role, sent.Invitation.Lines[0].Period, "answer until", sent.Results[0].Value.Expires)
	// Output:
	// monespace.reader 2026-04-13..2026-05-12 answer until 2026-04-20
}

// A role whose gate is shut is given, and gives nothing yet; the result names
// the application of which the person needs a role first.
func ExampleService_Assign_gate() {
	ctx := context.Background()
	p := newPortalWith(roles.MonEspaceAndCalista(), roles.CalistaApplication)
	acme := p.designate()
	give := func(role roles.Code) accessmgmt.Assigned {
		results, err := p.Assign(ctx, p.gap, accessmgmt.Assign{
			Enterprise: acme,
			Persons: []accessmgmt.Assignee{{Number: p.anne.Identity.Number, GivenName: "Anne", FamilyName: "Dubois",
				Email: accessmgmt.MustParseEmail("anne@acme.example")}},
			Lines: []invitation.Line{{Role: role, Period: roles.From(p.Today())}},
		})
		must(err)
		must(accessmgmt.Failed(results))
		return results[0].Value
	}
	question := accessmgmt.Question{Enterprise: acme, Action: roles.ReadCase}
	given := give(roles.LocalAdministrator)
	question.Person = given.Assignment.Person
	if app, missing := p.Catalogue().Application(given.GateMissing); missing {
		fmt.Printf("needs a role of %s first\n", app.Labels.FR)
	}
	d, err := p.Check(ctx, question)
	must(err)
	fmt.Println(d.Allowed, d.Reason)

	give(roles.Reader) // of Mon Espace
	d, err = p.Check(ctx, question)
	must(err)
	fmt.Println(d.Allowed, d.Reason)
	// Output:
	// needs a role of Mon Espace wallon first
	// false gate_missing
	// true allowed
}

// A role given without invitation, and then changed: Replace ends the old role
// when the new one starts.
func ExampleService_Replace() {
	ctx := context.Background()
	p, acme, given := editor()
	fmt.Println(given.Role, "for", acme == given.Enterprise)

	done, err := p.Replace(ctx, p.gap, accessmgmt.Replace{
		Enterprise: acme, Assignment: given.ID,
		Line: invitation.Line{Role: roles.Manager, Period: roles.From(p.Today())},
	})
	must(err)
	fmt.Println(done.Ended.Role, "is", done.Ended.StateAt(p.now))
	fmt.Println(done.Given.Role, "is", done.Given.StateAt(p.now))

	actions, err := p.ActionsOf(ctx, accessmgmt.ActionsQuery{Person: given.Person, Enterprise: acme})
	must(err)
	fmt.Println(actions)
	// Output:
	// monespace.editor for true
	// monespace.editor is ended
	// monespace.manager is active
	// manage_space,read
}

// What a page asks, and what the help desk sees when it was refused.
func ExampleService_Explain() {
	ctx := context.Background()
	p, acme, given := editor()
	question := accessmgmt.Question{Person: given.Person, Enterprise: acme, Action: roles.Sign}
	d, err := p.Check(ctx, question)
	must(err)
	fmt.Println(d.Allowed, d.Reason)

	_, err = p.End(ctx, p.gap, accessmgmt.End{Enterprise: acme, Assignments: []accessmgmt.AssignmentID{given.ID}, Reason: "a quitté l'entreprise"})
	must(err)
	why, err := p.Explain(ctx, question)
	must(err)
	fmt.Println(why.Decision.Allowed, why.Decision.Reason)
	for _, a := range why.Assignments {
		fmt.Printf("%s: %s, given by %s, ended by %s (%s)\n", a.Assignment.Role, a.State, a.GivenBy.Name(), a.EndedBy.Name(), a.Assignment.EndReason)
	}
	// Output:
	// true allowed
	// false ended
	// monespace.editor: ended, given by Luc Maes, ended by Luc Maes (a quitté l'entreprise)
}

// A page of open tasks, with the points marked on which the person who
// accepted differs from the one invited.
func ExampleService_OpenTasksPage() {
	ctx := context.Background()
	p, acme := designated()
	sent, err := p.Invite(ctx, p.gap, accessmgmt.Invite{
		Enterprise: acme,
		Lines:      []invitation.Line{{Role: roles.Writer, Period: roles.From(p.Today())}},
		Recipients: []invitation.Invitee{{GivenName: "Annie", FamilyName: "Dubois", Email: accessmgmt.MustParseEmail("annie@acme.example")}},
	})
	must(err)
	must(accessmgmt.Failed(sent.Results))
	_, err = p.DispatchOnce(ctx)
	must(err)
	link, err := url.Parse(p.mails[len(p.mails)-1].Link)
	must(err)
	token, err := accessmgmt.ParseToken(link.Query().Get("token"))
	must(err)
	_, err = p.Accept(ctx, p.anne, token, accessmgmt.Accept{Email: accessmgmt.MustParseEmail("anne@home.example")})
	must(err)

	page, err := p.OpenTasksPage(ctx, p.gap, accessmgmt.TaskQuery{Paging: accessmgmt.Paging{Limit: 20}})
	must(err)
	for _, task := range page.Items {
		fmt.Printf("%s %s, %s, %s: differs in %v\n", task.Answer.GivenName, task.Answer.FamilyName, task.Request.Line.Role, task.EnterpriseName, task.Differences)
	}
	fmt.Println("more:", page.Next != "")
	// Output:
	// Anne Dubois, monespace.writer, Acme SA: differs in [given_name email]
	// more: false
}

// The roles of one person that end within the thirty days of Policy.WarnDays:
// the count for a badge, and the page behind it.
func ExampleService_AssignmentsPage() {
	ctx := context.Background()
	p, acme, given := editor()
	_, err := p.End(ctx, p.gap, accessmgmt.End{Enterprise: acme, Assignments: []accessmgmt.AssignmentID{given.ID}, On: p.Today().AddDays(14)})
	must(err)

	ending := accessmgmt.AssignmentQuery{Enterprise: acme, Name: "DUBÖIS", AboutToEnd: true}
	n, err := p.CountAssignments(ctx, p.gap, ending)
	must(err)
	page, err := p.AssignmentsPage(ctx, p.gap, ending)
	must(err)
	fmt.Println(n, "about to end:", page.Items[0].Holder.Name(), page.Items[0].Assignment.Role)
	// Output:
	// 1 about to end: Anne Dubois monespace.editor
}

// The history of an enterprise, and whether its chain holds.
func ExampleService_VerifyAudit() {
	ctx := context.Background()
	p, acme, _ := editor()
	for record, err := range p.Audit(ctx, p.gap, accessmgmt.AuditQuery{Enterprise: acme}) {
		must(err)
		fmt.Printf("%d.%d %s, as %s\n", record.Seq, record.Ordinal, record.Event, record.Capacity)
	}
	report, err := p.VerifyAudit(ctx, p.gap, acme)
	must(err)
	fmt.Println(report.Records, "records, intact:", report.Intact())
	// Output:
	// 1.0 enterprise_registered, as legal_representative
	// 1.1 gap_designated, as legal_representative
	// 2.0 role_assigned, as gap
	// 3 records, intact: true
}

// Somebody asks for all that is held of him, and then to be forgotten.
func ExampleService_ErasePerson() {
	ctx := context.Background()
	p, acme, given := editor()
	for part, err := range p.ExportPerson(ctx, p.anne, accessmgmt.ExportPerson{}) {
		must(err)
		if part.Member != nil {
			fmt.Println("held:", part.EnterpriseName, part.Member.GivenName, part.Member.FamilyName, part.Member.Email)
		}
	}

	staff := accessmgmt.Operator(accessmgmt.Identity{Issuer: "https://staff.example", Subject: "sam", Assurance: accessmgmt.AssuranceHigh},
		"file 2026/17", "article 17") // both are kept, so they may not name her
	done, err := p.ErasePerson(ctx, staff, accessmgmt.ErasePerson{Person: given.Person})
	must(err)
	fmt.Println("ended:", len(done.Enterprises[0].Ended))

	decision, err := p.Check(ctx, accessmgmt.Question{Person: given.Person, Enterprise: acme, Action: roles.Sign})
	must(err)
	fmt.Println("may sign:", decision.Allowed, decision.Reason)
	for item, err := range p.Assignments(ctx, p.gap, accessmgmt.AssignmentQuery{Enterprise: acme}) {
		must(err)
		fmt.Println("history:", item.Assignment.Role, item.Holder.Name())
	}
	report, err := p.VerifyAudit(ctx, p.gap, acme)
	must(err)
	fmt.Println("audit intact:", report.Intact(), "- records with erased details:", report.Erased)
	// Output:
	// held: Acme SA Anne Dubois anne@acme.example
	// ended: 1
	// may sign: false ended
	// history: monespace.editor [erased]
	// audit intact: true - records with erased details: 1
}
