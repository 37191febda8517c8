package accessmgmt

import (
	"slices"
	"strings"
	"unicode"

	"github.com/egovroles/egovroles/internal/textfold"
)

// ProblemOtherName is a national number that doesn't go with the name.
const ProblemOtherName = "other_name"

// sameName refuses a national number of somebody whom the enterprise knows by a
// family name with no word in common: a mistyped digit would give a colleague
// what was meant for somebody else. Names change and are written in part
// ("Maes", "Maes-Janssens"), so one word is enough. Of a number nobody here has,
// nothing can be said until its owner logs in.
//
// Only a manager's word is held against another manager's. The name that a
// person's identity provider vouches for takes its place when he accepts an
// invitation, and so does a representative's when he designates him; nothing
// stored says whose word a name is, so until then a mistyped name stands in the
// way of the right one. A manager who knows better names the person by his id.
func sameName(known Member, family, field string) error {
	if known.FamilyName == "" {
		return nil
	}
	has, given := nameParts(known.FamilyName), nameParts(family)
	if slices.ContainsFunc(given, func(word string) bool { return slices.Contains(has, word) }) ||
		strings.Join(words(known.FamilyName), "") == strings.Join(words(family), "") { // Van den Berghe, Vandenberghe
		return nil
	}
	return invalidField(field, ProblemOtherName, "the enterprise knows the person with this national number by another family name")
}

// nameParts returns the words of a family name that tell it from others, all of
// them when it has nothing but particles ("Le", "Ben").
func nameParts(name string) []string {
	all := words(name)
	if parts := slices.DeleteFunc(slices.Clone(all), isParticle); len(parts) > 0 {
		return parts
	}
	return all
}

// words returns the words of a name, folded.
func words(name string) []string {
	return strings.FieldsFunc(textfold.Fold(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
}

// isParticle reports the words that stand before many family names and tell no
// two of them apart, folded and without their apostrophes.
func isParticle(word string) bool { return strings.Contains(particles, " "+word+" ") }

const particles = " a aan af al am au auf aus aux av ben bin bint d da das dal dalla de degli dei del dela della delle dello den der des di do dos du" +
	" e el en et het i ibn ibnou il im in l la las le les li lo los mac mc o op ould s san santa st sint saint sainte t te ten ter tot to" +
	" uit und van vande vanden vander ver vom von voor y zu zum zur "
