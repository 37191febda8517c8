package invitation_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

func ExampleRecipient_Apply() {
	lastDay := time.Date(2026, time.April, 9, 22, 0, 0, 0, time.UTC) // its end, in Brussels
	anne := invitation.Recipient{State: invitation.Invited, ExpiresAt: lastDay}

	accepted, err := anne.Apply(invitation.Accept, lastDay.Add(-time.Hour))
	fmt.Println(accepted.State, err)

	_, err = accepted.Apply(invitation.Decline, lastDay.Add(-time.Minute))
	fmt.Println(err, errors.Is(err, invitation.ErrState))

	// Too late: nobody recorded that it expired, the clock says so.
	_, err = anne.Apply(invitation.Accept, lastDay)
	var state *invitation.StateError
	fmt.Println(errors.As(err, &state), state.Event, state.Object, state.From)

	// Output:
	// accepted <nil>
	// can't decline a recipient that is accepted true
	// true accept recipient expired
}

func ExampleDraft_Validate() {
	today := roles.Date{Year: 2026, Month: time.March, Day: 10}
	rules := invitation.Rules{Catalogue: roles.MonEspace(), Today: today, LatestExpiry: today.AddYears(1)}
	draft := invitation.Draft{
		Lines:      []invitation.Line{{Role: roles.Editor, Period: roles.Between(today, today.AddDays(-1))}},
		Recipients: []invitation.Invitee{{GivenName: "Anne", Email: invitation.MustParseEmail("anne@example.be")}},
		Expires:    today.AddDays(30),
	}

	// One screen of the form, as it is filled in ...
	fmt.Println(draft.Validate(invitation.StepPersons, rules))
	// ... and the whole, before it is sent.
	for _, p := range draft.Validate(invitation.StepSummary, rules) {
		fmt.Println(p.Field, p.Code)
	}

	// Output:
	// recipients[0].family_name: the name is missing
	// enterprise required
	// lines[0].period.end end_before_start
	// recipients[0].family_name required
}
