package invitation

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
)

// Token is what the link in an invitation's e-mail carries. Holding it opens
// an invitation; it proves nobody's identity (decision D10). It is derived
// when the mail is sent and never stored (D22). Only [Token.Reveal] shows it:
// printed, logged or marshalled it is "[redacted]". The zero Token is no token.
// Compare tokens with [Token.Equal]: == tells two readings of one text apart.
type Token struct {
	secret *string // the bytes; a pointer to a string for the reason given at Key
}

// The length of a token, in bytes and as text.
const (
	tokenSize = 32
	tokenText = 43
)

// TokenHash is the SHA-256 of a token, which is what stores keep. It opens
// nothing.
type TokenHash [32]byte

// DeriveToken returns the token of a recipient. Each resend raises the
// generation and so makes another.
func DeriveToken(key Key, recipient RecipientID, generation int) Token {
	var gen [8]byte
	binary.BigEndian.PutUint64(gen[:], uint64(generation))
	mac := key.MAC("egovroles invitation token", recipient.UUID[:], gen[:])
	return newToken(mac[:])
}

// errToken says no more than this, whatever was wrong.
var errToken = errors.New("invitation: not a token")

// ParseToken reads the text that [Token.Reveal] wrote. The error never says
// what was given.
func ParseToken(s string) (Token, error) {
	// One text for one token: Strict refuses stray bits at the end, and the
	// length the line breaks that base64 skips wherever they stand.
	if len(s) != tokenText {
		return Token{}, errToken
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(raw) != tokenSize {
		return Token{}, errToken
	}
	return newToken(raw), nil
}

func newToken(raw []byte) Token {
	secret := string(raw)
	return Token{&secret}
}

// Reveal returns the token as text for a link: 43 characters that need no
// escaping in a URL.
func (t Token) Reveal() string {
	if t.secret == nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(*t.secret))
}

// Hash returns what a store keeps of the token.
func (t Token) Hash() TokenHash {
	if t.secret == nil {
		return TokenHash{}
	}
	return sha256.Sum256([]byte(*t.secret))
}

// Equal reports whether two tokens are the same, in constant time. Two zero
// Tokens are; ask [Token.IsZero] first where that would open something.
func (t Token) Equal(other Token) bool {
	if t.secret == nil || other.secret == nil {
		return t.secret == other.secret
	}
	return subtle.ConstantTimeCompare([]byte(*t.secret), []byte(*other.secret)) == 1
}

// IsZero reports whether t is no token.
func (t Token) IsZero() bool { return t.secret == nil }

const redacted = "[redacted]"

// String returns "[redacted]".
func (t Token) String() string { return redacted }

// GoString returns "[redacted]".
func (t Token) GoString() string { return redacted }

// Format writes "[redacted]", whatever the verb.
func (t Token) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue returns "[redacted]".
func (t Token) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText writes "[redacted]".
func (t Token) MarshalText() ([]byte, error) { return []byte(redacted), nil }
