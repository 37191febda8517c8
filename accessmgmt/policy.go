package accessmgmt

import (
	"time"

	"github.com/egovroles/egovroles/roles"
)

// Policy is what a portal may decide otherwise. The zero Policy is the
// decisions of the guides.
type Policy struct {
	// Location is the zone of civil dates. Defaults to Europe/Brussels (D4).
	Location *time.Location
	// InvitationDays is how long an invitation can be answered when it
	// doesn't say. Defaults to 30 (D12).
	InvitationDays int
	// RequestDays is how long a request can be decided. Defaults to 90 (D6).
	RequestDays int
	// MinAssurance is how strongly everybody must have proved who he is.
	// Defaults to AssuranceHigh, the eID's (D30).
	MinAssurance Assurance
	// ExceptionalAssurance is how strongly somebody must have proved who he is
	// to ask for the exceptional procedure, which is for those who have no eID;
	// see [Service.RequestGAP]. Defaults to AssuranceLow.
	ExceptionalAssurance Assurance
	// Matcher is who may accept an invitation. Defaults to BindOnAccept.
	Matcher Matcher
	// Language is that of messages to enterprises, and to persons of theirs,
	// that chose none. Defaults to French.
	Language roles.Language
	// SelfApproval is whether a manager may give himself a role. Defaults to
	// AllowSelf, as the guides have it (D2).
	SelfApproval SelfApproval
	// OnGAPChange is what becomes of open invitations and requests when the
	// GAP is replaced or the office vacated. Defaults to Reassign (D5).
	OnGAPChange OnGAPChange
	// WarnDays is how long before its end the last term of office of a manager
	// is warned of, and that of a role and a manager (see [Service.Sweep]), and what "about to end" means in lists that don't say.
	// Defaults to 30.
	WarnDays int
	// ReminderDays is how many days before its last one an invitation that nobody
	// answered is sent a reminder, and those who decide are told of a request that
	// lapses; see [Service.Sweep]. Defaults to 7; [Never] sends none.
	ReminderDays int
	// InvitationsPerDay is how many mails with a link an enterprise may send on
	// one civil day, each to one recipient: invitations, those sent again and
	// reminders (c-28). Over it they are [ErrState] with CodeTooManyInvitations,
	// and reminders wait for the next day. Defaults to 10,000; [Unlimited] is no
	// limit. See also [Options.Limiter].
	InvitationsPerDay int
	// MailAttempts is how often a mail is tried, ever later, until it is set
	// aside; see [MessageDead]. Defaults to 24, which is about four days.
	MailAttempts int
	// MessageDays is how long the outbox keeps names, addresses and texts of
	// messages that were sent, dropped or set aside; then [Service.ForgetMessages]
	// erases them. Defaults to 30.
	MessageDays int
}

// SelfApproval is the rule for roles that a manager would give to himself.
type SelfApproval string

// The rules. Whatever the rule, the audit says that somebody gave himself a
// role.
const (
	AllowSelf SelfApproval = "allow"
	// ForbidSelf refuses it on every path: invitation by name, approval, direct
	// assignment, replacement, extension, one by one or in bulk (c-29).
	ForbidSelf SelfApproval = "forbid"
)

// OnGAPChange is the rule for what a GAP leaves open when another takes office.
type OnGAPChange string

// The rules.
const (
	// Reassign leaves invitations and requests as they are: they are the
	// enterprise's, and the new GAP decides.
	Reassign OnGAPChange = "reassign"
	// Cancel revokes the open invitations and refuses the open requests.
	Cancel OnGAPChange = "cancel"
)

// Matcher is the rule for who may accept an invitation (D10). Whatever the
// rule, an invitation that names a known person is for that person.
type Matcher string

// The rules.
const (
	// BindOnAccept: whoever holds the link and logs in; the approver sees
	// where he differs from the one invited.
	BindOnAccept Matcher = "bind_on_accept"
	// VerifiedEmail: only who has the invited address, verified by the
	// identity provider.
	VerifiedEmail Matcher = "verified_email"
)

