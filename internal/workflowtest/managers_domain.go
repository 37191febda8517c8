package workflowtest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The roles of the domains: tax and vat are finance, mobility is a domain of its
// own. Of tax the chief is the GAP's alone to give, the deputy an access
// manager's too.
const (
	fiscalUser   roles.Code = "tax.user"
	fiscalChief  roles.Code = "tax.chief"
	fiscalDeputy roles.Code = "tax.deputy"
	vatUser      roles.Code = "vat.user"
	mobilityUser roles.Code = "mobility.user"
)

func domainCatalogue() *roles.Catalogue {
	label := roles.Labels{EN: "x"}
	var apps []roles.Application
	for _, app := range []roles.Application{{Code: "tax", Domain: "finance"}, {Code: "mobility"}, {Code: "vat", Domain: "finance"}} {
		app.Labels, app.Actions = label, []roles.ActionDefinition{{Action: "act", Labels: label}}
		apps = append(apps, app)
	}
	add := func(app int, code roles.Code, by roles.Grantors) {
		apps[app].Roles = append(apps[app].Roles, roles.Role{Code: code, Labels: label, Actions: roles.Actions("act"), GrantedBy: by})
	}
	add(0, fiscalUser, 0)
	add(0, fiscalChief, roles.ByGAP)
	add(0, fiscalDeputy, roles.ByGAP|roles.ByAccessManager)
	add(1, mobilityUser, 0)
	add(2, vatUser, 0)
	c, err := roles.NewCatalogue(apps...)
	if err != nil {
		panic(err)
	}
	return c
}

// domains is an enterprise with an access manager of each domain, and of each
// role an invitation, a request, an assignment and a template; and an
// invitation and a template for roles of both.
type domains struct {
	*World
	fay, max    accessmgmt.Actor // of finance, of mobility
	recipients  map[roles.Code]invitation.Recipient
	requests    map[roles.Code]invitation.Request
	assignments map[roles.Code]accessmgmt.RoleAssignment
	templates   map[roles.Code]invitation.Template
}

const mixed roles.Code = "both"

func newDomains(t testing.TB, open Open) domains {
	w := WithGAP(t, open, func(o *accessmgmt.Options) { o.Catalogue = domainCatalogue() })
	d := domains{w, Person("Fay", "Finance"), Person("Max", "Mobility"), map[roles.Code]invitation.Recipient{}, map[roles.Code]invitation.Request{},
		map[roles.Code]accessmgmt.RoleAssignment{}, map[roles.Code]invitation.Template{}}
	w.accessManager(d.fay, "finance")
	w.accessManager(d.max, "mobility")
	save := func(name roles.Code, lines ...invitation.Line) {
		saved, err := w.Svc.SaveTemplate(w.Ctx, w.GAP, accessmgmt.SaveTemplate{Enterprise: w.Acme, Name: string(name), Lines: lines})
		require.NoError(t, err)
		d.templates[name] = saved
	}
	for _, code := range []roles.Code{fiscalUser, fiscalChief, fiscalDeputy, vatUser, mobilityUser} {
		d.recipients[code], _ = w.Invite(Person("Inge", string(code)), w.Line(code))
		d.requests[code] = w.Request(Person("Rik", string(code)), w.Line(code))
		d.assignments[code] = w.give(Person("Aya", string(code)), w.Line(code))
		save(code, w.Line(code))
	}
	both := Person("Bo", "Both")
	d.recipients[mixed], _ = w.Invite(both, w.Line(fiscalUser), w.Line(mobilityUser))
	save(mixed, w.Line(fiscalUser), w.Line(mobilityUser))
	return d
}

var (
	ofFinance  = []roles.Code{fiscalUser, fiscalChief, fiscalDeputy, vatUser}
	ofMobility = []roles.Code{mobilityUser}
	ofAll      = append(append([]roles.Code{}, ofFinance...), mobilityUser)
)

func playDomains(t *testing.T, open Open) {
	for name, play := range map[string]func(domains){"seen": domains.seen, "touched": domains.touched, "given": domains.given, "a domain that is gone": domains.gone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDomains(t, open)
			play(d)
			d.RequireIntact()
		})
	}
}

