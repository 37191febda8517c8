package roles

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// reader turns the JSON of a catalogue into applications. What can't be read
// becomes a problem and is left out, so that the rest is read all the same.
type reader struct{ Problems }

func (in *reader) catalogue(root jsonNode) (apps []Application) {
	members := in.object("", root, "applications")
	list, ok := members["applications"]
	if !ok {
		return nil
	}
	for i, n := range in.list("applications", list) {
		apps = append(apps, in.application(fmt.Sprintf("applications[%d]", i), n))
	}
	return apps
}

func (in *reader) application(path string, n jsonNode) (app Application) {
	members := in.object(path, n, "code", "domain", "labels", "actions", "roles")
	app.Code = ApplicationCode(in.text(path+".code", members["code"]))
	app.Domain = DomainCode(in.text(path+".domain", members["domain"]))
	app.Labels = in.labels(path+".labels", members["labels"])
	for i, n := range in.list(path+".actions", members["actions"]) {
		at := fmt.Sprintf("%s.actions[%d]", path, i)
		members := in.object(at, n, "action", "labels")
		app.Actions = append(app.Actions, ActionDefinition{
			Action(in.text(at+".action", members["action"])), in.labels(at+".labels", members["labels"])})
	}
	complete := !in.found(path + ".actions") // or what a role names may be what couldn't be read
	for i, n := range in.list(path+".roles", members["roles"]) {
		app.Roles = append(app.Roles, in.role(fmt.Sprintf("%s.roles[%d]", path, i), n, app.Actions, complete))
	}
	return app
}

func (in *reader) role(path string, n jsonNode, listed []ActionDefinition, complete bool) (r Role) {
	members := in.object(path, n, "code", "labels", "actions", "granted_by", "max_days", "properties", "gate", "manages", "four_eyes", "retired")
	r.Code = Code(in.text(path+".code", members["code"]))
	r.Labels = in.labels(path+".labels", members["labels"])
	r.Actions = in.actions(path+".actions", members["actions"], listed, complete)
	r.GrantedBy = in.grantors(path+".granted_by", members["granted_by"])
	r.MaxDays = in.whole(path+".max_days", members["max_days"])
	for i, n := range in.list(path+".properties", members["properties"]) {
		r.Properties = append(r.Properties, in.property(fmt.Sprintf("%s.properties[%d]", path, i), n))
	}
	r.Gate = ApplicationCode(in.text(path+".gate", members["gate"]))
	r.Manages = ApplicationCode(in.text(path+".manages", members["manages"]))
	r.FourEyes = in.flag(path+".four_eyes", members["four_eyes"])
	r.Retired = in.flag(path+".retired", members["retired"])
	return r
}

// actions tells an unknown action by its place, which the set that
// [NewCatalogue] gets has lost.
func (in *reader) actions(path string, n jsonNode, listed []ActionDefinition, complete bool) ActionSet {
	var names []Action
	for i, n := range in.list(path, n) {
		at := fmt.Sprintf("%s[%d]", path, i)
		name := Action(in.text(at, n))
		switch {
		case n.kind != jsonText:
		case !slices.ContainsFunc(listed, func(d ActionDefinition) bool { return d.Action == name }):
			if complete {
				in.Add(at, ProblemUnknown, fmt.Sprintf("its application has no action %q", name))
			}
		case slices.Contains(names, name):
			in.Add(at, ProblemDuplicate, fmt.Sprintf("the action %q is there twice", name))
		default:
			names = append(names, name)
		}
	}
	return Actions(names...)
}

func (in *reader) grantors(path string, n jsonNode) (by Grantors) {
	list := in.list(path, n)
	if n.kind == jsonList && len(list) == 0 { // to whoever wrote it, it means nobody; to Role, all managers
		in.Add(path, ProblemRequired, "nobody may give the role; leave it out for all managers, or say that the role is retired")
	}
	for i, n := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		bit := slices.Index(grantorNames, in.text(at, n))
		switch {
		case n.kind != jsonText:
		case bit < 0:
			in.Add(at, ProblemUnknown, "a kind of manager is one of "+strings.Join(grantorNames, ", "))
		case by&(1<<bit) != 0:
			in.Add(at, ProblemDuplicate, "this kind of manager is there twice")
		default:
			by |= 1 << bit
		}
	}
	return by
}

func (in *reader) property(path string, n jsonNode) (p Property) {
	members := in.object(path, n, "name", "labels", "kind", "options", "mandatory", "max_length")
	p.Name = in.text(path+".name", members["name"])
	p.Labels = in.labels(path+".labels", members["labels"])
	p.Kind = PropertyKind(in.text(path+".kind", members["kind"]))
	for i, n := range in.list(path+".options", members["options"]) {
		at := fmt.Sprintf("%s.options[%d]", path, i)
		members := in.object(at, n, "value", "labels")
		p.Options = append(p.Options, Option{in.text(at+".value", members["value"]), in.labels(at+".labels", members["labels"])})
	}
	p.Mandatory = in.flag(path+".mandatory", members["mandatory"])
	p.MaxLength = in.whole(path+".max_length", members["max_length"])
	return p
}

