// Quickstart plays the guides « Mon Espace » and « CALISTA » from the first
// step to the last on a SQLite file, and prints what happens:
//
//	go run ./examples/quickstart
//
// Run again on the same file, it goes on from what is there. See -help.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/emldir"
	"github.com/egovroles/egovroles/accessmgmt/mail"
	"github.com/egovroles/egovroles/roles"
)

// What the program returns to whoever ran it.
const (
	exitFailed    = 1
	exitBadPeople = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// settings are the flags.
type settings struct {
	db     string
	people string
	mail   string
	lang   roles.Language
}

// run is the program.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	set, err := parseFlags(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	out := &printer{w: stderr, lang: set.lang}
	if err != nil {
		out.paragraph("", "quickstart: "+err.Error())
		return exitFailed
	}
	faults, err := tell(ctx, set, stdout)
	if len(faults) > 0 {
		out.say(sayBadPeople, set.peopleName(), len(faults))
		for _, f := range faults {
			out.fault(f)
		}
		return exitBadPeople
	}
	if err != nil {
		out.paragraph("", "quickstart: "+err.Error())
		return exitFailed
	}
	return 0
}

// parseFlags reads the flags. Asked for help, it writes it to stdout.
func parseFlags(args []string, stdout io.Writer) (settings, error) {
	set := settings{lang: roles.French}
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {} // flag calls it for any mistake; help is written below
	flags.StringVar(&set.db, "db", "quickstart.db", "")
	flags.StringVar(&set.people, "people", "", "")
	flags.StringVar(&set.mail, "mail", "", "")
	flags.Func("lang", "", func(s string) error {
		lang, ok := roles.ParseLanguage(s)
		if !ok {
			return errors.New("fr, nl, de, en")
		}
		set.lang = lang
		return nil
	})
	err := flags.Parse(args)
	p := printer{w: stdout, lang: set.lang}
	switch {
	case errors.Is(err, flag.ErrHelp):
		for _, line := range strings.Split(p.in(help), "\n") {
			p.line(line)
		}
		return set, err
	case err != nil:
		return set, fmt.Errorf("%w (-help)", err)
	case flags.NArg() > 0:
		return set, errors.New(p.in(sayNoArguments))
	case set.db == "":
		return set, errors.New(p.in(sayNoFile))
	}
	return set, nil
}

func (set settings) peopleName() string {
	if set.people == "" {
		return wordBuiltIn.in(set.lang)
	}
	return set.people
}

// tell reads the people file and, when nothing is wrong with it, opens the
// database and tells the story. Nothing is written before.
func tell(ctx context.Context, set settings, stdout io.Writer) ([]fault, error) {
	text := defaultPeople
	if set.people != "" {
		data, err := os.ReadFile(set.people)
		if err != nil {
			return nil, fmt.Errorf(sayCantRead.in(set.lang), err)
		}
		text = string(data)
	}
	location, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		return nil, err
	}
	clock, err := peek(ctx, set.db, location)
	if err != nil {
		return nil, fmt.Errorf(sayCantOpen.in(set.lang), set.db, err)
	}
	// The people file is about Mon Espace; CALISTA's roles come in the story.
	people, faults := readPeople(text, roles.MonEspace(), clock.days())
	if len(faults) > 0 {
		return faults, nil
	}
	db, store, err := open(ctx, set.db)
	if err != nil {
		return nil, fmt.Errorf(sayCantOpen.in(set.lang), set.db, err)
	}
	defer func() { _ = db.Close() }()
	if err := clock.keep(ctx, db); err != nil {
		return nil, fmt.Errorf(sayCantOpen.in(set.lang), set.db, err)
	}
	s := &story{
		printer: &printer{w: stdout, lang: set.lang, catalogue: roles.MonEspaceAndCalista(), location: location},
		store:   store, clock: clock, box: &mailbox{}, people: people,
	}
	s.box.letters, err = mail.New(&mail.Options{Catalogue: s.catalogue, From: "Mon Espace <no-reply@monespace.example>", Portal: "https://monespace.example", Language: set.lang})
	if err != nil {
		return nil, err
	}
	if set.mail != "" {
		if s.box.folder, err = emldir.New(set.mail); err != nil {
			return nil, err
		}
	}
	if s.svc, err = newService(s); err != nil {
		return nil, err
	}
	s.say(sayTitle)
	s.say(sayWhere, set.db, s.instant(clock.now), set.peopleName(), len(people))
	if err := s.play(ctx); err != nil {
		return nil, err
	}
	s.line("")
	s.say(sayAgain)
	return nil, s.err
}

// newService is what a portal writes once, where it starts.
func newService(s *story) (*accessmgmt.Service, error) {
	// A portal has its key in a safe and nowhere else. This one is public, and
	// must be the same on each run: it recognises people by their number.
	key, err := accessmgmt.NewKey("quickstart", []byte("not a secret: printed in a demo, "+"never to be used"))
	if err != nil {
		return nil, err
	}
	return accessmgmt.New(s.store, s.box, &accessmgmt.Options{
		Catalogue: s.catalogue,
		// A question that names no application is about Mon Espace.
		Application: roles.MonEspaceApplication,
		// A portal asks the Crossroads Bank for Enterprises.
		Representatives: accessmgmt.StaticRepresentatives{{Enterprise: enterpriseNumber, EnterpriseName: enterpriseName,
			Person: chloe().Identity.Ref(), Function: "administrateur délégué"}},
		Key:       key,
		AcceptURL: "https://monespace.example/invitation",
		Policy:    accessmgmt.Policy{Location: s.location, Language: s.lang},
		Now:       s.clock.Now,
	})
}

// fault writes what is wrong with a line of the people file.
func (p *printer) fault(f fault) {
	what := p.in(problemWords[f.code])
	switch {
	case f.field == "role" && f.code == roles.ProblemUnknown:
		var known []string
		for _, r := range roles.MonEspace().Search("") {
			known = append(known, r.Labels.In(p.lang))
		}
		what += " (" + strings.Join(known, ", ") + ")"
	case f.field == "":
		what = p.in(sayBadLine, len(columns))
	}
	if f.field != "" {
		what = f.field + p.colon() + what
	}
	p.label(indent, p.in(sayLine, f.line), what)
}
