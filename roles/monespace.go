package roles

// MonEspaceApplication is the code of Mon Espace wallon.
const MonEspaceApplication ApplicationCode = "monespace"

// The five roles of Mon Espace (S1 §3.1).
const (
	Reader  Code = "monespace.reader"  // Relecteur de dossiers
	Writer  Code = "monespace.writer"  // Rédacteur de dossiers
	Editor  Code = "monespace.editor"  // Éditeur de dossiers
	Manager Code = "monespace.manager" // Gestionnaire
	Owner   Code = "monespace.owner"   // Propriétaire
)

// MonEspace returns the catalogue of Mon Espace: exactly the table of five
// roles by seven actions of S1 §3.1. The French labels are the guide's, the
// others are translations of ours.
func MonEspace() *Catalogue {
	c, err := NewCatalogue(MonEspaceRoles())
	if err != nil { // the data below is held valid by a test
		panic(err)
	}
	return c
}

// MonEspaceRoles returns Mon Espace as an application, to put beside others in
// one [NewCatalogue].
func MonEspaceRoles() Application {
	return Application{
		Code:   MonEspaceApplication,
		Labels: Labels{FR: "Mon Espace wallon", NL: "Mon Espace wallon", DE: "Mon Espace wallon", EN: "Mon Espace wallon"},
		Actions: []ActionDefinition{
			{Read, Labels{FR: "Lire", NL: "Lezen", DE: "Lesen", EN: "Read"}},
			{Modify, Labels{FR: "Modifier", NL: "Wijzigen", DE: "Ändern", EN: "Modify"}},
			{Create, Labels{FR: "Créer", NL: "Aanmaken", DE: "Erstellen", EN: "Create"}},
			{Delete, Labels{FR: "Supprimer", NL: "Verwijderen", DE: "Löschen", EN: "Delete"}},
			{Sign, Labels{FR: "Signer", NL: "Ondertekenen", DE: "Unterschreiben", EN: "Sign"}},
			{Submit, Labels{FR: "Soumettre", NL: "Indienen", DE: "Einreichen", EN: "Submit"}},
			{ManageSpace, Labels{FR: "Gérer Espace", NL: "Ruimte beheren", DE: "Bereich verwalten", EN: "Manage space"}},
		},
		Roles: []Role{
			{Code: Reader, Actions: Actions(Read),
				Labels: Labels{FR: "Relecteur de dossiers", NL: "Lezer van dossiers", DE: "Leser von Akten", EN: "File reader"}},
			{Code: Writer, Actions: Actions(Read, Modify, Create, Delete),
				Labels: Labels{FR: "Rédacteur de dossiers", NL: "Opsteller van dossiers", DE: "Verfasser von Akten", EN: "File writer"}},
			{Code: Editor, Actions: Actions(Read, Modify, Create, Delete, Sign, Submit),
				Labels: Labels{FR: "Éditeur de dossiers", NL: "Bewerker van dossiers", DE: "Bearbeiter von Akten", EN: "File editor"}},
			{Code: Manager, Actions: Actions(Read, ManageSpace),
				Labels: Labels{FR: "Gestionnaire", NL: "Beheerder", DE: "Verwalter", EN: "Manager"}},
			{Code: Owner, Actions: Actions(Read, Modify, Create, Delete, Sign, Submit, ManageSpace),
				Labels: Labels{FR: "Propriétaire", NL: "Eigenaar", DE: "Eigentümer", EN: "Owner"}},
		},
	}
}