func (in *reader) labels(path string, n jsonNode) Labels {
	if n.kind == jsonNothing {
		return Labels{}
	}
	members := in.object(path, n, "fr", "nl", "de", "en")
	return Labels{
		FR: in.text(path+".fr", members["fr"]), NL: in.text(path+".nl", members["nl"]),
		DE: in.text(path+".de", members["de"]), EN: in.text(path+".en", members["en"]),
	}
}

// object returns the members of an object that are among the known ones.
func (in *reader) object(path string, n jsonNode, known ...string) map[string]jsonNode {
	if n.kind != jsonObject {
		in.wrong(path, "an object", n)
		return nil
	}
	members := make(map[string]jsonNode, len(known))
	for i, key := range n.keys {
		_, twice := members[key]
		switch {
		case !slices.Contains(known, key):
			in.Add(under(path, key), ProblemUnknown, "there is no such key here; there are "+strings.Join(known, ", "))
		case twice:
			in.Add(under(path, key), ProblemDuplicate, "the key is there twice")
		default:
			members[key] = n.items[i]
		}
	}
	return members
}

// under is the path of a member; a key that can't stand in one as it is, is
// quoted.
func under(path, key string) string {
	switch {
	case !validName(key):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	default:
		return path + "." + key
	}
}

// list, text, whole and flag return the zero value for what is left out.

func (in *reader) list(path string, n jsonNode) []jsonNode {
	if n.kind != jsonList && n.kind != jsonNothing {
		in.wrong(path, "a list", n)
		return nil
	}
	return n.items
}

func (in *reader) text(path string, n jsonNode) string {
	if n.kind != jsonText && n.kind != jsonNothing {
		in.wrong(path, "a text", n)
		return ""
	}
	return n.text
}

func (in *reader) whole(path string, n jsonNode) int {
	if n.kind == jsonNothing {
		return 0
	}
	i, err := strconv.Atoi(n.text)
	if n.kind != jsonNumber || err != nil {
		in.wrong(path, "a whole number", n)
		return 0
	}
	return i
}

func (in *reader) flag(path string, n jsonNode) bool {
	if n.kind != jsonTrue && n.kind != jsonFalse && n.kind != jsonNothing {
		in.wrong(path, "true or false", n)
	}
	return n.kind == jsonTrue
}

var jsonKindNames = map[jsonKind]string{
	jsonNull: "null", jsonTrue: "true", jsonFalse: "false", jsonNumber: "another number", jsonText: "a text", jsonList: "a list", jsonObject: "an object",
}

func (in *reader) wrong(path, wanted string, n jsonNode) {
	is := jsonKindNames[n.kind]
	if n.kind == jsonNumber && wanted != "a whole number" {
		is = "a number"
	}
	in.Add(path, ProblemMalformed, fmt.Sprintf("wanted %s, this is %s", wanted, is))
}

// found reports whether there is a problem of what a path leads to.
func (in *reader) found(path string) bool {
	return slices.ContainsFunc(in.Problems, func(p Problem) bool { return within(p.Field, path) })
}

// with returns the problems that reading found and those that the catalogue
// found in what was read, without those that only follow from the first: of
// what couldn't be read or of a part or the whole of it, and of the names that
// an unreadable code made unknown.
func (in *reader) with(err error) Problems {
	all := in.Problems
	var more Problems
	errors.As(err, &more)
	codeLost := slices.ContainsFunc(in.Problems, func(p Problem) bool {
		return strings.Count(p.Field, ".") <= 1 && (strings.HasSuffix(p.Field, ".code") || !strings.Contains(p.Field, "."))
	})
	for _, p := range more {
		follows := slices.ContainsFunc(in.Problems, func(first Problem) bool {
			return within(p.Field, first.Field) || within(first.Field, p.Field)
		})
		names := p.Code == ProblemUnknown && (strings.HasSuffix(p.Field, ".gate") || strings.HasSuffix(p.Field, ".manages")) ||
			p.Code == ProblemMalformed && strings.Count(p.Field, ".") == 2 && strings.HasSuffix(p.Field, ".code")
		if !follows && (!codeLost || !names) {
			all = append(all, p)
		}
	}
	return all
}

// within reports whether a path is another or leads to a part of it.
func within(path, whole string) bool {
	rest, ok := strings.CutPrefix(path, whole)
	return ok && (whole == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}
