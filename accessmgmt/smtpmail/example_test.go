package smtpmail_test

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/mail"
	"github.com/egovroles/egovroles/accessmgmt/smtpmail"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// withMails returns a service whose mails go through the portal's relay.
func withMails(ctx context.Context, store accessmgmt.Store, options *accessmgmt.Options, password string) (*accessmgmt.Service, error) {
	relay, err := smtpmail.New(smtpmail.Config{Host: "relay.example", Username: "portal", Password: password})
	if err != nil {
		return nil, err
	}
	letters, err := mail.New(&mail.Options{
		Catalogue: options.Catalogue,
		From:      "Mon Espace <no-reply@portal.example>",
		Portal:    "https://portal.example",
	})
	if err != nil {
		return nil, err
	}
	svc, err := accessmgmt.New(store, letters.Via(relay), options)
	if err != nil {
		return nil, err
	}
	// Sends, reminds, tells of what ended, forgets old texts; in as many processes as you like.
	go func() { _ = svc.Run(ctx, nil) }()
	return svc, nil
}

func Example() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	key, err := accessmgmt.NewKey("2026", []byte("thirty-two bytes nobody can guess"))
	if err != nil {
		panic(err)
	}
	svc, err := withMails(ctx, memory.New(), &accessmgmt.Options{Catalogue: roles.MonEspace(), Key: key,
		AcceptURL: "https://portal.example/invitation", Representatives: accessmgmt.StaticRepresentatives{}}, "secret")
	if err != nil || svc == nil {
		panic(err)
	}
	// Output:
}
