package access

import (
	"context"
	"encoding/hex"
	"log/slog"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
)

// DecisionLog is told of every decision that a [Logged] checker gives, once, before
// the caller has it. It is called from many goroutines at once, takes its time
// from the check's, and keeps none of the lists. With an error the decision is
// zero.
type DecisionLog interface {
	Decided(ctx context.Context, q accessmgmt.Question, d accessmgmt.Decision, err error)
}

// Logged returns a checker that answers as another does, and tells a log of each
// decision: of each question of CheckEach too, and of what Explain explains.
func Logged(c accessmgmt.Checker, log DecisionLog) accessmgmt.Checker { return &logged{c, log} }

type logged struct {
	checker accessmgmt.Checker
	log     DecisionLog
}

func (l *logged) Check(ctx context.Context, q accessmgmt.Question) (accessmgmt.Decision, error) {
	d, err := l.checker.Check(ctx, q)
	l.log.Decided(ctx, q, d, err)
	return d, err
}

func (l *logged) CheckEach(ctx context.Context, questions []accessmgmt.Question) ([]accessmgmt.Result[accessmgmt.Decision], error) {
	results, err := l.checker.CheckEach(ctx, questions)
	for i, q := range questions {
		if err != nil {
			l.log.Decided(ctx, q, accessmgmt.Decision{}, err)
			continue
		}
		l.log.Decided(ctx, q, results[i].Value, results[i].Err)
	}
	return results, err
}

func (l *logged) Explain(ctx context.Context, q accessmgmt.Question) (accessmgmt.Explanation, error) {
	e, err := l.checker.Explain(ctx, q)
	l.log.Decided(ctx, q, e.Decision, err)
	return e, err
}

// Trace names a request, as W3C Trace Context does: its own ids, and the id of the
// span that called. The zero Trace is none.
type Trace struct {
	TraceID [16]byte
	SpanID  [8]byte
	Parent  [8]byte
}

// ADL writes decisions through a slog handler as records with the fields of the
// Dutch Authorization Decision Log (Logius, draft): trace_id, span_id,
// parent_span_id, event_name, timestamp (milliseconds), status, and in attributes
// adl.core.request and adl.core.response in short, with adl.core.policies (the
// catalogue's version) and adl.core.information (the enterprise's revision) as
// references. A denial's status is Ok; an error's is Error. Persons are named by
// their opaque id alone, also as dpl.core.data_subject_id.
//
// The draft wants every record kept and each to be stored once: give it a handler
// that appends durably. What identifies a record are trace_id and span_id, which
// the portal's tracing makes.
type ADL struct {
	// Handler takes the records, of level Info.
	Handler slog.Handler
	// Trace returns what a request is known by; it makes a span of its own for
	// each call. Nil: the fields are left out.
	Trace func(context.Context) Trace
	// Now stamps the records. Defaults to time.Now.
	Now func() time.Time
	// Failed is told when the handler couldn't write a record, which the check
	// isn't: whoever must not lose one denies access from then on, or writes it
	// elsewhere. Nil: nobody is told.
	Failed func(ctx context.Context, r slog.Record, err error)
}

const eventEvaluation = "adl.access_evaluation"

// Decided implements [DecisionLog].
func (l *ADL) Decided(ctx context.Context, q accessmgmt.Question, d accessmgmt.Decision, err error) {
	if !l.Handler.Enabled(ctx, slog.LevelInfo) {
		return
	}
	clock, status := l.Now, "Ok"
	if clock == nil {
		clock = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	now := clock()
	if err != nil {
		status = "Error"
	}
	r := slog.NewRecord(now, slog.LevelInfo, eventEvaluation, 0)
	if l.Trace != nil {
		t := l.Trace(ctx)
		r.AddAttrs(slog.String("trace_id", hex.EncodeToString(t.TraceID[:])), slog.String("span_id", hex.EncodeToString(t.SpanID[:])))
		if t.Parent != ([8]byte{}) {
			r.AddAttrs(slog.String("parent_span_id", hex.EncodeToString(t.Parent[:])))
		}
	}
	request := []slog.Attr{
		slog.String("subject", q.Person.String()), slog.String("action", string(q.Action)), slog.String("resource", q.Enterprise.String()),
	}
	if !q.Unit.IsZero() {
		request = append(request, slog.String("unit", q.Unit.String()))
	}
	if q.Application != "" {
		request = append(request, slog.String("application", string(q.Application)))
	}
	if !q.At.IsZero() {
		request = append(request, slog.Time("time", q.At))
	}
	response := []slog.Attr{slog.Bool("decision", d.Allowed)}
	if err != nil {
		response = append(response, slog.String("error", accessmgmt.Code(err)))
	} else {
		response = append(response, slog.String("reason", string(d.Reason)), slog.Time("at", d.At))
	}
	attributes := []slog.Attr{
		{Key: "adl.core.request", Value: slog.GroupValue(request...)},
		{Key: "adl.core.response", Value: slog.GroupValue(response...)},
		slog.String("dpl.core.data_subject_id", q.Person.String()),
	}
	if err == nil {
		attributes = append(attributes, slog.String("adl.core.policies", d.Catalogue), slog.Uint64("adl.core.information", d.Revision))
	}
	r.AddAttrs(slog.String("event_name", eventEvaluation), slog.Int64("timestamp", now.UnixMilli()), slog.String("status", status),
		slog.Attr{Key: "attributes", Value: slog.GroupValue(attributes...)})
	if err := l.Handler.Handle(ctx, r); err != nil && l.Failed != nil {
		l.Failed(ctx, r, err)
	}
}
