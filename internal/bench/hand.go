package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/roles"
)

// hand is what somebody writes by hand who needs the work of one figure and
// nothing else: each statement prepared, one transaction, the same rows, and no
// thought for any other engine, error or caller.
type hand struct {
	*engine
	db *sql.DB
}

func newHand(e *engine, db *sql.DB) *hand { return &hand{e, db} }

// prepare prepares a statement written with question marks.
func (h *hand) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	return h.db.PrepareContext(ctx, h.words(text))
}

// prepareAll prepares several.
func (h *hand) prepareAll(ctx context.Context, texts ...string) ([]*sql.Stmt, error) {
	stmts := make([]*sql.Stmt, len(texts))
	for i, text := range texts {
		var err error
		if stmts[i], err = h.prepare(ctx, text); err != nil {
			return nil, fmt.Errorf("%w in %s", err, text)
		}
	}
	return stmts, nil
}

// words puts a statement in the words of the engine.
func (h *hand) words(text string) string {
	if !h.numbered {
		return text
	}
	var b strings.Builder
	for i, part := range strings.Split(text, "?") {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(i))
		}
		b.WriteString(part)
	}
	return b.String()
}

// id is an id as an argument.
func (h *hand) id(id uuid.UUID) any {
	if h.textIDs {
		return id.String()
	}
	return id[:]
}

// orNull is an id that may be missing.
func (h *hand) orNull(id uuid.UUID) any {
	if id == uuid.Nil {
		return nil
	}
	return h.id(id)
}

func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

func hash(h [32]byte) any {
	if h == [32]byte{} {
		return nil
	}
	return h[:]
}

func asJSON(m map[string]string) any {
	if len(m) == 0 {
		return nil
	}
	data, err := json.Marshal(m)
	if err != nil {
		panic(err) // texts always are
	}
	return string(data)
}

func day(d roles.Date) any {
	if d.IsZero() {
		return nil
	}
	return int64(d.Year)*10_000 + int64(d.Month)*100 + int64(d.Day)
}

func lastDay(p roles.Period) any {
	end, _ := p.End()
	return day(end)
}

func flag01(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// insertInto returns the statement that adds so many rows.
func insertInto(t handTable, rows int) string {
	row := "(?" + strings.Repeat(", ?", strings.Count(t.columns, ",")) + ")"
	return "INSERT INTO " + t.name + " (" + t.columns + ") VALUES " + row + strings.Repeat(", "+row, rows-1)
}

// handTable is a table with its columns in the order that arguments have.
type handTable struct{ name, columns string }
