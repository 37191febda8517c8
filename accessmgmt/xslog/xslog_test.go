package xslog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"runtime"
	"strings"
	"testing"
	"testing/slogtest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	slogx "golang.org/x/exp/slog"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/xslog"
)

// TestSlogtest runs the standard library's own suite for handlers.
func TestSlogtest(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	slogtest.Run(t, func(*testing.T) slog.Handler {
		out.Reset()
		return xslog.Handler(slogx.NewJSONHandler(&out, &slogx.HandlerOptions{AddSource: true}))
	}, func(t *testing.T) map[string]any {
		var line map[string]any
		require.NoError(t, json.Unmarshal(out.Bytes(), &line), "%s", out.String())
		return line
	})
}

// valuer is a value that is resolved to another.
type valuer struct{ v slog.Value }

func (v valuer) LogValue() slog.Value { return v.v }

// panicking fails to say what it is.
type panicking struct{}

func (panicking) LogValue() slog.Value { panic("no") }

var (
	instant  = time.Date(2026, 3, 2, 9, 0, 0, 123456789, time.FixedZone("", 3600))
	nothing  = slog.Group("nothing")
	resolves = slog.Any("valuer", valuer{slog.GroupValue(slog.Any("inner", valuer{slog.StringValue("v")}), nothing, slog.Attr{})})
	empties  = []slog.Attr{{}, nothing, slog.Group("outer", nothing)}
	kinds    = []slog.Attr{
		slog.String("string", "été \"x\"\n<&>"), slog.Int64("int", math.MinInt64), slog.Uint64("uint", math.MaxUint64), slog.Float64("float", -0.1),
		slog.Bool("yes", true), slog.Bool("no", false), slog.Duration("duration", -time.Minute), slog.Time("time", instant), slog.Time("never", time.Time{}),
		slog.Any("nil", nil), slog.Any("error", errors.New("broken")), slog.Any("list", []string{"a", "b"}), slog.Any("struct", struct{ A int }{7}),
		slog.Any("level", slog.LevelWarn+1), slog.Any("source", &slog.Source{Function: "f", File: "g.go", Line: 3}),
		slog.Group("group", "a", 1, slog.Group("in it", "b", 2, nothing)), slog.Group("", "inline", 1, slog.Group("", "twice", 2)), slog.Any("attrs", []slog.Attr{slog.Int("c", 3)}),
		resolves, slog.Any("twice", valuer{slog.AnyValue(valuer{slog.IntValue(4)})}), {Key: "", Value: slog.IntValue(5)},
	}
)

// TestSameAsStandard logs the same through the bridge and through the standard
// library's handler, whose line is the right one.
func TestSameAsStandard(t *testing.T) {
	t.Parallel()
	with := func(h slog.Handler, attrs ...slog.Attr) slog.Handler { return h.WithAttrs(attrs) }
	for name, tt := range map[string]struct {
		on    func(slog.Handler) slog.Handler
		attrs []slog.Attr
	}{
		"nothing":               {func(h slog.Handler) slog.Handler { return h }, nil},
		"every kind":            {func(h slog.Handler) slog.Handler { return h }, kinds},
		"every kind, with":      {func(h slog.Handler) slog.Handler { return with(h, kinds...) }, nil},
		"every kind, in groups": {func(h slog.Handler) slog.Handler { return h.WithGroup("a").WithGroup("b") }, kinds},
		"with, in groups": {func(h slog.Handler) slog.Handler {
			return with(h.WithGroup("a").WithGroup("b"), kinds...).WithGroup("c")
		}, kinds},
		"empty things":             {func(h slog.Handler) slog.Handler { return h }, empties},
		"empty things, with":       {func(h slog.Handler) slog.Handler { return with(h, empties...) }, empties},
		"empty things, in a group": {func(h slog.Handler) slog.Handler { return with(h.WithGroup("a"), empties[1:]...).WithGroup("b") }, empties},
		"empty, then full":         {func(h slog.Handler) slog.Handler { return with(h.WithGroup("a"), empties...).WithGroup("b") }, kinds},
		"full, then empty":         {func(h slog.Handler) slog.Handler { return with(h.WithGroup("a"), kinds...).WithGroup("b") }, empties},
		"empty beside full":        {func(h slog.Handler) slog.Handler { return h.WithGroup("a") }, append(append([]slog.Attr{}, empties...), kinds...)},
		"no attributes":            {func(h slog.Handler) slog.Handler { return with(with(h.WithGroup("a")), kinds[0]) }, kinds[1:3]},
		"with, after with": {func(h slog.Handler) slog.Handler {
			return with(with(with(h, kinds[0]).WithGroup("a"), kinds[1]), kinds[2])
		}, kinds[3:5]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got, want bytes.Buffer
			record := slog.NewRecord(instant, slog.LevelInfo-1, "message", 0)
			record.AddAttrs(tt.attrs...)
			standard := slog.NewJSONHandler(&want, &slog.HandlerOptions{Level: slog.LevelDebug})
			bridged := xslog.Handler(slogx.NewJSONHandler(&got, &slogx.HandlerOptions{Level: slogx.LevelDebug}))
			require.NoError(t, tt.on(standard).Handle(context.Background(), record))
			require.NoError(t, tt.on(bridged).Handle(context.Background(), record))
			assert.Equal(t, want.String(), got.String())
			assert.True(t, json.Valid(got.Bytes()))
		})
	}
}

