package workflowtest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// templateManager is somebody who may manage some roles: the test's own opinion.
type templateManager struct {
	actor accessmgmt.Actor
	gives []roles.Code
	// sees are the roles of his domain that he can't give.
	sees []roles.Code
	// kind and code are what somebody who manages nothing is told; nil: he does.
	kind error
	code string
}

func (m templateManager) sight(code roles.Code) bool {
	return slices.Contains(m.gives, code) || slices.Contains(m.sees, code)
}

// want is what he is told who does something with these roles, by id: one that
// he may not see is unknown to him before anything is refused.
func (m templateManager) want(codes []roles.Code) (code string, kind error) {
	if m.kind != nil {
		return m.code, m.kind
	}
	if slices.ContainsFunc(codes, func(c roles.Code) bool { return !m.sight(c) }) {
		return accessmgmt.CodeNotFound, accessmgmt.ErrNotFound
	}
	if slices.ContainsFunc(codes, func(c roles.Code) bool { return !slices.Contains(m.gives, c) }) {
		return accessmgmt.CodeRoleNotGrantable, accessmgmt.ErrDenied
	}
	return "", nil
}

// templateAuthority plays every kind of manager and everybody else with every
// template of one or two roles (c-7): saving, saving while sending, seeing,
// sending, renaming and retiring.
func templateAuthority(t *testing.T, open Open) {
	t.Parallel()
	w := WithGAP(t, open, func(o *accessmgmt.Options) { o.Catalogue = templateCatalogue(nil) })
	managers := w.templateManagers()
	all := []roles.Code{permitReader, permitChief, wasteUser, taxUser, taxOfficer, taxHelper}
	sets := [][]roles.Code{}
	for i, a := range all {
		sets = append(sets, []roles.Code{a})
		for _, b := range all[i+1:] {
			sets = append(sets, []roles.Code{a, b}, []roles.Code{b, a})
		}
	}
	// The GAP can give all of it while he manages taxes too.
	officer := w.give(w.GAP, w.Line(taxOfficer))
	templates := map[accessmgmt.TemplateID][]roles.Code{}
	for _, set := range sets {
		templates[w.saved(w.template("x", w.linesOf(set)...)).ID] = set
	}
	require.NoError(t, w.ending(officer)())

	for _, who := range sortedNames(managers) {
		m := managers[who]
		var visible []accessmgmt.TemplateID
		for _, tmpl := range w.templates() {
			set := templates[tmpl.ID]
			if m.kind == nil && !slices.ContainsFunc(set, func(c roles.Code) bool { return !m.sight(c) }) {
				visible = append(visible, tmpl.ID)
			}
			for how, err := range w.withTemplate(m.actor, w.Acme, tmpl.ID) {
				code, kind := m.want(set)
				switch {
				case how == "see" && kind == accessmgmt.ErrDenied && m.kind == nil: //nolint:errorlint // it is the sentinel
					kind = nil
				case how == "validate" && kind == accessmgmt.ErrDenied && m.kind == nil: //nolint:errorlint // it is the sentinel
					require.Contains(t, w.problems(err), "lines["+map[bool]string{true: "0", false: "1"}[!slices.Contains(m.gives, set[0])]+"].role not_grantable", "%s %v", who, set)
					continue
				}
				if kind == nil {
					require.NoError(t, err, "%s by %s of %v", how, who, set)
					continue
				}
				w.requireFails(err, kind, code, "%s by %s of %v", how, who, set)
			}
		}
		w.requireTemplates(m, visible)
		for _, set := range sets {
			w.requireSaves(who, m, set)
		}
	}
}

func (w *World) linesOf(codes []roles.Code) []invitation.Line {
	var lines []invitation.Line
	for _, code := range codes {
		lines = append(lines, w.Line(code))
	}
	return lines
}

// requireTemplates compares the list of one manager with what he may see.
func (w *World) requireTemplates(m templateManager, visible []accessmgmt.TemplateID) {
	w.Helper()
	for _, of := range []accessmgmt.EnterpriseID{w.Acme, {}} {
		for limit := range 4 {
			items, err := collect(w, w.Svc.Templates(w.Ctx, m.actor, accessmgmt.TemplateQuery{Enterprise: of, Paging: accessmgmt.Paging{Limit: limit}}), toTheEnd)
			if m.kind != nil && !of.IsZero() {
				w.requireFails(err, m.kind, m.code)
				continue
			}
			require.NoError(w, err)
			var got []accessmgmt.TemplateID
			for _, item := range items {
				got = append(got, item.Template.ID)
			}
			require.Equal(w, visible, got)
		}
	}
}

