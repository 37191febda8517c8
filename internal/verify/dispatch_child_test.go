package verify_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/mail"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/postgres"
)

// dispatchAddress is set in a child that is a dispatcher: the address of its
// database.
const dispatchAddress = "EGOVROLES_DISPATCH_ADDRESS"

// dispatchChild is the main function of a dispatcher. It is told the time in
// microseconds on a line, dispatches a batch, says each mail that it sends before
// the store hears of it, and what the batch came to.
func dispatchChild(address string) {
	time.AfterFunc(5*time.Minute, func() { os.Exit(4) }) // left alone
	if err := dispatchLines(address); err != nil {
		fmt.Println("bad", err)
	}
	os.Exit(0)
}

func dispatchLines(address string) error {
	db, err := sql.Open(pgx, address)
	if err != nil {
		return err
	}
	store, err := postgres.New(db, nil)
	if err != nil {
		return err
	}
	letters, err := mail.New(&mail.Options{Catalogue: roles.MonEspace(), From: "Mon Espace <no-reply@portal.example>", Portal: "https://portal.example"})
	if err != nil {
		return err
	}
	key, err := accessmgmt.NewKey("k1", crashSecret)
	if err != nil {
		return err
	}
	var clock atomic.Int64
	send := mail.TransportFunc(func(_ context.Context, m mail.Message) error {
		fmt.Println("mail", m.ID)
		return nil
	})
	svc, err := accessmgmt.New(store, letters.Via(send), &accessmgmt.Options{
		Catalogue: roles.MonEspace(), Representatives: accessmgmt.StaticRepresentatives{}, Key: key, AcceptURL: "https://portal.example/invitation",
		Now: func() time.Time { return time.UnixMicro(clock.Load()) },
	})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		at, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			return err
		}
		clock.Store(at)
		done, err := svc.DispatchOnce(ctx)
		if err != nil {
			return err
		}
		fmt.Println("did", done.Sent, done.Failed+done.Dead+done.Dropped)
	}
	return nil
}
