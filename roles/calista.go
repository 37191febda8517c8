package roles

// CalistaApplication is the code of CALISTA.
const CalistaApplication ApplicationCode = "calista"

// LocalAdministrator is the one role of CALISTA that its guide names
// (« administrateur local », S2): its holder manages the accesses of his
// instance in CALISTA, and must have a role of Mon Espace beside it.
const LocalAdministrator Code = "calista.local_administrator"

// The other roles of CALISTA are illustrative: no source names them (D35).
const (
	CalistaReader      Code = "calista.reader"
	CalistaCaseHandler Code = "calista.case_handler"
	CalistaValidator   Code = "calista.validator"
)

// The actions of CALISTA are illustrative: no source names them (D35).
const (
	ReadCase       Action = "read_case"
	EditCase       Action = "edit_case"
	ValidateCase   Action = "validate_case"
	ManageAccesses Action = "manage_accesses"
)

// MonEspaceAndCalista returns the catalogue of Mon Espace and CALISTA side by
// side, which is how CALISTA is used: a role of the first is the gate of its
// local administrator. See [CalistaRoles] for what of it is illustrative.
func MonEspaceAndCalista() *Catalogue {
	c, err := NewCatalogue(MonEspaceRoles(), CalistaRoles())
	if err != nil { // the data below is held valid by a test
		panic(err)
	}
	return c
}

// CalistaRoles returns CALISTA as an application, to put beside Mon Espace in
// one [NewCatalogue].
//
// Its guide (S2) says this much: the GAP gives the role « administrateur
// local »; who has it manages the accesses of his instance, which here is his
// enterprise; and he must have a role « Mon espace wallon » beside it. A co-GAP
// stands in for the GAP here as elsewhere. All else is illustrative (D35): that
// there are a reader, a case handler and a validator, what they may do, and
// every action. A portal that runs CALISTA puts its own in their place.
func CalistaRoles() Application {
	const givers = ByManagers | ByManagingRole
	return Application{
		Code:   CalistaApplication,
		Labels: Labels{FR: "CALISTA", NL: "CALISTA", DE: "CALISTA", EN: "CALISTA"},
		Actions: []ActionDefinition{
			{ReadCase, Labels{FR: "Lire les dossiers", NL: "Dossiers lezen", DE: "Akten lesen", EN: "Read cases"}},
			{EditCase, Labels{FR: "Traiter les dossiers", NL: "Dossiers behandelen", DE: "Akten bearbeiten", EN: "Edit cases"}},
			{ValidateCase, Labels{FR: "Valider les dossiers", NL: "Dossiers valideren", DE: "Akten freigeben", EN: "Validate cases"}},
			{ManageAccesses, Labels{FR: "Gérer les accès", NL: "Toegangen beheren", DE: "Zugänge verwalten", EN: "Manage accesses"}},
		},
		Roles: []Role{
			{Code: LocalAdministrator, Actions: Actions(ReadCase, ManageAccesses), GrantedBy: ByGAP | ByCoGAP,
				Gate: MonEspaceApplication, Manages: CalistaApplication,
				Labels: Labels{FR: "Administrateur local", NL: "Lokale beheerder", DE: "Lokaler Verwalter", EN: "Local administrator"}},
			{Code: CalistaReader, Actions: Actions(ReadCase), GrantedBy: givers,
				Labels: Labels{FR: "Lecteur", NL: "Lezer", DE: "Leser", EN: "Reader"}},
			{Code: CalistaCaseHandler, Actions: Actions(ReadCase, EditCase), GrantedBy: givers,
				Labels: Labels{FR: "Gestionnaire de dossiers", NL: "Dossierbehandelaar", DE: "Sachbearbeiter", EN: "Case handler"}},
			{Code: CalistaValidator, Actions: Actions(ReadCase, ValidateCase), GrantedBy: givers,
				Labels: Labels{FR: "Valideur", NL: "Validator", DE: "Freigeber", EN: "Validator"}},
		},
	}
}
