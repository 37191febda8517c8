package main

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/mail"
)

// mailbox is the demo's mailer: it keeps every mail, as the inboxes of all its
// addressees in one. A portal would give the service letters.Via(a transport).
type mailbox struct {
	letters *mail.Writer
	mails   []letter
	shown   int
	// folder, when set, gets each mail as a file too.
	folder mail.Transport
}

// letter is a mail and its words.
type letter struct {
	accessmgmt.Mail
	words mail.Message
}

// Send implements accessmgmt.Mailer. A mail is sent at least once; one that
// comes again has the same id.
func (b *mailbox) Send(ctx context.Context, m accessmgmt.Mail) error {
	words, err := b.letters.Write(m)
	if err != nil {
		return err
	}
	if b.folder != nil {
		if err := b.folder.Deliver(ctx, words); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(b.mails, func(there letter) bool { return there.ID == m.ID }) {
		b.mails = append(b.mails, letter{m, words})
	}
	return nil
}

// fetch returns the mails that came since it was last called.
func (b *mailbox) fetch() []letter {
	fresh := b.mails[b.shown:]
	b.shown = len(b.mails)
	return fresh
}

var linkIn = regexp.MustCompile(`https://\S+token=\S+`)

// tokenIn takes the link out of a mail's text, as its reader would, and the
// token out of the link, as the portal's page would.
func tokenIn(text string) (accessmgmt.Token, error) {
	u, err := url.Parse(linkIn.FindString(text))
	if err != nil {
		return accessmgmt.Token{}, err
	}
	return accessmgmt.ParseToken(u.Query().Get("token"))
}

// dispatch lets the service send what is due.
func (s *story) dispatch(ctx context.Context) error {
	for {
		done, err := s.svc.DispatchOnce(ctx)
		if err != nil || done.Sent+done.Dropped+done.Failed == 0 {
			return err
		}
	}
}

// sendMails lets the service send what is due and returns what came since mails
// were last looked at.
func (s *story) sendMails(ctx context.Context) ([]letter, error) {
	if err := s.dispatch(ctx); err != nil {
		return nil, err
	}
	return s.box.fetch(), nil
}

// showMails sends what is due and shows each mail whole.
func (s *story) showMails(ctx context.Context) error {
	mails, err := s.sendMails(ctx)
	for _, m := range mails {
		s.mail(m.words)
	}
	return err
}

// listMails sends what is due and shows to whom and what about.
func (s *story) listMails(ctx context.Context) error {
	mails, err := s.sendMails(ctx)
	if err != nil || len(mails) == 0 {
		return err
	}
	s.say(sayMailsSent)
	times := map[[2]string]int{}
	var order [][2]string
	for _, m := range mails {
		key := [2]string{addressee(m.To), m.words.Subject}
		if times[key]++; times[key] == 1 {
			order = append(order, key)
		}
	}
	var rows [][]string
	for _, key := range order {
		rows = append(rows, []string{strconv.Itoa(times[key]) + " ×", key[0], key[1]})
	}
	s.table([]text{{}, wordTo, wordSubject}, rows)
	return nil
}