// seen: each sees what is of his domain, in the enterprise and in all that he
// manages; what is of two domains only who manages both.
func (d domains) seen() {
	cora, dan := Person("Cora", "Named"), Person("Dan", "Double")
	d.coGAP(cora)
	d.accessManager(dan, "finance")
	d.accessManager(dan, "mobility")
	for name, c := range map[string]struct {
		actor accessmgmt.Actor
		codes []roles.Code
		mixed bool
	}{
		"GAP": {d.World.GAP, ofAll, true}, "co-GAP": {cora, ofAll, true}, "finance": {d.fay, ofFinance, false},
		"mobility": {d.max, ofMobility, false}, "both": {dan, ofAll, true},
	} {
		withMixed := slices.Clone(c.codes)
		if c.mixed {
			withMixed = append(withMixed, mixed)
		}
		for _, enterprise := range []accessmgmt.EnterpriseID{d.Acme, {}} {
			tasks, err := d.Svc.OpenTasksPage(d.Ctx, c.actor, accessmgmt.TaskQuery{Enterprise: enterprise})
			require.NoError(d, err)
			var got []roles.Code
			for _, item := range tasks.Items {
				got = append(got, item.Request.Line.Role)
			}
			require.ElementsMatch(d, c.codes, got, name)
			n, err := d.Svc.CountTasks(d.Ctx, c.actor, accessmgmt.TaskQuery{Enterprise: enterprise})
			require.NoError(d, err)
			require.Equal(d, len(c.codes), n, name)

			assignments, err := d.Svc.AssignmentsPage(d.Ctx, c.actor, accessmgmt.AssignmentQuery{Enterprise: enterprise})
			require.NoError(d, err)
			got = nil
			for _, item := range assignments.Items {
				got = append(got, item.Assignment.Role)
			}
			require.ElementsMatch(d, c.codes, got, name)

			invitations, err := d.Svc.InvitationsPage(d.Ctx, c.actor, accessmgmt.InvitationQuery{Enterprise: enterprise, States: []invitation.RecipientState{invitation.Invited}})
			require.NoError(d, err)
			got = nil
			for _, item := range invitations.Items {
				got = append(got, codeOf(item.Invitation.Lines))
			}
			require.ElementsMatch(d, withMixed, got, name)

			templates, err := d.Svc.TemplatesPage(d.Ctx, c.actor, accessmgmt.TemplateQuery{Enterprise: enterprise})
			require.NoError(d, err)
			got = nil
			for _, item := range templates.Items {
				got = append(got, roles.Code(item.Template.Name))
			}
			require.ElementsMatch(d, withMixed, got, name)
		}
	}
	for _, by := range []accessmgmt.Actor{d.fay, d.max} {
		_, err := d.Svc.AuditPage(d.Ctx, by, accessmgmt.AuditQuery{Enterprise: d.Acme})
		d.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeNotRepresentative, "the audit tells of every domain")
		_, err = d.Svc.Managers(d.Ctx, by, d.Acme)
		require.NoError(d, err)
	}
	d.requireCapabilities(d.fay, accessmgmt.AsAccessManager, fiscalUser, fiscalDeputy, vatUser)
	d.requireCapabilities(d.max, accessmgmt.AsAccessManager, mobilityUser)
	d.requireCapabilities(cora, accessmgmt.AsCoGAP, fiscalUser, mobilityUser, vatUser)
	d.requireCapabilities(dan, accessmgmt.AsAccessManager, fiscalUser, fiscalDeputy, mobilityUser, vatUser)
}

// codeOf names what an invitation offers.
func codeOf(lines []invitation.Line) roles.Code {
	if len(lines) > 1 {
		return mixed
	}
	return lines[0].Role
}

func (w *World) requireCapabilities(a accessmgmt.Actor, as accessmgmt.Capacity, codes ...roles.Code) {
	got, err := w.Svc.Capabilities(w.Ctx, a, w.Acme)
	require.NoError(w, err)
	require.Equal(w, []accessmgmt.Capacity{as}, got.Capacities)
	require.False(w, got.GAP)
	require.False(w, got.May(accessmgmt.ActNameManager))
	require.True(w, got.May(accessmgmt.ActRemoveManager), "he may end his own term")
	require.Equal(w, as == accessmgmt.AsCoGAP, got.May(accessmgmt.ActAudit))
	require.Equal(w, as == accessmgmt.AsCoGAP, got.May(accessmgmt.ActAddUnit))
	var may []roles.Code
	for _, r := range got.Roles {
		may = append(may, r.Code)
	}
	require.ElementsMatch(w, codes, may)
}

