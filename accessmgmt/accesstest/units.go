package accesstest

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
)

// AddUnit has the GAP add an establishment unit, whose number is valid and
// nobody's. [ForUnit] makes roles and questions about it.
func (w *World) AddUnit(name string) accessmgmt.Unit {
	w.t.Helper()
	w.mu.Lock()
	w.units++
	number := unitNumber(w.units)
	w.mu.Unlock()
	u, err := w.Service.AddUnit(context.Background(), w.GAP, accessmgmt.AddUnit{Enterprise: w.registered(), Number: number, Name: name})
	w.must(err, "add unit "+name)
	return u
}

// Suspend has the portal's staff suspend the enterprise.
func (w *World) Suspend() {
	w.t.Helper()
	_, err := w.Service.Suspend(context.Background(), w.Staff(), accessmgmt.Suspend{Enterprise: w.registered(), Reason: "suspended in a test"})
	w.must(err, "suspend "+w.Name)
}

// Resume has the portal's staff lift the suspension.
func (w *World) Resume() {
	w.t.Helper()
	_, err := w.Service.Resume(context.Background(), w.Staff(), accessmgmt.Resume{Enterprise: w.registered(), Reason: "resumed in a test"})
	w.must(err, "resume "+w.Name)
}
