package storagetest

import (
	"fmt"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

func (f filler) candidacy() accessmgmt.Candidacy {
	return accessmgmt.Candidacy{
		At: f.at(time.Second), By: f.s.personID(), GivenName: f.text("Gus"), FamilyName: f.text("Janssens"), Email: f.email("Gus"),
		Phone: f.text("+33"), Language: f.language(), Contact: f.email("Desk"), EnterpriseName: f.text("Janssens SA"),
	}
}

func (w *world) fullManager(f filler) accessmgmt.Manager {
	return accessmgmt.Manager{
		ID: w.manager, Enterprise: w.enterprise.ID, Person: f.s.personID(), Kind: pick(f, accessmgmt.AccessManager, accessmgmt.CoGAP),
		Domain: roles.DomainCode(pick(f, "taxes", "health")), Period: pick(f, roles.Between(f.date(1), f.date(9)), roles.From(f.date(2))),
		Window: roles.Window{From: f.at(0), To: f.at(24 * time.Hour)}, NamedBy: f.s.personID(), NamedAt: f.at(time.Second),
		EndedAt: f.at(12 * time.Hour), EndedBy: f.s.personID(), Reason: f.text("elsewhere"), Told: pick(f, roles.ToldSoon, roles.ToldOver), Version: f.version,
	}
}

func (w *world) fullUnit(f filler) accessmgmt.Unit {
	return accessmgmt.Unit{
		ID: w.unit, Enterprise: w.enterprise.ID, Number: unitNumber(f.tag*1000 + f.version), Name: f.text("Workshop"),
		AddedAt: f.at(0), AddedBy: f.s.personID(), ClosedAt: f.at(time.Hour), ClosedBy: f.s.personID(),
		MovedTo: accessmgmt.EnterpriseID{UUID: f.s.id()}, MovedFrom: accessmgmt.EnterpriseID{UUID: f.s.id()},
		Reason: f.text("sold"), Version: f.version,
	}
}

func (w *world) fullSuspension(f filler) accessmgmt.Suspension {
	return accessmgmt.Suspension{
		ID: w.suspension, Enterprise: w.enterprise.ID, From: f.at(0), To: f.at(time.Hour), SuspendedBy: f.s.personID(),
		Reason: f.text("fraud"), ResumedBy: f.s.personID(), Version: f.version,
	}
}

func (w *world) fullTemplate(f filler) invitation.Template {
	n := int(f.version)
	return invitation.Template{
		ID: w.template, Enterprise: w.enterprise.ID, Name: f.text("Accountants"), Description: f.text("each year"),
		Lines: []invitation.TemplateLine{
			{Role: roles.Code(pick(f, "a.one", "a.two")), Unit: roles.UnitID{UUID: f.s.id()}, Delay: 7 + n, Days: 30 + n, Properties: f.properties("first")},
			{Role: roles.Code(pick(f, "b.one", "b.two")), Unit: roles.UnitID{UUID: f.s.id()}, Delay: 8 + n, Days: 31 + n, Properties: f.properties("second")},
		},
		Message: f.text("Welcome"), Days: 14 + n, Language: f.language(), CreatedBy: f.s.personID(),
		CreatedAs: pick(f, roles.ByGAP, roles.ByCoGAP|roles.ByManagingRole), CreatedAt: f.at(0), RetiredAt: f.at(time.Hour), Version: f.version,
	}
}

// unitNumber makes the number of an establishment unit, the same for the same
// n.
func unitNumber(n uint64) accessmgmt.EstablishmentUnitNumber {
	rest := 20_000_000 + n%60_000_000 // it begins with 2 to 8
	return accessmgmt.MustParseEstablishmentUnitNumber(fmt.Sprintf("%08d%02d", rest, 97-rest%97))
}
