package invitation_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
)

// From another implementation (Python's hmac). Links that were sent carry
// these, so they never change.
const (
	firstToken  = "Ivi9vWlDg-Mk6a0YEgkENMpdctBm7TDV4M-VECoBLvA"
	firstHash   = "4081f0d750dbcbf7d8c2c999f19713109d6d1a9f0722fc0aeca71f4db6ff6326"
	secondToken = "8toidsNOQjcXy87F1dUc3AEVBEw9qAYoj73tFuNeKkg"
)

func TestDeriveToken(t *testing.T) {
	recipient := invitation.RecipientID{UUID: id(1)}
	token := invitation.DeriveToken(testKey(), recipient, 1)
	hash := token.Hash()
	assert.Equal(t, firstToken, token.Reveal())
	assert.Equal(t, firstHash, hex.EncodeToString(hash[:]))
	assert.Equal(t, secondToken, invitation.DeriveToken(testKey(), recipient, 2).Reveal())
	assert.False(t, token.IsZero())

	again := invitation.DeriveToken(testKey(), recipient, 1)
	assert.True(t, token.Equal(again))
	assert.Equal(t, token.Hash(), again.Hash())

	seen := map[string]string{}
	for name, other := range map[string]invitation.Token{
		"itself":            token,
		"next generation":   invitation.DeriveToken(testKey(), recipient, 2),
		"generation 0":      invitation.DeriveToken(testKey(), recipient, 0),
		"generation -1":     invitation.DeriveToken(testKey(), recipient, -1),
		"generation 257":    invitation.DeriveToken(testKey(), recipient, 257),
		"generation 1<<32":  invitation.DeriveToken(testKey(), recipient, 1<<32+1),
		"another recipient": invitation.DeriveToken(testKey(), invitation.RecipientID{UUID: id(2)}, 1),
		"nobody":            invitation.DeriveToken(testKey(), invitation.RecipientID{}, 1),
		"another key":       invitation.DeriveToken(newKey("k1", keySecret[:31]+"T"), recipient, 1),
	} {
		assert.Empty(t, seen[other.Reveal()], name)
		seen[other.Reveal()] = name
		assert.Equal(t, name == "itself", token.Equal(other), name)
		assert.Equal(t, name == "itself", token.Hash() == other.Hash(), name)
		assert.Len(t, other.Reveal(), 43)
	}
}

func TestParseToken(t *testing.T) {
	for _, token := range []invitation.Token{
		invitation.DeriveToken(testKey(), invitation.RecipientID{UUID: id(1)}, 1),
		invitation.DeriveToken(testKey(), invitation.RecipientID{UUID: id(1)}, 2),
	} {
		parsed, err := invitation.ParseToken(token.Reveal())
		require.NoError(t, err)
		assert.True(t, parsed.Equal(token))
		assert.True(t, token.Equal(parsed))
		assert.Equal(t, token.Reveal(), parsed.Reveal())
		assert.Equal(t, token.Hash(), parsed.Hash())
	}
	zeros, err := invitation.ParseToken(strings.Repeat("A", 43))
	require.NoError(t, err)
	assert.False(t, zeros.IsZero(), "32 zero bytes are a token, though nobody's")
	assert.False(t, zeros.Equal(invitation.Token{}))
	assert.NotEqual(t, invitation.TokenHash{}, zeros.Hash())
}