func (s *Service) applyPolicyDefaults(problems *roles.Problems) {
	p := &s.policy
	if p.Location == nil {
		brussels, err := time.LoadLocation("Europe/Brussels")
		if err != nil { // it is embedded
			problems.Add("Policy.Location", roles.ProblemUnknown, "Europe/Brussels isn't known here")
		}
		p.Location = brussels
	}
	defaultTo(&p.InvitationDays, 30)
	defaultTo(&p.RequestDays, 90)
	defaultTo(&p.MinAssurance, AssuranceHigh)
	defaultTo(&p.ExceptionalAssurance, AssuranceLow)
	defaultTo(&p.Matcher, BindOnAccept)
	defaultTo(&p.Language, roles.French)
	defaultTo(&p.SelfApproval, AllowSelf)
	defaultTo(&p.OnGAPChange, Reassign)
	defaultTo(&p.WarnDays, 30)
	defaultTo(&p.ReminderDays, 7)
	defaultTo(&p.InvitationsPerDay, 10_000)
	defaultTo(&p.MailAttempts, 24)
	defaultTo(&p.MessageDays, 30)
	if p.MailAttempts < 1 || p.MailAttempts > 1000 {
		problems.Add("Policy.MailAttempts", roles.ProblemTooFar, "a mail is tried 1 to 1000 times")
	}
	if p.MessageDays < 1 || p.MessageDays > 3650 {
		problems.Add("Policy.MessageDays", roles.ProblemTooFar, "the outbox keeps names for 1 to 3650 days")
	}
	if p.SelfApproval != AllowSelf && p.SelfApproval != ForbidSelf {
		problems.Add("Policy.SelfApproval", roles.ProblemUnknown, "there is no such rule")
	}
	if p.OnGAPChange != Reassign && p.OnGAPChange != Cancel {
		problems.Add("Policy.OnGAPChange", roles.ProblemUnknown, "there is no such rule")
	}
	if p.WarnDays < 1 || p.WarnDays > 365 {
		problems.Add("Policy.WarnDays", roles.ProblemTooFar, "a warning comes 1 to 365 days ahead")
	}
	if p.ReminderDays != Never && (p.ReminderDays < 1 || p.ReminderDays > 365) {
		problems.Add("Policy.ReminderDays", roles.ProblemTooFar, "a reminder comes 1 to 365 days ahead")
	}
	if p.InvitationsPerDay < Unlimited {
		problems.Add("Policy.InvitationsPerDay", roles.ProblemTooFar, "a day has no fewer than no invitations")
	}
	if p.InvitationDays < 1 || p.InvitationDays > 365 {
		problems.Add("Policy.InvitationDays", roles.ProblemTooFar, "an invitation stays open 1 to 365 days")
	}
	if p.RequestDays < 1 || p.RequestDays > 3650 {
		problems.Add("Policy.RequestDays", roles.ProblemTooFar, "a request can be decided for 1 to 3650 days")
	}
	if p.MinAssurance > AssuranceHigh {
		problems.Add("Policy.MinAssurance", roles.ProblemUnknown, "there is no such level")
	}
	if p.ExceptionalAssurance > AssuranceHigh {
		problems.Add("Policy.ExceptionalAssurance", roles.ProblemUnknown, "there is no such level")
	}
	if p.Matcher != BindOnAccept && p.Matcher != VerifiedEmail {
		problems.Add("Policy.Matcher", roles.ProblemUnknown, "there is no such matcher")
	}
	if known, ok := roles.ParseLanguage(string(p.Language)); !ok || known != p.Language {
		problems.Add("Policy.Language", roles.ProblemUnknown, "the language is none of fr, nl, de, en")
	}
}

func defaultTo[T comparable](v *T, otherwise T) {
	if *v == *new(T) {
		*v = otherwise
	}
}
