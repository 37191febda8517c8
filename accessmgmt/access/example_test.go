package access_test

import (
	"context"
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/access"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// An index is a Checker, as a service is.
func ExampleNew() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	index, err := access.New(memory.New(), access.Options{Catalogue: roles.MonEspace()})
	if err != nil {
		panic(err)
	}
	go func() { _ = index.Run(ctx, nil) }() // and Options{Watcher: index} for the service

	var checker accessmgmt.Checker = index
	d, err := checker.Check(ctx, accessmgmt.Question{Action: roles.Sign})
	fmt.Println(d.Allowed, d.Reason, err)
	// Output: false unknown_enterprise <nil>
}
