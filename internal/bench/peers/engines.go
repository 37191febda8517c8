package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/casbin/casbin/v3"
	"github.com/casbin/casbin/v3/model"
	"github.com/cedar-policy/cedar-go"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/access"
	"github.com/egovroles/egovroles/roles"
)

type index struct{ *access.Index }

func openIndex(w *world) (engine, error) {
	ix, err := access.New(store{world: w}, access.Options{Catalogue: roles.MonEspace(), MaxStaleness: time.Minute})
	if err != nil {
		return nil, err
	}
	return index{ix}, ix.Load(context.Background(), nil)
}

func (ix index) may(q question) (bool, error) {
	d, err := ix.Check(context.Background(), accessmgmt.Question{Person: q.person, Enterprise: q.enterprise, Action: q.action})
	return d.Allowed, err
}

// casbinModel is roles in domains, as its documentation has it.
const casbinModel = `
[request_definition]
r = sub, dom, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub, r.dom) && r.act == p.act
`

type byCasbin struct{ *casbin.CachedEnforcer }

func openCasbin(w *world) (engine, error) {
	m, err := model.NewModelFromString(casbinModel)
	if err != nil {
		return nil, err
	}
	e, err := casbin.NewCachedEnforcer(m)
	if err != nil {
		return nil, err
	}
	app, _ := roles.MonEspace().Application(roles.MonEspaceApplication)
	var policies [][]string
	for _, r := range app.Roles {
		for action := range r.Actions.All() {
			policies = append(policies, []string{string(r.Code), string(action)})
		}
	}
	if _, err := e.AddPolicies(policies); err != nil {
		return nil, err
	}
	groupings := make([][]string, 0, w.size)
	for n := range w.size {
		a := w.assignment(n)
		groupings = append(groupings, []string{a.Person.String(), string(a.Role), a.Enterprise.String()})
	}
	_, err = e.AddGroupingPoliciesEx(groupings)
	return byCasbin{e}, err
}

func (e byCasbin) may(q question) (bool, error) {
	return e.Enforce(q.person.String(), q.enterprise.String(), string(q.action))
}

type byCedar struct {
	policies *cedar.PolicySet
	entities cedar.EntityMap
}

func openCedar(w *world) (engine, error) {
	app, _ := roles.MonEspace().Application(roles.MonEspaceApplication)
	var text strings.Builder
	for _, r := range app.Roles {
		var actions []string
		for action := range r.Actions.All() {
			actions = append(actions, fmt.Sprintf("Action::%q", action))
		}
		fmt.Fprintf(&text, "permit(principal, action in [%s], resource) when { principal in resource[%q] };\n", strings.Join(actions, ", "), r.Code)
	}
	policies, err := cedar.NewPolicySetFromBytes("monespace.cedar", []byte(text.String()))
	if err != nil {
		return nil, err
	}
	parents := map[cedar.EntityUID][]cedar.EntityUID{}
	entities := cedar.EntityMap{}
	for n := range w.size {
		a := w.assignment(n)
		person := cedar.NewEntityUID("Person", cedar.String(a.Person.String()))
		parents[person] = append(parents[person], groupOf(a.Enterprise, a.Role))
	}
	for person, groups := range parents {
		entities[person] = cedar.Entity{UID: person, Parents: cedar.NewEntityUIDSet(groups...)}
	}
	for e := range w.size / each {
		ent := w.enterprise(e).ID
		attributes := cedar.RecordMap{}
		for _, r := range app.Roles {
			attributes[cedar.String(r.Code)] = groupOf(ent, r.Code)
		}
		uid := cedar.NewEntityUID("Enterprise", cedar.String(ent.String()))
		entities[uid] = cedar.Entity{UID: uid, Attributes: cedar.NewRecord(attributes)}
	}
	return &byCedar{policies, entities}, nil
}

func groupOf(e accessmgmt.EnterpriseID, role roles.Code) cedar.EntityUID {
	return cedar.NewEntityUID("Group", cedar.String(e.String()+"/"+string(role)))
}

func (e *byCedar) may(q question) (bool, error) {
	decision, _ := cedar.Authorize(e.policies, e.entities, cedar.Request{
		Principal: cedar.NewEntityUID("Person", cedar.String(q.person.String())),
		Action:    cedar.NewEntityUID("Action", cedar.String(q.action)),
		Resource:  cedar.NewEntityUID("Enterprise", cedar.String(q.enterprise.String())),
	})
	return bool(decision), nil
}

const opaPolicy = `package egov

default allow := false

allow if {
	some given in data.assignments[input.enterprise][input.person]
	data.roles[given.role][input.action]
	given.from <= input.now
}
`

type byOPA struct{ query rego.PreparedEvalQuery }

func openOPA(w *world) (engine, error) {
	app, _ := roles.MonEspace().Application(roles.MonEspaceApplication)
	catalogue := map[string]any{}
	for _, r := range app.Roles {
		actions := map[string]any{}
		for action := range r.Actions.All() {
			actions[string(action)] = true
		}
		catalogue[string(r.Code)] = actions
	}
	assignments := map[string]any{}
	for n := range w.size {
		a := w.assignment(n)
		of, there := assignments[a.Enterprise.String()].(map[string]any)
		if !there {
			of = map[string]any{}
			assignments[a.Enterprise.String()] = of
		}
		list, _ := of[a.Person.String()].([]any)
		of[a.Person.String()] = append(list, map[string]any{"role": string(a.Role), "from": a.Window.From.Unix()})
	}
	query, err := rego.New(rego.Query("data.egov.allow"), rego.Module("egov.rego", opaPolicy),
		rego.Store(inmem.NewFromObject(map[string]any{"roles": catalogue, "assignments": assignments}))).PrepareForEval(context.Background())
	return byOPA{query}, err
}

func (e byOPA) may(q question) (bool, error) {
	results, err := e.query.Eval(context.Background(), rego.EvalInput(map[string]any{
		"person": q.person.String(), "enterprise": q.enterprise.String(), "action": string(q.action), "now": time.Now().Unix()}))
	return results.Allowed(), err
}
