package main

import (
	"context"
	"testing"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/access"
	"github.com/egovroles/egovroles/roles"
)

// BenchmarkCheck is for profiles: go test ./internal/bench/index -bench Check -cpuprofile cpu
func BenchmarkCheck(b *testing.B) {
	w := newWorld(1_000)
	ix, err := access.New(w, access.Options{Catalogue: roles.MonEspace(), MaxStaleness: time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	a := w.assignment(3, 4)
	q := accessmgmt.Question{Person: a.Person, Enterprise: a.Enterprise, Action: roles.Sign}
	m := fill(w)
	ctx := context.Background()
	b.Run("index", func(b *testing.B) {
		for range b.N {
			if _, err := ix.Check(ctx, q); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("map", func(b *testing.B) {
		for range b.N {
			m.may(q.Person, q.Enterprise, signBit, time.Now().UnixMicro())
		}
	})
	b.Run("clock", func(b *testing.B) {
		for range b.N {
			_ = time.Now()
		}
	})
}
