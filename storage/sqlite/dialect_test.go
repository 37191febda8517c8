package sqlite

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/internal/sqlstore"
)

type modernError int

func (e modernError) Error() string { return "with a row's values" }
func (e modernError) Code() int     { return int(e) }

type mattnError struct{ Code, ExtendedCode int }

func (e mattnError) Error() string { return "with a row's values" }

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		err  error
		want sqlstore.Failure
	}{
		{modernError(5), sqlstore.Failure{Kind: sqlstore.Busy, Code: "busy (5)"}},
		{modernError(517), sqlstore.Failure{Kind: sqlstore.Busy, Code: "busy (517)"}},
		{modernError(262), sqlstore.Failure{Kind: sqlstore.Busy, Code: "locked (262)"}},
		{modernError(6), sqlstore.Failure{Code: "locked (6)"}},
		{modernError(1555), sqlstore.Failure{Kind: sqlstore.Duplicate, Code: "constraint failed (1555)"}},
		{modernError(2067), sqlstore.Failure{Kind: sqlstore.Duplicate, Code: "constraint failed (2067)"}},
		{modernError(275), sqlstore.Failure{Code: "constraint failed (275)"}},
		{modernError(12), sqlstore.Failure{Code: "failed (12)"}},
		{fmt.Errorf("prepare: %w", modernError(2067)), sqlstore.Failure{Kind: sqlstore.Duplicate, Code: "constraint failed (2067)"}},
		{mattnError{19, 2067}, sqlstore.Failure{Kind: sqlstore.Duplicate, Code: "constraint failed (2067)"}},
		{&mattnError{5, 5}, sqlstore.Failure{Kind: sqlstore.Busy, Code: "busy (5)"}},
		{errors.New("sql: database is closed"), sqlstore.Failure{}},
		{nil, sqlstore.Failure{}},
	} {
		assert.Equal(t, c.want, classify(c.err), "%v", c.err)
	}
}
