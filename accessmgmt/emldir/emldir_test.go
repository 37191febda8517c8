package emldir_test

import (
	"context"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/emldir"
)

func sample() accessmgmt.Mail {
	m := accessmgmt.Mail{
		Event: accessmgmt.MessageInvitation, Subject: "Invitation à\r\nBcc: evil@example.org", CreatedAt: time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC),
		Body: "Bonjour Zoë,\n\nhttps://portal.example/invitation?token=" + strings.Repeat("t", 80) + "\n",
		To:   accessmgmt.Addressee{Name: "Zoë\r\nX-Evil: 1", Email: accessmgmt.MustParseEmail("zoe+a@example.be"), Language: "fr"},
	}
	m.ID.UUID[15] = 7
	return m
}

func TestSend(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	mailer, err := emldir.New(dir, "Mon espace <no-reply@portal.example>")
	require.NoError(t, err)
	for range 2 { // sent again, it is the same file
		require.NoError(t, mailer.Send(context.Background(), sample()))
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.Equal(t, "20260302-093000.000000-invitation-zoe+a@example.be-00000007.eml", files[0].Name())

	text, err := os.Open(filepath.Join(dir, files[0].Name()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = text.Close() })
	msg, err := netmail.ReadMessage(text)
	require.NoError(t, err)
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, "Invitation à Bcc: evil@example.org", subject)
	require.Empty(t, msg.Header.Get("Bcc"))
	require.Empty(t, msg.Header.Get("X-Evil"))
	require.Equal(t, "<00000000-0000-0000-0000-000000000007@portal.example>", msg.Header.Get("Message-ID"))
	body, err := io.ReadAll(quotedprintable.NewReader(msg.Body))
	require.NoError(t, err)
	require.Equal(t, sample().Body, strings.ReplaceAll(string(body), "\r\n", "\n"))
}

func TestNamesStayInTheFolder(t *testing.T) {
	t.Parallel()
	m := sample()
	m.To.Email = accessmgmt.MustParseEmail("o'neil@example.be")
	require.Equal(t, filepath.Base(emldir.Name(m)), emldir.Name(m))
	require.Contains(t, emldir.Name(m), "-o_neil@example.be-")
}

func TestErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := emldir.New(dir, "nobody")
	require.Error(t, err)
	mailer, err := emldir.New(dir, "a@portal.example")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, mailer.Send(ctx, sample()), context.Canceled)
	require.NoError(t, os.RemoveAll(dir))
	err = mailer.Send(context.Background(), sample())
	require.Error(t, err)
	require.NotContains(t, err.Error(), "tttt")
}

func ExampleName() {
	fmt.Println(emldir.Name(sample()))
	// Output: 20260302-093000.000000-invitation-zoe+a@example.be-00000007.eml
}
