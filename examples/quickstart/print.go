package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/mail"
	"github.com/egovroles/egovroles/roles"
)

const (
	// columnsWide is the most columns a line has.
	columnsWide = 110
	indent      = "   "
)

// printer writes the story. It keeps the first failed write, so that the story
// needn't ask after each line.
type printer struct {
	w         io.Writer
	lang      roles.Language
	catalogue *roles.Catalogue
	location  *time.Location
	err       error
}

func (p *printer) line(s string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, strings.TrimRight(s, " ")+"\n")
	}
}

// frenchSpaces are the spaces that French puts before its marks: no line is
// broken there.
var frenchSpaces = strings.NewReplacer("« ", "«\u00a0", " »", "\u00a0»", " :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?")

// in fills a sentence in the program's language.
func (p *printer) in(t text, args ...any) string {
	s := t.in(p.lang)
	if p.lang == roles.French {
		s = frenchSpaces.Replace(s)
	}
	if len(args) == 0 {
		return s
	}
	return fmt.Sprintf(s, args...)
}

// say writes sentences, broken into lines.
func (p *printer) say(t text, args ...any) {
	for _, s := range strings.Split(p.in(t, args...), "\n") {
		p.paragraph(indent, s)
	}
}

// label writes a word and what it says.
func (p *printer) label(before, word, value string) { p.paragraph(before, word+p.colon()+value) }

func (p *printer) colon() string {
	if p.lang == roles.French {
		return "\u00a0: "
	}
	return ": "
}

func (p *printer) paragraph(before, s string) {
	line := before
	for _, word := range strings.Split(s, " ") {
		for columnsOfText(before+word) > columnsWide { // a word as wide as the page
			if line != before {
				p.line(line)
			}
			head := strings.TrimRight(pad(word, columnsWide-columnsOfText(before)), " …")
			p.line(before + head)
			line, word = before, strings.TrimPrefix(word, head)
		}
		if line != before && columnsOfText(line)+1+columnsOfText(word) > columnsWide {
			p.line(line)
			line = before
		}
		if line != before {
			line += " "
		}
		line += word
	}
	p.line(line)
}

func (p *printer) heading(n int, t text) {
	title := fmt.Sprintf("%2d. %s", n, p.in(t))
	p.line("")
	p.line(title)
	p.line(strings.Repeat("─", columnsOfText(title)))
}

// mail writes a mail as it was sent.
func (p *printer) mail(m mail.Message) {
	edge := indent + "│ "
	p.line(indent + "┌" + strings.Repeat("─", 60))
	p.label(edge, p.in(wordTo), strings.TrimSpace(m.To.Name+" <"+m.To.Address+">"))
	p.label(edge, p.in(wordSubject), m.Subject)
	p.line(edge)
	for _, line := range strings.Split(strings.TrimRight(m.Text, "\n"), "\n") {
		p.paragraph(edge, line)
	}
	p.line(indent + "└" + strings.Repeat("─", 60))
}

func addressee(to accessmgmt.Addressee) string {
	if to.Name == "" {
		return to.Email.String()
	}
	return to.Name + " <" + to.Email.String() + ">"
}

// role is a role's label, with the application before it unless that is Mon
// Espace.
func (p *printer) role(code roles.Code) string {
	r, ok := p.catalogue.Role(code)
	if !ok {
		return string(code)
	}
	if app, ok := p.catalogue.Application(code.Application()); ok && app.Code != roles.MonEspaceApplication {
		return app.Labels.In(p.lang) + " - " + r.Labels.In(p.lang)
	}
	return r.Labels.In(p.lang)
}

// actions lists the actions of Mon Espace by their labels, in the order of the
// guide's table.
func (p *printer) actions(set roles.ActionSet) string {
	return p.actionsIn(roles.MonEspaceApplication, set)
}

func (p *printer) actionsIn(code roles.ApplicationCode, set roles.ActionSet) string {
	app, _ := p.catalogue.Application(code)
	var labels []string
	for _, a := range app.Actions {
		if set.Has(a.Action) {
			labels = append(labels, a.Labels.In(p.lang))
		}
	}
	if len(labels) == 0 {
		return p.in(wordNothing)
	}
	return strings.Join(labels, ", ")
}

func (p *printer) endOf(period roles.Period) string {
	if end, limited := period.End(); limited {
		return end.String()
	}
	return p.in(unlimitedWord)
}

func (p *printer) instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.location).Format("2006-01-02 15:04")
}

func (p *printer) state(word string) string {
	if t, ok := stateWords[word]; ok {
		return p.in(t)
	}
	return word
}

func (p *printer) reason(r roles.Reason) string {
	if t, ok := reasonWords[r]; ok {
		return p.in(t)
	}
	return string(r)
}
