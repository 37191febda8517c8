package sqlstore

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// lineRow is a line of an invitation or a template in the column's JSON. It is
// a type of its own so that the JSON that portals show can change without what
// is stored.
type lineRow struct {
	Role roles.Code `json:"role"`
	Unit *uuid.UUID `json:"unit,omitempty"`
	// An invitation has days of the calendar; no last one: no end.
	First roles.Date `json:"first_day,omitzero"`
	Last  roles.Date `json:"last_day,omitzero"`
	// A template has numbers of days.
	Delay      int             `json:"delay,omitempty"`
	Days       int             `json:"days,omitempty"`
	Properties json.RawMessage `json:"properties,omitempty"`
}

func lineRowOf(role roles.Code, unit roles.UnitID, properties roles.Properties) lineRow {
	row := lineRow{Role: role, Properties: json.RawMessage(properties.Text())}
	if !unit.IsZero() {
		row.Unit = &unit.UUID
	}
	return row
}

func (r lineRow) unit() (id roles.UnitID) {
	if r.Unit != nil {
		id.UUID = *r.Unit
	}
	return id
}

func lineRows(lines []invitation.Line) []lineRow {
	rows := make([]lineRow, len(lines))
	for i, l := range lines {
		rows[i] = lineRowOf(l.Role, l.Unit, l.Properties)
		rows[i].First = l.Period.Start()
		rows[i].Last, _ = l.Period.End()
	}
	return rows
}

func templateLineRows(lines []invitation.TemplateLine) []lineRow {
	rows := make([]lineRow, len(lines))
	for i, l := range lines {
		rows[i] = lineRowOf(l.Role, l.Unit, l.Properties)
		rows[i].Delay, rows[i].Days = l.Delay, l.Days
	}
	return rows
}

// scanLines returns the lines in a column, each made of its row.
func scanLines[L any](src any, line func(lineRow, roles.Properties) L) (lines []L, err error) {
	var rows []lineRow
	if s, ok := text(src); !ok || json.Unmarshal([]byte(s), &rows) != nil {
		return nil, unexpected("lines in JSON", src)
	}
	for _, row := range rows {
		properties, err := roles.ParseProperties(string(row.Properties))
		if err != nil {
			return nil, unexpected("the properties of a line", src)
		}
		lines = append(lines, line(row, properties))
	}
	return lines, nil
}

type linesColumn []invitation.Line

func (c *linesColumn) Scan(src any) (err error) {
	*c, err = scanLines(src, func(row lineRow, properties roles.Properties) invitation.Line {
		line := invitation.Line{Role: row.Role, Unit: row.unit(), Properties: properties}
		switch {
		case !row.Last.IsZero():
			line.Period = roles.Between(row.First, row.Last)
		case !row.First.IsZero():
			line.Period = roles.From(row.First)
		}
		return line
	})
	return err
}

type templateLinesColumn []invitation.TemplateLine

func (c *templateLinesColumn) Scan(src any) (err error) {
	*c, err = scanLines(src, func(row lineRow, properties roles.Properties) invitation.TemplateLine {
		return invitation.TemplateLine{Role: row.Role, Unit: row.unit(), Delay: row.Delay, Days: row.Days, Properties: properties}
	})
	return err
}

// marks writes what lines have, each once, as a text that filters look in:
// "[calista][monespace]". What a mark holds has no bracket in it, so that a
// mark is found nowhere but where it stands.
func marks[L any](lines []L, of func(L) string) string {
	all := make([]string, len(lines))
	for i, l := range lines {
		all[i] = mark(of(l))
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), "")
}

func mark(s string) string { return "[" + unbracketed.Replace(s) + "]" }

// No code that a catalogue takes has any of these.
var unbracketed = strings.NewReplacer("!", "!!", "[", "!(", "]", "!)")
