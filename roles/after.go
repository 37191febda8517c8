package roles

import "slices"

// After returns c with what a previous catalogue had and c lacks: its roles,
// as retired ones, with the actions they allow and, where the application is
// gone too, their application. So what was given before c came keeps its
// meaning until it ends, and can't be given again. Nil has nothing. It fails
// when the two don't go together: more actions in an application than
// [MaxActions], or gates that go in a circle.
//
// Keep the result as the previous catalogue of the next one.
func (c *Catalogue) After(previous *Catalogue) (*Catalogue, error) {
	apps := c.Applications()
	if previous == nil {
		return NewCatalogue(apps...)
	}
	for _, old := range previous.Applications() {
		at := slices.IndexFunc(apps, func(a Application) bool { return a.Code == old.Code })
		if at < 0 {
			for i := range old.Roles {
				old.Roles[i].Retired = true
			}
			apps = append(apps, old)
			continue
		}
		apps[at] = withRetired(apps[at], old)
	}
	return NewCatalogue(apps...)
}

// withRetired returns an application with the roles of old that it lacks.
func withRetired(app, old Application) Application {
	for _, r := range old.Roles {
		if slices.ContainsFunc(app.Roles, func(is Role) bool { return is.Code == r.Code }) {
			continue
		}
		r.Retired = true
		app.Roles = append(app.Roles, r)
		for _, def := range old.Actions {
			known := slices.ContainsFunc(app.Actions, func(is ActionDefinition) bool { return is.Action == def.Action })
			if r.Actions.Has(def.Action) && !known {
				app.Actions = append(app.Actions, def)
			}
		}
	}
	return app
}
