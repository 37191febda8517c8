package verify_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/sqlstore"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The child of the crash test is a portal in a process of its own: callers who go
// through the workflow, two in each enterprise, and a dispatcher. It says what it
// does on a pipe, a line at a time, before or after as the line's kind has it, and
// goes on until it is killed.

const (
	crashFile        = "EGOVROLES_CRASH_FILE"  // set in the child: the database
	crashRound       = "EGOVROLES_CRASH_ROUND" // how often it was killed before
	crashEnterprises = 4
	crashCallers     = 8
)

// said is what the child says.
type said struct {
	Kind saidKind
	ID   uuid.UUID    `json:",omitzero"` // the command that is acknowledged, the mail that is delivered
	Act  string       `json:",omitempty"`
	At   uuid.UUID    `json:",omitzero"` // the enterprise
	Try  *triedCommit `json:",omitempty"`
	Bad  string       `json:",omitempty"`
}

type saidKind string

const (
	saidReady     saidKind = "ready"     // the callers begin
	saidTry       saidKind = "try"       // a changeset goes to the store now
	saidAck       saidKind = "ack"       // a caller was told that his command is done
	saidDelivered saidKind = "delivered" // the mailer has a mail
	saidBad       saidKind = "bad"       // what may not happen
)

// triedCommit is a changeset, as far as is needed to find it again.
type triedCommit struct {
	Enterprise, Command uuid.UUID
	Epoch               uint64
	Audit               []accessmgmt.Digest
	Rows                []triedRow
}

// triedRow is a row of a changeset; version 1 or 0: a new one.
type triedRow struct {
	Table   string
	ID      uuid.UUID
	Version uint64
}

// journal writes lines.
type journal struct {
	mu  sync.Mutex
	out io.Writer
}

