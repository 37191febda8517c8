package accessmgmt_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
)

func TestAssuranceWords(t *testing.T) {
	for level, word := range map[accessmgmt.Assurance]string{
		accessmgmt.AssuranceNone: "none", accessmgmt.AssuranceLow: "low", accessmgmt.AssuranceSubstantial: "substantial", accessmgmt.AssuranceHigh: "high",
	} {
		assert.Equal(t, word, level.String())
		data, err := json.Marshal(level)
		require.NoError(t, err)
		assert.Equal(t, `"`+word+`"`, string(data))
		back := accessmgmt.Assurance(99)
		require.NoError(t, json.Unmarshal(data, &back))
		assert.Equal(t, level, back)
	}
	assert.Equal(t, "assurance(4)", (accessmgmt.AssuranceHigh + 1).String())
	assert.Less(t, accessmgmt.AssuranceNone, accessmgmt.AssuranceLow)
	assert.Less(t, accessmgmt.AssuranceLow, accessmgmt.AssuranceSubstantial)
	assert.Less(t, accessmgmt.AssuranceSubstantial, accessmgmt.AssuranceHigh)
	for _, wrong := range []string{"", "High", "high ", "assurance(4)", "3"} {
		level := accessmgmt.AssuranceLow
		assert.Error(t, level.UnmarshalText([]byte(wrong)), wrong)
		assert.Equal(t, accessmgmt.AssuranceLow, level, "left as it was")
	}
}

func TestActors(t *testing.T) {
	id := workflowtest.Person("Anne", "Dubois").Identity
	assert.Equal(t, accessmgmt.IdentityRef{Issuer: "https://eid.example", Subject: "Anne.Dubois"}, id.Ref())
	assert.Equal(t, "Anne Dubois", id.Name())
	for _, n := range []struct{ given, family, want string }{{"", "", ""}, {"Anne", "", "Anne"}, {"", "Dubois", "Dubois"}} {
		assert.Equal(t, n.want, accessmgmt.Identity{GivenName: n.given, FamilyName: n.family}.Name())
		assert.Equal(t, n.want, accessmgmt.Member{GivenName: n.given, FamilyName: n.family}.Name())
	}
	assert.Equal(t, accessmgmt.Actor{Identity: id, Capacity: accessmgmt.AsUser}, accessmgmt.User(id))
	assert.Equal(t, accessmgmt.Actor{Identity: id, Capacity: accessmgmt.AsOperator, OnBehalfOf: "whom", Reason: "why"}, accessmgmt.Operator(id, "whom", "why"))
}

func TestStaticRepresentatives(t *testing.T) {
	anne, bert := workflowtest.Person("Anne", "Dubois").Identity, workflowtest.Person("Bert", "Claes").Identity
	one, two := workflowtest.Number(1), workflowtest.Number(2)
	list := accessmgmt.StaticRepresentatives{
		{Enterprise: one, EnterpriseName: "One SA", Person: anne.Ref(), Function: "director", Evidence: "file 1"},
		{Enterprise: two, Person: anne.Ref()},
		{Enterprise: one, Person: accessmgmt.IdentityRef{Issuer: bert.Issuer, Subject: "BERT.CLAES"}},
	}
	ask := func(who accessmgmt.Identity, what accessmgmt.EnterpriseNumber) accessmgmt.Representation {
		r, err := list.Represents(context.Background(), who, what)
		require.NoError(t, err)
		return r
	}
	assert.Equal(t, accessmgmt.Representation{Holds: true, Function: "director", Evidence: "file 1", EnterpriseName: "One SA"}, ask(anne, one))
	assert.Equal(t, accessmgmt.Representation{Holds: true}, ask(anne, two))
	assert.Zero(t, ask(anne, workflowtest.Number(3)))
	assert.Zero(t, ask(bert, one), "accounts are compared byte for byte")
	assert.Zero(t, ask(anne, accessmgmt.EnterpriseNumber{}))
	other := anne
	other.Issuer = "https://other.example"
	assert.Zero(t, ask(other, one))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := list.Represents(ctx, anne, one)
	assert.Zero(t, r)
	assert.ErrorIs(t, err, context.Canceled)
	down := accessmgmt.RepresentativesFunc(func(context.Context, accessmgmt.Identity, accessmgmt.EnterpriseNumber) (accessmgmt.Representation, error) {
		return accessmgmt.Representation{Holds: true}, errors.New("half an answer")
	})
	r, err = down.Represents(context.Background(), anne, one)
	assert.True(t, r.Holds)
	assert.EqualError(t, err, "half an answer")
}

// TestRegisterThatFails answers « yes » with an error: it counts for nothing.
func TestRegisterThatFails(t *testing.T) {
	w := workflowtest.New(t, onMemory, func(o *accessmgmt.Options) {
		o.Representatives = accessmgmt.RepresentativesFunc(func(context.Context, accessmgmt.Identity, accessmgmt.EnterpriseNumber) (accessmgmt.Representation, error) {
			return accessmgmt.Representation{Holds: true}, errors.New("half an answer")
		})
	})
	_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))
	assert.ErrorIs(t, err, accessmgmt.ErrRegister)
	_, err = w.Store.EnterpriseByNumber(w.Ctx, w.Number)
	assert.ErrorIs(t, err, accessmgmt.ErrNotFound)
}

func TestMailShowsNeitherLinkNorData(t *testing.T) {
	m := accessmgmt.Mail{ID: accessmgmt.MessageID{UUID: uuid.New()}, Event: accessmgmt.MessageInvitation,
		To:   accessmgmt.Addressee{Kind: accessmgmt.ToUser, Name: "Anne Dubois", Email: accessmgmt.MustParseEmail("anne@acme.example")},
		Link: "https://portal.example/?token=secret", Data: map[string]string{"person": "Anne"}}
	want := "mail " + m.ID.String() + " invitation to user"
	data, err := json.Marshal(map[string]any{"mail": m, "mails": []accessmgmt.Mail{m}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"mail":"`+want+`","mails":["`+want+`"]}`, string(data))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T%v"} {
		shown := fmt.Sprintf(verb, m)
		if verb == "%T%v" {
			shown = fmt.Sprintf("%v %+v", &m, []accessmgmt.Mail{m})
		}
		assert.Contains(t, shown, want)
		for _, private := range []string{"Anne", "acme", "secret"} {
			assert.NotContains(t, shown, private, verb)
		}
	}
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "mail", m)
	assert.Contains(t, logged.String(), want)
	assert.NotContains(t, logged.String(), "secret")
	called := false
	err = accessmgmt.MailerFunc(func(_ context.Context, got accessmgmt.Mail) error {
		called = true
		assert.Equal(t, m.Link, got.Link)
		return nil
	}).Send(context.Background(), m)
	assert.NoError(t, err)
	assert.True(t, called)
}
