package roles

import (
	"fmt"
	"slices"
	"strings"
)

// MaxActions is how many actions one application may have.
const MaxActions = 64

// Catalogue is the roles of one or several applications. It never changes once
// made and may be used from any number of goroutines.
type Catalogue struct {
	version string
	apps    []Application
	byApp   map[ApplicationCode]*application
	byCode  map[Code]*role
	folded  []searchEntry // in catalogue order
}

type application struct {
	Application
	bits map[Action]uint // the action's place in the masks below
}

type role struct {
	Role
	app     *application
	actions uint64 // bit i set: the role allows the i-th action of app
}

// NewCatalogue checks the applications and returns a catalogue of them. All
// that is wrong is told at once, as [Problems] whose fields are paths such as
// "applications[0].roles[3].actions".
func NewCatalogue(apps ...Application) (*Catalogue, error) {
	c := &Catalogue{byApp: map[ApplicationCode]*application{}, byCode: map[Code]*role{}}
	var problems Problems
	if len(apps) == 0 {
		problems.Add("applications", ProblemRequired, "a catalogue needs an application")
	}
	listed := map[ApplicationCode]bool{} // of all, because a role may name one that comes later
	for _, in := range apps {
		listed[in.Code] = true
	}
	for i, in := range apps {
		in = in.clone()
		c.apps = append(c.apps, in)
		problems.AddAll(fmt.Sprintf("applications[%d]", i), c.addApplication(in, listed))
	}
	problems = append(problems, gateCycles(c.apps)...)
	if err := problems.Err(); err != nil {
		return nil, fmt.Errorf("roles: catalogue: %w", err)
	}
	c.version = contentVersion(c.apps)
	c.folded = searchEntries(c.apps)
	return c, nil
}

func (c *Catalogue) addApplication(in Application, listed map[ApplicationCode]bool) Problems {
	var problems Problems
	app := &application{Application: in, bits: map[Action]uint{}}
	switch {
	case !validName(string(in.Code)):
		problems.Add("code", ProblemMalformed, "an application's code is 1 to 64 lower-case letters, digits and underscores, a letter first")
	case c.byApp[in.Code] != nil:
		problems.Add("code", ProblemDuplicate, fmt.Sprintf("the application %q is there twice", in.Code))
	}
	if in.Domain != "" && !validName(string(in.Domain)) {
		problems.Add("domain", ProblemMalformed, "a domain is 1 to 64 lower-case letters, digits and underscores, a letter first")
	}
	if in.Labels == (Labels{}) {
		problems.Add("labels", ProblemRequired, "an application needs a label in some language")
	}
	if len(in.Actions) > MaxActions {
		problems.Add("actions", ProblemTooMany, fmt.Sprintf("an application has at most %d actions, this one %d", MaxActions, len(in.Actions)))
	}
	for i, def := range in.Actions {
		field := fmt.Sprintf("actions[%d]", i)
		_, again := app.bits[def.Action]
		switch {
		case !validName(string(def.Action)):
			problems.Add(field, ProblemMalformed, "an action's name is 1 to 64 lower-case letters, digits and underscores, a letter first")
		case again:
			problems.Add(field, ProblemDuplicate, fmt.Sprintf("the action %q is there twice", def.Action))
		}
		app.bits[def.Action] = uint(i)
	}
	for i, r := range in.Roles {
		problems.AddAll(fmt.Sprintf("roles[%d]", i), c.addRole(app, r, listed))
	}
	c.byApp[in.Code] = app
	return problems
}

func (c *Catalogue) addRole(app *application, in Role, listed map[ApplicationCode]bool) Problems {
	var problems Problems
	r := &role{Role: in, app: app}
	_, name, dotted := strings.Cut(string(in.Code), ".")
	switch {
	case !dotted || in.Code.Application() != app.Code || !validName(name):
		problems.Add("code", ProblemMalformed, fmt.Sprintf("a role's code is its application's, a dot and a name, such as %q", string(app.Code)+".editor"))
	case c.byCode[in.Code] != nil:
		problems.Add("code", ProblemDuplicate, fmt.Sprintf("the role %q is there twice", in.Code))
	}
	if in.Labels == (Labels{}) {
		problems.Add("labels", ProblemRequired, "a role needs a label in some language")
	}
	for a := range in.Actions.All() {
		bit, known := app.bits[a]
		if !known {
			problems.Add("actions", ProblemUnknown, fmt.Sprintf("its application has no action %q", a))
			continue
		}
		r.actions |= 1 << bit
	}
	if in.GrantedBy > ByGAP|ByCoGAP|ByAccessManager|ByManagingRole {
		problems.Add("granted_by", ProblemUnknown, "an unknown kind of manager")
	}
	if in.MaxDays < 0 {
		problems.Add("max_days", ProblemMalformed, "the longest validity can't be negative")
	}
	problems = append(problems, validateSchema(in.Properties)...)
	switch {
	case in.Gate == "":
	case in.Gate == app.Code:
		problems.Add("gate", ProblemCycle, "a role's gate is another application, not its own")
	case !listed[in.Gate]:
		problems.Add("gate", ProblemUnknown, fmt.Sprintf("there is no application %q", in.Gate))
	}
	if in.Manages != "" && !listed[in.Manages] {
		problems.Add("manages", ProblemUnknown, fmt.Sprintf("there is no application %q", in.Manages))
	}
	c.byCode[in.Code] = r
	return problems
}

func validName(s string) bool {
	if s == "" || len(s) > 64 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		if b := s[i]; (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '_' {
			return false
		}
	}
	return true
}

// Version names the catalogue's content: 16 hexadecimal digits, the same for
// catalogues that differ in nothing but order. Decisions carry it.
func (c *Catalogue) Version() string { return c.version }

// Applications returns the applications, in the order they were given.
func (c *Catalogue) Applications() []Application {
	apps := slices.Clone(c.apps)
	for i := range apps {
		apps[i] = apps[i].clone()
	}
	return apps
}

// Application returns one application, and false when there is none by that
// code.
func (c *Catalogue) Application(code ApplicationCode) (Application, bool) {
	app, ok := c.byApp[code]
	if !ok {
		return Application{}, false
	}
	return app.clone(), true
}

// Role returns one role, and false when there is none by that code.
func (c *Catalogue) Role(code Code) (Role, bool) {
	r, ok := c.byCode[code]
	if !ok {
		return Role{}, false
	}
	return r.clone(), true
}

// HasAction reports whether an application lists an action.
func (c *Catalogue) HasAction(app ApplicationCode, action Action) bool {
	a, ok := c.byApp[app]
	if !ok {
		return false
	}
	_, ok = a.bits[action]
	return ok
}

// Allows reports whether a role allows an action of its application.
func (c *Catalogue) Allows(code Code, action Action) bool {
	r, ok := c.byCode[code]
	if !ok {
		return false
	}
	bit, ok := r.app.bits[action]
	return ok && r.actions&(1<<bit) != 0
}
