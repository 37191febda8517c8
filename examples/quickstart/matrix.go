package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// guideTable is the table of « Mon Espace » §3.1 as it is printed there, typed
// off by hand so that the library's catalogue is compared with something that
// isn't itself.
var guideTable = []struct {
	role roles.Code
	may  string // one sign for each of guideActions
}{
	//               Lire Modifier Créer Supprimer Signer Soumettre Gérer Espace
	{roles.Reader, "x - - - - - -"},
	{roles.Writer, "x x x x - - -"},
	{roles.Editor, "x x x x x x -"},
	{roles.Manager, "x - - - - - x"},
	{roles.Owner, "x x x x x x x"},
}

var guideActions = []roles.Action{roles.Read, roles.Modify, roles.Create, roles.Delete, roles.Sign, roles.Submit, roles.ManageSpace}

// matrix asks Check for each role and each action, of somebody who holds that
// role and no other, and compares the answers with the guide's table.
func (s *story) matrix(ctx context.Context) error {
	holders, err := s.soleHolders(ctx)
	if err != nil {
		return err
	}
	head := []text{wordRole}
	app, _ := s.catalogue.Application(roles.MonEspaceApplication)
	for _, a := range app.Actions {
		head = append(head, text{a.Labels.FR, a.Labels.NL, a.Labels.DE, a.Labels.EN})
	}
	var rows, who [][]string
	agree, cells := 0, 0
	for _, line := range guideTable {
		row := []string{s.role(line.role)}
		for i, sign := range strings.Fields(line.may) {
			d, err := s.check(ctx, holders[line.role].Person, guideActions[i])
			if err != nil {
				return err
			}
			cell := mark(sign == "x") + " " + mark(d.Allowed)
			cells++
			if d.Allowed == (sign == "x") {
				agree++
			} else {
				cell += " ≠"
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
		who = append(who, []string{s.role(line.role), holders[line.role].Name()})
	}
	s.table([]text{wordRole, wordPerson}, who)
	s.say(sayMatrix)
	s.table(head, rows)
	if agree != cells {
		s.say(sayMatrixDiffers, agree, cells)
		return fmt.Errorf("the matrix differs from the guide's in %d cells", cells-agree)
	}
	s.say(sayMatrixAgrees, agree, cells)
	return nil
}

func mark(yes bool) string {
	if yes {
		return "✓"
	}
	return "·"
}

// soleHolders finds for each role somebody who holds it and no other, and gives
// it to a stand-in where there is nobody.
func (s *story) soleHolders(ctx context.Context) (map[roles.Code]accessmgmt.Member, error) {
	active, err := s.assignments(ctx, roles.Active)
	if err != nil {
		return nil, err
	}
	held := map[accessmgmt.PersonID]int{}
	for _, it := range active {
		held[it.Assignment.Person]++
	}
	holders := map[roles.Code]accessmgmt.Member{}
	for _, it := range active {
		// A role for one unit says nothing about the enterprise as such.
		if _, there := holders[it.Assignment.Role]; !there && held[it.Assignment.Person] == 1 && it.Assignment.Unit.IsZero() {
			holders[it.Assignment.Role] = it.Holder
		}
	}
	standIns := matrixStandIns(s.lang)
	for _, line := range guideTable {
		if _, there := holders[line.role]; there {
			continue
		}
		to := standIns[line.role]
		a, err := s.give(ctx, to, invitation.Line{Role: line.role, Period: roles.From(s.svc.Today())})
		if err != nil {
			return nil, err
		}
		holders[line.role] = accessmgmt.Member{Person: a.Person, GivenName: to.GivenName, FamilyName: to.FamilyName}
		s.say(sayGivenDirectly, s.role(line.role), holders[line.role].Name())
	}
	return holders, s.listMails(ctx)
}
