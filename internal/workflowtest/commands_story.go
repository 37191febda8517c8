package workflowtest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// story is a world in which everybody speaks one language.
type story struct {
	w    *World
	lang roles.Language
}

func newStory(t testing.TB, open Open, lang roles.Language) *story {
	w := New(t, open, func(o *accessmgmt.Options) { o.Policy.Language = lang })
	w.Register.Rename(w.Number, storyName)
	w.Rep.Identity.Email = accessmgmt.MustParseEmail("renee@register.example")
	return &story{w, lang}
}

// person is somebody whose given name reads like something else.
func (s *story) person() accessmgmt.Actor {
	a := Person("Anne", fmt.Sprintf("Dubois-%d", s.w.Count()))
	a.Identity.GivenName = hostileName
	return a
}

func (s *story) address(a accessmgmt.Actor) accessmgmt.Email {
	return accessmgmt.MustParseEmail(a.Identity.FamilyName + "@acme.example")
}

// lines are what the story offers: one role without end, and one with.
func (s *story) lines() []invitation.Line {
	return []invitation.Line{line(roles.Editor, "2026-03-02", ""), line(roles.Manager, "2026-04-01", "2026-04-30")}
}

func (s *story) invite(a accessmgmt.Actor) (invitation.Recipient, accessmgmt.Token) {
	done := s.w.invite(accessmgmt.Invite{Enterprise: s.w.Acme, Lines: s.lines(), Message: hostileMessage, Recipients: []invitation.Invitee{
		{GivenName: a.Identity.GivenName, FamilyName: a.Identity.FamilyName, Email: s.address(a)}}})
	return done.Results[0].Value, s.w.LastToken(s.address(a))
}

func (s *story) accept(a accessmgmt.Actor, email accessmgmt.Email) []accessmgmt.RequestRef {
	_, token := s.invite(a)
	done, err := s.w.Svc.Accept(s.w.Ctx, a, token, accessmgmt.Accept{Email: email})
	require.NoError(s.w, err)
	return refs(done.Requests...)
}

func (s *story) designate(gap accessmgmt.Actor) {
	c := s.w.Designation(s.w.Number, gap)
	c.GAP.Language, c.GAP.Email = "", accessmgmt.MustParseEmail(gap.Identity.GivenName+"@acme.example")
	s.w.Acme = s.w.designate(c).Enterprise.ID
	s.w.GAP = gap
}

// play has every message sent.
func (s *story) play() {
	w := s.w
	s.designate(w.GAP)
	s.designate(Person("Nora", "Next"))
	declining := s.person()
	_, token := s.invite(declining)
	require.NoError(w, w.Svc.Decline(w.Ctx, declining, token, accessmgmt.Decline{Reason: hostileReason}))
	revoked, _ := s.invite(s.person())
	require.NoError(w, one(w.Svc.Revoke(w.Ctx, w.GAP, accessmgmt.Revoke{Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{revoked.ID}, Reason: hostileReason})))

	anne := s.person()
	requests := s.accept(anne, accessmgmt.MustParseEmail("typed@home.example"))
	approved, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: requests})
	require.NoError(w, err)
	bert := s.person()
	requests = s.accept(bert, s.address(bert))
	refusal, err := w.Svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: requests[:1], Reason: hostileReason})
	require.NoError(w, one(refusal, err))
	require.NoError(w, one(w.Svc.Withdraw(w.Ctx, bert, accessmgmt.Withdraw{Requests: requests[1:]})))

	carl := s.person()
	given, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: s.lines(), Persons: []accessmgmt.Assignee{
		{Number: carl.Identity.Number, GivenName: hostileName, FamilyName: carl.Identity.FamilyName, Email: s.address(carl)}}})
	require.NoError(w, one(given, err))
	_, err = w.replacing(given[0].Value.Assignment, line(roles.Writer, "2026-03-02", "2026-12-31"))
	require.NoError(w, err)
	require.NoError(w, one(w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Reason: hostileReason, Assignments: []accessmgmt.AssignmentID{given[1].Value.Assignment.ID, approved[0].Value.Assignment.ID}})))
	s.manage()
	_, err = w.Svc.ResignGAP(w.Ctx, w.GAP, accessmgmt.ResignGAP{Enterprise: w.Acme, Reason: hostileReason})
	require.NoError(w, err)
	_, err = w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: hostileReason})
	require.NoError(w, err)
	w.Deliver()
}

// manage has a manager named and removed, and the exceptional procedure asked
// for and refused.
func (s *story) manage() {
	w, dora := s.w, s.person()
	term, err := w.Svc.NameManager(w.Ctx, w.GAP, accessmgmt.NameManager{Enterprise: w.Acme, Kind: accessmgmt.CoGAP, Period: roles.Between(day("2026-03-02"), day("2026-12-31")),
		Manager: accessmgmt.Assignee{Number: dora.Identity.Number, GivenName: hostileName, FamilyName: dora.Identity.FamilyName, Email: s.address(dora)}})
	require.NoError(w, err)
	_, err = w.Svc.RemoveManager(w.Ctx, w.GAP, accessmgmt.RemoveManager{Enterprise: w.Acme, Manager: term.ID, Reason: hostileReason})
	require.NoError(w, err)

	request := w.requestingGAP(w.weak("Cato", "Candidate"), w.Number)
	request.GAP.Language, request.GAP.GivenName, request.EnterpriseName = "", hostileName, hostileName
	asked, err := w.Svc.RequestGAP(w.Ctx, w.weak("Cato", "Candidate"), request)
	require.NoError(w, err)
	_, err = w.Svc.RefuseGAP(w.Ctx, Staff(), accessmgmt.RefuseGAP{Enterprise: w.Acme, Request: asked.ID, Reason: hostileReason})
	require.NoError(w, err)
}

// What people type in the story, made to look like more than it is.
const (
	hostileMessage = "Hello <b>you</b>\r\nEnterprise: Evil SA\nBcc: all@evil.example\n\nhttps://evil.example/?token=x"
	hostileReason  = "No.\nRole: Owner (2026-01-01 – unlimited)\nSubject: won"
	hostileName    = "Anne, Bcc: all@evil.example"
	storyName      = "Müller & Fils <SA>"
)