// TestNothing is where the standard handlers show a group without anything in
// it, or differ from version to version: here there is none.
func TestNothing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	h := xslog.Handler(slogx.NewTextHandler(&out, nil))
	deep := slog.Group("deep", slog.Attr{}, slog.Any("hollow", valuer{slog.GroupValue(nothing)}))
	h = h.WithGroup("").WithAttrs(nil).WithGroup("a").WithAttrs([]slog.Attr{deep}).WithGroup("b")
	record := slog.NewRecord(time.Time{}, slog.LevelInfo, "x", 0)
	record.AddAttrs(deep, slog.Group("", deep))
	require.NoError(t, h.Handle(context.Background(), record))
	record.AddAttrs(slog.Any("source", (*slog.Source)(nil)))
	require.NoError(t, h.Handle(context.Background(), record))
	assert.Equal(t, "level=INFO msg=x\nlevel=INFO msg=x a.b.source=<nil>\n", out.String())
}

// TestSiblings: two loggers derived from one don't write into each other's
// groups.
func TestSiblings(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	parent := xslog.Handler(slogx.NewTextHandler(&out, nil)).WithGroup("a").WithGroup("b").WithGroup("c")
	one, two := slog.New(parent.WithGroup("one")), slog.New(parent.WithGroup("two"))
	one.Info("x", "k", 1)
	two.Info("x", "k", 2)
	one.With("k", 3).Info("x")
	assert.Contains(t, out.String(), " a.b.c.one.k=1\n")
	assert.Contains(t, out.String(), " a.b.c.two.k=2\n")
	assert.Contains(t, out.String(), " a.b.c.one.k=3\n")
}

// TestFarInstants: x/exp's own value of an instant overflows.
func TestFarInstants(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(2262, 4, 12, 0, 0, 0, 1, time.UTC),
	} {
		var out bytes.Buffer
		slog.New(xslog.Handler(slogx.NewJSONHandler(&out, nil))).Info("x", "at", at)
		var line struct{ At time.Time }
		require.NoError(t, json.Unmarshal(out.Bytes(), &line))
		assert.True(t, at.Equal(line.At), "%s became %s", at, line.At)
	}
}

// TestPanickingValue: a value whose LogValue panics doesn't stop the program.
func TestPanickingValue(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := xslog.Logger(slogx.New(slogx.NewJSONHandler(&out, nil)))
	log.With("with", panicking{}).WithGroup("g").Info("x", "value", panicking{})
	assert.Equal(t, 2, strings.Count(out.String(), "LogValue panicked"), "%s", out.String())
}

type contextKey struct{}

// seeing is a handler of x/exp that looks at what it is asked.
type seeing struct {
	slogx.Handler
	enabled  []slogx.Level
	contexts []any
	records  []slogx.Record
}

func (s *seeing) Enabled(ctx context.Context, l slogx.Level) bool {
	s.enabled, s.contexts = append(s.enabled, l), append(s.contexts, ctx.Value(contextKey{}))
	return l >= 5
}

func (s *seeing) Handle(ctx context.Context, r slogx.Record) error {
	s.records, s.contexts = append(s.records, r), append(s.contexts, ctx.Value(contextKey{}))
	return errors.New("full")
}

// TestWhatTheHandlerSees: level, context, time, source and the handler's error
// pass through.
func TestWhatTheHandlerSees(t *testing.T) {
	t.Parallel()
	seen := &seeing{}
	h := xslog.Handler(seen)
	ctx := context.WithValue(context.Background(), contextKey{}, "the context")
	log := slog.New(h)
	log.Log(ctx, 4, "not enabled")
	_, file, line, _ := runtime.Caller(0)
	log.Log(ctx, 5, "enabled", "level", slog.Level(6), "never", time.Time{})
	assert.Equal(t, []slogx.Level{4, 5}, seen.enabled)
	assert.Equal(t, []any{"the context", "the context", "the context"}, seen.contexts)
	require.Len(t, seen.records, 1)
	r := seen.records[0]
	assert.Equal(t, slogx.Level(5), r.Level)
	assert.Equal(t, "enabled", r.Message)
	var values []any
	r.Attrs(func(a slogx.Attr) bool {
		values = append(values, a.Value.Any())
		return true
	})
	assert.Equal(t, []any{slogx.Level(6), time.Time{}}, values, "a level is one of x/exp's, for handlers that look")
	frame, _ := runtime.CallersFrames([]uintptr{r.PC}).Next()
	assert.Equal(t, file, frame.File)
	assert.Equal(t, line+1, frame.Line)

	assert.Equal(t, h, h.WithGroup(""))
	require.EqualError(t, h.WithGroup("g").Handle(ctx, slog.NewRecord(instant, 0, "x", 0)), "full")
	assert.Equal(t, instant, seen.records[1].Time)
}

func TestNilLogger(t *testing.T) {
	t.Parallel()
	assert.Nil(t, xslog.Logger(nil))
}

// TestSecrets: what redacts itself for the standard logger does here.
func TestSecrets(t *testing.T) {
	t.Parallel()
	number, err := accessmgmt.ParseSSIN("85073003328", instant)
	require.NoError(t, err)
	var out bytes.Buffer
	for _, h := range []slogx.Handler{slogx.NewJSONHandler(&out, nil), slogx.NewTextHandler(&out, nil)} {
		log := xslog.Logger(slogx.New(h))
		log.With("number", number).Info("x", "number", number, slog.Group("g", "number", number))
	}
	assert.Equal(t, 6, strings.Count(out.String(), "[redacted]"), "%s", out.String())
	assert.NotContains(t, out.String(), "85073003328")
}
