package invitation_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
)

const keySecret = "0123456789 this is a test secret"

func testKey() invitation.Key { return newKey("k1", keySecret) }

func newKey(id, secret string) invitation.Key {
	key, err := invitation.NewKey(id, []byte(secret))
	if err != nil {
		panic(err)
	}
	return key
}

func TestNewKey(t *testing.T) {
	for _, id := range []string{"1", "2026", "!~", strings.Repeat("k", 32)} {
		for _, n := range []int{32, 33, 64, 65, 1000} {
			key, err := invitation.NewKey(id, []byte(strings.Repeat("s", n)))
			require.NoError(t, err)
			assert.Equal(t, id, key.ID())
			assert.False(t, key.IsZero())
		}
	}
	for name, c := range map[string]struct{ id, secret, says string }{
		"no id":            {"", keySecret, "1 to 32"},
		"long id":          {strings.Repeat("k", 33), keySecret, "1 to 32"},
		"space":            {"k 1", keySecret, "printable"},
		"tab":              {"k\t1", keySecret, "printable"},
		"line break":       {"k1\n", keySecret, "printable"},
		"nul":              {"\x00", keySecret, "printable"},
		"delete":           {"k\x7f", keySecret, "printable"},
		"letter of a word": {"clé", keySecret, "printable"},
		"no secret":        {"k1", "", "at least 32 bytes, this one 0"},
		"short secret":     {"k1", keySecret[:31], "at least 32 bytes, this one 31"},
		"nobody filled it": {"k1", strings.Repeat("\x00", 32), "zeros"},
		"nor this one":     {"k1", strings.Repeat("\x00", 100), "zeros"},
	} {
		key, err := invitation.NewKey(c.id, []byte(c.secret))
		require.ErrorContains(t, err, c.says, name)
		assert.True(t, key.IsZero(), name)
		assert.Empty(t, key.ID(), name)
		if len(c.secret) > 10 {
			assert.NotContains(t, err.Error(), c.secret[:10], name)
		}
	}
	key, err := invitation.NewKey("k1", nil)
	require.Error(t, err)
	assert.True(t, key.IsZero())
	assert.True(t, invitation.Key{}.IsZero())
	_, err = invitation.NewKey("k1", append(make([]byte, 31), 1))
	require.NoError(t, err, "a byte that isn't zero is somebody's")
}

// The expected values are from another implementation (Python's hmac): what is
// stored depends on them, so they never change.
func TestKeyMAC(t *testing.T) {
	mac := testKey().MAC("purpose", []byte("ab"), []byte("c"))
	assert.Equal(t, "787c4675dbde6b6694f263ba2c9206a4150800eb12c71b84af2961de25da5f1c", hex.EncodeToString(mac[:]))
	mac = testKey().MAC("purpose")
	assert.Equal(t, "9e04330a0c35ec9ec216adad4d1b5640c93a293f43008d0b8c1ebb6edcee9c87", hex.EncodeToString(mac[:]))
	assert.Equal(t, testKey().MAC("p", []byte("x")), newKey("another", keySecret).MAC("p", []byte("x")), "the id isn't part of it")
}

func TestKeyMACTellsInputsApart(t *testing.T) {
	key, other := testKey(), newKey("k1", keySecret[:31]+"T")
	b := func(parts ...string) (out [][]byte) {
		for _, p := range parts {
			out = append(out, []byte(p))
		}
		return out
	}
	seen := map[[32]byte]string{}
	for name, mac := range map[string][32]byte{
		"p: ab,c":      key.MAC("p", b("ab", "c")...),
		"p: a,bc":      key.MAC("p", b("a", "bc")...),
		"p: abc":       key.MAC("p", b("abc")...),
		"p: ,abc":      key.MAC("p", b("", "abc")...),
		"p: abc,":      key.MAC("p", b("abc", "")...),
		"p: c,ab":      key.MAC("p", b("c", "ab")...),
		"p: a,b,c":     key.MAC("p", b("a", "b", "c")...),
		"p: nothing":   key.MAC("p"),
		"p: empty":     key.MAC("p", b("")...),
		"p: two empty": key.MAC("p", b("", "")...),
		"pa: b":        key.MAC("pa", b("b")...),
		"p: ab":        key.MAC("p", b("ab")...),
		"q: ab":        key.MAC("q", b("ab")...),
		": p,ab":       key.MAC("", b("p", "ab")...),
		"a length":     key.MAC("p", b("\x00\x00\x00\x00\x00\x00\x00\x02ab")...),
		"other key":    other.MAC("p", b("ab")...),
	} {
		assert.Empty(t, seen[mac], name)
		seen[mac] = name
	}
	assert.Len(t, seen, 16)
	assert.Equal(t, key.MAC("p", nil), key.MAC("p", []byte{}))
}

func TestKeyKeepsItsOwnSecret(t *testing.T) {
	secret := []byte(keySecret)
	key, err := invitation.NewKey("k1", secret)
	require.NoError(t, err)
	before := key.MAC("p")
	clear(secret)
	assert.Equal(t, before, key.MAC("p"), "the caller's slice is still the key's")
	assert.Equal(t, before, testKey().MAC("p"))
}

func TestZeroKeyDerivesNothing(t *testing.T) {
	assert.Panics(t, func() { invitation.Key{}.MAC("p") })
	assert.Panics(t, func() { invitation.DeriveToken(invitation.Key{}, invitation.RecipientID{UUID: id(1)}, 1) })
}
