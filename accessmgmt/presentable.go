package accessmgmt

import (
	"strings"
	"unicode/utf8"

	"github.com/egovroles/egovroles/invitation"
)

// What an identity provider, a register or the portal's staff words isn't typed
// into a form that could be sent back, so it is cleaned instead of refused:
// broken UTF-8, which no store would give back as it was and the audit's
// commitment would then not fit, and the line breaks and marks that could forge
// a mail's header or a line of a list.

// presentable returns one line of at most limit characters that can be shown,
// "" when nothing of it can be seen.
func presentable(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.TrimSpace(s) == "" {
		return ""
	}
	if invitation.ValidateName(s) != nil {
		s = strings.Map(func(r rune) rune {
			if invitation.ValidateName("x"+string(r)) != nil {
				return ' '
			}
			return r
		}, s)
		s = strings.Join(strings.Fields(s), " ")
	}
	s = invitation.CleanText(s)
	if !invitation.Visible(s) {
		return ""
	}
	for n := range s {
		if limit == 0 {
			return strings.TrimSpace(s[:n])
		}
		limit--
	}
	return s
}

// presentable returns the actor with everything that is stored or shown of him
// cleaned. Issuer and subject are names of a machine's; admit looks at them.
func (a Actor) presentable() Actor {
	a.Identity.GivenName = presentable(a.Identity.GivenName, invitation.MaxName)
	a.Identity.FamilyName = presentable(a.Identity.FamilyName, invitation.MaxName)
	a.OnBehalfOf = presentable(a.OnBehalfOf, invitation.MaxReason)
	a.Reason = presentable(a.Reason, invitation.MaxReason)
	return a
}

func (r Representation) presentable() Representation {
	r.Function = presentable(r.Function, invitation.MaxReason)
	r.Evidence = presentable(r.Evidence, invitation.MaxReason)
	r.EnterpriseName = presentable(r.EnterpriseName, invitation.MaxReason)
	return r
}

// maxAccount is how long an issuer and a subject may be, in bytes.
const maxAccount = 255

// plainAccount reports whether a store can keep and compare a name as it is.
func plainAccount(s string) bool {
	return s != "" && len(s) <= maxAccount && utf8.ValidString(s) && !strings.ContainsRune(s, 0)
}
