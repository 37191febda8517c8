package emldir_test

import (
	"context"
	"fmt"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/emldir"
	"github.com/egovroles/egovroles/accessmgmt/mail"
)

func sample() mail.Message {
	return mail.Message{
		ID: "00000000-0000-0000-0000-000000000007@portal.example", Event: accessmgmt.MessageInvitation, Language: "fr",
		From: netmail.Address{Name: "Mon espace", Address: "no-reply@portal.example"}, To: netmail.Address{Name: "Zoë", Address: "zoe+a@example.be"},
		Date: time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC), Subject: "Invitation à", Text: "Bonjour Zoë,\n\n" + strings.Repeat("t", 80) + "\n", HTML: "<p>Bonjour</p>",
	}
}

func TestDeliver(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	folder, err := emldir.New(dir)
	require.NoError(t, err)
	for range 2 { // sent again, it is the same file
		require.NoError(t, folder.Deliver(context.Background(), sample()))
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.Equal(t, "20260302-093000.000000-invitation-zoe+a@example.be-00000007.eml", files[0].Name())
	got, err := os.ReadFile(filepath.Join(dir, files[0].Name()))
	require.NoError(t, err)
	want, err := sample().Compose()
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func TestNamesStayInTheFolder(t *testing.T) {
	t.Parallel()
	m := sample()
	m.To.Address, m.ID, m.Event = "../../o'neil@example.be", "../x", "a/b"
	require.Equal(t, filepath.Base(emldir.Name(m)), emldir.Name(m))
	require.Contains(t, emldir.Name(m), "_o_neil@example.be-")
}

func TestErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := emldir.New(filepath.Join(dir, "file", "folder"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a"), nil, 0o600))
	_, err = emldir.New(filepath.Join(dir, "a"))
	require.Error(t, err)
	folder, err := emldir.New(filepath.Join(dir, "out"))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, folder.Deliver(ctx, sample()), context.Canceled)
	forged := sample()
	forged.Subject = "Invitation\r\nBcc: evil@example.org"
	require.Error(t, folder.Deliver(context.Background(), forged))
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "out")))
	err = folder.Deliver(context.Background(), sample())
	require.Error(t, err)
	require.NotContains(t, err.Error(), "tttt")
}

func ExampleName() {
	fmt.Println(emldir.Name(sample()))
	// Output: 20260302-093000.000000-invitation-zoe+a@example.be-00000007.eml
}
