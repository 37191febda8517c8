package accesstest

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/memory"
)

// TestEveryMethodFails: each method of the contract fails when it is told to,
// by its own name, and answers otherwise. A new one must be given to store.go:
// else it would be the store's own, which never fails.
func TestEveryMethodFails(t *testing.T) {
	t.Parallel()
	contract := reflect.TypeFor[accessmgmt.Store]()
	require.Greater(t, contract.NumMethod(), 30)
	for i := range contract.NumMethod() {
		method := contract.Method(i)
		t.Run(method.Name, func(t *testing.T) {
			t.Parallel()
			down := errors.New("down")
			w := &World{t: t, shared: &shared{faults: &faults{}}}
			s := &store{memory.New(), w.faults}
			call := func() error {
				args := []reflect.Value{reflect.ValueOf(t.Context())}
				for n := 1; n < method.Type.NumIn(); n++ {
					arg := reflect.New(method.Type.In(n)).Elem()
					if p, page := arg.Addr().Interface().(*accessmgmt.Page); page {
						p.Limit = 1
					}
					args = append(args, arg)
				}
				results := reflect.ValueOf(s).MethodByName(method.Name).Call(args)
				err, _ := results[len(results)-1].Interface().(error)
				return err
			}
			w.FailStore(down)
			require.ErrorIs(t, call(), down, "give it to store.go")
			w.FailStore(nil)
			require.NotErrorIs(t, call(), down)
			w.FailStoreNext(1, method.Name, down)
			require.ErrorIs(t, call(), down, "under its own name")
			require.NotErrorIs(t, call(), down, "once")
		})
	}
}

// TestBirths: the numbers that people are given are valid: the first and last of
// each day, and some between.
func TestBirths(t *testing.T) {
	t.Parallel()
	seen := map[accessmgmt.SSIN]bool{}
	for at := range births {
		if first, last := at%counters == 0, at%counters == counters-1; first || last || at%101 == 0 {
			number := birth(at)
			require.False(t, seen[number])
			seen[number] = true
		}
	}
	assert.True(t, strings.HasPrefix(birth(0).Reveal(), "010101001"))
	assert.True(t, strings.HasPrefix(birth(births-1).Reveal(), "011231998"))
}

// TestEveryNumber: the numbers of enterprises and units are valid, and each its
// own.
func TestEveryNumber(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for n := 1; n <= 1000; n++ {
		assert.False(t, seen[enterpriseNumber(n).Digits()] || seen[unitNumber(n).Digits()])
		seen[enterpriseNumber(n).Digits()], seen[unitNumber(n).Digits()] = true, true
	}
}
