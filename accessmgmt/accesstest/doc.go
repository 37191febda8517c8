// Package accesstest is for a portal's own unit tests. One call gives a [World]:
// a service on a store in memory, an enterprise with a GAP, a clock to move, a
// mailbox to read, and stores and registers that fail on demand.
//
//	func TestOnlyEditorsSign(t *testing.T) {
//		w := accesstest.New(t)
//		page, url := signPage(w.Service), "/sign?enterprise="+w.Enterprise.String()
//		anne := w.Person("Anne Dubois")
//		given := w.Give(anne, roles.Editor) // invited, accepted, approved
//
//		if code, text := visit(page, w.ID(anne), url); code != http.StatusOK {
//			t.Errorf("an editor signs: %d %s", code, text)
//		}
//		w.End(given)
//		if code, text := visit(page, w.ID(anne), url); code != http.StatusForbidden || text != "ended" {
//			t.Errorf("who was an editor signs no more: %d %s", code, text)
//		}
//		w.MustDeny(anne, roles.Sign, roles.ReasonEnded)
//		w.MustMail(anne, accessmgmt.MessageEnded)
//	}
//
// The portal's code gets w.Service, and w.Clock.Now where it tells the time.
// Nothing is faked between the two: what a test sees is what the library does
// on any store. No test touches a network, a file or the real time.
//
// # People
//
// [World.Person] makes somebody of a name: the same name is the same person.
// [World.ID] is the id that the portal's session keeps. w.GAP and
// w.Representative are people too, and [World.Staff] is the portal's staff.
//
// # Stages
//
// Each of these brings a person to a stage of the workflow:
//
//   - [World.Invite]: invited. [World.LinkFor], [World.TokenFor] and
//     [World.OpenLink] are what his mail leads to.
//   - [World.Request]: he accepted, and the request is in the GAP's tasks.
//   - [World.Give]: the GAP approved, and the role is in force.
//     [World.Assign]: the same without an invitation.
//   - [World.GiveEnded], [World.GiveExpired]: he had the role.
//   - [World.Erase]: he asked to be forgotten; [World.MustHaveForgotten] looks.
//
// [World.NameCoGAP] and [World.NameAccessManager] put managers beside the GAP,
// [World.AddUnit] adds an establishment unit, [World.Suspend] suspends the
// enterprise.
//
// A [Detail] says more: w.Give(anne, roles.Editor, accesstest.From(w.Day(7)))
// is a role that begins next week. [World.AddEnterprise] gives the same world
// with another enterprise, to show that one's people are nobody in the other.
//
// # Time
//
// The clock stands still until the test moves it. [Clock.NextDay] goes to the
// instant at which roles begin and end.
//
// # Mails
//
// A mail is what it tells, to whom; [World.Words] puts it in words. They are sent
// when the test says so, by [World.Deliver] or one of the methods
// that look for a mail, which deliver first. Clear the [Mailbox] to look only at
// what comes next.
//
// # Failures
//
// [World.FailStore], [World.FailStoreNext], [World.LoseAnswer],
// [World.RegisterDown] and [Mailbox.Fail] are what a portal meets at night: does
// its page say "try later", does it send a command again under the same id, does
// it never take an error for a yes?
//
// # Assertions
//
// [World.MustAllow], [World.MustDeny], [World.MustMail], [World.NoMail],
// [World.MustFail] and [World.AuditHas] end the test when they don't hold, with a
// [World.Report] of what happened: what the person was invited to, asked for and
// has, the latest of the audit and the latest mails. It has no national number
// and no token in it, so that a build server may keep it.
//
// # Subtests
//
// Worlds have nothing in common, so that tests with one each run in parallel. A
// subtest that shares its parent's takes it as w.In(t), so that what fails there
// fails the subtest; they share the clock and the faults too.
package accesstest
