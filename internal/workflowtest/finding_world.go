package workflowtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// names are people with what their names come to without case and accents,
// folded by hand: letters of four bytes, what SQL takes for wildcards, letters
// that become two, names within names.
var names = []struct{ given, family, folded string }{
	{"Anne", "Dubois", "anne dubois"},
	{"ANNE", "DUBOISSON", "anne duboisson"},
	{"Éloïse", "D’Hondt", "eloise d'hondt"},
	{"Łukasz", "Straße", "lukasz strasse"},
	{"100%", "A_B", "100% a_b"},
	{"AxB", "1000", "axb 1000"},
	{`Back\slash`, "O'Brien", `back\slash o'brien`},
	{"𠮷", "野𠮷", "𠮷 野𠮷"},
	{"𝔄nna", "Ünal", "anna unal"},
	{"İbrahim", "Ğül", "ibrahim gul"},
	{"Zoë", "Œuvrard", "zoe oeuvrard"},
	{"Jean Pierre", "Van den Branden", "jean pierre van den branden"},
}

// searches are what somebody types, and the words that it comes to.
var searches = []struct {
	typed string
	words []string
}{
	{"", nil}, {" \t", nil}, {"anne", []string{"anne"}}, {"DUB", []string{"dub"}}, {" dubois  ANNE ", []string{"dubois", "anne"}},
	{"élo", []string{"elo"}}, {"E\u0301lo", []string{"elo"}}, {"D'H", []string{"d'h"}}, {"D’h", []string{"d'h"}}, {"ß", []string{"ss"}}, {"STRASSE", []string{"strasse"}},
	{"%", []string{"%"}}, {"0%", []string{"0%"}}, {"_", []string{"_"}}, {"A_B", []string{"a_b"}}, {`\`, []string{`\`}}, {`k\s`, []string{`k\s`}}, {"'", []string{"'"}}, {"a%b", []string{"a%b"}},
	{"𠮷", []string{"𠮷"}}, {"野", []string{"野"}}, {"𠮷 野𠮷", []string{"𠮷", "野𠮷"}}, {"GUL", []string{"gul"}}, {"œu", []string{"oeu"}}, {"oe", []string{"oe"}},
	{"an n", []string{"an", "n"}}, {"e d", []string{"e", "d"}}, {"branden jean", []string{"branden", "jean"}}, {"nobody", []string{"nobody"}}, {"an\nan", []string{"an"}},
}

// directory is a world of three enterprises, full of rows made at random, and
// what the test knows of who may see them.
type directory struct {
	*World
	rng         *rand.Rand
	enterprises []accessmgmt.EnterpriseID
	gaps        []accessmgmt.Actor // of each enterprise
	units       [][]accessmgmt.UnitID
	people      []accessmgmt.Actor
	listers     []lister
	// folded is each name without case and accents, by hand.
	folded map[string]string

	invitations map[accessmgmt.InvitationID]invitation.Invitation
	recipients  []invitation.Recipient
	requests    []invitation.Request
	assignments []accessmgmt.RoleAssignment
	templates   []invitation.Template
	members     map[accessmgmt.EnterpriseID]map[accessmgmt.PersonID]accessmgmt.Member
}

// lister is somebody who asks for lists: of which enterprises he may see all,
// and of which the rows of some applications.
type lister struct {
	name  string
	actor accessmgmt.Actor
	whole []int
	some  map[int][]roles.ApplicationCode
	staff bool
}

var north, south = []roles.ApplicationCode{"permits", "waste"}, []roles.ApplicationCode{"taxes"}

// directoryRoles are what people get: none that makes a manager of them.
var directoryRoles = []roles.Code{permitReader, permitSigner, permitChief, wasteUser, taxUser}

// newDirectory makes the enterprises, their managers and units, and their rows.
func newDirectory(w *World, seed uint64, steps int) *directory {
	d := &directory{World: w, rng: rand.New(rand.NewPCG(seed, 7)), folded: map[string]string{}}
	for i, n := range names {
		a := accessmgmt.User(accessmgmt.Identity{Issuer: "https://eid.example", Subject: fmt.Sprintf("found-%d", i), GivenName: n.given, FamilyName: n.family,
			Number: SSIN(fmt.Sprintf("found %d", i)), Assurance: accessmgmt.AssuranceHigh})
		d.people = append(d.people, a)
		d.folded[n.given+" "+n.family] = n.folded
	}
	gus := Person("Gus", "Other")
	_, second := w.another()
	_, third := w.anotherOf(gus)
	d.enterprises, d.gaps = []accessmgmt.EnterpriseID{w.Acme, second, third}, []accessmgmt.Actor{w.GAP, w.GAP, gus}
	for i, id := range d.enterprises {
		var units []accessmgmt.UnitID
		for n := range 2 {
			number := accessmgmt.MustParseEstablishmentUnitNumber([]string{"2.147.812.701", "2.000.000.042"}[n])
			u, err := w.Svc.AddUnit(w.Ctx, d.gaps[i], accessmgmt.AddUnit{Enterprise: id, Number: number, Name: "Unit"})
			require.NoError(w, err)
			units = append(units, u.ID)
		}
		d.units = append(d.units, units)
	}
	d.appointAll()
	for range steps {
		d.step()
	}
	w.Clock.Advance(72 * time.Hour)
	d.refresh()
	return d
}

// of is the world in one of the enterprises, as its GAP.
func (d *directory) of(i int) *World {
	w := d.in(d.enterprises[i])
	w.GAP = d.gaps[i]
	return w
}

func (d *directory) appointAll() {
	cora, nils, sven, mia, olaf, fien, fred := Person("Cora", "Co"), Person("Nils", "North"), Person("Sven", "South"), Person("Mia", "Mixed"),
		Person("Olaf", "Officer"), Person("Fien", "Former"), Person("Fred", "Future")
	d.of(0).appoint(cora, accessmgmt.CoGAP, "")
	d.of(2).appoint(cora, accessmgmt.CoGAP, "")
	d.of(0).appoint(nils, accessmgmt.AccessManager, "north")
	d.of(1).appoint(nils, accessmgmt.AccessManager, "north")
	d.of(1).appoint(sven, accessmgmt.AccessManager, "south")
	d.of(0).appoint(mia, accessmgmt.AccessManager, "north")
	d.of(1).appoint(mia, accessmgmt.CoGAP, "")
	d.of(2).appoint(mia, accessmgmt.AccessManager, "north")
	d.of(2).give(mia, d.Line(taxOfficer))
	d.of(0).give(olaf, d.Line(taxOfficer))
	d.of(0).dismiss(d.of(0).appoint(fien, accessmgmt.AccessManager, "north"))
	_, err := d.Svc.NameManager(d.Ctx, d.gaps[0], accessmgmt.NameManager{Enterprise: d.enterprises[0], Kind: accessmgmt.CoGAP, Manager: assignee(fred),
		Period: roles.From(d.Svc.Today().AddDays(1000))})
	require.NoError(d, err)
	d.of(2).appoint(d.gaps[0], accessmgmt.AccessManager, "south")
	for _, a := range []accessmgmt.Actor{cora, nils, sven, mia, olaf, fien, fred, d.gaps[0], d.gaps[2]} {
		d.folded[a.Identity.Name()] = map[string]string{"Cora Co": "cora co", "Nils North": "nils north", "Sven South": "sven south", "Mia Mixed": "mia mixed",
			"Olaf Officer": "olaf officer", "Fien Former": "fien former", "Fred Future": "fred future", "Luc Maes": "luc maes", "Gus Other": "gus other"}[a.Identity.Name()]
	}
	apps := func(m map[int][]roles.ApplicationCode) map[int][]roles.ApplicationCode { return m }
	d.listers = []lister{
		{name: "GAP of two, and a domain of the third", actor: d.gaps[0], whole: []int{0, 1}, some: apps(map[int][]roles.ApplicationCode{2: south})},
		{name: "GAP of one", actor: d.gaps[2], whole: []int{2}},
		{name: "co-GAP", actor: cora, whole: []int{0, 2}},
		{name: "north of two", actor: nils, some: apps(map[int][]roles.ApplicationCode{0: north, 1: north})},
		{name: "south of one", actor: sven, some: apps(map[int][]roles.ApplicationCode{1: south})},
		{name: "north, all, north and officer", actor: mia, whole: []int{1}, some: apps(map[int][]roles.ApplicationCode{0: north, 2: {"permits", "taxes", "waste"}})},
		{name: "officer", actor: olaf, some: apps(map[int][]roles.ApplicationCode{0: south})},
		{name: "former", actor: fien},
		{name: "future", actor: fred},
		{name: "user", actor: d.people[0]},
		{name: "another user", actor: d.people[4]},
		{name: "stranger", actor: Person("Stan", "Stranger")},
		{name: "representative", actor: d.Rep},
		{name: "staff", actor: Staff(), staff: true},
		{name: "co-GAP as staff", actor: accessmgmt.Operator(cora.Identity, "x", "y"), staff: true},
	}
}

// tolerated fails unless an error says only that a random step can't be done in
// the state that things are in, or not by the one who takes it.
func (d *directory) tolerated(err error) bool {
	if !errors.Is(err, accessmgmt.ErrState) && !errors.Is(err, accessmgmt.ErrInvalid) && accessmgmt.Code(err) != accessmgmt.CodeSecondManager {
		require.NoError(d, err)
	}
	return err == nil
}

func (d *directory) chance(percent int) bool { return d.rng.IntN(100) < percent }

func pick[T any](rng *rand.Rand, of []T) T { return of[rng.IntN(len(of))] }

// anyLine is a line of a random role, unit and period.
func (d *directory) anyLine(i int) invitation.Line {
	l := invitation.Line{Role: pick(d.rng, directoryRoles)}
	if d.chance(30) {
		l.Unit = pick(d.rng, d.units[i])
	}
	start := d.Svc.Today().AddDays(d.rng.IntN(4))
	if l.Period = roles.From(start); d.chance(70) {
		l.Period = roles.Between(start, start.AddDays(d.rng.IntN(45)))
	}
	return l
}

// step is one thing that happens at random.
func (d *directory) step() {
	i := d.rng.IntN(3)
	w, p := d.of(i), d.rng.IntN(len(d.people))
	switch d.rng.IntN(6) {
	case 0, 1:
		d.stepInvite(i, p)
	case 2, 3:
		id := d.people[p].Identity
		to := accessmgmt.Assignee{Number: id.Number, GivenName: id.GivenName, FamilyName: id.FamilyName, Email: mailbox(p)}
		results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{to}, Lines: []invitation.Line{d.anyLine(i)}})
		if d.tolerated(one(results, err)) && results[0].Value.Request.ID.IsZero() {
			d.stepAssigned(i, results[0].Value.Assignment)
		}
	case 4:
		c := accessmgmt.SaveTemplate{Enterprise: w.Acme, Name: "x", Lines: []invitation.Line{d.anyLine(i)}}
		if d.chance(50) {
			c.Lines = append(c.Lines, d.anyLine(i))
		}
		t, err := w.Svc.SaveTemplate(w.Ctx, w.GAP, c)
		if d.tolerated(err) && d.chance(30) {
			require.NoError(d, second(w.Svc.RetireTemplate(w.Ctx, w.GAP, accessmgmt.RetireTemplate{Enterprise: w.Acme, Template: t.ID})))
		}
	}
	d.Clock.Advance(time.Duration(d.rng.IntN(8)) * time.Hour / 2)
}

// mailbox is the address of one of the people.
func mailbox(p int) accessmgmt.Email {
	return accessmgmt.MustParseEmail(fmt.Sprintf("p%d@acme.example", p))
}

// stepInvite invites one of the people, with or without what may follow.
func (d *directory) stepInvite(i, p int) {
	w, a := d.of(i), d.people[p]
	id := a.Identity
	lines := []invitation.Line{d.anyLine(i)}
	for d.chance(40) {
		lines = append(lines, d.anyLine(i))
	}
	sent, err := w.Svc.Invite(w.Ctx, w.GAP, accessmgmt.Invite{Enterprise: w.Acme, Lines: lines, Expires: w.Svc.Today().AddDays(d.rng.IntN(9)),
		Recipients: []invitation.Invitee{{GivenName: id.GivenName, FamilyName: id.FamilyName, Email: mailbox(p)}}})
	if !d.tolerated(toAll(sent, err)) {
		return
	}
	token := w.LastToken(mailbox(p))
	switch d.rng.IntN(8) {
	case 0:
		require.NoError(d, w.Svc.Decline(w.Ctx, a, token, accessmgmt.Decline{}))
	case 1:
		w.revoke(sent.Results[0].Value)
	case 2, 3:
	default:
		done, err := w.Svc.Accept(w.Ctx, a, token, accessmgmt.Accept{Email: mailbox(p)})
		d.tolerated(err)
		for _, r := range done.Requests {
			d.stepDecide(w, a, r)
		}
	}
}

func (d *directory) stepDecide(w *World, a accessmgmt.Actor, r invitation.Request) {
	switch d.rng.IntN(7) {
	case 0, 1, 2:
		d.tolerated(one(w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(r)})))
	case 3:
		require.NoError(d, w.refusing(r)())
	case 4:
		require.NoError(d, w.withdrawing(a, r)())
	}
}

func (d *directory) stepAssigned(i int, a accessmgmt.RoleAssignment) {
	w := d.of(i)
	end := accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}}
	switch d.rng.IntN(5) {
	case 0:
		require.NoError(d, one(w.Svc.End(w.Ctx, w.GAP, end)))
	case 1:
		end.On = w.Svc.Today().AddDays(d.rng.IntN(30))
		d.tolerated(one(w.Svc.End(w.Ctx, w.GAP, end)))
	case 2:
		d.tolerated(second(w.Svc.Replace(w.Ctx, w.GAP, accessmgmt.Replace{Enterprise: w.Acme, Assignment: a.ID, Line: d.anyLine(i)})))
	}
}

// refresh reads everything there is.
func (d *directory) refresh() {
	all := accessmgmt.Page{Limit: 10_000}
	var err error
	d.recipients, err = d.Store.FindRecipients(d.Ctx, accessmgmt.RecipientFilter{Enterprises: d.enterprises}, all)
	require.NoError(d, err)
	d.requests, err = d.Store.FindRequests(d.Ctx, accessmgmt.RequestFilter{Enterprises: d.enterprises}, all)
	require.NoError(d, err)
	d.assignments, err = d.Store.FindAssignments(d.Ctx, accessmgmt.AssignmentFilter{Enterprises: d.enterprises}, all)
	require.NoError(d, err)
	d.templates, err = d.Store.FindTemplates(d.Ctx, accessmgmt.TemplateFilter{Enterprises: d.enterprises, Retired: true}, all)
	require.NoError(d, err)
	d.invitations = map[accessmgmt.InvitationID]invitation.Invitation{}
	for _, r := range d.recipients {
		found, err := d.Store.Invitations(d.Ctx, r.Enterprise, []accessmgmt.InvitationID{r.Invitation})
		require.NoError(d, err)
		d.invitations[r.Invitation] = found[0]
	}
	d.members = map[accessmgmt.EnterpriseID]map[accessmgmt.PersonID]accessmgmt.Member{}
	for _, id := range d.enterprises {
		found, err := d.Store.FindMembers(d.Ctx, accessmgmt.MemberFilter{Enterprise: id}, all)
		require.NoError(d, err)
		d.members[id] = map[accessmgmt.PersonID]accessmgmt.Member{}
		for _, m := range found {
			d.members[id][m.Person] = m
		}
	}
}