// touched: what of a role an access manager may take away, or decide on, is what
// he may give; what isn't of his domain isn't there for him.
func (d domains) touched() {
	attempts := map[string]func(svc *accessmgmt.Service, by accessmgmt.Actor, code roles.Code) error{
		"resend": func(svc *accessmgmt.Service, by accessmgmt.Actor, code roles.Code) error {
			return second(svc.Resend(d.Ctx, by, accessmgmt.Resend{Enterprise: d.Acme, Recipient: d.recipients[code].ID}))
		},
		"revoke": func(svc *accessmgmt.Service, by accessmgmt.Actor, code roles.Code) error {
			return one(svc.Revoke(d.Ctx, by, accessmgmt.Revoke{Enterprise: d.Acme, Recipients: []accessmgmt.RecipientID{d.recipients[code].ID}}))
		},
		"approve": func(svc *accessmgmt.Service, by accessmgmt.Actor, code roles.Code) error {
			return one(svc.Approve(d.Ctx, by, accessmgmt.Approve{Requests: refs(d.requests[code])}))
		},
		"refuse": func(svc *accessmgmt.Service, by accessmgmt.Actor, code roles.Code) error {
			return one(svc.Refuse(d.Ctx, by, accessmgmt.Refuse{Requests: refs(d.requests[code]), Reason: "no"}))
		},
		"end": func(svc *accessmgmt.Service, by accessmgmt.Actor, code roles.Code) error {
			return one(svc.End(d.Ctx, by, accessmgmt.End{Enterprise: d.Acme, Assignments: []accessmgmt.AssignmentID{d.assignments[code].ID}}))
		},
		"retire the template": func(svc *accessmgmt.Service, by accessmgmt.Actor, code roles.Code) error {
			return second(svc.RetireTemplate(d.Ctx, by, accessmgmt.RetireTemplate{Enterprise: d.Acme, Template: d.templates[code].ID}))
		},
	}
	may := map[roles.Code][]string{fiscalUser: {"fay"}, vatUser: {"fay"}, fiscalDeputy: {"fay"}, fiscalChief: nil, mobilityUser: {"max"}, mixed: nil}
	sees := map[roles.Code][]string{fiscalUser: {"fay"}, vatUser: {"fay"}, fiscalDeputy: {"fay"}, fiscalChief: {"fay"}, mobilityUser: {"max"}, mixed: nil}
	cases := 0
	d.unchanged(func() {
		for what, attempt := range attempts {
			for code := range may {
				if _, there := d.requests[code]; !there && (what == "approve" || what == "refuse" || what == "end") {
					continue
				}
				for name, by := range map[string]accessmgmt.Actor{"fay": d.fay, "max": d.max} {
					cases++
					err := attempt(d.Svc.Preview().Service, by, code)
					switch {
					case slices.Contains(may[code], name):
						require.NoError(d, err, "%s %s by %s", what, code, name)
					case code == mixed && what != "retire the template":
						// He may do half of it, so he doesn't do it.
						require.Error(d, err, "%s %s by %s", what, code, name)
						require.NotErrorIs(d, err, accessmgmt.ErrState)
					case slices.Contains(sees[code], name) && what != "retire the template":
						d.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable, "%s %s by %s", what, code, name)
					case slices.Contains(sees[code], name):
						require.ErrorIs(d, err, accessmgmt.ErrDenied, "%s %s by %s", what, code, name)
					default:
						d.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, "%s %s by %s", what, code, name)
					}
				}
			}
		}
	})
	d.Logf("%d cases of act × role × access manager", cases)
}

