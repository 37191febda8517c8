package accesstest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/roles"
)

func TestUnits(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne, beta := w.Person("Anne Dubois"), w.AddEnterprise("Beta SRL", w.GAP)
	namur, mons, other := w.AddUnit("Namur"), w.AddUnit("Mons"), beta.AddUnit("Namur")
	assert.NotEqual(t, namur.Number, mons.Number)
	assert.NotEqual(t, namur.Number, other.Number)
	assert.Equal(t, beta.Enterprise, other.Enterprise)

	w.Give(anne, roles.Editor, accesstest.ForUnit(namur.ID))
	w.MustAllow(anne, roles.Sign, accesstest.ForUnit(namur.ID))
	w.MustDeny(anne, roles.Sign, roles.ReasonWrongUnit)
	w.MustDeny(anne, roles.Sign, roles.ReasonWrongUnit, accesstest.ForUnit(mons.ID))
	said := failure(t, w, func(w *accesstest.World) { w.MustAllow(anne, roles.Sign, accesstest.ForUnit(mons.ID)) })
	assert.Contains(t, said, "may he sign for unit Mons at")
	assert.Contains(t, said, "monespace.editor 2026-03-02.. for unit Namur, active")
	assert.Contains(t, failure(t, w, func(w *accesstest.World) { w.AddUnit("") }), "add unit : ")
}

func TestSuspension(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne := w.Person("Anne Dubois")
	w.Give(anne, roles.Editor)
	w.Suspend()
	w.MustDeny(anne, roles.Sign, accessmgmt.ReasonSuspended)
	said := failure(t, w, func(w *accesstest.World) { w.MustAllow(anne, roles.Sign) })
	assert.Contains(t, said, "suspended since 2026-03-02 10:00:00")
	assert.Contains(t, said, "enterprise_suspended, by Sam Staff as operator {reason=suspended in a test}")
	assert.Contains(t, failure(t, w, func(w *accesstest.World) { w.Suspend() }), "suspend Acme SA: ")
	w.Resume()
	w.MustAllow(anne, roles.Sign)
	assert.Contains(t, failure(t, w, func(w *accesstest.World) { w.Resume() }), "resume Acme SA: ")
}