func (j *journal) say(l said) {
	text, err := json.Marshal(l)
	if err != nil {
		panic(err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.out.Write(append(text, '\n')); err != nil {
		os.Exit(3) // nobody is there to hear it
	}
}

// Send implements [accessmgmt.Mailer].
func (j *journal) Send(_ context.Context, m accessmgmt.Mail) error {
	j.say(said{Kind: saidDelivered, ID: m.ID.UUID, At: m.Enterprise.UUID})
	return nil
}

// journaled is a store that says what it is given to write.
type journaled struct {
	accessmgmt.Store
	journal *journal
}

func (s journaled) Commit(ctx context.Context, c accessmgmt.Changes) error {
	s.journal.say(said{Kind: saidTry, Try: tried(c)})
	return s.Store.Commit(ctx, c)
}

func tried(c accessmgmt.Changes) *triedCommit {
	t := &triedCommit{Enterprise: c.Enterprise.ID.UUID, Command: c.Command.ID.UUID, Epoch: c.Enterprise.Epoch}
	add := func(table string, id uuid.UUID, version uint64) {
		t.Rows = append(t.Rows, triedRow{table, id, version})
	}
	for _, r := range c.GAPs {
		add("gap", r.ID.UUID, r.Version)
	}
	for _, r := range c.Invitations {
		add("invitation", r.ID.UUID, r.Version)
	}
	for _, r := range c.Recipients {
		add("recipient", r.ID.UUID, r.Version)
	}
	for _, r := range c.Requests {
		add("request", r.ID.UUID, r.Version)
	}
	for _, r := range c.Assignments {
		add("assignment", r.ID.UUID, r.Version)
	}
	for _, m := range c.Messages {
		add("outbox", m.ID.UUID, 0)
	}
	for _, r := range c.Audit {
		t.Audit = append(t.Audit, r.Hash)
	}
	return t
}

// crashPerson returns somebody with an eID, the same in each process.
func crashPerson(n int) accessmgmt.Actor {
	n %= 12 * 28 * 498
	first9 := 30_000_000 + (1+n/498%12)*10_0000 + (1+n/498/12)*1000 + 1 + n%498*2 // of 1930
	number, err := accessmgmt.ParseSSIN(fmt.Sprintf("%09d%02d", first9, 97-first9%97), now)
	if err != nil {
		panic(err)
	}
	name := fmt.Sprintf("Maes-%d", n)
	return accessmgmt.User(accessmgmt.Identity{Issuer: "https://eid.example", Subject: name, GivenName: "Luc", FamilyName: name,
		Number: number, Assurance: accessmgmt.AssuranceHigh})
}

func crashRep() accessmgmt.Actor { return crashPerson(0) }

// crashGAPs are the two who take turns in an enterprise.
func crashGAPs(enterprise int) [2]accessmgmt.Actor {
	return [2]accessmgmt.Actor{crashPerson(1 + 2*enterprise), crashPerson(2 + 2*enterprise)}
}

var crashSecret = []byte("the key of the crash: thirty-two")

// crashService is the portal's. Each round is two hours after the one before, when
// all claims of messages are over.
func crashService(store accessmgmt.Store, j *journal, round int) (*accessmgmt.Service, accessmgmt.Key, error) {
	key, err := accessmgmt.NewKey("k1", crashSecret)
	if err != nil {
		return nil, accessmgmt.Key{}, err
	}
	var register accessmgmt.StaticRepresentatives
	for i := range crashEnterprises {
		register = append(register, accessmgmt.StaticRepresentative{Enterprise: workflowtest.Number(i), EnterpriseName: "Acme SA", Person: crashRep().Identity.Ref()})
	}
	began := time.Now()
	svc, err := accessmgmt.New(journaled{store, j}, j, &accessmgmt.Options{
		Catalogue: roles.MonEspace(), Representatives: register, Key: key, AcceptURL: "https://portal.example/invitation",
		Now: func() time.Time { return now.Add(time.Duration(round)*2*time.Hour + time.Since(began)) },
	})
	return svc, key, err
}

// crashCaller is somebody who goes through the workflow in an enterprise.
type crashCaller struct {
	*journal
	svc    *accessmgmt.Service
	key    accessmgmt.Key
	number accessmgmt.EnterpriseNumber
	at     accessmgmt.EnterpriseID
	gaps   [2]accessmgmt.Actor
	office *atomic.Int64 // which of them is in office, as far as is known
}

// step does one command, and says so when it is done.
func (c *crashCaller) step(act accessmgmt.Act, run func(id accessmgmt.CommandID) error) bool {
	id := accessmgmt.CommandID{UUID: newID()}
	err := run(id)
	var database *sqlstore.Error
	switch {
	case err == nil:
		c.say(said{Kind: saidAck, ID: id.UUID, Act: string(act), At: c.at.UUID})
	case errors.As(err, &database), errors.Is(err, accessmgmt.ErrUnavailable), errors.Is(err, accessmgmt.ErrInvalid):
		c.say(said{Kind: saidBad, Bad: fmt.Sprintf("%s: %v", act, err)})
	}
	return err == nil
}

func (c *crashCaller) manager() accessmgmt.Actor { return c.gaps[c.office.Load()] }

func (c *crashCaller) designate(which int) bool {
	gap := c.gaps[which].Identity
	done := c.step(accessmgmt.ActDesignateGAP, func(id accessmgmt.CommandID) error {
		made, err := c.svc.DesignateGAP(ctx, crashRep(), accessmgmt.DesignateGAP{
			ID: id, Enterprise: c.number, Contact: accessmgmt.MustParseEmail("direction@acme.example"),
			GAP: accessmgmt.Candidate{GivenName: gap.GivenName, FamilyName: gap.FamilyName, Number: gap.Number, Email: workflowtest.Address(gap)}})
		if err == nil {
			c.at = made.Enterprise.ID
		}
		return err
	})
	if done {
		c.office.Store(int64(which))
	}
	return done
}

// story takes somebody from his invitation to the end of his roles.
func (c *crashCaller) story(guest accessmgmt.Actor) {
	who, manager := guest.Identity, c.manager()
	offer := []invitation.Line{{Role: roles.Editor, Period: roles.From(c.svc.Today())}}
	var sent invitation.Recipient
	var asked []invitation.Request
	var held accessmgmt.RoleAssignment
	ok := c.step(accessmgmt.ActInvite, func(id accessmgmt.CommandID) error {
		made, err := c.svc.Invite(ctx, manager, accessmgmt.Invite{ID: id, Enterprise: c.at, Lines: offer, Recipients: []invitation.Invitee{
			{GivenName: who.GivenName, FamilyName: who.FamilyName, Email: workflowtest.Address(who)}}})
		if err != nil {
			return err
		}
		sent = made.Results[0].Value
		return made.Results[0].Err
	}) && c.step(accessmgmt.ActAccept, func(id accessmgmt.CommandID) error {
		made, err := c.svc.Accept(ctx, guest, invitation.DeriveToken(c.key, sent.ID, sent.Generation), accessmgmt.Accept{ID: id, Email: workflowtest.Address(who)})
		asked = made.Requests
		return err
	}) && c.step(accessmgmt.ActApprove, func(id accessmgmt.CommandID) error {
		made, err := firstOf(c.svc.Approve(ctx, manager, accessmgmt.Approve{ID: id, Requests: []accessmgmt.RequestRef{asked[0].Ref()}}))
		held = made.Assignment
		return err
	}) && c.step(accessmgmt.ActAssign, func(id accessmgmt.CommandID) error {
		_, err := firstOf(c.svc.Assign(ctx, manager, accessmgmt.Assign{ID: id, Enterprise: c.at,
			Lines: []invitation.Line{{Role: roles.Reader, Period: roles.From(c.svc.Today())}}, Persons: []accessmgmt.Assignee{{Person: held.Person}}}))
		return err
	}) && c.step(accessmgmt.ActEnd, func(id accessmgmt.CommandID) error {
		_, err := firstOf(c.svc.End(ctx, manager, accessmgmt.End{ID: id, Enterprise: c.at, Assignments: []accessmgmt.AssignmentID{held.ID}, Reason: "over"}))
		return err
	})
	if !ok { // somebody else is in office now, or will be
		for which, gap := range c.gaps {
			if offices, err := c.svc.Offices(ctx, gap); err == nil && len(offices) > 0 {
				c.office.Store(int64(which))
			}
		}
	}
}

func firstOf[T any](results []accessmgmt.Result[T], err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return results[0].Value, results[0].Err
}

// crashChild is the child's main function. It never returns.
func crashChild(path string) {
	time.AfterFunc(2*time.Minute, func() { os.Exit(4) }) // left alone
	j := &journal{out: os.NewFile(3, "journal")}
	fatal := func(err error) {
		if err != nil {
			j.say(said{Kind: saidBad, Bad: err.Error()})
			os.Exit(1)
		}
	}
	round, err := strconv.Atoi(os.Getenv(crashRound))
	fatal(err)
	store, err := crashStore(path)
	fatal(err)
	svc, key, err := crashService(store, j, round)
	fatal(err)
	var offices [crashEnterprises]atomic.Int64
	for i := range crashCallers {
		c := &crashCaller{journal: j, svc: svc, key: key, number: workflowtest.Number(i % crashEnterprises), gaps: crashGAPs(i % crashEnterprises), office: &offices[i%crashEnterprises]}
		e, err := store.EnterpriseByNumber(ctx, c.number)
		fatal(err)
		c.at = e.ID
		go func() {
			for n := 0; ; n++ {
				c.story(crashPerson(100 + (round*crashCallers+i)*200 + n))
				if n%3 == 2 && i < crashEnterprises {
					c.designate(1 - int(c.office.Load()))
				}
			}
		}()
	}
	go func() {
		for {
			done, err := svc.DispatchOnce(ctx)
			if err != nil {
				j.say(said{Kind: saidBad, Bad: "dispatch: " + err.Error()})
			}
			if done == (accessmgmt.Dispatched{}) {
				time.Sleep(time.Millisecond)
			}
		}
	}()
	j.say(said{Kind: saidReady})
	select {}
}
