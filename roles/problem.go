package roles

import "strings"

// Problem is one thing that is wrong with an input.
type Problem struct {
	// Field says where, as a path into the input: "lines[0].period.end".
	Field string `json:"field"`
	// Code says what, as a stable word to translate: "required", "in_the_past".
	Code string `json:"code"`
	// Text says it in English, for a developer. It never repeats a secret or
	// a national number.
	Text string `json:"text"`
}

// The codes of problems that several inputs share. Others stand beside the
// check that gives them.
const (
	ProblemRequired  = "required"
	ProblemMalformed = "malformed"
	ProblemUnknown   = "unknown"
	ProblemTooLong   = "too_long"
	ProblemTooMany   = "too_many"
	ProblemDuplicate = "duplicate"
	ProblemInPast    = "in_the_past"
	ProblemTooFar    = "too_far"
	ProblemOrder     = "end_before_start"
)

// Problems is every problem of one input, in the order of its fields. It is an
// error when it isn't empty; use [Problems.Err] to return it.
type Problems []Problem

// Add appends a problem.
func (p *Problems) Add(field, code, text string) {
	*p = append(*p, Problem{Field: field, Code: code, Text: text})
}

// AddAll appends the problems of a part, each field put under prefix.
func (p *Problems) AddAll(prefix string, part Problems) {
	for _, one := range part {
		switch {
		case prefix == "":
		case one.Field == "":
			one.Field = prefix
		case strings.HasPrefix(one.Field, "["):
			one.Field = prefix + one.Field
		default:
			one.Field = prefix + "." + one.Field
		}
		*p = append(*p, one)
	}
}

// Err returns p as an error, or nil when there is no problem.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// Has reports whether a problem with this field and code is among p.
func (p Problems) Has(field, code string) bool {
	for _, one := range p {
		if one.Field == field && one.Code == code {
			return true
		}
	}
	return false
}

// Error lists every problem with its field.
func (p Problems) Error() string {
	var b strings.Builder
	for i, one := range p {
		if i > 0 {
			b.WriteString("; ")
		}
		if one.Field != "" {
			b.WriteString(one.Field)
			b.WriteString(": ")
		}
		b.WriteString(one.Text)
	}
	return b.String()
}
