package sqlstore

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// group is enterprises of whose rows the same may be found: what meets one of
// the conditions, or all of them when there are none.
type group struct {
	enterprises []accessmgmt.EnterpriseID
	conds       []cond
}

// within adds that a row is of one of some enterprises, or of a part of one;
// neither means of any. only is the condition that a row is of some
// applications alone. A part without applications lets no row through, and must
// not come to mean that there is no part.
func (w *where) within(enterprises []accessmgmt.EnterpriseID, parts []accessmgmt.Part, only func([]roles.ApplicationCode) cond) {
	if len(parts) == 0 {
		inIfAny(w, "enterprise", enterprises)
		return
	}
	var groups []group
	if len(enterprises) > 0 {
		groups = append(groups, group{enterprises: enterprises})
	}
	groups = append(groups, grouped(enterprises, parts, only)...)
	w.none = w.none || len(groups) == 0
	for _, g := range groups {
		alternative := either{list: oneOf{column: "enterprise", values: ids(w.store, g.enterprises)}}
		if len(g.conds) > 0 {
			alternative.cond = disjunction(g.conds)
		}
		w.either = append(w.either, alternative)
	}
}

// grouped returns the enterprises of parts, but for those in whole, by what may
// be found of them. Each is in one group, so that no row is found twice; and
// since an access manager's domain is the same everywhere, the groups are few.
func grouped(whole []accessmgmt.EnterpriseID, parts []accessmgmt.Part, only func([]roles.ApplicationCode) cond) []group {
	seen := make(map[accessmgmt.EnterpriseID]bool, len(whole))
	for _, e := range whole {
		seen[e] = true
	}
	var order []accessmgmt.EnterpriseID
	sets := map[accessmgmt.EnterpriseID][][]roles.ApplicationCode{}
	for _, p := range parts {
		if seen[p.Enterprise] || len(p.Applications) == 0 {
			continue
		}
		if sets[p.Enterprise] == nil {
			order = append(order, p.Enterprise)
		}
		sets[p.Enterprise] = append(sets[p.Enterprise], slices.Compact(slices.Sorted(slices.Values(p.Applications))))
	}
	var groups []group
	at := map[string]int{}
	for _, e := range order {
		slices.SortFunc(sets[e], slices.Compare[[]roles.ApplicationCode])
		key := fmt.Sprintf("%q", sets[e])
		i, known := at[key]
		if !known {
			i, at[key] = len(groups), len(groups)
			groups = append(groups, group{})
			for _, apps := range slices.CompactFunc(sets[e], slices.Equal[[]roles.ApplicationCode]) {
				groups[i].conds = append(groups[i].conds, only(apps))
			}
		}
		groups[i].enterprises = append(groups[i].enterprises, e)
	}
	return groups
}

// roleOf is the condition that a row's role is of one of some applications: the
// part of its code before the first dot is one of them. '/' follows '.'.
func roleOf(apps []roles.ApplicationCode) cond {
	var conds []cond
	for _, app := range apps {
		if app := string(app); !strings.Contains(app, ".") {
			conds = append(conds, cond{"(role >= ? AND role < ? OR role = ?)", []any{app + ".", app + "/", app}})
		}
	}
	return disjunction(conds)
}

// onlyApplications returns the condition that the marks in a column, of which
// there must be one, are all of some applications, each given once. Taken out
// one at a time, theirs leave all but one length of the column; a REPLACE within
// a REPLACE for each would be plainer, and too deep for SQLite's parser.
func onlyApplications(column string) func([]roles.ApplicationCode) cond {
	return func(apps []roles.ApplicationCode) cond {
		var c cond
		var rests []string
		for _, app := range apps {
			rests, c.args = append(rests, "LENGTH(REPLACE("+column+", ?, ''))"), append(c.args, mark(string(app)))
		}
		c.text = fmt.Sprintf("%s <> '' AND %s = %d * LENGTH(%s)", column, chain(rests, " + "), len(apps)-1, column)
		return c
	}
}

// anyMark is the condition that one of the marks in a column is that of one of
// some values. LIKE wouldn't do: on SQLite it doesn't tell capitals from small
// letters.
func anyMark[T comparable](column string, values []T, of func(T) string) cond {
	var conds []cond
	for _, m := range distinct(values, func(v T) any { return mark(of(v)) }) {
		conds = append(conds, cond{"REPLACE(" + column + ", ?, '') <> " + column, []any{m}})
	}
	return disjunction(conds)
}

// unitMark is what the mark of a unit holds; that of the whole enterprise is
// empty.
func unitMark(id roles.UnitID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// during adds that an instant in a column is in a window; the zero one asks nothing.
func (w *where) during(column string, window roles.Window) {
	if window == (roles.Window{}) {
		return
	}
	w.none = w.none || window.From.IsZero()
	w.and(column+" >= ?", window.From.UnixMicro())
	if !window.To.IsZero() {
		w.and(column+" < ?", window.To.UnixMicro())
	}
}

// roles adds that a row's role is one of some; none are any.
func (w *where) roles(codes []roles.Code) {
	if len(codes) > 0 {
		w.in("role", distinct(codes, func(code roles.Code) any { return string(code) }))
	}
}

// units adds that a row is for one of some units, the zero one being the whole
// enterprise; none are any.
func (w *where) units(of []accessmgmt.UnitID) {
	if len(of) == 0 {
		return
	}
	named := slices.DeleteFunc(slices.Clone(of), accessmgmt.UnitID.IsZero)
	w.lists = append(w.lists, oneOf{column: "unit", values: ids(w.store, named), null: len(named) < len(of)})
}

// named adds that all words stand in a column of folded names. Folded names have
// no capitals, of which LIKE on SQLite takes no account.
func (w *where) named(column string, words []string) {
	for _, word := range words {
		if strings.ContainsAny(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			w.none = true
		}
		if strings.Contains(word, "\x00") || !utf8.ValidString(word) { // no name has it, and servers refuse it
			w.none = true
		}
		w.and(column+" LIKE ? ESCAPE '!'", "%"+likeEscape.Replace(word)+"%")
	}
}

var likeEscape = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// memberNamed adds that the person of a row has a name that all words stand in,
// as the row's enterprise knows him.
func (w *where) memberNamed(table string, words []string) {
	if len(words) == 0 {
		return
	}
	member := where{store: w.store}
	member.named("m.search_name", words)
	w.none = w.none || member.none
	w.and("EXISTS (SELECT 1 FROM egovroles_member m WHERE m.enterprise = "+table+".enterprise AND m.person = "+table+".person AND "+
		strings.Join(member.conds, " AND ")+")", member.args...)
}
