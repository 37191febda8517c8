package verify_test

import (
	"slices"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// deeds draw the commands: the same input for the service and for the model.
var deeds = map[string]func(*portal, *firm) attempt{
	"designate": func(p *portal, f *firm) attempt {
		actor := representative
		if p.draw("somebody else", 6) == 5 {
			actor = p.actor(f)
		}
		return p.designating(f, actor, p.draw("person", modelPersons))
	},
	"vacate": func(p *portal, f *firm) attempt {
		actor := among(p, "by", representative, staff, p.actor(f))
		return single(func(id accessmgmt.CommandID) (accessmgmt.GAP, []uuid.UUID, error) {
			g, err := p.svc.VacateGAP(ctx, p.actors[actor], accessmgmt.VacateGAP{ID: id, Enterprise: f.id, Reason: "he left"})
			return g, nil, err
		}, func() string { return p.vacate(f, actor) })
	},
	"resign": func(p *portal, f *firm) attempt {
		actor := p.actor(f)
		return single(func(id accessmgmt.CommandID) (accessmgmt.GAP, []uuid.UUID, error) {
			g, err := p.svc.ResignGAP(ctx, p.actors[actor], accessmgmt.ResignGAP{ID: id, Enterprise: f.id})
			return g, nil, err
		}, func() string { return p.resign(f, actor) })
	},
	"name": func(p *portal, f *firm) attempt {
		actor, who := p.actor(f), p.somebody()
		domain := among(p, "domain", vacant, vacant, monEspace, calista)
		first, last := p.dates()
		c := accessmgmt.NameManager{Enterprise: f.id, Kind: accessmgmt.CoGAP, Manager: p.assignee(who), Period: p.period(first, last)}
		if domain != vacant {
			c.Kind, c.Domain = accessmgmt.AccessManager, roles.DomainCode(modelApps[domain])
		}
		return single(func(id accessmgmt.CommandID) (accessmgmt.Manager, []uuid.UUID, error) {
			c.ID = id
			t, err := p.svc.NameManager(ctx, p.actors[actor], c)
			return t, madeIf(err, t.ID.UUID), err
		}, func() string { return p.name(f, actor, who, domain, first, last) })
	},
	"remove": func(p *portal, f *firm) attempt {
		t := pick(p, "term", f.terms)
		actor := among(p, "by", p.actor(f), t.person)
		return single(func(id accessmgmt.CommandID) (accessmgmt.Manager, []uuid.UUID, error) {
			m, err := p.svc.RemoveManager(ctx, p.actors[actor], accessmgmt.RemoveManager{ID: id, Enterprise: f.id, Manager: t.id})
			return m, nil, err
		}, func() string { return p.remove(f, actor, t) })
	},
	"suspend": func(p *portal, f *firm) attempt {
		actor := among(p, "by", staff, staff, p.actor(f))
		return single(func(id accessmgmt.CommandID) (accessmgmt.Suspension, []uuid.UUID, error) {
			s, err := p.svc.Suspend(ctx, p.actors[actor], accessmgmt.Suspend{ID: id, Enterprise: f.id, Reason: "an inquiry"})
			return s, nil, err
		}, func() string { return p.suspend(f, actor) })
	},
	"resume": func(p *portal, f *firm) attempt {
		actor := among(p, "by", staff, staff, p.actor(f))
		return single(func(id accessmgmt.CommandID) (accessmgmt.Suspension, []uuid.UUID, error) {
			s, err := p.svc.Resume(ctx, p.actors[actor], accessmgmt.Resume{ID: id, Enterprise: f.id, Reason: "it is over"})
			return s, nil, err
		}, func() string { return p.resume(f, actor) })
	},
	"add unit": func(p *portal, f *firm) attempt {
		actor, n := p.actor(f), p.draw("number", 3)
		return single(func(id accessmgmt.CommandID) (accessmgmt.Unit, []uuid.UUID, error) {
			u, err := p.svc.AddUnit(ctx, p.actors[actor], accessmgmt.AddUnit{ID: id, Enterprise: f.id, Number: unitNumber(n), Name: "Depot"})
			return u, madeIf(err, u.ID.UUID), err
		}, func() string { return p.addUnit(f, actor, n) })
	},
	"close unit": func(p *portal, f *firm) attempt {
		actor, u := p.actor(f), p.anyUnit()
		return single(func(id accessmgmt.CommandID) (accessmgmt.UnitClosing, []uuid.UUID, error) {
			c, err := p.svc.CloseUnit(ctx, p.actors[actor], accessmgmt.CloseUnit{ID: id, Enterprise: f.id, Unit: u.id, Reason: "the lease ends"})
			return c, nil, err
		}, func() string { return p.closeUnit(f, actor, u) })
	},
	"move unit": func(p *portal, _ *firm) attempt {
		u := p.anyUnit()
		f := u.firm
		actor, to := among(p, "by", staff, staff, p.actor(f)), among(p, "to", p.firms[1], p.firms[0])
		seen := len(to.units)
		return single(func(id accessmgmt.CommandID) (accessmgmt.UnitMove, []uuid.UUID, error) {
			m, err := p.svc.MoveUnit(ctx, p.actors[actor], accessmgmt.MoveUnit{ID: id, From: f.id, Unit: u.id, To: to.number, Reason: "a take-over"})
			made := madeIf(err, m.Added.ID.UUID)
			for _, there := range to.units[:seen] { // it was there already
				if there.id == m.Added.ID {
					made = nil
				}
			}
			return m, made, err
		}, func() string { return p.moveUnit(f, actor, u, to) })
	},
	"invite": func(p *portal, f *firm) attempt {
		return p.inviting(f, sending{lines: p.offers(f), to: p.several("recipient"), named: p.draw("by his id", 4) == 1, days: among(p, "days", -1, -1, -1, -1, -1, 0, 0, 3, 3, 400)})
	},
	"invite by template": func(p *portal, f *firm) attempt {
		in := sending{template: pick(p, "template", f.templates), to: p.several("recipient"), days: -1}
		if p.draw("other lines", 4) == 1 {
			in.lines = p.offers(f)
		}
		return p.inviting(f, in)
	},
	"accept": func(p *portal, f *firm) attempt {
		i, actor, generation := p.answering(f)
		token := invitation.DeriveToken(p.key, i.id, generation)
		return single(func(id accessmgmt.CommandID) (accessmgmt.Acceptance, []uuid.UUID, error) {
			a, err := p.svc.Accept(ctx, p.actors[actor], token, accessmgmt.Accept{ID: id, Email: p.address(actor)})
			var made []uuid.UUID
			for _, r := range a.Requests {
				made = append(made, r.ID.UUID)
			}
			return a, made, err
		}, func() string { return p.accept(i, actor, generation) })
	},
	"decline": func(p *portal, f *firm) attempt {
		i, actor, generation := p.answering(f)
		token := invitation.DeriveToken(p.key, i.id, generation)
		return single(func(id accessmgmt.CommandID) (struct{}, []uuid.UUID, error) {
			return struct{}{}, nil, p.svc.Decline(ctx, p.actors[actor], token, accessmgmt.Decline{ID: id})
		}, func() string { return p.decline(i, actor, generation) })
	},
	"revoke": func(p *portal, f *firm) attempt {
		actor := p.actor(f)
		all := manyOf(p, func() *invitee {
			return pick(p, "recipient", mostly(p, elsewhere(p, f.invited, func(f *firm) []*invitee { return f.invited }), p.unanswered))
		})
		c := accessmgmt.Revoke{Enterprise: f.id}
		for _, i := range all {
			c.Recipients = append(c.Recipients, i.id)
		}
		return bulkOfItems(func(id accessmgmt.CommandID) ([]accessmgmt.Result[invitation.Recipient], error) {
			c.ID = id
			return p.svc.Revoke(ctx, p.actors[actor], c)
		}, nil, func() []string { return p.revoke(f, actor, all) })
	},
	"resend": func(p *portal, f *firm) attempt {
		actor, i := p.actor(f), pick(p, "recipient", mostly(p, f.invited, p.unanswered))
		return single(func(id accessmgmt.CommandID) (invitation.Recipient, []uuid.UUID, error) {
			r, err := p.svc.Resend(ctx, p.actors[actor], accessmgmt.Resend{ID: id, Enterprise: f.id, Recipient: i.id})
			return r, nil, err
		}, func() string { return p.resend(f, actor, i) })
	},
	"approve": func(p *portal, f *firm) attempt {
		actor := p.actor(f)
		all, where, refs := p.requests(f)
		return bulkOverAll(bulkOfItems(func(id accessmgmt.CommandID) ([]accessmgmt.Result[accessmgmt.Approval], error) {
			return p.svc.Approve(ctx, p.actors[actor], accessmgmt.Approve{ID: id, Requests: refs})
		}, func(a accessmgmt.Approval) uuid.UUID {
			if a.Request.Kind == invitation.ExtendRole {
				return uuid.Nil
			}
			return a.Assignment.ID.UUID
		}, func() []string { return p.approve(actor, all, where) }))
	},
	"refuse": func(p *portal, f *firm) attempt {
		actor := p.actor(f)
		all, where, refs := p.requests(f)
		return bulkOverAll(bulkOfItems(func(id accessmgmt.CommandID) ([]accessmgmt.Result[invitation.Request], error) {
			return p.svc.Refuse(ctx, p.actors[actor], accessmgmt.Refuse{ID: id, Requests: refs, Reason: "no"})
		}, nil, func() []string { return p.refuse(actor, all, where) }))
	},
	"withdraw": func(p *portal, f *firm) attempt {
		all, where, refs := p.requests(f)
		actor := among(p, "by", all[0].person, all[0].person, p.actor(f))
		return bulkOverAll(bulkOfItems(func(id accessmgmt.CommandID) ([]accessmgmt.Result[invitation.Request], error) {
			return p.svc.Withdraw(ctx, p.actors[actor], accessmgmt.Withdraw{ID: id, Requests: refs})
		}, nil, func() []string { return p.withdraw(actor, all, where) }))
	},
	"assign": func(p *portal, f *firm) attempt {
		actor, lines := p.actor(f), p.offers(f)
		to := manyOf(p, p.somebody)
		c := accessmgmt.Assign{Enterprise: f.id, Lines: p.lines(lines)}
		for _, who := range to {
			c.Persons = append(c.Persons, p.assignee(who))
		}
		return bulkOfItems(func(id accessmgmt.CommandID) ([]accessmgmt.Result[accessmgmt.Assigned], error) {
			c.ID = id
			return p.svc.Assign(ctx, p.actors[actor], c)
		}, func(a accessmgmt.Assigned) uuid.UUID { return either(a.Assignment.ID.UUID, a.Request.ID.UUID) },
			func() []string { return p.assign(f, actor, to, lines) })
	},
	"replace": func(p *portal, f *firm) attempt {
		actor, g, o := p.actor(f), p.anyGiven(f), p.offer(f)
		return single(func(id accessmgmt.CommandID) (accessmgmt.Replacement, []uuid.UUID, error) {
			r, err := p.svc.Replace(ctx, p.actors[actor], accessmgmt.Replace{ID: id, Enterprise: f.id, Assignment: g.id, Line: p.line(o)})
			return r, madeIf(err, either(r.Given.ID.UUID, r.Request.ID.UUID)), err
		}, func() string { return p.replace(f, actor, g, o) })
	},
	"extend": func(p *portal, f *firm) attempt {
		actor, all := p.actor(f), manyOf(p, func() *grantedRole { return p.anyGiven(f) })
		last := among(p, "until", p.today()+30, p.today()+59, p.today()+60, forever, p.today()-1)
		c := accessmgmt.Extend{Enterprise: f.id, Assignments: idsOf(all), Unlimited: last == forever}
		if !c.Unlimited {
			c.Until = p.date(last)
		}
		return bulkOfItems(func(id accessmgmt.CommandID) ([]accessmgmt.Result[accessmgmt.Extension], error) {
			c.ID = id
			return p.svc.Extend(ctx, p.actors[actor], c)
		}, func(e accessmgmt.Extension) uuid.UUID { return e.Request.ID.UUID }, func() []string { return p.extend(f, actor, all, last) })
	},
	"end": func(p *portal, f *firm) attempt {
		actor, all := p.actor(f), manyOf(p, func() *grantedRole { return p.anyGiven(f) })
		on := among(p, "on", forever, forever, p.today(), p.today()+4, p.today()-1)
		c := accessmgmt.End{Enterprise: f.id, Assignments: idsOf(all)}
		if on != forever {
			c.On = p.date(on)
		}
		return bulkOfItems(func(id accessmgmt.CommandID) ([]accessmgmt.Result[accessmgmt.RoleAssignment], error) {
			c.ID = id
			return p.svc.End(ctx, p.actors[actor], c)
		}, nil, func() []string { return p.end(f, actor, all, on) })
	},
	"give back": func(p *portal, f *firm) attempt {
		all := manyOf(p, func() *grantedRole { return p.anyGiven(f) })
		actor := among(p, "by", all[0].person, p.actor(f))
		return bulkOfItems(func(id accessmgmt.CommandID) ([]accessmgmt.Result[accessmgmt.RoleAssignment], error) {
			return p.svc.GiveBack(ctx, p.actors[actor], accessmgmt.GiveBack{ID: id, Enterprise: f.id, Assignments: idsOf(all)})
		}, nil, func() []string { return p.giveBack(f, actor, all) })
	},
	"end all": func(p *portal, f *firm) attempt {
		actor, person := p.actor(f), p.draw("person", modelPersons)
		return single(func(id accessmgmt.CommandID) (accessmgmt.Leaving, []uuid.UUID, error) {
			l, err := p.svc.EndAll(ctx, p.actors[actor], accessmgmt.EndAll{ID: id, Enterprise: f.id, Person: p.idOf(person)})
			return l, nil, err
		}, func() string { return p.endAll(f, actor, person) })
	},
	"save template": func(p *portal, f *firm) attempt {
		actor, lines := p.actor(f), p.offers(f)
		c := accessmgmt.SaveTemplate{Enterprise: f.id, Name: "Usual", Lines: p.lines(lines)}
		return single(func(id accessmgmt.CommandID) (invitation.Template, []uuid.UUID, error) {
			c.ID = id
			t, err := p.svc.SaveTemplate(ctx, p.actors[actor], c)
			return t, madeIf(err, t.ID.UUID), err
		}, func() string { return p.save(f, actor, lines) })
	},
	"retire template": func(p *portal, f *firm) attempt {
		actor, t := p.actor(f), pick(p, "template", f.templates)
		return single(func(id accessmgmt.CommandID) (invitation.Template, []uuid.UUID, error) {
			r, err := p.svc.RetireTemplate(ctx, p.actors[actor], accessmgmt.RetireTemplate{ID: id, Enterprise: f.id, Template: t.id})
			return r, nil, err
		}, func() string { return p.retire(f, actor, t) })
	},
}

// single is a command on one thing.
func single[T any](do func(accessmgmt.CommandID) (T, []uuid.UUID, error), want func() string) attempt {
	return attempt{do: func(id accessmgmt.CommandID) done {
		answer, made, err := do(id)
		return done{codes(codeOf(err)), made, answer}
	}, want: func() []string { return codes(want()) }}
}

// bulkOfItems is a command on several things, of which each may make another: made
// says which, nil: none does.
func bulkOfItems[T any](do func(accessmgmt.CommandID) ([]accessmgmt.Result[T], error), made func(T) uuid.UUID, want func() []string) attempt {
	return attempt{do: func(id accessmgmt.CommandID) done {
		results, err := do(id)
		if err != nil {
			return done{codes: codes(codeOf(err))}
		}
		out := done{answer: results}
		for _, r := range results {
			out.codes = append(out.codes, codeOf(r.Err))
			if r.Err == nil && made != nil {
				out.made = append(out.made, madeIf(nil, made(r.Value))...)
			}
		}
		return out
	}, want: want}
}

// bulkOverAll is a bulk over several enterprises, each a commit of its own.
func bulkOverAll(a attempt) attempt {
	a.several = true
	return a
}

// codeOf is the code of an error; another error is told as it is.
func codeOf(err error) string {
	if code := accessmgmt.Code(err); err == nil || code != "" && code != accessmgmt.CodeUnavailable {
		return code
	}
	return err.Error()
}

func madeIf(err error, id uuid.UUID) []uuid.UUID {
	if err != nil || id == uuid.Nil {
		return nil
	}
	return []uuid.UUID{id}
}

func either(a, b uuid.UUID) uuid.UUID {
	if a != uuid.Nil {
		return a
	}
	return b
}

func idsOf(all []*grantedRole) []accessmgmt.AssignmentID {
	var ids []accessmgmt.AssignmentID
	for _, g := range all {
		ids = append(ids, g.id)
	}
	return ids
}

func (p *portal) designating(f *firm, actor, person int) attempt {
	id := p.actors[person].Identity
	c := accessmgmt.DesignateGAP{Enterprise: f.number, Contact: accessmgmt.MustParseEmail("direction@acme.example"),
		GAP: accessmgmt.Candidate{GivenName: id.GivenName, FamilyName: id.FamilyName, Number: id.Number, Email: p.address(person)}}
	return single(func(cmd accessmgmt.CommandID) (accessmgmt.Designation, []uuid.UUID, error) {
		c.ID = cmd
		d, err := p.svc.DesignateGAP(ctx, p.actors[actor], c)
		return d, madeIf(err, d.Enterprise.ID.UUID), err
	}, func() string { return p.designate(f, actor, person) })
}

func (p *portal) inviting(f *firm, in sending) attempt {
	actor := p.actor(f)
	c := accessmgmt.Invite{Enterprise: f.id, Lines: p.lines(in.lines)}
	if in.template != nil {
		c.Template = in.template.id
	}
	if in.days >= 0 {
		c.Expires = p.date(p.today() + in.days)
	}
	for _, to := range in.to {
		id := p.actors[to].Identity
		r := invitation.Invitee{GivenName: id.GivenName, FamilyName: id.FamilyName, Email: p.address(to)}
		if in.named {
			r.Person = p.idOf(to)
		}
		c.Recipients = append(c.Recipients, r)
	}
	return attempt{do: func(id accessmgmt.CommandID) done {
		c.ID = id
		i, err := p.svc.Invite(ctx, p.actors[actor], c)
		if err != nil {
			return done{codes: codes(codeOf(err))}
		}
		out := done{answer: i}
		for _, r := range i.Results {
			out.codes = append(out.codes, codeOf(r.Err))
			out.made = append(out.made, madeIf(r.Err, r.Value.ID.UUID)...)
		}
		return out
	}, want: func() []string { return p.invite(f, actor, in) }}
}

// answering draws who answers which invitation, with its link or an older one.
func (p *portal) answering(f *firm) (i *invitee, actor, generation int) {
	i = pick(p, "invitation", mostly(p, f.invited, p.unanswered))
	actor = among(p, "by", i.to, i.to, i.to, p.draw("actor", actors))
	if i.generation > 1 && p.draw("an old link", 4) == 3 {
		return i, actor, i.generation - 1
	}
	return i, actor, i.generation
}

// requests draws some requests, now and then under another enterprise than theirs.
func (p *portal) requests(f *firm) (all []*askedRole, where []*firm, refs []accessmgmt.RequestRef) {
	all = manyOf(p, func() *askedRole {
		return pick(p, "request", mostly(p, elsewhere(p, f.asked, func(f *firm) []*askedRole { return f.asked }),
			func(r *askedRole) bool { return r.stateAt(p.now) == "pending" }))
	})
	for _, r := range all {
		f := r.firm
		if p.draw("elsewhere", 20) == 19 {
			f = p.firms[0]
		}
		where = append(where, f)
		refs = append(refs, accessmgmt.RequestRef{Enterprise: f.id, Request: r.id})
	}
	return all, where, refs
}

func (p *portal) somebody() somebody {
	who := somebody{person: p.draw("person", modelPersons), byNumber: p.draw("by number", 2) == 0}
	who.nobodys = !who.byNumber && !p.known[who.person]
	return who
}

func (p *portal) assignee(who somebody) accessmgmt.Assignee {
	if !who.byNumber {
		return accessmgmt.Assignee{Person: p.idOf(who.person)}
	}
	id := p.actors[who.person].Identity
	return accessmgmt.Assignee{Number: id.Number, GivenName: id.GivenName, FamilyName: id.FamilyName, Email: p.address(who.person)}
}

func (p *portal) anyUnit() *place {
	return pick(p, "unit", append(append([]*place{}, p.firms[1].units...), p.firms[0].units...))
}

func (p *portal) anyGiven(f *firm) *grantedRole {
	return pick(p, "assignment", mostly(p, elsewhere(p, f.given, func(f *firm) []*grantedRole { return f.given }),
		func(g *grantedRole) bool { return g.runs(p.now) }))
}

// elsewhere returns what an enterprise has of some kind, now and then what the
// first one has.
func elsewhere[V any](p *portal, here []V, of func(*firm) []V) []V {
	if there := of(p.firms[0]); len(there) > 0 && p.draw("elsewhere", 10) == 9 {
		return there
	}
	return here
}

// mostly returns those of some things of which something holds, when there are
// any, now and then all.
func mostly[V any](p *portal, all []V, holds func(V) bool) []V {
	some := slices.DeleteFunc(slices.Clone(all), func(v V) bool { return !holds(v) })
	if len(some) == 0 || p.draw("whatever its state", 5) == 4 {
		return all
	}
	return some
}

func (p *portal) unanswered(i *invitee) bool {
	s := i.stateAt(p.now)
	return s == "invited" || s == "expired"
}

// dates draws a first and a last day.
func (p *portal) dates() (first, last int) {
	first = p.today() + among(p, "first day", 0, 0, 0, 0, 0, 0, 0, 0, 1, 6, 6, -1)
	length := among(p, "days", 20, 1, 4, 4, 20, 20, 60, 60, 60, 61, 0, forever, forever)
	if length == forever {
		return first, forever
	}
	return first, first + length - 1
}

func (p *portal) offer(f *firm) offer {
	o := offer{role: modelRoles[p.draw("role", len(modelRoles))]}
	if units(p, f) > 0 && p.draw("for a unit", 3) == 1 {
		o.unit = p.anyUnit()
	}
	o.first, o.last = p.dates()
	return o
}

func (p *portal) offers(f *firm) []offer { return manyOf(p, func() offer { return p.offer(f) }) }

// manyOf draws one thing or two, which may be the same.
func manyOf[V any](p *portal, draw func() V) []V {
	all := []V{draw()}
	if p.draw("another", 3) == 1 {
		all = append(all, draw())
	}
	return all
}

// several draws one or two persons.
func (p *portal) several(what string) []int {
	all := []int{p.draw(what, modelPersons)}
	if p.draw("another", 4) == 1 {
		all = append(all, (all[0]+1+p.draw(what, modelPersons-1))%modelPersons)
	}
	return all
}
