// Package smtpmail sends the mails that package mail words through an SMTP server,
// such as the relay of a portal's own network. It is a module by itself, so that a
// portal which sends otherwise doesn't get what it requires.
//
//	relay, err := smtpmail.New(smtpmail.Config{Host: "relay.example.be", Username: "portal", Password: password})
//	svc, err := accessmgmt.New(store, letters.Via(relay), &options) // letters of package mail
//
// # What is said to the server
//
// The connection is encrypted by STARTTLS, and nothing is sent when the server
// doesn't offer it or shows a certificate that doesn't fit; [Implicit] encrypts
// from the first byte, and [Plaintext] has to be asked for. A connection is kept
// for the next mail for a short while.
//
// Each mail has a Message-ID made of the message's id: one that is sent again,
// because nobody could tell whether the server had taken it, has the same.
//
// # Errors
//
// An [Error] says at which step the server refused, with its codes, and never what
// it said: servers quote addresses and links. An address or a mail that it refuses
// for good (5xx) is permanent, and the message is set aside. A full mailbox, a
// server that asks to come back later (4xx), one that refuses the sender or the
// login, and a connection that broke are tried again.
package smtpmail
