// Package mail words the messages of accessmgmt, as mails: a subject, a plain
// text and an HTML part, in French, Dutch, German or English.
//
//	letters, err := mail.New(&mail.Options{
//		Catalogue: catalogue,
//		From:      "Mon Espace <no-reply@portal.example>",
//		Portal:    "https://portal.example",
//	})
//	svc, err := accessmgmt.New(store, letters.Via(transport), &accessmgmt.Options{…})
//
// A [Transport] delivers what [Writer.Write] makes. MESSAGES.md lists every
// message, to whom it goes, and its subjects.
//
// # Languages
//
// A mail is in its addressee's language, which the service chose: his own, else
// his enterprise's, else the policy's. One that the writer has no templates for
// is written in [Options.Language].
//
// # Templates
//
// Each language is one file of templates, fr.tmpl and so on, in the syntax of
// text/template. A template is named by event and reader, "approved.user", or
// "approved.managers" for the GAP, the contact address and other managers alike.
// Its first line is the subject, the second what happened, the others what to do
// next. They may use the fields of [Facts]. "labels" has the words around them. A
// file of the same name in [Options.Templates] replaces the templates that it
// defines, and no others; a file of another language adds it, and must define
// all. layout.txt and layout.html there replace the frames. [New] tries each and
// reports what is wrong by file and name.
//
// # What people typed
//
// Names, enterprises, reasons and messages come from people. Here they have no
// control character and no mark that turns the writing direction, a name is one
// line of at most 100 letters, and a reason or message stands apart, quoted, under
// the words that say whose it is. In HTML all is escaped, and an address in it is
// broken invisibly, so that no mail reader makes a link of it. The only links are
// the portal's and the one of an invitation. Subjects hold nothing typed.
package mail