func TestParseTokenRefuses(t *testing.T) {
	require.Len(t, firstToken, 43)
	require.True(t, strings.HasSuffix(firstToken, "A"), "the last letter has two bits that say nothing")
	inside := func(s string) string { return firstToken[:20] + s + firstToken[20:] }
	instead := func(s string) string { return firstToken[:20] + s + firstToken[20+len(s):] }
	for name, text := range map[string]string{
		"nothing":                    "",
		"one letter less":            firstToken[:42],
		"one letter more":            firstToken + "A",
		"31 bytes":                   base64.RawURLEncoding.EncodeToString(make([]byte, 31)),
		"33 bytes":                   base64.RawURLEncoding.EncodeToString(make([]byte, 33)),
		"padding":                    firstToken + "=",
		"padding for a letter":       firstToken[:42] + "=",
		"stray bit":                  firstToken[:42] + "B",
		"the other stray bit":        firstToken[:42] + "C",
		"both stray bits":            firstToken[:42] + "D",
		"space before":               " " + firstToken,
		"space after":                firstToken + " ",
		"space instead":              instead(" "),
		"line feed after":            firstToken + "\n",
		"line feed before":           "\n" + firstToken,
		"line feed inside":           inside("\n"),
		"line feed instead":          instead("\n"),
		"line feed for the last":     firstToken[:42] + "\n",
		"carriage return after":      firstToken + "\r",
		"carriage return inside":     inside("\r\n"),
		"four letters' line feeds":   firstToken[:39] + "\r\n\r\n",
		"only line feeds":            strings.Repeat("\n", 43),
		"tab":                        inside("\t"),
		"nul":                        firstToken + "\x00",
		"standard alphabet":          strings.NewReplacer("-", "+", "_", "/").Replace(firstToken),
		"hexadecimal":                firstHash,
		"letter of another alphabet": instead("é"),
		"quotes":                     `"` + firstToken + `"`,
		"what a token prints as":     "[redacted]",
		"an id":                      id(1).String(),
		"long":                       strings.Repeat("A", 1<<20),
	} {
		token, err := invitation.ParseToken(text)
		require.Error(t, err, name)
		assert.True(t, token.IsZero(), name)
		assert.Equal(t, "invitation: not a token", err.Error(), "%s: an error says nothing of the input", name)
	}
}

func TestTokenHashIsNotTheToken(t *testing.T) {
	token := invitation.DeriveToken(testKey(), invitation.RecipientID{UUID: id(1)}, 1)
	raw, err := base64.RawURLEncoding.DecodeString(token.Reveal())
	require.NoError(t, err)
	hash := token.Hash()
	assert.NotEqual(t, raw, hash[:])
	assert.Equal(t, sha256.Sum256(raw), [32]byte(hash))
	back, err := invitation.ParseToken(base64.RawURLEncoding.EncodeToString(hash[:]))
	require.NoError(t, err)
	assert.NotEqual(t, hash, back.Hash(), "who reads the store can't answer")
	assert.False(t, back.Equal(token))
}

func TestZeroToken(t *testing.T) {
	var zero, token = invitation.Token{}, invitation.DeriveToken(testKey(), invitation.RecipientID{UUID: id(1)}, 1)
	assert.True(t, zero.IsZero())
	assert.Empty(t, zero.Reveal())
	assert.Equal(t, invitation.TokenHash{}, zero.Hash())
	assert.True(t, zero.Equal(invitation.Token{}))
	assert.False(t, zero.Equal(token))
	assert.False(t, token.Equal(zero))
}

func FuzzParseToken(f *testing.F) {
	for _, s := range []string{firstToken, secondToken, firstToken[:42] + "B", firstToken + "=", firstToken + "\n", "\r\n" + firstToken, firstToken[:39] + "\r\n\r\n", "", strings.Repeat("_", 43)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		token, err := invitation.ParseToken(s)
		if err != nil {
			require.True(t, token.IsZero())
			require.Equal(t, "invitation: not a token", err.Error())
			return
		}
		require.Equal(t, s, token.Reveal(), "two texts for one token")
		raw, err := base64.RawURLEncoding.DecodeString(s)
		require.NoError(t, err)
		require.Equal(t, sha256.Sum256(raw), [32]byte(token.Hash()))
		again, err := invitation.ParseToken(token.Reveal())
		require.NoError(t, err)
		require.True(t, again.Equal(token))
	})
}
