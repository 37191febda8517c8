package roles_test

import (
	"fmt"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// A person reads for the whole enterprise, and will be its editor in March.
func ExampleCatalogue_Decide() {
	catalogue := roles.MonEspace()
	belgium, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		panic(err)
	}
	reader := roles.From(roles.Date{Year: 2026, Month: time.January, Day: 1})
	editor := roles.Between(roles.Date{Year: 2026, Month: time.March, Day: 1}, roles.Date{Year: 2026, Month: time.March, Day: 31})
	assignments := []roles.Assignment{
		{Role: roles.Reader, Period: reader, Window: reader.Window(belgium)},
		{Role: roles.Editor, Period: editor, Window: editor.Window(belgium)},
	}

	for _, month := range []time.Month{time.February, time.March, time.April} {
		at := time.Date(2026, month, 15, 12, 0, 0, 0, belgium)
		for _, action := range []roles.Action{roles.Read, roles.Sign, roles.ManageSpace} {
			d := catalogue.Decide(assignments, roles.Question{Application: roles.MonEspaceApplication, Action: action, At: at})
			fmt.Println(month, action, d.Allowed, d.Reason)
		}
	}
	// Output:
	// February read true allowed
	// February sign false not_yet
	// February manage_space false not_this_action
	// March read true allowed
	// March sign true allowed
	// March manage_space false not_this_action
	// April read true allowed
	// April sign false ended
	// April manage_space false not_this_action
}

// The last day is included, and a day on which the clocks move is no day of
// 24 hours.
func ExamplePeriod_Window() {
	belgium, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		panic(err)
	}
	sunday := roles.Date{Year: 2026, Month: time.March, Day: 29}
	w := roles.Between(sunday, sunday).Window(belgium)
	fmt.Println("from", w.From.Format(time.RFC3339), "to", w.To.Format(time.RFC3339))
	fmt.Println("that is", w.To.Sub(w.From))
	fmt.Println("last minute:", w.Contains(time.Date(2026, time.March, 29, 23, 59, 0, 0, belgium)))
	fmt.Println("next midnight:", w.Contains(time.Date(2026, time.March, 30, 0, 0, 0, 0, belgium)))

	forgotten := roles.Period{} // neither dates nor "illimité"
	fmt.Println("no dates:", forgotten.Validate())
	fmt.Println("in force:", forgotten.Window(belgium).Contains(time.Date(2026, time.March, 29, 12, 0, 0, 0, belgium)))
	// Output:
	// from 2026-03-28T23:00:00Z to 2026-03-29T22:00:00Z
	// that is 23h0m0s
	// last minute: true
	// next midnight: false
	// no dates: start: the first day is missing; end: the last day is missing, and the period isn't said to be unlimited
	// in force: false
}

// The search field of the guide's step 2.
func ExampleCatalogue_Search() {
	catalogue := roles.MonEspace()
	for _, text := range []string{"mon espace wallon editeur", "DOSSIERS", "beheerder", "notaire"} {
		fmt.Printf("%q:", text)
		for _, role := range catalogue.Search(text) {
			fmt.Printf(" %s (%s)", role.Labels.In(roles.French), role.Code)
		}
		fmt.Println()
	}
	// Output:
	// "mon espace wallon editeur": Éditeur de dossiers (monespace.editor)
	// "DOSSIERS": Relecteur de dossiers (monespace.reader) Rédacteur de dossiers (monespace.writer) Éditeur de dossiers (monespace.editor)
	// "beheerder": Gestionnaire (monespace.manager)
	// "notaire":
}

// CALISTA's local administrator needs a role of Mon Espace beside his own.
func ExampleCatalogue_GateOpen() {
	catalogue := roles.MonEspaceAndCalista()
	monday := time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
	admin := roles.Assignment{Role: roles.LocalAdministrator, Window: roles.Window{From: monday}}
	reader := roles.Assignment{Role: roles.Reader, Window: roles.Window{From: monday, To: monday.AddDate(0, 0, 2)}}
	held := []roles.Assignment{admin, reader}

	for day := range 3 {
		at := monday.AddDate(0, 0, day)
		d := catalogue.Decide(held, roles.Question{Application: roles.CalistaApplication, Action: roles.ManageAccesses, At: at})
		fmt.Println(at.Weekday(), catalogue.GateOpen(held, admin, at), d.Reason, catalogue.Managed(held, at))
	}
	// Output:
	// Monday true allowed [calista]
	// Tuesday true allowed [calista]
	// Wednesday false gate_missing []
}

// What is asked when a role is given, and what is wrong with an answer.
func ExampleRole_ValidateProperties() {
	role := roles.Role{Code: "grants.officer", Properties: []roles.Property{
		{Name: "region", Kind: roles.OneOf, Mandatory: true, Options: []roles.Option{{Value: "namur"}, {Value: "liege"}}},
		{Name: "sensitive", Kind: roles.YesNo},
		{Name: "trained_on", Kind: roles.DateProperty},
	}}
	given := roles.MustProperties(map[string]roles.Value{
		"region": roles.Choice("brabant"), "sensitive": roles.Is(true), "trained_on": roles.On(roles.Date{Year: 2026, Month: time.May, Day: 4}),
	})
	fmt.Println(given)
	for _, p := range role.ValidateProperties(given) {
		fmt.Println(p.Field, p.Code)
	}
	// Output:
	// {"region":"brabant","sensitive":true,"trained_on":"2026-05-04"}
	// region not_an_option
}

func ExampleParseCatalogue() {
	_, err := roles.ParseCatalogue([]byte(`{"applications": [{
	  "code": "grants", "labels": {"en": "Grants"},
	  "actions": [{"action": "read"}, {"action": "award"}],
	  "roles": [
	    {"code": "grants.reader", "labels": {"en": "Reader"}, "actions": ["read"]},
	    {"code": "grants.officer", "labels": {"en": "Officer"}, "actions": ["read", "awrad"], "max_days": "365"}
	  ]}]}`))
	fmt.Println(err)
	// Output:
	// roles: catalogue: applications[0].roles[1].actions[1]: its application has no action "awrad"; applications[0].roles[1].max_days: wanted a whole number, this is a text
}
