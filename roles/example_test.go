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
