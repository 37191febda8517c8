package egovroles_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// The README's first program, between the two marks.
func Example_firstProgram() {
	// README begins
	ctx := context.Background()
	acme := accessmgmt.MustParseEnterpriseNumber("0884.303.369")
	luc := accessmgmt.User(accessmgmt.Identity{ // what the portal's login says of him
		Issuer: "https://eid.example", Subject: "luc", GivenName: "Luc", FamilyName: "Maes", Assurance: accessmgmt.AssuranceHigh})
	key, err := accessmgmt.NewKey("2026", []byte("thirty-two bytes nobody can guess"))
	check(err)
	mailer := accessmgmt.MailerFunc(func(_ context.Context, m accessmgmt.Mail) error { log.Println(m.To.Email, m.Body); return nil })
	svc, err := accessmgmt.New(memory.New(), mailer, &accessmgmt.Options{
		Catalogue: roles.MonEspace(), Key: key, AcceptURL: "https://portal.example/invitation",
		Representatives: accessmgmt.StaticRepresentatives{{Enterprise: acme, EnterpriseName: "Acme SA", Person: luc.Identity.Ref()}}})
	check(err)

	// Luc may bind Acme; he makes himself its access manager, and gives himself a role.
	email := accessmgmt.MustParseEmail("luc@acme.example")
	office, err := svc.DesignateGAP(ctx, luc, accessmgmt.DesignateGAP{
		Enterprise: acme, Self: true, GAP: accessmgmt.Candidate{Email: email}, Contact: email})
	check(err)
	given, err := svc.Assign(ctx, luc, accessmgmt.Assign{Enterprise: office.Enterprise.ID,
		Persons: []accessmgmt.Assignee{{Person: office.GAP.Person}},
		Lines:   []invitation.Line{{Role: roles.Editor, Period: roles.From(svc.Today())}}})
	check(err)
	check(given[0].Err)

	// On every page: may he?
	may, err := svc.Check(ctx, accessmgmt.Question{Person: office.GAP.Person, Enterprise: office.Enterprise.ID, Action: roles.Sign})
	check(err)
	fmt.Println(may.Allowed, may.Reason)
	// README ends

	// Output: true allowed
}

// TestREADMEProgram holds the README's first program to the example above.
func TestREADMEProgram(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("example_first_test.go")
	require.NoError(t, err)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, program, _ := strings.Cut(string(source), "// README begins\n")
	program, _, _ = strings.Cut(program, "\t// README ends")
	var want strings.Builder
	for _, line := range strings.SplitAfter(program, "\n") {
		want.WriteString(strings.TrimPrefix(line, "\t"))
	}
	assert.Contains(t, string(readme), "```go\n"+want.String()+"```", "the README's program and the example differ")
}
