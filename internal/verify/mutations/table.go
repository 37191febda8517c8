package main

// mutation is one small change for the worse, and the tests that are to notice it.
type mutation struct {
	what     string
	file     string
	old, new string
	tests
}

// tests are what go test is given: a package, what to run, and flags of its own.
type tests struct {
	pkg, run string
	flags    []string
}

// onSQLite, onMemory and the others say what notices a mutation.
func onSQLite(run string) tests { return tests{pkg: "./internal/verify", run: run} }

func onMemory(run string) tests { return tests{pkg: "./storage/memory", run: run} }

func inPackage(pkg, run string) tests { return tests{pkg: pkg, run: run} }

var byModel = tests{pkg: "./internal/verify", run: "^TestModel$/^memory$",
	flags: []string{"-rapid.checks=300", "-rapid.nofailfile", "-rapid.shrinktime=1ms"}}

// mutations are all there are. The first half takes out what holds commits
// together, the second what the workflow promises.
var mutations = []mutation{
	{"the UPDATE of the enterprise doesn't compare epochs", "internal/sqlstore/enterprise.go",
		"audit_head = ? WHERE id = ? AND epoch = ?`", "audit_head = ? WHERE id = ? AND ? > 0`",
		onSQLite("^TestFailedGuardIsNotTriedAgain$")},
	{"the epoch isn't raised", "internal/sqlstore/enterprise.go",
		"SET epoch = epoch + 1, number", "SET epoch = epoch, number",
		onSQLite("^TestTwoProcessesSeeEachOther$")},
	{"the UPDATE of a row doesn't compare versions", "internal/sqlstore/table.go",
		`" = ? AND version = ?"`, `" = ? AND ? > 0"`,
		onSQLite("^TestSQLite$")},
	{"how many rows a statement wrote isn't looked at", "internal/sqlstore/commit.go",
		"if s.rows != anyRows && n != s.rows {", "if n < 0 {",
		onSQLite("^TestFailedGuardIsNotTriedAgain$")},
	{"messages aren't written", "internal/sqlstore/commit.go",
		"\tinsert(p, messages, c.Messages)\n", "",
		onSQLite("^TestProcessesClaim$")},
	{"the audit isn't written", "internal/sqlstore/commit.go",
		"\tinsert(p, audits, c.Audit)\n", "",
		onSQLite("^TestProcessesRace$")},
	{"the command's id isn't written", "internal/sqlstore/commit.go",
		"\tputCommand(p, c.Enterprise.ID, c.Command, c.Enterprise.Epoch)\n", "\tp.step(step{text: \"SELECT 1\", rows: anyRows})\n",
		onSQLite("^TestTwoProcessesSeeEachOther$")},
	{"a busy database isn't asked again", "internal/sqlstore/retry.go",
		"kind != Busy && kind != Lost", "kind != Lost",
		onSQLite("^TestPassingErrors$/^sqlite$")},
	{"a lost connection ends the commit", "internal/sqlstore/retry.go",
		"kind != Busy && kind != Lost", "kind != Busy",
		onSQLite("^TestLostConnection$/^sqlite$")},
	{"the store tries again at once", "internal/sqlstore/retry.go",
		"wait := rand.N(min(firstPause<<(n-1), longest))", "wait := 0 * rand.N(min(firstPause<<(n-1), longest))",
		inPackage("./internal/sqlstore", "^TestPausesAreDrawn$")},
	{"the store always pauses as long", "internal/sqlstore/retry.go",
		"wait := rand.N(min(firstPause<<(n-1), longest))", "wait := min(firstPause<<(n-1), longest) + 0*rand.N(longest)",
		inPackage("./internal/sqlstore", "^TestPausesAreDrawn$")},
	{"the service tries again at once", "accessmgmt/retry.go",
		"{ return rand.N(bound) }", "{ return 0 * rand.N(bound) }",
		inPackage("./accessmgmt", "^(TestTriesPause|TestPausesAreDrawn)$")},
	{"the service always pauses as long", "accessmgmt/retry.go",
		"{ return rand.N(bound) }", "{ return bound + 0*rand.N(bound) }",
		inPackage("./accessmgmt", "^TestPausesAreDrawn$")},
	{"a COMMIT in doubt is taken for lost, unasked", "internal/sqlstore/write.go",
		"yes, asking := happened(ctx)", "yes, asking := false, error(nil)",
		onSQLite("^TestLostConnection$/^sqlite$")},
	{"a COMMIT in doubt is taken for made, unasked", "internal/sqlstore/write.go",
		"yes, asking := happened(ctx)", "yes, asking := true, error(nil)",
		onSQLite("^TestRefusedCommitIsNotAskedAfter$/^sqlite$")},
	{"that a command is there is enough, whatever its epoch", "internal/sqlstore/commit.go",
		"return err == nil && there.Epoch == c.Enterprise.Epoch, err", "return err == nil && there.Epoch > 0, err",
		onSQLite("^TestSettledByEpoch$")},
	{"a COMMIT is torn by the caller's leaving", "internal/sqlstore/write.go",
		"lasting, end := context.WithoutCancel(ctx), func() {}", "lasting, end := ctx, func() {}",
		onSQLite("^TestCommitIsNotTorn$")},
	{"what a changeset wrote isn't undone in the portal's transaction", "internal/sqlstore/writer.go",
		`"ROLLBACK TO SAVEPOINT changeset"`, `"SELECT 1"`,
		onSQLite("^TestWithinARefusedChangeset$/^sqlite$")},
	{"there is no savepoint in the portal's transaction", "internal/sqlstore/host.go",
		"err := (&writer{Store: s, ctx: ctx, tx: h.tx}).savepoint(run)", "err := run(&writer{Store: s, ctx: ctx, tx: h.tx})",
		onSQLite("^TestWithinARefusedChangeset$/^sqlite$")},
	{"a message that somebody holds is claimed", "internal/sqlstore/outbox.go",
		"(claimed_until IS NULL OR claimed_until <= ?)", "(? > 0)",
		onSQLite("^TestProcessesClaim$")},
	{"a message is finished by who doesn't hold it", "internal/sqlstore/outbox.go",
		"WHERE enterprise = ? AND id = ? AND claim = ? AND state = 'pending'", "WHERE enterprise = ? AND id = ? AND ? IS NOT NULL AND state = 'pending'",
		onSQLite("^TestSQLite$")},
	{"the memory store doesn't compare epochs", "storage/memory/commit.go",
		"if c.Enterprise.Epoch != e.row.Epoch+1 {", "if c.Enterprise.Epoch == 0 {",
		onMemory("^TestStore$")},
	{"the memory store doesn't compare versions", "storage/memory/commit.go",
		"if version != before+1 || seen[id] {", "if seen[id] {",
		onMemory("^TestStore$")},
	{"the memory store doesn't know commands", "storage/memory/commit.go",
		"if _, repeated := e.commands[c.Command.ID]; repeated {", "if _, repeated := e.commands[c.Command.ID]; repeated && c.Command.Epoch > 1<<40 {",
		onMemory("^TestStore$")},
	{"the memory store lets a held message be claimed", "storage/memory/outbox.go",
		"|| m.until.After(now)", "",
		onMemory("^TestStore$")},

	{"a command that was done is done again", "accessmgmt/repeat.go",
		"\tif err != nil || !done {\n\t\treturn false, err\n\t}\n\tw.once.done = true", "\tif err != nil || !done || w.now.Year() > 0 {\n\t\treturn false, err\n\t}\n\tw.once.done = true",
		byModel},
	{"a check takes co-GAPs and roles of two instants together", "accessmgmt/check.go",
		"epochs[ent.ID] != ent.Epoch", "epochs[ent.ID] < ent.Epoch",
		inPackage("./accessmgmt", "^TestWorkflowOnMemory$/^queries$/^of_one_instant$")},
	{"gates are open", "roles/gate.go",
		"if r.Gate == \"\" {\n\t\treturn true", "if r.Gate != \"-\" {\n\t\treturn true",
		byModel},
	{"a role is given twice for one time", "accessmgmt/work.go",
		"there.InForce().Overlaps(a.InForce())", "there.InForce().Overlaps(a.InForce()) && a.InForce().Empty()",
		byModel},
	{"an invitation can be answered at the instant it expires", "invitation/transition.go",
		"r.State == Invited && !now.Before(r.ExpiresAt)", "r.State == Invited && now.After(r.ExpiresAt)",
		byModel},
	{"a request lapses an instant late", "invitation/transition.go",
		"r.State == Pending && !now.Before(r.LapsesAt)", "r.State == Pending && now.After(r.LapsesAt)",
		byModel},
	{"a role's last day is not in it", "roles/period.go",
		"w.To = p.end.AddDays(1).Start(loc).UTC()", "w.To = p.end.Start(loc).UTC()",
		byModel},
	{"a co-GAP names managers", "accessmgmt/authorise.go",
		"ActNameManager:   {AsGAP},", "ActNameManager:   {AsGAP, AsCoGAP},",
		byModel},
	{"in what capacity somebody may give a role isn't asked", "accessmgmt/authorise.go",
		"if r.MayBeGrantedBy(g.by) {", "if g.by != 0 {",
		byModel},
	{"a suspension doesn't keep roles from being given", "accessmgmt/authorise.go",
		"if st.suspended && gives[act] {", "if st.suspended && act == ActInvite {",
		byModel},
	{"to revoke leaves the invitation as it is", "accessmgmt/revoke.go",
		"\tr.Version++\n\tw.changes.Recipients = append(w.changes.Recipients, r)", "\tr.Version++\n\tr.State = invitation.Invited\n\tw.changes.Recipients = append(w.changes.Recipients, r)",
		byModel},
	{"to end leaves a role that is to end later", "accessmgmt/end.go",
		"\ta.EndedAt = at\n", "\tif a.EndedAt = at; a.Window.To.IsZero() {\n\t\ta.EndedAt = at.AddDate(0, 0, 1)\n\t}\n",
		byModel},
	{"the second of two approvals may be the first manager's", "accessmgmt/authorise.go",
		"case r.Endorsement.By == w.who.person.ID:", "case r.Endorsement.By.IsZero():",
		byModel},
	{"a managing role for a unit manages the enterprise's", "roles/gate.go",
		"r.Manages != \"\" && a.Unit.IsZero() &&", "r.Manages != \"\" &&",
		byModel},
	{"a unit's role answers for the enterprise", "roles/assignment.go",
		"return a.Unit.IsZero() || a.Unit == unit", "return a.Unit.IsZero() || a.Unit == unit || unit.IsZero()",
		byModel},
	{"a leaver keeps his requests", "accessmgmt/leaver.go",
		"w.leaveRoles, w.leaveRequests,", "w.leaveRoles,",
		byModel},
}