// given: an access manager gives the roles of his domain that the catalogue
// lets him, on every path, and no other.
func (d domains) given() {
	to := Person("Tess", "Target")
	for code, want := range map[roles.Code]map[string]string{
		fiscalUser:   {"fay": "", "max": accessmgmt.CodeNotFound, "cora": ""},
		vatUser:      {"fay": "", "max": accessmgmt.CodeNotFound, "cora": ""},
		fiscalDeputy: {"fay": "", "max": accessmgmt.CodeNotFound, "cora": accessmgmt.CodeRoleNotGrantable},
		fiscalChief:  {"fay": accessmgmt.CodeRoleNotGrantable, "max": accessmgmt.CodeNotFound, "cora": accessmgmt.CodeRoleNotGrantable},
		mobilityUser: {"fay": accessmgmt.CodeNotFound, "max": "", "cora": ""},
	} {
		cora := Person("Cora", "Named")
		if len(d.managerTerms()) == 2 {
			d.coGAP(cora)
		}
		for name, by := range map[string]accessmgmt.Actor{"fay": d.fay, "max": d.max, "cora": cora} {
			svc := d.Svc.Preview()
			for path, err := range map[string]error{
				"assign": one(svc.Assign(d.Ctx, by, accessmgmt.Assign{Enterprise: d.Acme, Lines: []invitation.Line{d.Line(code)}, Persons: []accessmgmt.Assignee{assignee(to)}})),
				"invite": toAll(svc.Invite(d.Ctx, by, d.Invitation(to, d.Line(code)))),
				"save":   second(svc.SaveTemplate(d.Ctx, by, accessmgmt.SaveTemplate{Enterprise: d.Acme, Name: "x", Lines: []invitation.Line{d.Line(code)}})),
				"replace by it": second(svc.Replace(d.Ctx, by, accessmgmt.Replace{Enterprise: d.Acme, Line: d.Line(code),
					Assignment: d.assignments[map[string]roles.Code{"fay": vatUser, "max": mobilityUser, "cora": vatUser}[name]].ID})),
			} {
				require.Equal(d, want[name], accessmgmt.Code(err), "%s %s by %s: %v", path, code, name, err)
			}
		}
	}
	results, err := d.Svc.Assign(d.Ctx, d.fay, accessmgmt.Assign{Enterprise: d.Acme, Persons: []accessmgmt.Assignee{assignee(to)},
		Lines: []invitation.Line{d.Line(fiscalUser), d.Line(mobilityUser), d.Line(fiscalChief), d.Line(vatUser)}})
	require.NoError(d, err)
	require.NoError(d, results[0].Err)
	require.ErrorIs(d, results[1].Err, accessmgmt.ErrNotFound)
	require.ErrorIs(d, results[2].Err, accessmgmt.ErrDenied)
	require.NoError(d, results[3].Err)
	require.Equal(d, accessmgmt.AsAccessManager, results[0].Value.Assignment.GivenAs)
}

// gone: an access manager of a domain that a later catalogue hasn't manages
// nothing, and doesn't become the manager of everything.
func (d domains) gone() {
	options := d.Options
	options.Catalogue = twoApplications()
	later := d.Service(options)
	got, err := later.Capabilities(d.Ctx, d.fay, d.Acme)
	require.NoError(d, err)
	require.Empty(d, got.Roles)
	tasks, err := later.OpenTasksPage(d.Ctx, d.fay, accessmgmt.TaskQuery{Enterprise: d.Acme})
	require.NoError(d, err)
	require.Empty(d, tasks.Items)
	tasks, err = later.OpenTasksPage(d.Ctx, d.fay, accessmgmt.TaskQuery{})
	require.NoError(d, err)
	require.Empty(d, tasks.Items)
	require.Equal(d, accessmgmt.CodeNotFound, accessmgmt.Code(one(later.Assign(d.Ctx, d.fay, accessmgmt.Assign{Enterprise: d.Acme,
		Lines: []invitation.Line{d.Line("app.user")}, Persons: []accessmgmt.Assignee{assignee(Person("Tess", "Target"))}}))))
	_, err = later.NameManager(d.Ctx, d.World.GAP, d.naming(Person("Tess", "Target"), accessmgmt.AccessManager, "finance", roles.From(d.Svc.Today())))
	require.Equal(d, []string{"domain unknown"}, d.problems(err))
	require.NoError(d, second(later.RemoveManager(d.Ctx, d.World.GAP, accessmgmt.RemoveManager{Enterprise: d.Acme, Manager: d.managerTerms()[0].ID})))
}
