package mail

import (
	"fmt"
	"maps"
	"strings"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// Facts are what a template may use. Names are cleaned already. Empty is what
// isn't known or isn't to be told.
type Facts struct {
	Firm       string // the enterprise by name and number, or by number alone
	Enterprise string // its name
	Number     string // its number
	Person     string // whom it is about, or "several persons"
	By         string // who did it
	Unit       string // an establishment unit, by name and number
	Expires    string // the last day, as the language writes it
	Office     string // of a manager, with its period
	Roles      int    // how many roles it is about
	Several    bool   // it is about several persons
	Last       bool   // nobody else would be left to manage
}

// page is what a layout frames.
type page struct {
	Lang                                  string
	Subject, Hello, Enterprise, Signature string
	Sections                              []section
	Link, LinkText, Footer                string
	Colon                                 string // before what is named
}

// section is one kind of news.
type section struct {
	Lead    string
	Next    []string
	Entries []entry
	More    string // how many aren't listed; empty: all are
}

// entry is one thing that was done.
type entry struct {
	Facts  []fact
	Quotes []quote
}

type fact struct{ Name, Value string }

// quote is what somebody typed, under words that say so.
type quote struct {
	Whose string
	Lines []string
}

// page collects what a mail says. What is told of several persons or roles
// alike is said once, with a list.
func (w *Writer) page(m accessmgmt.Mail, l *language) (page, error) {
	firm := facts(m.Data, l)
	p := page{Lang: string(l.code), Colon: unspaced(l.labels["colon"]), Hello: strings.ReplaceAll(l.labels["hello"], "{name}", name(m.To.Name)), Enterprise: firm.Firm,
		Signature: w.signature, Link: m.Link, LinkText: l.labels["sign_in"], Footer: l.labels["footer"]}
	if m.To.Name == "" {
		p.Hello = ""
	}
	if p.Link == "" {
		p.Link, p.LinkText = w.portal, l.labels["open"]
	}
	for _, group := range groups(m.Items()) {
		pair := Pair{group[0].Event, group[0].As, group[0].Event == accessmgmt.MessageInvitation && m.Generation > 1}
		template := pair.template()
		if template == "" {
			return page{}, errUnknown
		}
		var f Facts
		more := 0
		sect := section{}
		for i, item := range group {
			one := facts(item.Data, l)
			one.Firm, one.Enterprise, one.Number = firm.Firm, firm.Enterprise, firm.Number
			if i == 0 {
				f = one
			} else {
				f.Roles += one.Roles
				if one.Person != f.Person && one.Person != "" {
					f.Person, f.Several = l.labels["several"], true
				}
				if one.By != f.By {
					f.By = ""
				}
			}
			more += item.More
		}
		for _, item := range merged(group) {
			sect.Entries = append(sect.Entries, w.entry(item, l, f.Several || item.As != accessmgmt.ToUser))
		}
		if more > 0 {
			sect.More = strings.ReplaceAll(l.labels["more"], "{n}", fmt.Sprint(more))
		}
		said, err := l.words(template, f)
		if err != nil {
			return page{}, err
		}
		sect.Lead, sect.Next = said.lead, said.next
		if p.Subject == "" {
			p.Subject = name(said.subject)
		}
		p.Sections = append(p.Sections, sect)
	}
	return p, nil
}

// groups puts items of one event and quality together, in the order of the first.
func groups(items []accessmgmt.Item) [][]accessmgmt.Item {
	var all [][]accessmgmt.Item
next:
	for _, item := range items {
		for i := range all {
			if all[i][0].Event == item.Event && all[i][0].As == item.As {
				all[i] = append(all[i], item)
				continue next
			}
		}
		all = append(all, []accessmgmt.Item{item})
	}
	return all
}

// merged makes one of items that differ in their roles alone.
func merged(group []accessmgmt.Item) []accessmgmt.Item {
	var all []accessmgmt.Item
next:
	for _, item := range group {
		for i := range all {
			if alike(all[i].Data, item.Data) && item.Event != accessmgmt.MessageReplaced {
				all[i].Data = maps.Clone(all[i].Data)
				all[i].Data[accessmgmt.DataRoles] += "\n" + item.Data[accessmgmt.DataRoles]
				continue next
			}
		}
		all = append(all, item)
	}
	return all
}

func alike(a, b map[string]string) bool {
	for _, key := range []string{accessmgmt.DataPerson, accessmgmt.DataBy, accessmgmt.DataReason, accessmgmt.DataMessage, accessmgmt.DataExpires,
		accessmgmt.DataAddress, accessmgmt.DataUnit, accessmgmt.DataOffice} {
		if a[key] != b[key] {
			return false
		}
	}
	return a[accessmgmt.DataRoles] != "" && b[accessmgmt.DataRoles] != ""
}

func facts(data map[string]string, l *language) Facts {
	f := Facts{Enterprise: name(data[accessmgmt.DataEnterprise]), Number: name(data[accessmgmt.DataEnterpriseNumber]), Person: name(data[accessmgmt.DataPerson]),
		By: name(data[accessmgmt.DataBy]), Unit: name(data[accessmgmt.DataUnit]), Expires: l.date(data[accessmgmt.DataExpires]), Office: l.office(data[accessmgmt.DataOffice])}
	f.Last = data[accessmgmt.DataLast] != ""
	f.Firm = strings.ReplaceAll(l.labels["numbered"], "{number}", f.Number)
	if f.Enterprise != "" {
		f.Firm = unspaced(l.labels["quote_open"]) + f.Enterprise + unspaced(l.labels["quote_close"]) + " (" + f.Number + ")"
	}
	if data[accessmgmt.DataRoles] != "" {
		f.Roles = 1 + strings.Count(data[accessmgmt.DataRoles], "\n")
	}
	return f
}

// unspaced makes a no-break space of the sign that a label has for it.
func unspaced(s string) string { return strings.ReplaceAll(s, "_", "\u00a0") }

// entry lists what one thing is about; who is left out where it is the reader.
func (w *Writer) entry(item accessmgmt.Item, l *language, who bool) entry {
	var e entry
	d := item.Data
	add := func(label, value string) {
		if value != "" {
			e.Facts = append(e.Facts, fact{l.labels[label], value})
		}
	}
	if who {
		add("person", name(d[accessmgmt.DataPerson]))
	}
	add("address", name(d[accessmgmt.DataAddress]))
	add("unit", name(d[accessmgmt.DataUnit]))
	add("office", l.office(d[accessmgmt.DataOffice]))
	if d[accessmgmt.DataRoles] != "" {
		for i, line := range strings.Split(d[accessmgmt.DataRoles], "\n") {
			label := "role"
			if item.Event == accessmgmt.MessageReplaced {
				label = []string{"role_before", "role_after"}[min(i, 1)]
			}
			add(label, w.role(line, l))
		}
	}
	add("expires", l.date(d[accessmgmt.DataExpires]))
	add("by", name(d[accessmgmt.DataBy]))
	for _, typed := range []string{accessmgmt.DataReason, accessmgmt.DataMessage} { // labels of the same names
		if lines := words(d[typed]); lines != nil {
			e.Quotes = append(e.Quotes, quote{l.labels[typed], lines})
		}
	}
	return e
}

// role words a line of [accessmgmt.DataRoles].
func (w *Writer) role(line string, l *language) string {
	code, start, end, unit := four(line)
	label := name(code)
	if r, known := w.catalogue.Role(roles.Code(code)); known {
		app, _ := w.catalogue.Application(roles.Code(code).Application())
		label = app.Labels.In(l.code) + " – " + r.Labels.In(l.code)
	}
	if unit != "" {
		label += ", " + name(unit)
	}
	return label + ", " + l.period(start, end)
}

// office words what [accessmgmt.DataOffice] has.
func (l *language) office(line string) string {
	if line == "" {
		return ""
	}
	kind, domain, start, end := four(line)
	label := l.labels[kind]
	if domain != "" {
		label += ", " + l.labels["domain"] + " " + name(domain)
	}
	return label + ", " + l.period(start, end)
}

func four(line string) (a, b, c, d string) {
	fields := append(strings.SplitN(line, " ", 4), "", "", "")
	return fields[0], fields[1], fields[2], fields[3]
}

func (l *language) period(start, end string) string {
	if end == "" {
		return strings.ReplaceAll(l.labels["period_open"], "{start}", l.date(start))
	}
	return strings.NewReplacer("{start}", l.date(start), "{end}", l.date(end)).Replace(l.labels["period"])
}

// date writes a civil date as the language does.
func (l *language) date(s string) string {
	d, err := roles.ParseDate(s)
	if err != nil {
		return ""
	}
	day := fmt.Sprint(d.Day)
	if d.Day == 1 && l.labels["first"] != "" {
		day = l.labels["first"]
	}
	return strings.NewReplacer("{d}", day, "{m}", strings.Fields(l.labels["months"])[d.Month-1], "{y}", fmt.Sprint(d.Year)).Replace(l.labels["day"])
}

// unlinked is the page for HTML: nothing of it becomes a link but the link.
func (p page) unlinked() page {
	p.Hello, p.Enterprise, p.Signature, p.Footer = unlinked(p.Hello), unlinked(p.Enterprise), unlinked(p.Signature), unlinked(p.Footer)
	all := make([]section, len(p.Sections))
	for i, s := range p.Sections {
		all[i] = section{Lead: unlinked(s.Lead), More: s.More}
		for _, n := range s.Next {
			all[i].Next = append(all[i].Next, unlinked(n))
		}
		for _, e := range s.Entries {
			var one entry
			for _, f := range e.Facts {
				one.Facts = append(one.Facts, fact{f.Name, unlinked(f.Value)})
			}
			for _, q := range e.Quotes {
				lines := make([]string, len(q.Lines))
				for j, line := range q.Lines {
					lines[j] = unlinked(line)
				}
				one.Quotes = append(one.Quotes, quote{q.Whose, lines})
			}
			all[i].Entries = append(all[i].Entries, one)
		}
	}
	p.Sections = all
	return p
}
