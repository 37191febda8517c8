package roles

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/egovroles/egovroles/internal/legible"
)

// PropertyKind is what a property's value is.
type PropertyKind string

// The kinds of property. Each names the function that makes its values.
const (
	YesNo        PropertyKind = "yes_no"  // Is
	TextProperty PropertyKind = "text"    // Words: one line
	DateProperty PropertyKind = "date"    // On
	OneOf        PropertyKind = "one_of"  // Choice: one of the options
	ManyOf       PropertyKind = "many_of" // Choices: any of the options
)

// PropertyKinds returns every kind.
func PropertyKinds() []PropertyKind {
	return []PropertyKind{YesNo, TextProperty, DateProperty, OneOf, ManyOf}
}

// Property is one thing that is asked when a role is given, beside its
// validity: a field of the form's step « Propriétés de rôle ».
type Property struct {
	// Name is 1 to 64 lower-case letters, digits and underscores, a letter
	// first.
	Name   string
	Labels Labels
	Kind   PropertyKind
	// Options are what can be chosen, in the order of the form, for the kinds
	// [OneOf] and [ManyOf]; at most 100.
	Options []Option
	// Mandatory says that there must be an answer. No is one; an empty text or
	// choice isn't.
	Mandatory bool
	// MaxLength is how many characters a text may have, at most 1,000; zero
	// means 200.
	MaxLength int
}

// Option is one of the choices of a property.
type Option struct {
	// Value is what is kept: 1 to 64 characters.
	Value  string
	Labels Labels
}

const (
	maxOptions       = 100
	maxOptionLength  = 64
	maxTextLength    = 1_000
	defaultMaxLength = 200
)

// The problems that are a property's own.
const (
	ProblemWrongKind   = "wrong_kind"    // a text where yes or no was asked, and the like
	ProblemNotAnOption = "not_an_option" // none of the property's options
)

// ValidateProperties returns what is wrong with what was answered to the
// role's properties. The fields are the properties' names: first those of the
// role, in its order, then those that it doesn't have. No text repeats a value.
func (r Role) ValidateProperties(p Properties) Problems {
	var problems Problems
	given := maps.Collect(p.All())
	for _, asked := range r.Properties {
		problems.AddAll(asked.Name, asked.validate(given[asked.Name]))
	}
	for name := range p.All() {
		if !slices.ContainsFunc(r.Properties, func(asked Property) bool { return asked.Name == name }) {
			problems.Add(name, ProblemUnknown, "this role has no such property")
		}
	}
	return problems
}

func (p Property) validate(v Value) (problems Problems) {
	if v.IsZero() {
		if p.Mandatory {
			problems.Add("", ProblemRequired, "an answer is missing")
		}
		return problems
	}
	_, isBool := v.Bool()
	text, isText := v.Text()
	options, isList := v.Choices()
	switch {
	case p.Kind == YesNo && isBool, p.Kind == ManyOf && isList, (p.Kind == TextProperty || p.Kind == DateProperty || p.Kind == OneOf) && isText:
	default:
		problems.Add("", ProblemWrongKind, fmt.Sprintf("the answer is of another kind than %s", p.Kind))
		return problems
	}
	if p.Mandatory && (isText && !legible.Any(text) || isList && len(options) == 0) {
		problems.Add("", ProblemRequired, "the answer is empty")
		return problems
	}
	switch p.Kind {
	case YesNo: // either is right
	case TextProperty:
		return p.validateText(text)
	case DateProperty:
		if _, ok := v.Date(); !ok {
			problems.Add("", ProblemMalformed, "not a day of the calendar written YYYY-MM-DD")
		}
	case OneOf, ManyOf:
		if isText {
			options = []string{text}
		}
		for _, o := range options {
			if !slices.ContainsFunc(p.Options, func(known Option) bool { return known.Value == o }) {
				problems.Add("", ProblemNotAnOption, "the answer isn't among the options")
				break
			}
		}
	}
	return problems
}

func (p Property) validateText(s string) (problems Problems) {
	limit := p.MaxLength
	if limit == 0 {
		limit = defaultMaxLength
	}
	switch {
	case strings.ContainsFunc(s, legible.Forges):
		problems.Add("", ProblemMalformed, "the text is one line, without characters that can't be shown")
	case utf8.RuneCountInString(s) > limit:
		problems.Add("", ProblemTooLong, fmt.Sprintf("the text has at most %d characters", limit))
	}
	return problems
}

// validateSchema returns what is wrong with the properties of a role, under
// "properties".
func validateSchema(properties []Property) (problems Problems) {
	if len(properties) > MaxProperties {
		problems.Add("properties", ProblemTooMany, fmt.Sprintf("a role has at most %d properties, this one %d", MaxProperties, len(properties)))
	}
	seen := map[string]bool{}
	for i, p := range properties {
		path := fmt.Sprintf("properties[%d]", i)
		switch {
		case !validName(p.Name):
			problems.Add(path+".name", ProblemMalformed, "a property's name is 1 to 64 lower-case letters, digits and underscores, a letter first")
		case seen[p.Name]:
			problems.Add(path+".name", ProblemDuplicate, fmt.Sprintf("the property %q is there twice", p.Name))
		}
		seen[p.Name] = true
		problems.AddAll(path, p.validateItself())
	}
	return problems
}

func (p Property) validateItself() (problems Problems) {
	if p.Labels == (Labels{}) {
		problems.Add("labels", ProblemRequired, "a property needs a label in some language")
	}
	if !slices.Contains(PropertyKinds(), p.Kind) {
		problems.Add("kind", ProblemUnknown, "a property's kind is one of yes_no, text, date, one_of, many_of")
		return problems
	}
	chosen := p.Kind == OneOf || p.Kind == ManyOf
	switch {
	case chosen && len(p.Options) == 0:
		problems.Add("options", ProblemRequired, "there is nothing to choose from")
	case chosen && len(p.Options) > maxOptions:
		problems.Add("options", ProblemTooMany, fmt.Sprintf("a property has at most %d options, this one %d", maxOptions, len(p.Options)))
	case !chosen && len(p.Options) > 0:
		problems.Add("options", ProblemMalformed, "only one_of and many_of have options")
	}
	seen := map[string]bool{}
	for i, o := range p.Options {
		field := fmt.Sprintf("options[%d].value", i)
		switch {
		case o.Value == "" || !utf8.ValidString(o.Value) || utf8.RuneCountInString(o.Value) > maxOptionLength ||
			strings.ContainsFunc(o.Value, legible.Forges) || strings.TrimSpace(o.Value) != o.Value:
			problems.Add(field, ProblemMalformed, fmt.Sprintf("an option is 1 to %d characters that can be shown, with no space around them", maxOptionLength))
		case seen[o.Value]:
			problems.Add(field, ProblemDuplicate, fmt.Sprintf("the option %q is there twice", o.Value))
		}
		seen[o.Value] = true
	}
	switch {
	case p.MaxLength == 0:
	case p.Kind != TextProperty:
		problems.Add("max_length", ProblemMalformed, "only a text has a length")
	case p.MaxLength < 0 || p.MaxLength > maxTextLength:
		problems.Add("max_length", ProblemMalformed, fmt.Sprintf("the longest text is 1 to %d characters", maxTextLength))
	}
	return problems
}
