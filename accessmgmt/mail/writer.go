package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io/fs"
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
	"text/template"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// Options configure a [Writer].
type Options struct {
	// Catalogue has the labels of roles and applications. Required.
	Catalogue *roles.Catalogue
	// From is the sender, as in "Mon Espace <no-reply@portal.example>". Its
	// domain makes the Message-IDs. Required.
	From string
	// Portal is the https address where people log in; http for the own machine
	// alone. Each mail but an invitation has a link to it. Required.
	Portal string
	// Signature ends each mail. Defaults to the name of From.
	Signature string
	// Language is that of mails in a language without templates. Defaults to
	// French.
	Language roles.Language
	// Templates replaces templates and adds languages; see the package. Nil:
	// those of the library.
	Templates fs.FS
}

// Writer words mails. Make one with [New]; any number of goroutines may use it.
type Writer struct {
	catalogue *roles.Catalogue
	from      mail.Address
	portal    string
	signature string
	fallback  roles.Language
	languages map[roles.Language]*language
	text      *template.Template
	html      *htmltemplate.Template
}

// New returns a writer. It reports all that is wrong with the options at once,
// as [roles.Problems]: a template by its file and name.
func New(o *Options) (*Writer, error) {
	if o == nil {
		o = &Options{}
	}
	var problems roles.Problems
	w := &Writer{catalogue: o.Catalogue, portal: o.Portal, fallback: cmp.Or(o.Language, roles.French)}
	if o.Catalogue == nil {
		problems.Add("Catalogue", roles.ProblemRequired, "the catalogue is missing")
	}
	if from, err := mail.ParseAddress(o.From); err != nil {
		problems.Add("From", roles.ProblemMalformed, "the sender is no address")
	} else {
		from.Name = name(from.Name)
		w.from = *from
	}
	if !safeLink(o.Portal) {
		problems.Add("Portal", roles.ProblemMalformed, "the portal's address must be absolute and https (http for the own machine alone)")
	}
	w.signature = cmp.Or(name(o.Signature), w.from.Name, w.from.Address)
	w.load(o.Templates, &problems)
	if w.languages[w.fallback] == nil {
		problems.Add("Language", roles.ProblemUnknown, "there are no templates in this language")
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return w, nil
}

// safeLink reports whether a link may stand in a mail.
func safeLink(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.ContainsAny(s, " \t\r\n<>\"'") {
		return false
	}
	addr, err := netip.ParseAddr(u.Hostname())
	own := u.Hostname() == "localhost" || err == nil && addr.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && own
}

// Error is why a mail can't be worded. Trying again doesn't help until the
// templates or the program change.
type Error struct {
	Event accessmgmt.MessageEvent
	As    accessmgmt.AddresseeKind
	Err   error
}

// Error names the message and never what is in it.
func (e *Error) Error() string { return fmt.Sprintf("mail: %s to %s: %v", e.Event, e.As, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Permanent reports that trying again is of no use.
func (e *Error) Permanent() bool { return true }

var errUnknown = errors.New("there is no such message")

// Write words a mail. Its error is an [*Error].
func (w *Writer) Write(m accessmgmt.Mail) (Message, error) {
	lang := w.languages[m.To.Language]
	if lang == nil {
		lang = w.languages[w.fallback]
	}
	fail := func(err error) (Message, error) { return Message{}, &Error{m.Event, m.To.Kind, err} }
	if m.Link != "" && !safeLink(m.Link) {
		return fail(errors.New("its link isn't one that a mail may have"))
	}
	page, err := w.page(m, lang)
	if err != nil {
		return fail(err)
	}
	out := Message{ID: m.ID.String() + "@" + domainOf(w.from.Address), Event: m.Event, From: w.from, To: mail.Address{Name: name(m.To.Name), Address: m.To.Email.String()},
		Date: m.CreatedAt, Subject: page.Subject, Language: lang.code}
	var text, html strings.Builder
	if err := w.text.Execute(&text, page); err != nil {
		return fail(err)
	}
	if err := w.html.Execute(&html, page.unlinked()); err != nil {
		return fail(err)
	}
	out.Text, out.HTML = text.String(), html.String()
	return out, nil
}

func domainOf(address string) string { return address[strings.LastIndex(address, "@")+1:] }

// Transport delivers a message. An error means that it may not have been
// delivered; the service tries again later, with the same ID.
type Transport interface {
	Deliver(ctx context.Context, m Message) error
}

// TransportFunc is a function that delivers a message.
type TransportFunc func(ctx context.Context, m Message) error

// Deliver calls f.
func (f TransportFunc) Deliver(ctx context.Context, m Message) error { return f(ctx, m) }

// Via returns a mailer that words mails and hands them to a transport.
func (w *Writer) Via(t Transport) accessmgmt.Mailer {
	return accessmgmt.MailerFunc(func(ctx context.Context, m accessmgmt.Mail) error {
		message, err := w.Write(m)
		if err != nil {
			return err
		}
		return t.Deliver(ctx, message)
	})
}
