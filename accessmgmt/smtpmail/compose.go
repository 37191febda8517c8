package smtpmail

import (
	netmail "net/mail"
	"strings"

	"github.com/wneessen/go-mail"

	"github.com/egovroles/egovroles/accessmgmt"
)

// compose writes a mail. The library encodes what people typed, so that no header
// is added by a line break in a name.
func (m *Mailer) compose(out accessmgmt.Mail) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(m.from)
	msg.EnvelopeFromMailAddress(m.envelope)
	msg.ReplyToMailAddress(m.replyTo)
	msg.ToMailAddress(&netmail.Address{Name: oneLine(out.To.Name), Address: out.To.Email.String()})
	msg.Subject(oneLine(out.Subject))
	msg.SetDateWithValue(m.config.Now())
	msg.SetMessageIDWithValue(out.ID.String() + "@" + m.domain)
	// No answer of a machine's is wanted (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	if out.To.Language != "" {
		msg.SetGenHeader("Content-Language", string(out.To.Language))
	}
	msg.SetBodyString(mail.TypeTextPlain, out.Body)
	if m.config.HTML != nil {
		html, err := m.config.HTML(out)
		if err != nil {
			return nil, err
		}
		if html != "" {
			msg.AddAlternativeString(mail.TypeTextHTML, html)
		}
	}
	if m.config.Sign != nil {
		if err := m.config.Sign(msg); err != nil {
			return nil, err
		}
	}
	return msg, nil
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
