package accessmgmt

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// maxNameSearch is how long a name to search may be, in characters: a given and
// a family name.
const maxNameSearch = 2 * invitation.MaxName

// searchWords returns the words that a name is searched by; none when nothing
// was typed, which finds every name. No character of them is a wildcard.
func searchWords(name string) (words []string, problems roles.Problems) {
	switch {
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }):
		problems.Add("name", roles.ProblemMalformed, "the name has characters that no name has")
	case utf8.RuneCountInString(name) > maxNameSearch:
		problems.Add("name", roles.ProblemTooLong, fmt.Sprintf("a name to search has at most %d characters", maxNameSearch))
	default:
		words = nameWords(name)
		slices.Sort(words)
		words = slices.Compact(words)
		if len(words) == 0 && strings.TrimSpace(name) != "" {
			problems.Add("name", roles.ProblemMalformed, "the name has no letter")
		}
	}
	return words, problems
}

// days returns the instants of the days that a query names in a field; zero for
// none.
func (s *Service) days(field string, p roles.Period, problems *roles.Problems) roles.Window {
	if p.IsZero() {
		return roles.Window{}
	}
	problems.AddAll(field, p.Validate())
	return p.Window(s.policy.Location)
}

// tooManyOf refuses a field of a query that names more than a store is asked
// for at once. Empty is any.
func tooManyOf[T any](field string, values []T) roles.Problems {
	if len(values) == 0 {
		return nil
	}
	return tooMany(field, len(values))
}

// among returns those of all that are wanted: all of them when nothing in
// particular is.
func among[T comparable](all, wanted []T) []T {
	if len(wanted) == 0 {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(v T) bool { return !slices.Contains(wanted, v) })
}
