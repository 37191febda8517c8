package accessmgmt

import (
	"context"
	"iter"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// AddUnit adds an establishment unit to an enterprise, so that roles can be
// given for it alone (D8).
type AddUnit struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Number     EstablishmentUnitNumber
	// Name is what the enterprise calls it.
	Name string
}

// AddUnit adds an establishment unit. Nobody checks here that the number is the
// enterprise's: the GAP answers for it. A number that an open unit of the
// enterprise has is [ErrState] with CodeUnitExists, whose Existing is the unit;
// one whose unit was closed can be added again, as another unit.
func (s *Service) AddUnit(ctx context.Context, actor Actor, c AddUnit) (Unit, error) {
	var problems roles.Problems
	if c.Number.IsZero() {
		problems.Add("number", roles.ProblemRequired, "the establishment unit number is missing")
	}
	problems.AddAll("name", invitation.ValidateTitle(c.Name))
	if err := invalid(problems); err != nil {
		return Unit{}, fail(ActAddUnit, err)
	}
	var added Unit
	err := s.command(ctx, actor, ActAddUnit, oneTime(c.ID, c, &added), c.Enterprise, nil, func(w *work) error {
		open, err := s.unitsNumbered(ctx, c.Enterprise, c.Number, true)
		if err != nil {
			return err
		}
		if len(open) > 0 {
			return unitExists(open[0])
		}
		added, err = w.addUnit(Unit{Number: c.Number, Name: invitation.CleanText(c.Name), AddedAt: w.now})
		return err
	})
	if err != nil {
		return Unit{}, err
	}
	return added, nil
}

// addUnit writes a new unit of the enterprise, given its number and name, since
// when, and where it came from.
func (w *work) addUnit(u Unit) (Unit, error) {
	u.ID, u.Enterprise, u.AddedBy, u.Version = UnitID{UUID: w.newID()}, w.ent.ID, w.who.person.ID, 1
	w.changes.Units = append(w.changes.Units, u)
	data := map[string]string{"unit_number": u.Number.Digits()}
	if !u.MovedFrom.IsZero() {
		data["from"] = u.MovedFrom.String()
	}
	return u, w.record(event{event: EventUnitAdded, object: "unit", objectID: u.ID.UUID, data: data, details: map[string]string{"name": u.Name}})
}

// unitsNumbered returns the units of an enterprise that have a number, the
// earliest first.
func (s *Service) unitsNumbered(ctx context.Context, enterprise EnterpriseID, number EstablishmentUnitNumber, open bool) ([]Unit, error) {
	filter := UnitFilter{Enterprises: []EnterpriseID{enterprise}, Numbers: []EstablishmentUnitNumber{number}, Open: open}
	return allOf(func(p Page) ([]Unit, error) { return s.store.FindUnits(ctx, filter, p) }, unitKey)
}

func unitExists(u Unit) error {
	return &Error{Kind: ErrState, Code: CodeUnitExists, Existing: u.ID.UUID, Err: wrongState("unit", "there already", "add")}
}

func unitClosed(id UnitID, what string) error {
	return &Error{Kind: ErrState, Code: CodeUnitClosed, Existing: id.UUID, Err: wrongState("unit", "closed", what)}
}

// unit reads a unit of this enterprise, closed ones too.
func (w *work) unit(id UnitID) (Unit, error) {
	if err := w.readUnits([]UnitID{id}); err != nil {
		return Unit{}, err
	}
	u := w.units[id]
	if u.ID.IsZero() {
		return Unit{}, notFound()
	}
	return u, nil
}

// readUnits reads those of ids that weren't yet: the lines of a bulk name the
// same ones over and over.
func (w *work) readUnits(ids []UnitID) error {
	var missing []UnitID
	for _, id := range ids {
		if _, read := w.units[id]; !read {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	found, err := w.store.Units(w.ctx, w.ent.ID, missing)
	if err != nil {
		return err
	}
	for _, id := range missing {
		w.units[id] = Unit{}
	}
	for _, u := range found {
		w.units[u.ID] = u
	}
	return nil
}

// openUnits says which of the units that lines name are the enterprise's now.
func (w *work) openUnits(lines []invitation.Line) (map[UnitID]bool, error) {
	ids := unitsIn(lines[:min(len(lines), invitation.MaxLines)]) // the rest is too many
	if err := w.readUnits(ids); err != nil {
		return nil, err
	}
	open := make(map[UnitID]bool, len(ids))
	for _, id := range ids {
		open[id] = w.units[id].isOpen()
	}
	return open, nil
}

// unitsIn returns the units that lines name.
func unitsIn(lines []invitation.Line) []UnitID {
	var ids []UnitID
	for _, l := range lines {
		if !l.Unit.IsZero() {
			ids = append(ids, l.Unit)
		}
	}
	return ids
}

// UnitQuery asks for the establishment units of one enterprise.
type UnitQuery struct {
	Enterprise EnterpriseID
	// Open leaves out the closed ones.
	Open bool
	Paging
}

// Units yields an enterprise's establishment units, the earliest added first,
// closed ones too. Its managers of every kind and the portal's staff may see
// them.
func (s *Service) Units(ctx context.Context, actor Actor, q UnitQuery) iter.Seq2[Unit, error] {
	return walk(q.Paging, func(p Paging) (List[Unit], error) { q.Paging = p; return s.UnitsPage(ctx, actor, q) })
}

// UnitsPage returns one page of [Service.Units].
func (s *Service) UnitsPage(ctx context.Context, actor Actor, q UnitQuery) (List[Unit], error) {
	w, err := s.viewer(ctx, actor, ActUnits)
	if err != nil {
		return List[Unit]{}, fail(ActUnits, err)
	}
	if _, _, err := s.viewAs(ctx, w, ActUnits, q.Enterprise); err != nil {
		return List[Unit]{}, fail(ActUnits, err)
	}
	// Not scope, which is about the rows of roles: a unit is of no application,
	// and staff sees units too.
	sc := scope{enterprises: []EnterpriseID{q.Enterprise}, reader: w.person.ID}
	filter := UnitFilter{Enterprises: sc.enterprises, Open: q.Open}
	list, err := listOf(sc, q.Paging, bind(ActUnits, sc.reader, q.Enterprise, q.Open, q.Newest),
		func(p Page) ([]Unit, error) { return s.store.FindUnits(ctx, filter, p) }, unitKey,
		func(rows []Unit) ([]Unit, error) { return rows, nil })
	return list, fail(ActUnits, err)
}
