package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/egovroles/egovroles/internal/sqlstore"
)

var dialect = sqlstore.Dialect{
	Name: "sqlite",
	// SQLite takes 32766 arguments, but modernc's driver takes time by their
	// square, and there is no trip to the server to save.
	Variables: 1000,
	Rows:      8,
	Local:     true,
	OneWriter: true,
	Setup:     setup,
	Snapshot:  &sql.TxOptions{ReadOnly: true},
	Classify:  classify,
}

// fullSync is the value of PRAGMA synchronous that waits for the disk at each
// commit, and extraSync the one above it.
const (
	fullSync  = 2
	extraSync = 3
)

// setup makes commits on a connection durable, and patient for as long as a
// caller who leaves can be kept waiting: the driver can't be interrupted there.
// The store tries again anyway.
func setup(ctx context.Context, conn *sql.Conn) error {
	ctx = context.WithoutCancel(ctx)
	var synchronous, timeout int
	if err := conn.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&timeout); err != nil {
		return err
	}
	if synchronous != fullSync && synchronous != extraSync {
		if _, err := conn.ExecContext(ctx, "PRAGMA synchronous = FULL"); err != nil {
			return err
		}
	}
	if timeout == 0 {
		if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 250"); err != nil {
			return err
		}
	}
	return nil
}

func checkPrefix(prefix string) error {
	if strings.HasPrefix(prefix, "sqlite_") {
		return errors.New("sqlite: a table prefix can't start with sqlite_, which SQLite keeps for itself")
	}
	return nil
}

// The result codes that mean something to us; https://sqlite.org/rescode.html.
const (
	codeBusy             = 5
	codeLockedShared     = 262
	codePrimaryKey       = 1555
	codeUnique           = 2067
	codeRowID            = 2579
	primaryCode      int = 0xff
)

// words names the primary result codes that an operator can do something about.
var words = map[int]string{
	1:  "error in SQL; was Migrate called?",
	5:  "busy",
	6:  "locked",
	7:  "out of memory",
	8:  "read-only database",
	9:  "interrupted",
	10: "disk I/O error",
	11: "damaged database",
	13: "disk full",
	14: "can't open the file",
	15: "locking protocol failed",
	17: "schema changed",
	18: "too big",
	19: "constraint failed",
	23: "not authorised",
	26: "not a database",
}

func classify(err error) sqlstore.Failure {
	code, ok := resultCode(err)
	if !ok {
		return sqlstore.Failure{}
	}
	word, known := words[code&primaryCode]
	if !known {
		word = "failed"
	}
	f := sqlstore.Failure{Code: fmt.Sprintf("%s (%d)", word, code)}
	switch {
	case code == codePrimaryKey, code == codeUnique, code == codeRowID:
		f.Kind = sqlstore.Duplicate
	case code&primaryCode == codeBusy, code == codeLockedShared:
		f.Kind = sqlstore.Busy
	}
	return f
}

// resultCode returns SQLite's extended result code from the error of a driver,
// none of which can be imported here: modernc's has a method Code, mattn's a
// field ExtendedCode.
func resultCode(err error) (int, bool) {
	var coded interface{ Code() int }
	if errors.As(err, &coded) {
		return coded.Code(), true
	}
	for ; err != nil; err = errors.Unwrap(err) {
		v := reflect.Indirect(reflect.ValueOf(err))
		if v.Kind() != reflect.Struct {
			continue
		}
		if code := v.FieldByName("ExtendedCode"); code.IsValid() && code.CanInt() {
			return int(code.Int()), true
		}
	}
	return 0, false
}
