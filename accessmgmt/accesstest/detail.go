package accesstest

import (
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Detail says more of a role that is given or asked for, of a manager's term, or
// of a question. One that says nothing of what it is given to ends the test.
type Detail struct {
	name     string
	period   func(roles.Period) roles.Period
	line     func(*invitation.Line)
	question func(*accessmgmt.Question)
}

// From is the first day of a role, or of a manager's term. Without it, it is
// today.
func From(day roles.Date) Detail {
	return Detail{name: "From", period: func(p roles.Period) roles.Period { return p.StartingAt(day) }}
}

// Until is the last day of a role, or of a manager's term. Without it there is
// none, or it is the last one that the role allows.
func Until(day roles.Date) Detail {
	return Detail{name: "Until", period: func(p roles.Period) roles.Period { return roles.Between(p.Start(), day) }}
}

// WithProperties are a role's properties.
func WithProperties(p roles.Properties) Detail {
	return Detail{name: "WithProperties", line: func(l *invitation.Line) { l.Properties = p }}
}

// ForUnit makes a role, or a question, one about an establishment unit.
func ForUnit(unit accessmgmt.UnitID) Detail {
	return Detail{name: "ForUnit", line: func(l *invitation.Line) { l.Unit = unit }, question: func(q *accessmgmt.Question) { q.Unit = unit }}
}

// InApplication makes a question one about an application.
func InApplication(app roles.ApplicationCode) Detail {
	return Detail{name: "InApplication", question: func(q *accessmgmt.Question) { q.Application = app }}
}

// At makes a question one about an instant.
func At(t time.Time) Detail {
	return Detail{name: "At", question: func(q *accessmgmt.Question) { q.At = t }}
}

// line is a role from today on, for as long as it may be given.
func (w *World) line(role roles.Code, details []Detail) invitation.Line {
	w.t.Helper()
	today := w.Today()
	l := invitation.Line{Role: role, Period: roles.From(today)}
	if r, known := w.catalogue.Role(role); known && r.MaxDays > 0 {
		l.Period = roles.Between(today, today.AddDays(r.MaxDays-1))
	}
	for _, d := range details {
		switch {
		case d.period != nil:
			l.Period = d.period(l.Period)
		case d.line != nil:
			d.line(&l)
		default:
			w.t.Fatalf("accesstest: %s says nothing of a role", d.name)
		}
	}
	return l
}

// term is a manager's, from today on.
func (w *World) term(details []Detail) roles.Period {
	w.t.Helper()
	p := roles.From(w.Today())
	for _, d := range details {
		if d.period == nil {
			w.t.Fatalf("accesstest: %s says nothing of a manager's term", d.name)
		}
		p = d.period(p)
	}
	return p
}

func (w *World) question(person accessmgmt.PersonID, action roles.Action, details []Detail) accessmgmt.Question {
	w.t.Helper()
	q := accessmgmt.Question{Person: person, Enterprise: w.registered(), Action: action}
	for _, d := range details {
		if d.question == nil {
			w.t.Fatalf("accesstest: %s says nothing of a question", d.name)
		}
		d.question(&q)
	}
	return q
}
