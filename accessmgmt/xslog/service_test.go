package xslog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	slogx "golang.org/x/exp/slog"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/xslog"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// TestService: a service logs through the portal's logger, with what the portal
// has added to it.
func TestService(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	portal := slogx.New(slogx.NewJSONHandler(&out, nil)).With("app", "portal").WithGroup("access")
	acme := accessmgmt.MustParseEnterpriseNumber("0884.303.369")
	luc := accessmgmt.User(accessmgmt.Identity{Issuer: "https://eid.example", Subject: "luc", GivenName: "Luc", FamilyName: "Maes", Assurance: accessmgmt.AssuranceHigh})
	key, err := accessmgmt.NewKey("2026", []byte("thirty-two bytes nobody can guess"))
	require.NoError(t, err)
	mailer := accessmgmt.MailerFunc(func(context.Context, accessmgmt.Mail) error { return nil })
	svc, err := accessmgmt.New(memory.New(), mailer, &accessmgmt.Options{
		Catalogue: roles.MonEspace(), Key: key, AcceptURL: "https://portal.example/invitation", Logger: xslog.Logger(portal),
		Representatives: accessmgmt.StaticRepresentatives{{Enterprise: acme, EnterpriseName: "Acme SA", Person: luc.Identity.Ref()}},
	})
	require.NoError(t, err)
	email := accessmgmt.MustParseEmail("luc@acme.example")
	office, err := svc.DesignateGAP(context.Background(), luc, accessmgmt.DesignateGAP{
		Enterprise: acme, Self: true, GAP: accessmgmt.Candidate{Email: email}, Contact: email})
	require.NoError(t, err)

	var line struct {
		Level, Msg, App string
		Access          struct {
			Act, Enterprise string
			Epoch, Events   int
		}
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &line), "%s", out.String())
	assert.Equal(t, "INFO", line.Level)
	assert.Equal(t, "committed", line.Msg)
	assert.Equal(t, "portal", line.App)
	assert.Equal(t, "designate_gap", line.Access.Act)
	assert.Equal(t, office.Enterprise.ID.String(), line.Access.Enterprise)
	assert.Equal(t, 1, line.Access.Epoch)
	assert.Equal(t, 2, line.Access.Events)
}
