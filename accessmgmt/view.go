package accessmgmt

import (
	"context"
	"errors"
	"slices"

	"github.com/egovroles/egovroles/roles"
)

// view admits an actor to look at an enterprise: the same choke point as
// commands, and it writes nothing.
func (s *Service) view(ctx context.Context, actor Actor, act Act, enterprise EnterpriseID) (authorisation, Enterprise, error) {
	w, err := s.viewer(ctx, actor, act)
	if err != nil {
		return authorisation{}, Enterprise{}, err
	}
	return s.viewAs(ctx, w, act, enterprise)
}

func (s *Service) viewAs(ctx context.Context, w who, act Act, enterprise EnterpriseID) (authorisation, Enterprise, error) {
	ent, err := s.enterprise(ctx, enterprise)
	if err != nil {
		return authorisation{}, Enterprise{}, s.turnedDown(ctx, act, EnterpriseID{}, w, err)
	}
	auth, err := s.mayView(ctx, w, act, ent)
	if err != nil {
		return authorisation{}, Enterprise{}, s.turnedDown(ctx, act, ent.ID, w, err)
	}
	return auth, ent, nil
}

func (s *Service) mayView(ctx context.Context, w who, act Act, ent Enterprise) (authorisation, error) {
	st, err := s.standing(ctx, w, ent, s.now())
	if err != nil {
		return authorisation{}, err
	}
	auth, err := authorise(act, st)
	if err != nil && slices.Contains(permissions[act], AsRepresentative) {
		// The register is asked only when it would make a difference.
		represents, unavailable := s.representsHere(ctx, w, ent, st)
		if unavailable != nil {
			return authorisation{}, unavailable
		}
		st.capacities = append(st.capacities, represents.capacities()...)
		auth, err = authorise(act, st)
	}
	return auth, err
}

// representsHere asks the register about an enterprise that the actor named by
// its id. That it can't be asked he is told only when he has another standing
// there, or designated one of its GAPs: to a stranger it would tell that there is
// such an enterprise, since of an id that nothing has the register isn't asked.
func (s *Service) representsHere(ctx context.Context, w who, ent Enterprise, st standing) (Representation, error) {
	r, err := s.represents(ctx, w.Actor, ent.Number)
	if !errors.Is(err, ErrRegister) || !st.stranger() {
		return r, err
	}
	terms, unread := s.store.GAPs(ctx, ent.ID)
	switch {
	case unread != nil:
		return r, unread
	case w.known && slices.ContainsFunc(terms, func(g GAP) bool { return g.DesignatedBy == w.person.ID }):
		return r, err
	}
	return r, notFound()
}

// viewer is resolve for somebody who only looks: nobody is made or changed.
func (s *Service) viewer(ctx context.Context, actor Actor, act Act) (who, error) {
	if err := s.admitted(ctx, act, actor); err != nil {
		return who{}, err
	}
	person, known, err := s.recognise(ctx, actor.Identity)
	if err != nil {
		return who{}, s.turnedDown(ctx, act, EnterpriseID{}, who{}, err)
	}
	return who{Actor: actor, person: person, known: known}, nil
}

// Capabilities is what an actor may do in an enterprise, for menus. It is no
// leave to do it: each act is authorised anew.
type Capabilities struct {
	// GAP: he is the chief access manager in office.
	GAP bool
	// Capacities are all in which he may act here, the strongest first.
	Capacities []Capacity
	// Acts are the commands and lists open to him; none for somebody who
	// manages nothing here.
	Acts []Act
	// Roles are those he may give.
	Roles []roles.Role
}

// May reports whether an act is among the capabilities.
func (c Capabilities) May(act Act) bool { return slices.Contains(c.Acts, act) }

