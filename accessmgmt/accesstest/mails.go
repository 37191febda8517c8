package accesstest

import (
	"context"
	"net/url"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/mail"
)

// Deliver sends every message that is due now.
func (w *World) Deliver() {
	w.t.Helper()
	for {
		done, err := w.Service.DispatchOnce(context.Background())
		w.must(err, "deliver")
		if done == (accessmgmt.Dispatched{}) {
			return
		}
	}
}

// mailsTo are the mails of this enterprise to somebody, at whatever address.
func (w *World) mailsTo(who accessmgmt.Actor) []accessmgmt.Mail {
	w.t.Helper()
	id, known := w.lookUp(who)
	enterprise := w.registered()
	return slices.DeleteFunc(w.Mailbox.All(), func(m accessmgmt.Mail) bool {
		his := known && m.To.Person == id || !who.Identity.Email.IsZero() && m.To.Email.Same(who.Identity.Email)
		return m.Enterprise != enterprise || !his
	})
}

// Words puts a mail in words, as package mail does with its own templates.
func (w *World) Words(m accessmgmt.Mail) mail.Message {
	w.t.Helper()
	letters, err := mail.New(&mail.Options{Catalogue: w.catalogue, From: "Portal <no-reply@portal.example>", Portal: "https://portal.example"})
	w.must(err, "the templates of mails")
	words, err := letters.Write(m)
	w.must(err, "put a mail in words")
	return words
}

// LinkFor delivers the mails and returns the link in the last one to somebody
// that has a link, which is what he would click on.
func (w *World) LinkFor(who accessmgmt.Actor) string {
	w.t.Helper()
	w.Deliver()
	for _, m := range slices.Backward(w.mailsTo(who)) {
		if m.Link != "" {
			return m.Link
		}
	}
	w.t.Fatalf("accesstest: %s got no mail with a link\n%s", nameOf(who), w.Report(who))
	return ""
}

// TokenFor returns the token in the link of [World.LinkFor].
func (w *World) TokenFor(who accessmgmt.Actor) accessmgmt.Token {
	w.t.Helper()
	link, err := url.Parse(w.LinkFor(who))
	w.must(err, "the link for "+nameOf(who))
	token, err := accessmgmt.ParseToken(link.Query().Get("token"))
	w.must(err, "the link for "+nameOf(who))
	return token
}

// OpenLink returns what somebody sees who opens the link of [World.LinkFor].
func (w *World) OpenLink(who accessmgmt.Actor) accessmgmt.Inspection {
	w.t.Helper()
	seen, err := w.Service.Inspect(context.Background(), w.TokenFor(who))
	w.must(err, "open the link for "+nameOf(who))
	return seen
}

// AcceptLink has somebody open the link of [World.LinkFor], log in and accept, and
// returns what came of it.
func (w *World) AcceptLink(who accessmgmt.Actor) accessmgmt.Acceptance {
	w.t.Helper()
	done, err := w.Service.Accept(context.Background(), who, w.TokenFor(who), accessmgmt.Accept{Email: w.address(who)})
	w.must(err, nameOf(who)+" accepts")
	return done
}
