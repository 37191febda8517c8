package invitation_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
)

func TestParseIDs(t *testing.T) {
	text := id(1).String()
	invitationID, err := invitation.ParseID(text)
	require.NoError(t, err)
	assert.Equal(t, invitation.ID{UUID: id(1)}, invitationID)
	recipientID, err := invitation.ParseRecipientID(text)
	require.NoError(t, err)
	assert.Equal(t, invitation.RecipientID{UUID: id(1)}, recipientID)
	requestID, err := invitation.ParseRequestID(text)
	require.NoError(t, err)
	assert.Equal(t, invitation.RequestID{UUID: id(1)}, requestID)
	templateID, err := invitation.ParseTemplateID(text)
	require.NoError(t, err)
	assert.Equal(t, invitation.TemplateID{UUID: id(1)}, templateID)
	for _, v := range []interface {
		IsZero() bool
		String() string
	}{invitationID, recipientID, requestID, templateID} {
		assert.False(t, v.IsZero())
		assert.Equal(t, text, v.String())
		data, err := json.Marshal(v)
		require.NoError(t, err)
		assert.Equal(t, `"`+text+`"`, string(data))
	}
	assert.True(t, invitation.ID{}.IsZero())
	assert.True(t, invitation.RecipientID{}.IsZero())
	assert.True(t, invitation.RequestID{}.IsZero())
	assert.True(t, invitation.TemplateID{}.IsZero())
}

func TestParseIDsRefuse(t *testing.T) {
	good := "0199f0a0-0000-7abc-8000-00000000beef"
	_, err := invitation.ParseID(good)
	require.NoError(t, err)
	for kind, parse := range map[string]func(string) error{
		"invitation": func(s string) error { v, err := invitation.ParseID(s); assert.True(t, v.IsZero()); return err },
		"recipient":  func(s string) error { v, err := invitation.ParseRecipientID(s); assert.True(t, v.IsZero()); return err },
		"request":    func(s string) error { v, err := invitation.ParseRequestID(s); assert.True(t, v.IsZero()); return err },
		"template":   func(s string) error { v, err := invitation.ParseTemplateID(s); assert.True(t, v.IsZero()); return err },
	} {
		for _, text := range []string{
			"", "x", good[:35], good + "0", good + "\n", " " + good, "{" + good + "}", "urn:uuid:" + good, strings.ReplaceAll(good, "-", ""),
			strings.ToUpper(good), "0199F0a0-0000-7abc-8000-00000000beef", "00000000-0000-0000-0000-000000000000",
			"g199f0a0-0000-7abc-8000-00000000beef", "0199f0a00-000-7abc-8000-00000000beef",
		} {
			assert.EqualError(t, parse(text), "invitation: not the id of a "+kind, text)
		}
	}
}
