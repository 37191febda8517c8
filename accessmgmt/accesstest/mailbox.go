package accesstest

import (
	"context"
	"slices"
	"sync"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Mailbox is the mailer of a world: it keeps what was sent. Mails are sent when
// the service is told to, which [World.Deliver] does.
type Mailbox struct {
	mu    sync.Mutex
	mails []accessmgmt.Mail

	by      func(accessmgmt.Mail) error
	fail    error
	left    int // how many to refuse still; below zero: all
	refused int
}

// Send keeps a mail, or refuses it.
func (m *Mailbox) Send(_ context.Context, mail accessmgmt.Mail) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil && m.left != 0 {
		m.left--
		m.refused++
		return m.fail
	}
	if m.by != nil {
		if err := m.by(mail); err != nil {
			m.refused++
			return err
		}
	}
	m.mails = append(m.mails, mail)
	return nil
}

// FailBy makes Send ask a function which mails to refuse, until it is nil: those
// to one address, or with [accessmgmt.Permanent], or slowly, when the function
// moves the clock before it says [context.DeadlineExceeded].
func (m *Mailbox) FailBy(refuse func(accessmgmt.Mail) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.by = refuse
}

// Fail makes Send refuse every mail with an error, until it is nil. What was
// refused is tried again, a minute later at first: move the clock, and deliver.
func (m *Mailbox) Fail(err error) { m.FailNext(-1, err) }

// FailNext makes Send refuse the next n mails.
func (m *Mailbox) FailNext(n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail, m.left = err, n
}

// All returns the mails sent since the mailbox was cleared, the earliest first.
func (m *Mailbox) All() []accessmgmt.Mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.mails)
}

// To returns those to an address.
func (m *Mailbox) To(address accessmgmt.Email) []accessmgmt.Mail {
	return slices.DeleteFunc(m.All(), func(mail accessmgmt.Mail) bool { return !mail.To.Email.Same(address) })
}

// LastTo returns the last mail to an address, and false when there is none.
func (m *Mailbox) LastTo(address accessmgmt.Email) (accessmgmt.Mail, bool) {
	mails := m.To(address)
	if len(mails) == 0 {
		return accessmgmt.Mail{}, false
	}
	return mails[len(mails)-1], true
}

// Clear forgets the mails sent so far.
func (m *Mailbox) Clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mails = nil
}

// forget forgets those of one enterprise.
func (m *Mailbox) forget(enterprise accessmgmt.EnterpriseID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mails = slices.DeleteFunc(m.mails, func(mail accessmgmt.Mail) bool { return mail.Enterprise == enterprise })
}

// refusals returns how many mails were refused.
func (m *Mailbox) refusals() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.refused
}
