package smtpmail

import (
	netmail "net/mail"

	"github.com/wneessen/go-mail"

	letter "github.com/egovroles/egovroles/accessmgmt/mail"
)

// compose makes what is sent of a mail in words, as its own Compose would: beside
// that it can be signed, and says where answers go.
func (m *Mailer) compose(out letter.Message) (*mail.Msg, error) {
	if _, err := out.Compose(); err != nil { // it refuses what would break a header
		return nil, err
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	from := out.From
	msg.FromMailAddress(&from)
	msg.EnvelopeFromMailAddress(&from)
	if m.envelope != nil {
		msg.EnvelopeFromMailAddress(m.envelope)
	}
	if m.replyTo != nil {
		msg.ReplyToMailAddress(m.replyTo)
	}
	msg.ToMailAddress(&netmail.Address{Name: out.To.Name, Address: out.To.Address})
	msg.Subject(out.Subject)
	msg.SetDateWithValue(out.Date)
	msg.SetMessageIDWithValue(out.ID)
	// No answer of a machine's is wanted (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	if out.Language != "" {
		msg.SetGenHeader("Content-Language", string(out.Language))
	}
	msg.SetBodyString(mail.TypeTextPlain, out.Text)
	if out.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, out.HTML)
	}
	if m.config.Sign != nil {
		if err := m.config.Sign(msg); err != nil {
			return nil, err
		}
	}
	return msg, nil
}
