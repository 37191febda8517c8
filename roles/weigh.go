package roles

// Weigh says what one assignment alone would answer to a question, with all of
// them for its gate. It is what an explanation shows beside each.
func (c *Catalogue) Weigh(assignments []Assignment, a Assignment, q Question) Reason {
	g := gates{c: c, assignments: assignments, at: q.At}
	return g.weigh(c.byApp[q.Application], a, q)
}

// Gives reports whether an assignment gives something of what is asked, with
// all of the person's for its gate: the action or, when the question names none,
// any action of the application.
func (c *Catalogue) Gives(assignments []Assignment, a Assignment, q Question) bool {
	if q.Action != "" {
		return c.Weigh(assignments, a, q) == ReasonAllowed
	}
	r := c.byCode[a.Role]
	return r != nil && r.app.Code == q.Application && r.Actions.Len() > 0 && a.Covers(q.Unit) && a.StateAt(q.At) == Active && c.GateOpen(assignments, a, q.At)
}

// HasManagingRoles reports whether some role manages the roles of an
// application (D16); without one nobody need be looked up for it.
func (c *Catalogue) HasManagingRoles() bool {
	for _, r := range c.byCode {
		if r.Manages != "" {
			return true
		}
	}
	return false
}
