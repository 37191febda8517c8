package smtpmail

import (
	"errors"
	"fmt"
	"strings"

	"github.com/wneessen/go-mail"
)

// Step is at what something went wrong, as a stable word.
type Step string

// The steps.
const (
	StepCompose   Step = "compose"   // the mail can't be written
	StepConnect   Step = "connect"   // no connection, no encryption, or no login
	StepSender    Step = "sender"    // MAIL FROM
	StepRecipient Step = "recipient" // RCPT TO
	StepContent   Step = "content"   // DATA, and what it was followed by
)

// Error is why a mail wasn't sent, or may not have been. It quotes neither the
// server nor the mail; errors.Unwrap has what the library said, which may.
type Error struct {
	Step Step
	// Code is the server's, such as 550; zero: it gave none. Status is its
	// enhanced code, such as 5.1.1, where it gives any.
	Code   int
	Status string
	Err    error
}

// Error names the step and the codes.
func (e *Error) Error() string { return "smtpmail: " + e.Reason() }

// Reason is the step and the codes, to be stored and logged.
func (e *Error) Reason() string {
	text := string(e.Step)
	if e.Code != 0 {
		text += fmt.Sprintf(": %d", e.Code)
	}
	if e.Status != "" {
		text += " " + e.Status
	}
	if e.Code == 0 && e.Step != StepCompose {
		text += ": no answer"
	}
	return text
}

// Unwrap returns what is behind it.
func (e *Error) Unwrap() error { return e.Err }

// Permanent reports whether trying again won't mend it: the server refused the
// address or the mail for good, or the mail can't be written. A full mailbox is
// emptied some day. What it has against the sender or the login is the portal's
// to mend, and no message is to be lost by it.
func (e *Error) Permanent() bool {
	switch {
	case e.Step == StepCompose:
		return true
	case e.Step != StepRecipient && e.Step != StepContent:
		return false
	case e.Code == 552 && e.Step == StepRecipient, strings.HasSuffix(e.Status, ".2.2"):
		return false
	}
	return e.Code >= 500 && e.Code < 600
}

// steps are where the library was when it failed.
var steps = map[mail.SendErrReason]Step{
	mail.ErrGetSender: StepCompose, mail.ErrGetRcpts: StepCompose, mail.ErrNoUnencoded: StepCompose,
	mail.ErrSMTPMailFrom: StepSender, mail.ErrSMTPRcptTo: StepRecipient,
	mail.ErrSMTPData: StepContent, mail.ErrWriteContent: StepContent, mail.ErrSMTPDataClose: StepContent,
}

func sendError(err error) *Error {
	e := &Error{Step: StepConnect, Err: err}
	var said *mail.SendError
	if errors.As(err, &said) {
		if step, known := steps[said.Reason]; known {
			e.Step = step
		}
		e.Code, e.Status = said.ErrorCode(), said.EnhancedStatusCode()
	}
	return e
}
