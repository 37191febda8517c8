package invitation_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// id returns a UUID of version 7 that ends in n.
func id(n int) uuid.UUID {
	return uuid.MustParse(fmt.Sprintf("0199f0a0-0000-7000-8000-%012d", n))
}

func fullInvitation() invitation.Invitation {
	return invitation.Invitation{
		ID: invitation.ID{UUID: id(1)}, Enterprise: roles.EnterpriseID{UUID: id(2)},
		Lines: []invitation.Line{
			{Role: roles.Editor, Period: roles.Between(day("2026-04-01"), day("2026-12-31"))},
			{Role: roles.Reader, Unit: roles.UnitID{UUID: id(3)}, Period: roles.From(day("2026-04-01")),
				Properties: roles.MustProperties(map[string]roles.Value{"region": roles.Choice("<north>"), "seals": roles.Is(true)})},
		},
		Message: "Bonjour,\n<b>à bientôt</b> 😀", InvitedBy: roles.PersonID{UUID: id(4)}, InvitedAs: roles.ByCoGAP,
		CreatedAt: deadline.Add(-time.Hour), Language: roles.French, Version: 2,
	}
}

func fullRecipient() invitation.Recipient {
	r := invitation.Recipient{
		ID: invitation.RecipientID{UUID: id(5)}, Enterprise: roles.EnterpriseID{UUID: id(2)}, Invitation: invitation.ID{UUID: id(1)},
		Invitee: invitation.Invitee{
			GivenName: "Zoé", FamilyName: "D'Hondt", Email: invitation.MustParseEmail("Zoe@Bücher.example"),
			Language: roles.Dutch, Person: roles.PersonID{UUID: id(6)},
		},
		State: invitation.Accepted, Expires: day("2026-04-09"), ExpiresAt: deadline, Generation: 3,
		KeyID: "key-of-2026", SentAt: deadline.Add(-time.Minute),
		Answer: invitation.Answer{
			At: deadline.Add(-time.Second), Person: roles.PersonID{UUID: id(6)}, GivenName: "Zoé Anne", FamilyName: "D'Hondt",
			Email: invitation.MustParseEmail("zoe@example.be"), Reason: "why not",
		},
		CreatedAt: deadline.Add(-time.Hour), Told: roles.ToldSoon, Version: 7,
	}
	r.TokenHash = invitation.DeriveToken(testKey(), r.ID, r.Generation).Hash()
	return r
}

func fullRequest() invitation.Request {
	return invitation.Request{
		ID: invitation.RequestID{UUID: id(7)}, Enterprise: roles.EnterpriseID{UUID: id(2)}, Invitation: invitation.ID{UUID: id(1)},
		Recipient: invitation.RecipientID{UUID: id(5)}, Person: roles.PersonID{UUID: id(6)}, Line: fullInvitation().Lines[1],
		Kind: invitation.ReplaceRole, Target: roles.AssignmentID{UUID: id(9)}, Terms: invitation.RequestTerms{FourEyes: true, NoSelfApproval: true},
		RequestedBy: roles.PersonID{UUID: id(10)}, Endorsement: invitation.Endorsement{At: deadline.Add(-time.Second), By: roles.PersonID{UUID: id(11)}},
		State: invitation.Refused, RequestedAt: deadline.Add(-time.Hour), LapsesAt: deadline,
		DecidedAt: deadline.Add(-time.Minute), DecidedBy: roles.PersonID{UUID: id(4)}, Reason: "not yet",
		Assignment: roles.AssignmentID{UUID: id(8)}, Told: roles.ToldOver, Version: 3,
	}
}

// requireFull requires that no field of a fixture was left out, so that a field
// that is added doesn't escape the tests.
func requireFull(t *testing.T, v reflect.Value, path string) {
	t.Helper()
	for i := range v.NumField() {
		field := v.Type().Field(i)
		require.False(t, v.Field(i).IsZero(), "%s.%s is empty", path, field.Name)
		if field.Type.Kind() == reflect.Struct && field.Type.PkgPath() == v.Type().PkgPath() && field.Type.Field(0).IsExported() {
			requireFull(t, v.Field(i), path+"."+field.Name)
		}
	}
}

