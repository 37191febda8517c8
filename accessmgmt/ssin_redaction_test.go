package accessmgmt_test

import (
	"bytes"
	"database/sql/driver"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"text/template"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

type exportedSSIN struct{ Number accessmgmt.SSIN }
type unexportedSSIN struct{ number accessmgmt.SSIN }
type embeddedSSIN struct{ accessmgmt.SSIN }
type deepSSIN struct {
	list  []accessmgmt.SSIN
	byKey map[accessmgmt.SSIN]*unexportedSSIN
	any   any
}

// secretSSIN returns a number and every kind of value that can hold it.
func secretSSIN(t *testing.T) (accessmgmt.SSIN, map[string]any) {
	t.Helper()
	n, err := accessmgmt.ParseSSIN("85.07.30-033.28", ssinNow)
	require.NoError(t, err)
	pointer := &n
	return n, map[string]any{
		"value":              n,
		"pointer":            pointer,
		"pointer to pointer": &pointer,
		"slice":              []accessmgmt.SSIN{n},
		"array":              [1]accessmgmt.SSIN{n},
		"slice of pointers":  []*accessmgmt.SSIN{&n},
		"map value":          map[string]accessmgmt.SSIN{"n": n},
		"map key":            map[accessmgmt.SSIN]int{n: 0},
		"any":                []any{n, &n},
		"exported":           exportedSSIN{n},
		"exported pointer":   &exportedSSIN{n},
		"unexported":         unexportedSSIN{n},
		"unexported pointer": &unexportedSSIN{n},
		"embedded":           embeddedSSIN{n},
		"deep":               deepSSIN{[]accessmgmt.SSIN{n}, map[accessmgmt.SSIN]*unexportedSSIN{n: {n}}, n},
		"error":              fmt.Errorf("no person with number %v: %w", n, errors.ErrUnsupported),
	}
}

// assertHidden looks for the number as digits, in groups, as bytes in hex and
// decimal, and in base64.
func assertHidden(t *testing.T, out string, how ...any) {
	t.Helper()
	for _, leak := range []string{
		"8507300", "3003328", "85.07.30", "033.28", "38353037", "0x38, 0x35", "38 35 30", "56 53 48", "56,53,48", "56, 53, 48", "ODUwNz",
	} {
		assert.NotContains(t, out, leak, how...)
	}
}

func TestSSINPrinted(t *testing.T) {
	n, holders := secretSSIN(t)
	for _, verb := range []string{
		"%v", "%+v", "%#v", "%s", "%+s", "%q", "%+q", "%#q", "%d", "%+d", "%x", "%X", "% x", "%#x", "%o", "%b", "%c", "%U", "%e", "%g",
		"%t", "%p", "%T", "%w", "%20v", "%-20s", "%.3s", "%.1v", "%!", "%z",
	} {
		for name, holder := range holders {
			assertHidden(t, fmt.Sprintf(verb, holder), "%s of %s", verb, name)
		}
		switch verb {
		case "%T", "%p", "%w", "%!": // fmt answers these itself
		default:
			assert.Equal(t, "[redacted]", fmt.Sprintf(verb, n), verb)
			assert.Contains(t, fmt.Sprintf(verb, exportedSSIN{n}), "[redacted]", verb)
		}
	}
	assert.Equal(t, "[redacted]", n.String())
	assert.Equal(t, "[redacted]", n.GoString())
	for name, holder := range holders {
		assertHidden(t, fmt.Sprint(holder), name)
		assertHidden(t, fmt.Sprintln("number", holder), name)
		assertHidden(t, fmt.Errorf("wrapped: %v", holder).Error(), name)
	}
}

func TestSSINMarshalled(t *testing.T) {
	n, holders := secretSSIN(t)
	data, err := json.Marshal(n)
	require.NoError(t, err)
	assert.Equal(t, `"[redacted]"`, string(data))
	data, err = n.MarshalText()
	require.NoError(t, err)
	assert.Equal(t, "[redacted]", string(data))
	for name, holder := range holders {
		data, err := json.Marshal(holder)
		assertHidden(t, fmt.Sprint(string(data), err), "JSON of %s", name)
		data, err = xml.Marshal(holder)
		assertHidden(t, fmt.Sprint(string(data), err), "XML of %s", name)
		var buf bytes.Buffer
		err = gob.NewEncoder(&buf).Encode(holder)
		assertHidden(t, fmt.Sprint(buf.String(), err), "gob of %s", name)
		buf.Reset()
		err = template.Must(template.New("").Parse(`{{.}} {{printf "%#v" .}}`)).Execute(&buf, holder)
		assertHidden(t, fmt.Sprint(buf.String(), err), "template of %s", name)
		buf.Reset()
		err = htmltemplate.Must(htmltemplate.New("").Parse(`<p>{{.}}</p><script>x = {{.}}</script>`)).Execute(&buf, holder)
		assertHidden(t, fmt.Sprint(buf.String(), err), "HTML template of %s", name)
		value, err := driver.DefaultParameterConverter.ConvertValue(holder)
		assertHidden(t, fmt.Sprint(value, err), "SQL parameter of %s", name)
	}
	_, err = driver.DefaultParameterConverter.ConvertValue(n)
	require.Error(t, err, "a database refuses it")
}

func TestSSINUnmarshalled(t *testing.T) {
	for _, data := range []string{`"85073003328"`, `85073003328`, `["85073003328"]`} {
		var n accessmgmt.SSIN
		err := json.Unmarshal([]byte(data), &n)
		require.Error(t, err)
		assertHidden(t, err.Error())
		assert.True(t, n.IsZero())
	}
}

func TestSSINLogged(t *testing.T) {
	n, holders := secretSSIN(t)
	assert.Equal(t, "[redacted]", n.LogValue().String())
	for name, holder := range holders {
		var buf bytes.Buffer
		for _, handler := range []slog.Handler{slog.NewTextHandler(&buf, nil), slog.NewJSONHandler(&buf, nil)} {
			logger := slog.New(handler)
			logger.Info("seen", "number", holder, slog.Group("person", "number", holder))
			logger.With("number", holder).WithGroup("g").Info(fmt.Sprint(holder))
		}
		log.New(&buf, "", log.LstdFlags).Println("seen", holder)
		assert.NotEmpty(t, buf.String())
		assertHidden(t, buf.String(), name)
	}
}

// TestSSINPanic panics in another process, to read what the runtime prints.
func TestSSINPanic(t *testing.T) {
	_, holders := secretSSIN(t)
	if name := os.Getenv("SSIN_PANIC"); name != "" {
		panic(holders[name])
	}
	for name, holder := range holders {
		cmd := exec.Command(os.Args[0], "-test.run=^TestSSINPanic$")
		cmd.Env = append(os.Environ(), "SSIN_PANIC="+name)
		out, err := cmd.CombinedOutput()
		require.Error(t, err)
		require.Contains(t, string(out), "panic: ", name)
		assertHidden(t, string(out), name)

		func() {
			defer func() { assertHidden(t, fmt.Sprint(recover()), name) }()
			panic(holder)
		}()
	}
}
