// Package xslog lets a portal whose logger is still one of golang.org/x/exp/slog
// hand it to this library, which logs through the standard log/slog:
//
//	svc, err := accessmgmt.New(store, mailer, &accessmgmt.Options{Logger: xslog.Logger(logger), …})
//
// The two packages are twins with different types. What is logged comes out of
// the portal's handler as if the portal had logged it: level, time, context,
// source line, attributes of every kind, groups within groups.
//
// In two points the standard is kept where a handler of x/exp falls short of
// it. A group in which nothing is logged isn't opened, since x/exp's own
// handlers would show it empty. And an instant that x/exp can't hold, before
// 1678 or after 2262, is logged as text in RFC 3339, where x/exp would turn it
// into another.
package xslog

import (
	"context"
	"log/slog"
	"slices"
	"time"

	slogx "golang.org/x/exp/slog"
)

// Logger returns a standard logger that logs through l. For nil it returns nil,
// which the library's options take for none.
func Logger(l *slogx.Logger) *slog.Logger {
	if l == nil {
		return nil
	}
	return slog.New(Handler(l.Handler()))
}

// Handler returns a standard handler that hands everything to h. It may be used
// from several goroutines when h may.
func Handler(h slogx.Handler) slog.Handler { return handler{to: h} }

type handler struct {
	to slogx.Handler
	// pending are groups that were asked for and hold nothing yet. They are
	// opened with the first attribute in them.
	pending []string
}

func (h handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.to.Enabled(ctx, slogx.Level(level))
}

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	attrs := make([]slogx.Attr, 0, r.NumAttrs())
	r.Attrs(func(a slog.Attr) bool {
		attrs = appendAttr(attrs, a)
		return true
	})
	if len(attrs) > 0 {
		for _, name := range slices.Backward(h.pending) {
			attrs = []slogx.Attr{{Key: name, Value: slogx.GroupValue(attrs...)}}
		}
	}
	record := slogx.NewRecord(r.Time, slogx.Level(r.Level), r.Message, r.PC)
	record.AddAttrs(attrs...)
	return h.to.Handle(ctx, record)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	converted := make([]slogx.Attr, 0, len(attrs))
	for _, a := range attrs {
		converted = appendAttr(converted, a)
	}
	if len(converted) == 0 {
		return h
	}
	to := h.to
	for _, name := range h.pending {
		to = to.WithGroup(name)
	}
	return handler{to: to.WithAttrs(converted)}
}

func (h handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return handler{to: h.to, pending: append(slices.Clip(h.pending), name)}
}

// appendAttr converts an attribute, and leaves out one that says nothing: the
// zero one, and a group in which nothing is left.
//
// Only its LogValue tells whether an attribute is such a group, so values are
// resolved here: when the record is handled, or at WithAttrs, which is also
// when the handlers of both packages do it.
func appendAttr(to []slogx.Attr, a slog.Attr) []slogx.Attr {
	v := a.Value.Resolve()
	if v.Kind() != slog.KindGroup {
		if a.Key == "" && v.Equal(slog.Value{}) {
			return to
		}
		return append(to, slogx.Attr{Key: a.Key, Value: value(v)})
	}
	members := make([]slogx.Attr, 0, len(v.Group()))
	for _, member := range v.Group() {
		members = appendAttr(members, member)
	}
	if len(members) == 0 {
		return to
	}
	return append(to, slogx.Attr{Key: a.Key, Value: slogx.GroupValue(members...)})
}

// value converts a value that is resolved and no group.
func value(v slog.Value) slogx.Value {
	switch v.Kind() {
	case slog.KindString:
		return slogx.StringValue(v.String())
	case slog.KindInt64:
		return slogx.Int64Value(v.Int64())
	case slog.KindUint64:
		return slogx.Uint64Value(v.Uint64())
	case slog.KindFloat64:
		return slogx.Float64Value(v.Float64())
	case slog.KindBool:
		return slogx.BoolValue(v.Bool())
	case slog.KindDuration:
		return slogx.DurationValue(v.Duration())
	case slog.KindTime:
		return timeValue(v.Time())
	default:
		return anyValue(v.Any())
	}
}

// timeValue is slogx.TimeValue without its overflow: that keeps nanoseconds
// since 1970 and makes another instant of what doesn't fit.
func timeValue(t time.Time) slogx.Value {
	if !t.IsZero() && !time.Unix(0, t.UnixNano()).Equal(t) {
		return slogx.StringValue(t.Format(time.RFC3339Nano))
	}
	return slogx.TimeValue(t)
}

// anyValue puts the few types of log/slog that handlers know by type into those
// of x/exp.
func anyValue(v any) slogx.Value {
	switch known := v.(type) {
	case slog.Level:
		v = slogx.Level(known)
	case *slog.Source:
		if known != nil { // which the handlers of x/exp don't expect
			v = &slogx.Source{Function: known.Function, File: known.File, Line: known.Line}
		}
	}
	return slogx.AnyValue(v)
}
