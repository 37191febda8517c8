//nolint:misspell // four languages
package main

import (
	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// text is one sentence or word of the program in four languages, in the order
// of roles.Languages: French, Dutch, German, English.
type text [4]string

func (t text) in(lang roles.Language) string {
	for i, l := range roles.Languages() {
		if l == lang {
			return t[i]
		}
	}
	return t[0]
}

// The words of tables.
var (
	wordPerson      = text{"Personne", "Persoon", "Person", "Person"}
	wordUser        = text{"Utilisateur", "Gebruiker", "Benutzer", "User"}
	wordRole        = text{"Rôle", "Rol", "Rolle", "Role"}
	wordEnterprise  = text{"Entreprise", "Onderneming", "Unternehmen", "Enterprise"}
	wordStart       = text{"Date de début", "Begindatum", "Anfangsdatum", "Start date"}
	wordEnd         = text{"Date d'échéance", "Einddatum", "Enddatum", "End date"}
	wordRequested   = text{"Date de la demande", "Datum van de aanvraag", "Antragsdatum", "Requested on"}
	wordState       = text{"État", "Toestand", "Stand", "State"}
	wordWhat        = text{"Suite", "Gevolg", "Folge", "What is done"}
	wordAccount     = text{"Identifié par eID", "Aangemeld met eID", "Mit eID angemeldet", "Logged in by eID"}
	wordAddress     = text{"Adresse donnée", "Opgegeven adres", "Angegebene Adresse", "Address given"}
	wordAnswer      = text{"Réponse", "Antwoord", "Antwort", "Answer"}
	wordResult      = text{"Résultat", "Resultaat", "Ergebnis", "Result"}
	wordTo          = text{"À", "Aan", "An", "To"}
	wordSubject     = text{"Objet", "Onderwerp", "Betreff", "Subject"}
	wordWhen        = text{"Quand", "Wanneer", "Wann", "When"}
	wordEvent       = text{"Événement", "Gebeurtenis", "Ereignis", "Event"}
	wordBy          = text{"Par", "Door", "Durch", "By"}
	wordAbout       = text{"Au sujet de", "Over", "Über", "About"}
	wordGivenBy     = text{"Donné par", "Gegeven door", "Gegeben von", "Given by"}
	wordGivenAt     = text{"Donné le", "Gegeven op", "Gegeben am", "Given on"}
	wordEndedBy     = text{"Arrêté par", "Gestopt door", "Beendet von", "Ended by"}
	wordEndedAt     = text{"Arrêté le", "Gestopt op", "Beendet am", "Ended on"}
	wordReason      = text{"Ce qu'il répond", "Wat ze antwoordt", "Was sie antwortet", "What it answers"}
	wordGAP         = text{"Gestionnaire d'accès principal (GAP)", "Hoofdtoegangsbeheerder (HTB)", "Hauptzugangsverwalter (HZV)", "Chief access manager (GAP)"}
	wordNumber      = text{"Numéro d'entreprise", "Ondernemingsnummer", "Unternehmensnummer", "Enterprise number"}
	wordSince       = text{"Depuis", "Sinds", "Seit", "Since"}
	wordUnit        = text{"Unité d'établissement", "Vestigingseenheid", "Niederlassungseinheit", "Establishment unit"}
	wordUnitNumber  = text{"Numéro d'unité", "Vestigingsnummer", "Niederlassungsnummer", "Unit number"}
	wordAddedAt     = text{"Ajoutée le", "Toegevoegd op", "Hinzugefügt am", "Added on"}
	wordMayReadFor  = text{"Peut-elle lire pour…", "Mag ze lezen voor…", "Darf sie lesen für…", "May she read for…"}
	wordWhy         = text{"Pourquoi", "Waarom", "Warum", "Why"}
	wordMayGive     = text{"Ce qu'il peut donner", "Wat hij mag geven", "Was er geben darf", "What he may give"}
	wordTemplate    = text{"Modèle", "Sjabloon", "Vorlage", "Template"}
	wordDescription = text{"Description", "Beschrijving", "Beschreibung", "Description"}
	wordDays        = text{"Jours", "Dagen", "Tage", "Days"}
	wordApplication = text{"Application", "Toepassing", "Anwendung", "Application"}
	wordOffice      = text{"Fonction", "Functie", "Amt", "Office"}
	wordCoGAP       = text{"Co-gestionnaire d'accès principal (co-GAP)", "Co-hoofdtoegangsbeheerder (co-HTB)", "Co-Hauptzugangsverwalter (Co-HZV)", "Co-chief access manager (co-GAP)"}
	wordVacant      = text{"vacante", "vacant", "unbesetzt", "vacant"}
	wordBefore      = text{"avant", "voor", "vorher", "before"}
	wordAfter       = text{"après", "na", "nachher", "after"}
	wordNothing     = text{"rien", "niets", "nichts", "nothing"}
	wordYes         = text{"oui", "ja", "ja", "yes"}
	wordNo          = text{"non", "nee", "nein", "no"}
	unlimitedWord   = text{"illimité", "onbeperkt", "unbegrenzt", "unlimited"}
)

// What becomes of each person of the people file.
var (
	doInvite  = text{"est invité", "wordt uitgenodigd", "wird eingeladen", "is invited"}
	doResend  = text{"invitation encore ouverte : renvoyée", "uitnodiging nog open: opnieuw verstuurd", "Einladung noch offen: erneut gesendet", "invitation still open: sent again"}
	doHolds   = text{"a ce rôle déjà", "heeft die rol al", "hat diese Rolle schon", "has this role already"}
	doOther   = text{"a un autre rôle à la place", "heeft een andere rol in de plaats", "hat stattdessen eine andere Rolle", "has another role in its place"}
	doTask    = text{"a déjà accepté : tâche ouverte", "heeft al aanvaard: taak open", "hat schon angenommen: Aufgabe offen", "accepted already: task open"}
	doOver    = text{"période terminée", "periode voorbij", "Zeitraum vorbei", "period is over"}
	doAccept  = text{"accepte", "aanvaardt", "nimmt an", "accepts"}
	doDecline = text{"décline", "weigert", "lehnt ab", "declines"}
	doApprove = text{"approuvée", "goedgekeurd", "genehmigt", "approved"}
	doRefuse  = text{"refusée", "geweigerd", "abgelehnt", "refused"}
	doNothing = text{"sans suite", "zonder gevolg", "ohne Folge", "no answer"}
)

// stateWords are the states that an assignment, a recipient or an invitation's
// answer can be in, and the codes and reasons of the library, as a person reads
// them. What isn't here is shown as the stable word it is.
var stateWords = map[string]text{
	string(roles.Scheduled): {"à venir", "gepland", "bevorstehend", "scheduled"},
	string(roles.Active):    {"en vigueur", "van kracht", "in Kraft", "in force"},
	string(roles.Expired):   {"échu", "verstreken", "abgelaufen", "expired"},
	string(roles.Ended):     {"arrêté", "gestopt", "beendet", "ended"},

	"wrong_state":                   {"déjà décidée", "al beslist", "schon entschieden", "decided already"},
	"overlap":                       {"a ce rôle déjà", "heeft die rol al", "hat diese Rolle schon", "has this role already"},
	"period_over":                   {"période terminée", "periode voorbij", "Zeitraum vorbei", "period is over"},
	accessmgmt.CodeRoleNotGrantable: {"ce rôle n'est pas à lui de donner", "die rol mag hij niet geven", "diese Rolle darf er nicht geben", "this role isn't his to give"},
	"not_found":                     {"n'existe pas pour lui", "bestaat niet voor hem", "gibt es für ihn nicht", "doesn't exist for him"},
}

// reasonWords are the reasons of decisions.
var reasonWords = map[roles.Reason]text{
	roles.ReasonAllowed:       {"autorisé", "toegestaan", "erlaubt", "allowed"},
	roles.ReasonNoAssignment:  {"aucun rôle", "geen rol", "keine Rolle", "no role"},
	roles.ReasonNotThisAction: {"rôle sans cette action", "rol zonder deze actie", "Rolle ohne diese Aktion", "role without this action"},
	roles.ReasonWrongUnit:     {"rôle pour une autre unité seulement", "rol alleen voor een andere vestiging", "Rolle nur für eine andere Niederlassung", "role for another unit alone"},
	roles.ReasonEnded:         {"rôle terminé", "rol beëindigd", "Rolle zu Ende", "role is over"},
	roles.ReasonNotYet:        {"pas encore", "nog niet", "noch nicht", "not yet"},
	roles.ReasonGateMissing:   {"il manque un rôle Mon Espace", "een rol van Mon Espace ontbreekt", "eine Rolle von Mon Espace fehlt", "a role of Mon Espace is missing"},
	accessmgmt.ReasonNoGAP:    {"pas de GAP", "geen HTB", "kein HZV", "no GAP"},
}

// differenceWords are the points on which who logged in differs from whom was
// invited.
var differenceWords = map[invitation.Difference]text{
	invitation.DifferentGivenName:  {"prénom", "voornaam", "Vorname", "given name"},
	invitation.DifferentFamilyName: {"nom", "familienaam", "Familienname", "family name"},
	invitation.DifferentEmail:      {"adresse", "adres", "Adresse", "address"},
}

// problemWords are what can be wrong with a line of the people file, by the
// codes of roles.Problem; the problems themselves have English text only.
var problemWords = map[string]text{
	roles.ProblemRequired:  {"manque", "ontbreekt", "fehlt", "is missing"},
	roles.ProblemMalformed: {"mal écrit", "verkeerd geschreven", "falsch geschrieben", "isn't written rightly"},
	roles.ProblemUnknown:   {"inconnu", "onbekend", "unbekannt", "unknown"},
	roles.ProblemTooLong:   {"trop long", "te lang", "zu lang", "too long"},
	roles.ProblemTooMany:   {"trop nombreux", "te veel", "zu viele", "too many"},
	roles.ProblemDuplicate: {"figure déjà dans ce fichier", "staat al in dit bestand", "steht schon in dieser Datei", "is in this file already"},
	roles.ProblemInPast:    {"est dans le passé", "ligt in het verleden", "liegt in der Vergangenheit", "is in the past"},
	roles.ProblemTooFar:    {"trop loin", "te ver", "zu weit", "too far ahead"},
	roles.ProblemOrder:     {"précède la date de début", "ligt voor de begindatum", "liegt vor dem Anfang", "is before the start"},
}

// eventWords are the events of the audit.
var eventWords = map[string]text{
	"enterprise_registered": {"entreprise enregistrée", "onderneming geregistreerd", "Unternehmen registriert", "enterprise registered"},
	"gap_designated":        {"GAP désigné", "HTB aangesteld", "HZV benannt", "GAP designated"},
	"gap_replaced":          {"GAP remplacé", "HTB vervangen", "HZV ersetzt", "GAP replaced"},
	"gap_resigned":          {"GAP démissionnaire", "HTB ontslagnemend", "HZV tritt zurück", "GAP resigned"},
	"gap_vacated":           {"GAP démis", "HTB ontheven", "HZV abberufen", "GAP vacated"},
	"invited":               {"personne invitée", "persoon uitgenodigd", "Person eingeladen", "person invited"},
	"invitation_resent":     {"invitation renvoyée", "uitnodiging opnieuw verstuurd", "Einladung erneut gesendet", "invitation sent again"},
	"invitation_revoked":    {"invitation retirée", "uitnodiging ingetrokken", "Einladung zurückgezogen", "invitation revoked"},
	"invitation_accepted":   {"invitation acceptée", "uitnodiging aanvaard", "Einladung angenommen", "invitation accepted"},
	"invitation_declined":   {"invitation déclinée", "uitnodiging geweigerd", "Einladung abgelehnt", "invitation declined"},
	"request_approved":      {"demande approuvée", "aanvraag goedgekeurd", "Antrag genehmigt", "request approved"},
	"request_refused":       {"demande refusée", "aanvraag geweigerd", "Antrag abgelehnt", "request refused"},
	"request_withdrawn":     {"demande retirée", "aanvraag ingetrokken", "Antrag zurückgezogen", "request withdrawn"},
	"role_assigned":         {"rôle attribué directement", "rol rechtstreeks toegekend", "Rolle direkt zugewiesen", "role assigned directly"},
	"role_replaced":         {"rôle remplacé", "rol vervangen", "Rolle ersetzt", "role replaced"},
	"role_extended":         {"rôle prolongé", "rol verlengd", "Rolle verlängert", "role extended"},
	"manager_named":         {"gestionnaire désigné", "beheerder aangesteld", "Verwalter benannt", "manager named"},
	"manager_removed":       {"gestionnaire démis", "beheerder ontheven", "Verwalter abberufen", "manager removed"},
	"unit_added":            {"unité ajoutée", "vestiging toegevoegd", "Niederlassung hinzugefügt", "unit added"},
	"template_saved":        {"modèle enregistré", "sjabloon bewaard", "Vorlage gespeichert", "template saved"},
	"role_ended":            {"rôle arrêté", "rol gestopt", "Rolle beendet", "role ended"},
}
