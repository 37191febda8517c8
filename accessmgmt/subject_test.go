package accessmgmt_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
)

func TestAccountsHoldNoNationalNumber(t *testing.T) {
	t.Parallel()
	w := workflowtest.WithGAP(t, onMemory)
	anne := workflowtest.Person("Anne", "Dubois").Identity
	n, written := anne.Number.Reveal(), anne.Number.RevealWritten()
	identify := func(issuer, subject string, number accessmgmt.SSIN) error {
		id := anne
		id.Issuer, id.Subject, id.Number = issuer, subject, number
		_, err := w.Svc.Identify(t.Context(), id)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), n)
		assert.NotContains(t, fmt.Sprintf("%+v", err), written)
		return err
	}
	refused := func(subject string, number accessmgmt.SSIN) {
		t.Helper()
		for _, err := range []error{identify("https://eid.example", subject, number), identify("https://eid.example/"+subject, "anne", number)} {
			assert.ErrorIs(t, err, accessmgmt.ErrDenied, subject)
			assert.Equal(t, accessmgmt.CodeSubjectIsNumber, accessmgmt.Code(err), subject)
		}
	}
	for _, subject := range []string{n, written, "BE/BE/" + n, "PNOBE-" + n, "RRN" + n, "be" + n, "nrn:" + n, n + "@eid.example", "urn:be:fgov:person:ssin:" + n,
		n[:6] + "-" + n[6:9] + "." + n[9:], n[:6] + " " + n[6:], "12-" + n, "number " + n + ".", "é" + n + "·", "·" + n} {
		refused(subject, anne.Number)
		if subject[:2] != "\u00e9" {
			refused(subject, accessmgmt.SSIN{})
		}
	}
	// The person's own is found wherever it stands.
	for _, subject := range []string{"1" + n, n + "1", "x" + n + "x", n[:5] + "_" + n[5:], "0042" + n + "77"} {
		refused(subject, anne.Number)
	}
	// What only looks like one, or like a part of one, is none.
	for _, subject := range []string{"anne", n[:10], "1" + n, n + "1", "x" + n, "ab" + n + "c", "a1" + n, "abcdefghi" + n, "00000000000", "12345678901", n[:9] + "00",
		n[:3] + "." + n[3:], n[:2] + ".." + n[2:], "." + n[:9], "104729481234567890123"} {
		err := identify("https://eid.example", subject, accessmgmt.SSIN{})
		assert.Equal(t, accessmgmt.CodeNotFound, accessmgmt.Code(err), subject)
	}
}

// An opaque name must never be refused by chance: its owner could do nothing.
func TestOpaqueAccountsPass(t *testing.T) {
	t.Parallel()
	w := workflowtest.WithGAP(t, onMemory)
	anne := workflowtest.Person("Anne", "Dubois").Identity
	anne.Number = accessmgmt.SSIN{}
	for i := range 20_000 {
		mac := hmac.New(sha256.New, workflowtest.Secret)
		_, _ = fmt.Fprint(mac, i)
		sum := mac.Sum(nil)
		id, err := uuid.FromBytes(sum[:16])
		require.NoError(t, err)
		for _, subject := range []string{hex.EncodeToString(sum), base64.RawURLEncoding.EncodeToString(sum), id.String(), hex.EncodeToString(sum[:8])} {
			anne.Subject = subject
			_, err := w.Svc.Identify(t.Context(), anne)
			require.Equal(t, accessmgmt.CodeNotFound, accessmgmt.Code(err), subject)
		}
	}
}
