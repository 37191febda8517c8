package accessmgmt

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/egovroles/egovroles/internal/textfold"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// erasing is who is erased, and by what he is told in texts: every name and
// address that one enterprise has of him, and the addresses that staff gave.
type erasing struct {
	person PersonID
	// all are the ids he is known by: person, and whom he was taken for formerly.
	all []PersonID
	// whole are his whole names, folded, the given name first and last; parts are
	// the words of them that tell him from others.
	whole, parts map[string]bool
	emails       map[string]Email // by key
	// wordless keeps the operator's words out of what is written.
	wordless bool
}

func (c ErasePerson) erasing(p Person) erasing {
	of := erasing{person: p.ID, all: append([]PersonID{p.ID}, p.Formerly...), whole: map[string]bool{}, parts: map[string]bool{}, emails: map[string]Email{}}
	for _, e := range c.Emails {
		of.at(e)
	}
	return of
}

func (of *erasing) is(id PersonID) bool { return slices.Contains(of.all, id) }

// erasing reads what one enterprise knows a person by. It counts there alone:
// names and addresses are typed by people, and what somebody typed in one
// enterprise must not erase another's data in the next. For the same reason what
// he wrote of himself as a candidate isn't looked for in what others are told.
func (s *Service) erasing(ctx context.Context, c ErasePerson, p Person, enterprise EnterpriseID) (erasing, error) {
	of := c.erasing(p)
	members, err := s.store.Members(ctx, enterprise, of.all)
	if err != nil {
		return of, err
	}
	for _, m := range members {
		of.called(m.GivenName, m.FamilyName)
		of.at(m.Email)
	}
	for _, id := range of.all {
		f := RecipientFilter{Enterprises: []EnterpriseID{enterprise}, Person: id}
		err := eachPage(func(p Page) ([]invitation.Recipient, error) { return s.store.FindRecipients(ctx, f, p) }, recipientKey,
			func(rows []invitation.Recipient) error {
				for _, r := range rows {
					of.invited(r)
				}
				return nil
			})
		if err != nil {
			return of, err
		}
	}
	return of, nil
}

// invited adds what an invitation calls him that named him or that he answered:
// not by the name and address of somebody else, whose it was.
func (of *erasing) invited(r invitation.Recipient) {
	if of.is(r.Answer.Person) {
		of.called(r.Answer.GivenName, r.Answer.FamilyName)
		of.at(r.Answer.Email)
	}
	if isInvitee(r, of.is) {
		of.called(r.Invitee.GivenName, r.Invitee.FamilyName)
		of.at(r.Invitee.Email)
	}
}

// isInvitee reports whether an invitation that somebody was named by, or answered,
// was also sent to him: that it bore his name, and so hardly somebody else's.
func isInvitee(r invitation.Recipient, he func(PersonID) bool) bool {
	if !r.Invitee.Person.IsZero() {
		return he(r.Invitee.Person)
	}
	return he(r.Answer.Person) && !slices.Contains(r.Differences(), invitation.DifferentFamilyName)
}

func (of *erasing) at(e Email) {
	if !e.IsZero() {
		of.emails[e.Key()] = e
	}
}

func (of *erasing) keys() []string { return slices.Sorted(maps.Keys(of.emails)) }

// called adds a name of his.
func (of *erasing) called(given, family string) {
	if given == ErasedName || family == ErasedName {
		return
	}
	for _, part := range nameParts(family) {
		of.parts[part] = true
	}
	if given != "" && family != "" {
		of.whole[plainText(given+" "+family)], of.whole[plainText(family+" "+given)] = true, true
	}
}

// plainText folds a text, with one space between its words.
func plainText(s string) string { return strings.Join(strings.Fields(textfold.Fold(s)), " ") }

// couldBe reports whether a name could be his: one word of the family name is
// enough, as in sameName. Of one whom nobody knows by a name any name could be.
func (of *erasing) couldBe(family string) bool {
	return len(of.parts) == 0 || family == "" || slices.ContainsFunc(nameParts(family), func(part string) bool { return of.parts[part] })
}

func (of *erasing) isName(name string) bool { return name != "" && of.whole[plainText(name)] }

func (of *erasing) isAddress(address string) bool {
	e, err := invitation.ParseEmail(address)
	return err == nil && of.hasAddress(e)
}

func (of *erasing) hasAddress(e Email) bool {
	_, his := of.emails[e.Key()]
	return his && !e.IsZero()
}

// names reports whether a text has his whole name or one of his addresses in it.
func (of *erasing) names(s string) bool {
	if s == "" {
		return false
	}
	text, lower := plainText(s), strings.ToLower(s)
	for name := range of.whole {
		if strings.Contains(text, name) {
			return true
		}
	}
	for _, e := range of.emails {
		if strings.Contains(lower, strings.ToLower(e.String())) {
			return true
		}
	}
	return false
}

// unnamed refuses words of the operator's that name him, by what he is told by or
// by other names.
func (of *erasing) unnamed(a Actor, others []string) error {
	var problems roles.Problems
	texts := map[string]string{"on_behalf_of": a.OnBehalfOf, "reason": a.Reason}
	for _, field := range slices.Sorted(maps.Keys(texts)) {
		named := func(word string) bool { return of.parts[word] || slices.Contains(others, word) }
		if of.names(texts[field]) || slices.ContainsFunc(words(texts[field]), named) {
			problems.Add(field, ProblemNamesPerson, "it names the person who is erased, and is kept: name a file instead")
		}
	}
	return invalid(problems)
}
