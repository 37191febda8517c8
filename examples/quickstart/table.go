package main

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// table writes rows under a head, each column as wide as it needs; when that is
// too wide, titles take several lines, and then the widest columns are cut.
func (p *printer) table(head []text, rows [][]string) {
	const room = columnsWide - len(indent)
	widths := p.widths(head, rows, "")
	if total(widths) > room {
		widths = p.widths(head, rows, " ")
	}
	for total(widths) > room {
		widest := 0
		for i := range widths {
			if widths[i] > widths[widest] {
				widest = i
			}
		}
		widths[widest]--
	}
	for _, titles := range p.titles(head, widths) {
		p.row(titles, widths)
	}
	p.line(indent + strings.Repeat("─", total(widths)))
	for _, row := range rows {
		p.row(row, widths)
	}
}

// widths is what each column needs when its title is broken at a separator.
func (p *printer) widths(head []text, rows [][]string, separator string) []int {
	widths := make([]int, len(head))
	for i, t := range head {
		parts := []string{p.in(t)}
		if separator != "" {
			parts = strings.Split(parts[0], separator)
		}
		for _, row := range rows {
			parts = append(parts, row[i])
		}
		for _, part := range parts {
			widths[i] = max(widths[i], columnsOfText(part))
		}
	}
	return widths
}

func (p *printer) row(cells []string, widths []int) {
	line := indent
	for i, cell := range cells {
		line += pad(cell, widths[i]) + "  "
	}
	p.line(line)
}

// titles breaks the titles of a table into the lines they take.
func (p *printer) titles(head []text, widths []int) (lines [][]string) {
	for i, t := range head {
		n := 0
		for _, word := range strings.Split(p.in(t), " ") {
			if n < len(lines) && lines[n][i] != "" && columnsOfText(lines[n][i]+" "+word) > widths[i] {
				n++
			}
			if n == len(lines) {
				lines = append(lines, make([]string, len(head)))
			}
			lines[n][i] = strings.TrimLeft(lines[n][i]+" "+word, " ")
		}
	}
	return lines
}

// total is how wide columns are with the two spaces between them.
func total(widths []int) int {
	sum := -2
	for _, w := range widths {
		sum += w + 2
	}
	return sum
}

// pad fills a text up with spaces, or cuts it.
func pad(s string, to int) string {
	if n := columnsOfText(s); n <= to {
		return s + strings.Repeat(" ", to-n)
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n+columnsOfRune(r) > to-1 {
			break
		}
		b.WriteRune(r)
		n += columnsOfRune(r)
	}
	return b.String() + "…" + strings.Repeat(" ", to-1-n)
}

func columnsOfText(s string) (n int) {
	for _, r := range s {
		n += columnsOfRune(r)
	}
	return n
}

// columnsOfRune is how many columns of a terminal a character takes.
func columnsOfRune(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}