// Capabilities returns what an actor may do in an enterprise (D33). For
// somebody who manages nothing there, and for an enterprise that isn't there,
// it is empty and no error. Whether he is a legal representative isn't looked
// at: that is asked of the register when he designates.
func (s *Service) Capabilities(ctx context.Context, actor Actor, enterprise EnterpriseID) (Capabilities, error) {
	w, err := s.viewer(ctx, actor, ActCapabilities)
	if err != nil {
		return Capabilities{}, fail(ActCapabilities, err)
	}
	ent, err := s.enterprise(ctx, enterprise)
	if errors.Is(err, ErrNotFound) {
		return Capabilities{}, nil
	}
	if err != nil {
		return Capabilities{}, fail(ActCapabilities, err)
	}
	st, err := s.standing(ctx, w, ent, s.now())
	if err != nil {
		return Capabilities{}, fail(ActCapabilities, err)
	}
	if st.others != nil { // here they make a difference
		more, err := st.others()
		if err != nil {
			return Capabilities{}, fail(ActCapabilities, err)
		}
		st.others, st.grants = nil, append(st.grants, more...)
		for _, g := range more {
			st.capacities = append(st.capacities, g.as)
		}
	}
	// Two terms, of two domains, are one capacity; they come one after the other.
	c := Capabilities{GAP: slices.Contains(st.capacities, AsGAP), Capacities: slices.Compact(st.capacities)}
	for _, act := range slices.Concat(managerActs, staffActs) {
		if _, err := authorise(act, st); err == nil {
			c.Acts = append(c.Acts, act)
		}
	}
	if auth, err := authorise(ActAssign, st); err == nil {
		for _, r := range s.catalogue.Search("") {
			if _, err := auth.give(r); err == nil {
				c.Roles = append(c.Roles, r)
			}
		}
	}
	return c, nil
}

// GAPContact is who the GAP of an enterprise is, for those who work there.
type GAPContact struct {
	// InOffice: there is a GAP. Without one the names are empty, and the
	// contact address is the office's.
	InOffice   bool
	GivenName  string
	FamilyName string
	// CoGAPs are those in office beside him, to ask when he is away.
	CoGAPs []PersonName
	// Contact is the office's general address.
	Contact Email
}

// PersonName is what somebody is called.
type PersonName struct {
	GivenName  string
	FamilyName string
}

// WhoIsMyGAP tells a person whom the enterprise knows (who accepted an
// invitation, has or had a role, or an office) who its GAP is, and who stands
// in for him; not knowing that is the normal case (R15). To anybody else the enterprise is
// [ErrNotFound].
func (s *Service) WhoIsMyGAP(ctx context.Context, actor Actor, enterprise EnterpriseID) (GAPContact, error) {
	w, err := s.viewer(ctx, actor, ActWhoIsMyGAP)
	if err != nil {
		return GAPContact{}, fail(ActWhoIsMyGAP, err)
	}
	ent, err := s.enterprise(ctx, enterprise)
	if err != nil {
		return GAPContact{}, s.turnedDown(ctx, ActWhoIsMyGAP, EnterpriseID{}, w, err)
	}
	now := s.now()
	terms, err := s.managersOf(ctx, ent)
	if err != nil {
		return GAPContact{}, fail(ActWhoIsMyGAP, err)
	}
	coGAPs := slices.DeleteFunc(leaders(ent.GAP, terms, now), func(id PersonID) bool { return id == ent.GAP })
	members, err := s.store.Members(ctx, enterprise, append([]PersonID{w.person.ID, ent.GAP}, coGAPs...))
	if err != nil {
		return GAPContact{}, fail(ActWhoIsMyGAP, err)
	}
	byID := membersByID(members)
	var more []Capacity
	if _, known := byID[w.person.ID]; known && w.known {
		more = []Capacity{AsUser}
	}
	st, err := s.standing(ctx, w, ent, now, more...)
	if err != nil {
		return GAPContact{}, fail(ActWhoIsMyGAP, err)
	}
	if _, err := authorise(ActWhoIsMyGAP, st); err != nil {
		return GAPContact{}, s.turnedDown(ctx, ActWhoIsMyGAP, ent.ID, w, err)
	}
	gap := byID[ent.GAP]
	contact := GAPContact{InOffice: !ent.GAP.IsZero(), GivenName: gap.GivenName, FamilyName: gap.FamilyName, Contact: ent.Contact}
	for _, id := range coGAPs {
		contact.CoGAPs = append(contact.CoGAPs, PersonName{byID[id].GivenName, byID[id].FamilyName})
	}
	return contact, nil
}

func membersByID(members []Member) map[PersonID]Member {
	byID := make(map[PersonID]Member, len(members))
	for _, m := range members {
		byID[m.Person] = m
	}
	return byID
}
