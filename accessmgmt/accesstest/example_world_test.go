package accesstest_test

import (
	"fmt"
	"testing"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/roles"
)

// From an invitation to the day after a role's last.
func ExampleWorld() {
	t := new(testing.T) // a test has its own

	w := accesstest.New(t)
	anne := w.Person("Anne Dubois")

	w.Invite(anne, roles.Editor, accesstest.Until(w.Day(30)))
	seen := w.OpenLink(anne) // what the page shows that her mail leads to
	fmt.Println(seen.EnterpriseName, "offers", seen.Offered[0].Role, "until", seen.Expires)

	request := w.Accept(anne)[0]
	w.MustDeny(anne, roles.Sign, roles.ReasonNoAssignment)
	w.MustMail(w.GAP, accessmgmt.MessageAccepted)

	w.Approve(request)
	w.MustAllow(anne, roles.Sign)
	fmt.Println(w.Words(w.MustMail(anne, accessmgmt.MessageApproved)).Subject)

	w.Clock.SetDay(w.Day(31))
	fmt.Println(w.MustDeny(anne, roles.Sign, roles.ReasonEnded).Reason)
	// Output:
	// Acme SA offers monespace.editor until 2026-04-01
	// Votre attribution de rôle est approuvée
	// ended
}
