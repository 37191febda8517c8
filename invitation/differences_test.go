package invitation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/invitation"
)

func TestDifferences(t *testing.T) {
	const given, family, email = invitation.DifferentGivenName, invitation.DifferentFamilyName, invitation.DifferentEmail
	type answer struct{ given, family, email string }
	for name, c := range map[string]struct {
		answer answer
		want   []invitation.Difference
	}{
		"the same":                {answer{"René", "De Cœur", "Rene@Bücher.example"}, nil},
		"case":                    {answer{"RENÉ", "de CŒUR", "RENE@BÜCHER.EXAMPLE"}, nil},
		"accents":                 {answer{"Rene", "De Coeur", "rene@xn--bcher-kva.example"}, nil},
		"decomposed":              {answer{"Rene\u0301", "De Cœur", "rene@bu\u0308cher.example"}, nil},
		"spaces":                  {answer{" René ", "De\u00a0 Cœur", "rene@bücher.example"}, nil},
		"given name":              {answer{"Renée", "De Cœur", "rene@bücher.example"}, []invitation.Difference{given}},
		"two given names":         {answer{"René Jean", "De Cœur", "rene@bücher.example"}, []invitation.Difference{given}},
		"family name":             {answer{"René", "Decœur", "rene@bücher.example"}, []invitation.Difference{family}},
		"a letter that looks so":  {answer{"R\u0435né", "De Cœur", "rene@bücher.example"}, []invitation.Difference{given}},
		"names the other way":     {answer{"De Cœur", "René", "rene@bücher.example"}, []invitation.Difference{given, family}},
		"no names vouched for":    {answer{"", "", "rene@bücher.example"}, []invitation.Difference{given, family}},
		"address":                 {answer{"René", "De Cœur", "rene@example.be"}, []invitation.Difference{email}},
		"accent in an address":    {answer{"René", "De Cœur", "rené@bücher.example"}, []invitation.Difference{email}},
		"no address (a decline)":  {answer{"René", "De Cœur", ""}, nil},
		"everything":              {answer{"Anne", "Dubois", "anne@example.be"}, []invitation.Difference{given, family, email}},
		"everything, no address":  {answer{"Anne", "Dubois", ""}, []invitation.Difference{given, family}},
		"given name and address":  {answer{"Anne", "De Cœur", "anne@example.be"}, []invitation.Difference{given, email}},
		"family name and address": {answer{"René", "Dubois", "anne@example.be"}, []invitation.Difference{family, email}},
	} {
		t.Run(name, func(t *testing.T) {
			r := invitation.Recipient{Invitee: invitation.Invitee{GivenName: "René", FamilyName: "De Cœur", Email: invitation.MustParseEmail("Rene@Bücher.example")}}
			r.Answer = invitation.Answer{GivenName: c.answer.given, FamilyName: c.answer.family}
			if c.answer.email != "" {
				r.Answer.Email = invitation.MustParseEmail(c.answer.email)
			}
			assert.Nil(t, r.Differences(), "unanswered")
			r.Answer.At = time.Unix(0, 0)
			assert.Equal(t, c.want, r.Differences())
		})
	}
	assert.Nil(t, invitation.Recipient{}.Differences())
}