// requireSaves tries to save a set of roles, alone and while sending it. The
// lines are looked at one after the other.
func (w *World) requireSaves(who string, m templateManager, set []roles.Code) {
	w.Helper()
	kind, code := m.kind, m.code
	for _, c := range set {
		if kind == nil {
			code, kind = m.want([]roles.Code{c})
		}
	}
	form := w.Invitation(w.someone(), w.linesOf(set)...)
	form.SaveAs = &accessmgmt.SaveAs{Name: "y"}
	trial := w.Svc.Preview()
	_, saving := trial.SaveTemplate(w.Ctx, m.actor, w.template("y", form.Lines...))
	sending := toAll(trial.Invite(w.Ctx, m.actor, form))
	for how, err := range map[string]error{"saving": saving, "saving while sending": sending} {
		if kind == nil {
			require.NoError(w, err, "%s by %s of %v", how, who, set)
			continue
		}
		w.requireFails(err, kind, code, "%s by %s of %v", how, who, set)
	}
	if kind == nil {
		require.Len(w, trial.Changes(), 2)
		return
	}
	require.Empty(w, trial.Changes())
}

// templateManagers makes everybody who could have to do with templates.
func (w *World) templateManagers() map[string]templateManager {
	permits, waste, taxes := []roles.Code{permitReader, permitChief}, []roles.Code{wasteUser}, []roles.Code{taxUser, taxOfficer, taxHelper}
	both, north, south := Person("Bo", "Both"), Person("Nils", "North"), Person("Sven", "South")
	co, officer, former, user := Person("Cora", "Co"), Person("Olaf", "Officer"), Person("Fien", "Former"), Person("Ursula", "User")
	w.appoint(co, accessmgmt.CoGAP, "")
	w.appoint(north, accessmgmt.AccessManager, "north")
	w.appoint(south, accessmgmt.AccessManager, "south")
	w.appoint(both, accessmgmt.AccessManager, "north")
	w.appoint(both, accessmgmt.AccessManager, "south")
	w.dismiss(w.appoint(former, accessmgmt.AccessManager, "north"))
	w.give(officer, w.Line(taxOfficer))
	w.give(user, w.Line(permitReader))
	denied := func(a accessmgmt.Actor) templateManager {
		return templateManager{actor: a, kind: accessmgmt.ErrDenied, code: accessmgmt.CodeNotManager}
	}
	stranger := func(a accessmgmt.Actor) templateManager {
		return templateManager{actor: a, kind: accessmgmt.ErrNotFound, code: accessmgmt.CodeNotFound}
	}
	return map[string]templateManager{
		"the GAP":           {actor: w.GAP, gives: slices.Concat(permits, waste, []roles.Code{taxUser, taxOfficer}), sees: taxes},
		"a co-GAP":          {actor: co, gives: []roles.Code{permitReader, wasteUser, taxUser, taxOfficer}, sees: slices.Concat(permits, taxes)},
		"the north's":       {actor: north, gives: []roles.Code{permitReader, wasteUser}, sees: permits},
		"the south's":       {actor: south, gives: []roles.Code{taxUser, taxOfficer}, sees: taxes},
		"both domains'":     {actor: both, gives: []roles.Code{permitReader, wasteUser, taxUser, taxOfficer}, sees: slices.Concat(permits, taxes)},
		"an officer":        {actor: officer, gives: []roles.Code{taxUser, taxHelper}, sees: taxes},
		"the former":        stranger(former),
		"a user":            stranger(user),
		"a stranger":        stranger(Person("Stan", "Stranger")),
		"a representative":  stranger(w.Rep),
		"staff":             denied(Staff()),
		"the GAP, as staff": denied(accessmgmt.Operator(w.GAP.Identity, "somebody", "because")),
	}
}

// appoint has the GAP name somebody for ever; dismiss ends that.
func (w *World) appoint(a accessmgmt.Actor, kind accessmgmt.ManagerKind, domain roles.DomainCode) accessmgmt.Manager {
	term, err := w.Svc.NameManager(w.Ctx, w.GAP, accessmgmt.NameManager{Enterprise: w.Acme, Kind: kind, Domain: domain, Manager: assignee(a), Period: roles.From(w.Svc.Today())})
	require.NoError(w, err)
	return term
}

func (w *World) dismiss(m accessmgmt.Manager) {
	_, err := w.Svc.RemoveManager(w.Ctx, w.GAP, accessmgmt.RemoveManager{Enterprise: m.Enterprise, Manager: m.ID})
	require.NoError(w, err)
}
