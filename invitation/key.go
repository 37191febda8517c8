package invitation

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"slices"
)

// KeySize is the least length of a key's secret, in bytes.
const KeySize = 32

// Key is a secret of the portal from which tokens are derived and with which
// national numbers are hashed (decisions D7, D22). Its id is not secret; it is
// stored beside what the key made, so that keys can be changed. A Key shows
// only its id when printed, logged or marshalled. The zero Key is refused.
type Key struct {
	id string
	// secret is behind a pointer because fmt calls no method on what a struct
	// holds unexported: it takes it apart, but shows of a pointer to a string
	// the address, whatever the verb. A pointer to bytes it follows, where the
	// verb is wrong for one: %s would print them.
	secret *string
}

// NewKey returns a key. The id is 1 to 32 printable ASCII characters; the
// secret at least [KeySize] bytes that nobody can guess.
func NewKey(id string, secret []byte) (Key, error) {
	if id == "" || len(id) > 32 {
		return Key{}, errors.New("invitation: a key's id has 1 to 32 characters")
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return Key{}, errors.New("invitation: a key's id is printable ASCII without spaces")
		}
	}
	if len(secret) < KeySize {
		return Key{}, fmt.Errorf("invitation: a key's secret has at least %d bytes, this one %d", KeySize, len(secret))
	}
	if !slices.ContainsFunc(secret, func(b byte) bool { return b != 0 }) {
		return Key{}, errors.New("invitation: a key's secret is all zeros, as one that nobody filled in")
	}
	own := string(secret)
	return Key{id, &own}, nil
}

// ID returns the key's id.
func (k Key) ID() string { return k.id }

// IsZero reports whether k is the zero Key.
func (k Key) IsZero() bool { return k.secret == nil }

// MAC returns HMAC-SHA-256 over a purpose and parts, each preceded by its
// length, so that no two different inputs give one message. The zero Key
// panics: accessmgmt.New refuses it before anything is derived.
func (k Key) MAC(purpose string, parts ...[]byte) [32]byte {
	mac := hmac.New(sha256.New, []byte(*k.secret))
	var length [8]byte
	for _, part := range append([][]byte{[]byte(purpose)}, parts...) {
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		mac.Write(length[:])
		mac.Write(part)
	}
	return [32]byte(mac.Sum(nil))
}

// String returns the key's id, never its secret.
func (k Key) String() string { return "key:" + k.id }

// GoString returns the key's id, never its secret.
func (k Key) GoString() string { return k.String() }

// Format writes the key's id, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(k.String())) }

// LogValue returns the key's id, never its secret.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText writes the key's id, never its secret.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