func TestJSONRoundTrip(t *testing.T) {
	t.Run("invitation", func(t *testing.T) { checkRoundTrip(t, fullInvitation(), fullInvitation()) })
	t.Run("request", func(t *testing.T) { checkRoundTrip(t, fullRequest(), fullRequest()) })
	t.Run("reference", func(t *testing.T) { checkRoundTrip(t, fullRequest().Ref(), fullRequest().Ref()) })
	t.Run("recipient", func(t *testing.T) {
		want := fullRecipient()
		want.KeyID, want.TokenHash = "", invitation.TokenHash{} // the store's alone
		checkRoundTrip(t, fullRecipient(), want)
	})
	t.Run("what is empty", func(t *testing.T) {
		pending := fullRequest()
		pending.DecidedAt, pending.DecidedBy, pending.Reason, pending.Assignment = time.Time{}, roles.PersonID{}, "", roles.AssignmentID{}
		pending.Kind, pending.Target, pending.Terms = invitation.GiveRole, roles.AssignmentID{}, invitation.RequestTerms{}
		pending.RequestedBy, pending.Endorsement, pending.Line.Properties = roles.PersonID{}, invitation.Endorsement{}, roles.Properties{}
		pending.Invitation, pending.Recipient = invitation.ID{}, invitation.RecipientID{}
		data, err := json.Marshal(pending)
		require.NoError(t, err)
		for _, name := range []string{"decided_at", "decided_by", "reason", "assignment", "kind", "target", "terms", "requested_by", "endorsement", "properties", "invitation", "recipient"} {
			assert.NotContains(t, string(data), `"`+name+`"`)
		}
		var got invitation.Request
		require.NoError(t, json.Unmarshal(data, &got))
		assert.Equal(t, pending, got)

		open := fullRecipient()
		open.Answer, open.Invitee.Person, open.Invitee.Language = invitation.Answer{}, roles.PersonID{}, ""
		data, err = json.Marshal(open)
		require.NoError(t, err)
		assert.NotContains(t, string(data), `"answer"`)
		assert.NotContains(t, string(data), `"person"`)
	})
}

func checkRoundTrip[T any](t *testing.T, in, want T) {
	requireFull(t, reflect.ValueOf(in), fmt.Sprintf("%T", in))
	data, err := json.Marshal(in)
	require.NoError(t, err)
	var got T
	require.NoError(t, json.Unmarshal(data, &got), "%s", data)
	assert.Equal(t, want, got)
}

// Neither what the store keeps of the token nor the key's name is anybody
// else's business (c-6), and nobody can send them in.
func TestJSONNeverShowsTheToken(t *testing.T) {
	r := fullRecipient()
	token := invitation.DeriveToken(testKey(), r.ID, r.Generation)
	require.Equal(t, r.TokenHash, token.Hash())
	hash := r.TokenHash[:]
	numbers, err := json.Marshal(r.TokenHash)
	require.NoError(t, err)
	for _, v := range []any{
		r, &r, []invitation.Recipient{r}, map[string]any{"recipient": r}, fullInvitation(), fullRequest(),
		struct{ invitation.Recipient }{r},
	} {
		data, err := json.Marshal(v)
		require.NoError(t, err)
		for _, secret := range []string{
			token.Reveal(), hex.EncodeToString(hash), base64.StdEncoding.EncodeToString(hash), base64.RawURLEncoding.EncodeToString(hash),
			string(numbers), string(numbers[1:20]), r.KeyID, "key", "hash", "token", "Token",
		} {
			assert.NotContains(t, string(data), secret)
		}
	}
	var got invitation.Recipient
	require.NoError(t, json.Unmarshal([]byte(`{"KeyID":"mine","key_id":"mine","TokenHash":[1],"token_hash":[1],"-":[1]}`), &got))
	assert.Zero(t, got)
}
