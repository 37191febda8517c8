package workflowtest

import (
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// signer offers the role that asks for a region.
func (w *World) signer(region string) invitation.Line {
	l := w.Line(permitSigner)
	l.Properties = roles.MustProperties(map[string]roles.Value{"region": roles.Choice(region)})
	return l
}

// templateCatalogueScenarios: what was right when it was saved is looked at again
// when it is sent, with the roles and units of that day.
var templateCatalogueScenarios = map[string]func(*World){
	"of roles": func(w *World) {
		short := invitation.Line{Role: permitReader, Period: roles.Between(w.Svc.Today(), w.Svc.Today().AddDays(29))}
		t := w.saved(w.template("x", short, w.signer("north"), w.Line(wasteUser)))
		label := roles.Labels{EN: "x"}
		for name, c := range map[string]struct {
			change func(*roles.Role)
			want   []string
		}{
			"unchanged":               {nil, nil},
			"retired":                 {changing(permitReader, func(r *roles.Role) { r.Retired = true }), []string{"lines[0].role retired"}},
			"gone":                    {changing(wasteUser, func(r *roles.Role) { r.Code = "waste.other" }), []string{"lines[2].role unknown"}},
			"for less":                {changing(permitReader, func(r *roles.Role) { r.MaxDays = 29 }), []string{"lines[0].period.end too_far"}},
			"for no longer than that": {changing(permitReader, func(r *roles.Role) { r.MaxDays = 30 }), nil},
			"not without an end":      {changing(wasteUser, func(r *roles.Role) { r.MaxDays = 1000 }), []string{"lines[2].period.end too_far"}},
			"an option less": {changing(permitSigner, func(r *roles.Role) { r.Properties[0].Options = r.Properties[0].Options[1:] }),
				[]string{"lines[1].properties.region not_an_option"}},
			"another question": {changing(permitSigner, func(r *roles.Role) {
				r.Properties = append(r.Properties, roles.Property{Name: "badge", Labels: label, Kind: roles.TextProperty, Mandatory: true})
			}), []string{"lines[1].properties.badge required"}},
			"a question less": {changing(permitSigner, func(r *roles.Role) { r.Properties = nil }), []string{"lines[1].properties.region unknown"}},
			"all at once": {func(r *roles.Role) {
				r.Retired = r.Code == permitReader
				if r.Code == permitSigner {
					r.Properties = nil
				}
				if r.Code == wasteUser {
					r.Code = "waste.other"
				}
			}, []string{"lines[0].role retired", "lines[1].properties.region unknown", "lines[2].role unknown"}},
		} {
			o := w.Options
			o.Catalogue = templateCatalogue(c.change)
			later := w.in(w.Acme)
			later.Svc = w.Service(o)
			form := w.from(t, w.someone())
			if c.want == nil {
				require.NoError(w, later.Svc.ValidateInvite(w.Ctx, w.GAP, form, invitation.StepSummary), name)
				require.NoError(w, later.inviting(form), name)
				continue
			}
			w.unchanged(func() {
				require.ElementsMatch(w, c.want, w.problems(later.inviting(form)), name)
				require.ElementsMatch(w, c.want, w.problems(later.Svc.ValidateInvite(w.Ctx, w.GAP, form, invitation.StepSummary)), name)
			})
			_, err := later.Svc.RenameTemplate(w.Ctx, w.GAP, accessmgmt.RenameTemplate{Enterprise: w.Acme, Template: t.ID, Name: name})
			require.NoError(w, err, "it can be put away all the same")
			_, err = later.Svc.Preview().RetireTemplate(w.Ctx, w.GAP, accessmgmt.RetireTemplate{Enterprise: w.Acme, Template: t.ID})
			require.NoError(w, err)
		}
	},
	"of who may give them": func(w *World) {
		t := w.saved(w.template("x", w.Line(permitReader)))
		o := w.Options
		o.Catalogue = templateCatalogue(changing(permitReader, func(r *roles.Role) { r.GrantedBy = roles.ByAccessManager }))
		w.Svc = w.Service(o)
		w.unchanged(func() {
			w.requireFails(w.inviting(w.from(t, w.someone())), accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable)
			require.Equal(w, []string{"lines[0].role not_grantable"}, w.problems(w.Svc.ValidateInvite(w.Ctx, w.GAP, w.from(t, w.someone()), invitation.StepRoles)))
		})
	},
	"retired roles and others in one": func(w *World) { // looking for other grants once lost the GAP's own
		o := w.Options
		o.Catalogue = templateCatalogue(changing(permitReader, func(r *roles.Role) { r.Retired = true }))
		w.Svc = w.Service(o)
		_, err := w.Svc.SaveTemplate(w.Ctx, w.GAP, w.template("x", w.Line(permitReader), w.Line(wasteUser)))
		require.Equal(w, []string{"lines[0].role retired"}, w.problems(err))
		results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(w.someone())},
			Lines: []invitation.Line{w.Line(permitReader), w.Line(wasteUser)}})
		require.NoError(w, err)
		w.requireFails(results[0].Err, accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable)
		require.NoError(w, results[1].Err)
	},
	"of properties": func(w *World) {
		t := w.saved(w.template("x", w.signer("south")))
		done := w.invite(w.from(t, w.someone()))
		require.Equal(w, w.signer("south").Properties, done.Invitation.Lines[0].Properties)
		_, err := w.Svc.SaveTemplate(w.Ctx, w.GAP, w.template("x", w.Line(permitSigner)))
		require.Equal(w, []string{"lines[0].properties.region required"}, w.problems(err))
		_, err = w.Svc.SaveTemplate(w.Ctx, w.GAP, w.template("x", w.signer("west")))
		require.Equal(w, []string{"lines[0].properties.region not_an_option"}, w.problems(err))
	},
	"of units": func(w *World) {
		unit, err := w.Svc.AddUnit(w.Ctx, w.GAP, accessmgmt.AddUnit{Enterprise: w.Acme, Number: accessmgmt.MustParseEstablishmentUnitNumber("2.147.812.701"), Name: "Mill"})
		require.NoError(w, err)
		there := w.Line(permitReader)
		there.Unit = unit.ID
		t := w.saved(w.template("x", w.Line(wasteUser), there))
		done := w.invite(w.from(t, w.someone()))
		require.Equal(w, unit.ID, done.Invitation.Lines[1].Unit)
		_, err = w.Svc.CloseUnit(w.Ctx, w.GAP, accessmgmt.CloseUnit{Enterprise: w.Acme, Unit: unit.ID, Reason: "sold"})
		require.NoError(w, err)
		form := w.from(t, w.someone())
		w.unchanged(func() {
			require.Equal(w, []string{"lines[1].unit unknown"}, w.problems(w.inviting(form)))
			require.Equal(w, []string{"lines[1].unit unknown"}, w.problems(w.Svc.ValidateInvite(w.Ctx, w.GAP, form, invitation.StepRoles)))
			_, err := w.Svc.SaveTemplate(w.Ctx, w.GAP, w.template("y", there))
			require.Equal(w, []string{"lines[0].unit unknown"}, w.problems(err))
		})
	},
}

// changing changes one role of the catalogue.
func changing(code roles.Code, change func(*roles.Role)) func(*roles.Role) {
	return func(r *roles.Role) {
		if r.Code == code {
			change(r)
		}
	}
}
