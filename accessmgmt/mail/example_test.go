package mail_test

import (
	"context"
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/mail"
	"github.com/egovroles/egovroles/roles"
)

// A portal gives its service a mailer that words the mails and hands them to
// whatever delivers them.
func Example() {
	letters, err := mail.New(&mail.Options{
		Catalogue: roles.MonEspace(),
		From:      "Mon Espace <no-reply@portal.example>",
		Portal:    "https://portal.example",
	})
	if err != nil {
		panic(err)
	}
	deliver := mail.TransportFunc(func(_ context.Context, m mail.Message) error {
		fmt.Println(m.To.Address, "-", m.Subject)
		return nil
	})
	mailer := letters.Via(deliver) // for accessmgmt.New

	_ = mailer.Send(context.Background(), accessmgmt.Mail{
		Event: accessmgmt.MessageApproved,
		To:    accessmgmt.Addressee{Kind: accessmgmt.ToUser, Email: accessmgmt.MustParseEmail("anne@acme.example"), Language: roles.Dutch},
		Data: map[string]string{
			accessmgmt.DataEnterprise: "Acme SA", accessmgmt.DataEnterpriseNumber: "0884.303.369",
			accessmgmt.DataPerson: "Anne Dubois", accessmgmt.DataRoles: "monespace.editor 2026-03-02 ",
		},
	})
	// Output: anne@acme.example - Uw roltoekenning is goedgekeurd
}
