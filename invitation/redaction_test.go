package invitation_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
)

// spellings are the ways in which the first bytes of a secret could show.
func spellings(secret []byte) []string {
	head := secret[:6]
	numbers := strings.Trim(fmt.Sprint(head), "[]")
	return []string{
		string(head), strings.Trim(fmt.Sprintf("%q", head), `"`), strings.Trim(fmt.Sprintf("%+q", head), `"`),
		hex.EncodeToString(head), fmt.Sprintf("%X", head), fmt.Sprintf("% x", head), fmt.Sprintf("% X", head),
		numbers, strings.ReplaceAll(numbers, " ", ","), strings.ReplaceAll(numbers, " ", ", "), strings.ReplaceAll(numbers, " ", "\n"),
		strings.Trim(fmt.Sprintf("%#v", [6]byte(head)), "[6]uint8{}"), strings.Trim(fmt.Sprintf("%o", head), "[]"), strings.Trim(fmt.Sprintf("%b", head), "[]"),
		strings.Trim(fmt.Sprintf("%U", head), "[]"), strings.Trim(fmt.Sprintf("%c", head), "[]"),
		base64.StdEncoding.EncodeToString(head), base64.RawURLEncoding.EncodeToString(head),
	}
}

func leak(output string, secret []byte) string {
	for _, s := range spellings(secret) {
		if strings.Contains(output, s) {
			return s
		}
	}
	return ""
}

type exported[T any] struct {
	V T `json:"v" xml:"v"`
}

type unexported[T any] struct {
	Name string
	v    T
}

type deep[T any] struct {
	Inner exported[T]
	inner unexported[T]
	list  []T
	More  []T
	By    map[string]T
	by    map[string]T
	Any   any
	any   any
	P     *T
	p     *T
}

// printed is v in every wrapping, printed in every way.
func printed[T any](t *testing.T, v T) (all []string) {
	d := deep[T]{
		Inner: exported[T]{v}, inner: unexported[T]{"x", v}, list: []T{v}, More: []T{v},
		By: map[string]T{"x": v}, by: map[string]T{"x": v}, Any: v, any: v, P: &v, p: &v,
	}
	wrapped := []any{
		v, &v, exported[T]{v}, &exported[T]{v}, unexported[T]{"x", v}, &unexported[T]{"x", v}, exported[unexported[T]]{unexported[T]{"x", v}},
		[]T{v}, [1]T{v}, map[string]T{"x": v}, []any{v}, []*T{&v}, d, &d, struct{ e any }{v}, struct{ e *T }{&v},
	}
	ctx := context.Background()
	for _, w := range wrapped {
		for _, verb := range "vsqxXdobcUteEfFgGpTw" {
			for _, flag := range []string{"", "+", "#", " ", "-", "0", "20", ".3", "+#"} {
				all = append(all, fmt.Sprintf("%"+flag+string(verb), w))
			}
		}
		all = append(all, fmt.Sprint(w), fmt.Sprintln(w), fmt.Errorf("%w: %v", errors.New("x"), w).Error())
		if data, err := json.Marshal(w); err == nil {
			all = append(all, string(data))
		}
		if data, err := xml.Marshal(w); err == nil {
			all = append(all, string(data))
		}
		var buf bytes.Buffer
		if err := gob.NewEncoder(&buf).Encode(w); err != nil {
			all = append(all, err.Error())
		}
		all = append(all, buf.String())
		for _, handler := range []func(*bytes.Buffer) slog.Handler{
			func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
			func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		} {
			var buf bytes.Buffer
			log := slog.New(handler(&buf))
			log.InfoContext(ctx, "x", "v", w)
			log.With("v", w).WithGroup("g").Info("x", slog.Group("h", "v", w))
			require.NotEmpty(t, buf.String())
			all = append(all, buf.String())
		}
	}
	return all
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Run("token", func(t *testing.T) {
		token := invitation.DeriveToken(testKey(), invitation.RecipientID{UUID: id(1)}, 1)
		raw, err := base64.RawURLEncoding.DecodeString(token.Reveal())
		require.NoError(t, err)
		for _, output := range printed(t, token) {
			assert.Empty(t, leak(output, raw), output)
			assert.NotContains(t, output, token.Reveal()[:8])
		}
	})
	t.Run("key", func(t *testing.T) {
		for _, output := range printed(t, testKey()) {
			assert.Empty(t, leak(output, []byte(keySecret)), output)
		}
	})
	t.Run("the test sees a leak", func(t *testing.T) {
		type naive struct{ secret []byte }
		found := 0
		for _, output := range printed(t, naive{[]byte(keySecret)}) {
			if leak(output, []byte(keySecret)) != "" {
				found++
			}
		}
		assert.Greater(t, found, 500)
	})
}

func TestWhatIsPrintedInstead(t *testing.T) {
	token, key := invitation.DeriveToken(testKey(), invitation.RecipientID{UUID: id(1)}, 1), testKey()
	for value, want := range map[any]string{token: "[redacted]", invitation.Token{}: "[redacted]", key: "key:k1", invitation.Key{}: "key:"} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			assert.Equal(t, want, fmt.Sprintf(verb, value), verb)
		}
		assert.Equal(t, want, value.(fmt.Stringer).String())
		assert.Equal(t, want, value.(fmt.GoStringer).GoString())
		assert.Equal(t, want, value.(slog.LogValuer).LogValue().String())
		data, err := json.Marshal(value)
		require.NoError(t, err)
		assert.Equal(t, `"`+want+`"`, string(data))
		data, err = json.Marshal(exported[any]{value})
		require.NoError(t, err)
		assert.Equal(t, `{"v":"`+want+`"}`, string(data))
	}
	assert.Equal(t, "{[redacted]}", fmt.Sprint(exported[invitation.Token]{token}))
	assert.Equal(t, "{key:k1}", fmt.Sprint(exported[invitation.Key]{key}))
}
