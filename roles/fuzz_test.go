package roles_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/egovroles/egovroles/roles"
)

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-01-01", "2024-02-29", "2023-02-29", "0000-01-01", "9999-12-31", "10000-01-01", "", "2026-1-1", "2026-01-01T00:00:00Z"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := roles.ParseDate(s)
		if err != nil {
			if !d.IsZero() {
				t.Errorf("%q: %v beside the error %v", s, d, err)
			}
			return
		}
		if d.String() != s {
			t.Errorf("%q reads as %v", s, d)
		}
		if made, err := roles.NewDate(d.Year, d.Month, d.Day); err != nil || made != d || !d.Valid() {
			t.Errorf("%q reads as %#v, which is no day", s, d)
		}
		if back := d.AddDays(1).AddDays(-1); back != d {
			t.Errorf("the day before the day after %v is %v", d, back)
		}
		if on := roles.DateOf(d.Start(brussels), brussels); on != d {
			t.Errorf("%v starts on %v", d, on)
		}
	})
}

func FuzzPeriodJSON(f *testing.F) {
	for _, seed := range []string{
		`{"start":"2026-01-01","end":"2026-12-31"}`, `{"start":"2026-01-01","unlimited":true}`, `{"start":"2026-01-01"}`, `{}`, `null`,
		`{"start":"2026-01-01","end":"2025-12-31"}`, `{"start":"2026-01-01","end":"2026-12-31","unlimited":true}`,
		`{"start":"2026-01-01","end":"","unlimited":true}`, `{"START":"2026-01-01","End":"9999-12-31"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var p roles.Period
		if json.Unmarshal(data, &p) != nil {
			if !p.IsZero() {
				t.Errorf("%q was refused and gave %v", data, p)
			}
			return
		}
		if end, has := p.End(); !has && !end.IsZero() {
			t.Errorf("%q is without an end, and ends on %v", data, end)
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatalf("%q reads as %v and can't be written: %v", data, p, err)
		}
		var back roles.Period
		if err := json.Unmarshal(text, &back); err != nil || back != p {
			t.Errorf("%v, written %q, reads as %v: %v", p, text, back, err)
		}
		w := p.Window(brussels)
		if valid := len(p.Validate()) == 0; valid == w.Empty() {
			t.Errorf("%v: valid %t, and its window %v", p, valid, w)
		}
		if !w.Empty() && (!w.Contains(w.From) || w.To.IsZero() != p.Unlimited() || w.Contains(w.To) && !p.Unlimited()) {
			t.Errorf("%v has the window %v", p, w)
		}
	})
}

// FuzzDecide builds the catalogue's table, the assignments and the question
// from bytes, and answers from the table and numbers alone.
func FuzzDecide(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8}, []byte{0, 1, 1, 0, 0}, []byte{0, 0, 0, 2})
	f.Add([]byte{255, 0, 255, 0, 255, 0, 255, 0}, []byte{0, 0, 1, 9, 0, 5, 1, 3, 0, 4, 9, 2, 9, 1, 1}, []byte{1, 7, 1, 3})
	f.Add([]byte{0x80}, []byte{4, 2, 0, 0, 0, 8, 1, 200, 100, 150}, []byte{2, 8, 2, 120})
	f.Fuzz(func(t *testing.T, table, given, asked []byte) {
		const apps, rolesEach, actions = 2, 4, 8
		given = given[:min(len(given), 20*5)]
		at := func(data []byte, i int) byte {
			if i < len(data) {
				return data[i]
			}
			return 0
		}
		// Byte i of the table is the set of actions of role i%4 of application i/4.
		// The second application lists the same actions the other way round.
		var list []roles.Application
		for a := range apps {
			app := roles.Application{Code: roles.ApplicationCode(fmt.Sprintf("app%d", a)), Labels: label("App")}
			for i := range actions {
				if a == 1 {
					i = actions - 1 - i
				}
				app.Actions = append(app.Actions, roles.ActionDefinition{Action: roles.Action(fmt.Sprintf("act%d", i))})
			}
			for r := range rolesEach {
				var names []roles.Action
				for i := range actions {
					if at(table, a*rolesEach+r)&(1<<i) != 0 {
						names = append(names, roles.Action(fmt.Sprintf("act%d", i)))
					}
				}
				app.Roles = append(app.Roles, roles.Role{Code: roles.Code(fmt.Sprintf("app%d.role%d", a, r)), Labels: label("Role"), Actions: roles.Actions(names...)})
			}
			list = append(list, app)
		}
		c, err := roles.NewCatalogue(list...)
		if err != nil {
			t.Fatal(err)
		}

		askApp, askAction, askUnit, askAt := int(at(asked, 0))%3, int(at(asked, 1))%9, at(asked, 2)%3, int(at(asked, 3))+1
		q := roles.Question{Application: roles.ApplicationCode(fmt.Sprintf("app%d", askApp)), Action: roles.Action(fmt.Sprintf("act%d", askAction)), At: tick(askAt)}
		if askUnit != 0 {
			q.Unit = unit(askUnit)
		}

		// Five bytes an assignment: role, unit, from, to, ended; 0 for none.
		want := false
		var held []roles.Assignment
		for i := 0; i+5 <= len(given); i += 5 {
			role, u, from, to, ended := int(given[i])%12, given[i+1]%3, int(given[i+2]), int(given[i+3]), int(given[i+4])
			a := roles.Assignment{
				ID: assignmentID(byte(i)), Role: roles.Code(fmt.Sprintf("app%d.role%d", role/rolesEach, role%rolesEach)),
				Window: roles.Window{From: tick(from), To: tick(to)}, EndedAt: tick(ended),
			}
			if u != 0 {
				a.Unit = unit(u)
			}
			held = append(held, a)
			want = want || role/rolesEach == askApp && askApp < apps && askAction < actions && at(table, role)&(1<<askAction) != 0 &&
				(u == 0 || u == askUnit) && from != 0 && from <= askAt && (to == 0 || askAt < to) && (ended == 0 || askAt < ended)
		}

		got := c.Decide(held, q)
		if got.Allowed != want {
			t.Errorf("allowed %t, want %t: %+v holding %+v", got.Allowed, want, q, held)
		}
		if got.Allowed != (got.Reason == roles.ReasonAllowed) || got.Allowed && len(got.Assignments) == 0 {
			t.Errorf("a decision that disagrees with itself: %+v", got)
		}
		if c.ActionsOf(held, q.Application, q.Unit, q.At).Has(q.Action) != want {
			t.Errorf("ActionsOf disagrees: %+v holding %+v", q, held)
		}
		for _, a := range held {
			if (a.StateAt(q.At) == roles.Active) != a.InForce().Contains(q.At) {
				t.Errorf("%s at %s, in force %v", a.StateAt(q.At), q.At.Format(time.RFC3339Nano), a.InForce())
			}
		}
	})
}
