package main

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// table writes results as a table in Markdown.
func table(results []result) string {
	rows := [][]string{{"figure", "engine", "ours p50", "by hand p50", "fdatasync", "ratio", "goal", ""}}
	for _, r := range results {
		if r.absent != "" {
			rows = append(rows, []string{r.figure, r.engine, "–", "–", "–", "–", "–", "NOT MEASURED: " + r.absent})
			continue
		}
		goal, word := r.verdict()
		rows = append(rows, []string{r.figure, r.engine, short(r.ours), short(r.byHand), short(r.floor), fmt.Sprintf("%.2f", r.ratio()), goal, word})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for n, row := range rows {
		for i, cell := range row {
			b.WriteString("| " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)) + " ")
		}
		b.WriteString("|\n")
		if n == 0 {
			for _, width := range widths {
				b.WriteString("|" + strings.Repeat("-", width+2))
			}
			b.WriteString("|\n")
		}
	}
	return b.String()
}

// verdict is the goal as the table has it, and whether it is reached.
func (r result) verdict() (goal, word string) {
	var reached bool
	switch g := r.goal; {
	case g.most > 0:
		goal, reached = fmt.Sprintf("≤ %.1f", g.most), r.ratio() <= g.most
	case g.least > 0:
		goal, reached = fmt.Sprintf("≥ %.1f", g.least), r.ratio() >= g.least
	default:
		return "–", ""
	}
	if reached {
		return goal, "reached"
	}
	return goal, "NOT REACHED"
}

// short writes a duration with three digits, in the unit that suits it.
func short(d time.Duration) string {
	switch {
	case d == 0:
		return "–"
	case d < time.Millisecond:
		return fmt.Sprintf("%.3g µs", float64(d.Nanoseconds())/1e3)
	case d < time.Second:
		return fmt.Sprintf("%.3g ms", float64(d.Nanoseconds())/1e6)
	default:
		return fmt.Sprintf("%.3g s", d.Seconds())
	}
}
