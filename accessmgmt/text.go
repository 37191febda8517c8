package accessmgmt

import (
	"strings"

	"github.com/egovroles/egovroles/roles"
)

// The plain text of messages: what happened, in one sentence, and then what it
// is about, line by line. A portal that wants more takes the event and the data
// of a [Mail] and writes its own.

// subjects are what each message says, in each language.
var subjects = map[MessageEvent]roles.Labels{
	MessageGAPDesignated:  {FR: "Désignation du gestionnaire d'accès principal", NL: "Aanstelling van de hoofdtoegangsbeheerder", DE: "Benennung des Hauptzugangsverwalters", EN: "Designation of the chief access manager"},
	MessageGAPReplaced:    {FR: "Changement de gestionnaire d'accès principal", NL: "Vervanging van de hoofdtoegangsbeheerder", DE: "Wechsel des Hauptzugangsverwalters", EN: "Change of the chief access manager"},
	MessageGAPResigned:    {FR: "Le gestionnaire d'accès principal demande à être remplacé", NL: "De hoofdtoegangsbeheerder vraagt om vervangen te worden", DE: "Der Hauptzugangsverwalter bittet um Ersetzung", EN: "The chief access manager asks to be replaced"},
	MessageGAPVacated:     {FR: "Fin de fonction du gestionnaire d'accès principal", NL: "Einde van de functie van de hoofdtoegangsbeheerder", DE: "Ende der Funktion des Hauptzugangsverwalters", EN: "End of office of the chief access manager"},
	MessageInvitation:     {FR: "Invitation à une attribution de rôle", NL: "Uitnodiging voor een roltoekenning", DE: "Einladung zu einer Rollenzuweisung", EN: "Invitation to a role assignment"},
	MessageRevoked:        {FR: "Votre invitation a été retirée", NL: "Uw uitnodiging werd ingetrokken", DE: "Ihre Einladung wurde zurückgezogen", EN: "Your invitation was withdrawn"},
	MessageAccepted:       {FR: "Une invitation a été acceptée : une tâche est ouverte", NL: "Een uitnodiging werd aanvaard: er staat een taak open", DE: "Eine Einladung wurde angenommen: eine Aufgabe ist offen", EN: "An invitation was accepted: a task is open"},
	MessageAddressDiffers: {FR: "Votre invitation a été acceptée avec une autre adresse", NL: "Uw uitnodiging werd met een ander adres aanvaard", DE: "Ihre Einladung wurde mit einer anderen Adresse angenommen", EN: "Your invitation was accepted with another address"},
	MessageDeclined:       {FR: "Une invitation a été déclinée", NL: "Een uitnodiging werd geweigerd", DE: "Eine Einladung wurde abgelehnt", EN: "An invitation was declined"},
	MessageApproved:       {FR: "Attribution de rôle approuvée", NL: "Roltoekenning goedgekeurd", DE: "Rollenzuweisung genehmigt", EN: "Role assignment approved"},
	MessageRefused:        {FR: "Demande d'attribution de rôle refusée", NL: "Aanvraag voor een roltoekenning geweigerd", DE: "Antrag auf Rollenzuweisung abgelehnt", EN: "Role request refused"},
	MessageWithdrawn:      {FR: "Demande d'attribution de rôle retirée", NL: "Aanvraag voor een roltoekenning ingetrokken", DE: "Antrag auf Rollenzuweisung zurückgezogen", EN: "Role request withdrawn"},
	MessageAssigned:       {FR: "Attribution directe de rôle", NL: "Rechtstreekse roltoekenning", DE: "Direkte Rollenzuweisung", EN: "Role assigned directly"},
	MessageReplaced:       {FR: "Modification de rôle", NL: "Wijziging van rol", DE: "Änderung der Rolle", EN: "Change of role"},
	MessageEnded:          {FR: "Arrêt d'une attribution de rôle", NL: "Stopzetting van een roltoekenning", DE: "Beendigung einer Rollenzuweisung", EN: "Role assignment ended"},

	MessageExtended:       {FR: "Prolongation d'une attribution de rôle", NL: "Verlenging van een roltoekenning", DE: "Verlängerung einer Rollenzuweisung", EN: "Role assignment extended"},
	MessageGivenBack:      {FR: "Un rôle a été rendu par son titulaire", NL: "Een rol werd door de houder teruggegeven", DE: "Eine Rolle wurde vom Inhaber zurückgegeben", EN: "A role was given back by its holder"},
	MessageSecondApproval: {FR: "Une demande attend une deuxième approbation", NL: "Een aanvraag wacht op een tweede goedkeuring", DE: "Ein Antrag wartet auf eine zweite Genehmigung", EN: "A request waits for a second approval"},
	MessageManagerNamed:   {FR: "Désignation d'un gestionnaire d'accès", NL: "Aanstelling van een toegangsbeheerder", DE: "Benennung eines Zugangsverwalters", EN: "An access manager was named"},
	MessageManagerRemoved: {FR: "Fin de fonction d'un gestionnaire d'accès", NL: "Einde van de functie van een toegangsbeheerder", DE: "Ende der Funktion eines Zugangsverwalters", EN: "An access manager left office"},
	MessageGAPRequested:   {FR: "Demande de désignation d'un gestionnaire d'accès principal (procédure exceptionnelle)", NL: "Aanvraag tot aanstelling van een hoofdtoegangsbeheerder (uitzonderingsprocedure)", DE: "Antrag auf Benennung eines Hauptzugangsverwalters (Ausnahmeverfahren)", EN: "Designation of a chief access manager requested (exceptional procedure)"},
	MessageGAPRefused:     {FR: "Demande de désignation refusée", NL: "Aanvraag tot aanstelling geweigerd", DE: "Antrag auf Benennung abgelehnt", EN: "Designation refused"},
	MessageSuspended:      {FR: "Les accès de l'entreprise sont suspendus", NL: "De toegangen van de onderneming zijn opgeschort", DE: "Die Zugänge des Unternehmens sind ausgesetzt", EN: "The enterprise's accesses are suspended"},
	MessageResumed:        {FR: "Les accès de l'entreprise sont rétablis", NL: "De toegangen van de onderneming zijn hersteld", DE: "Die Zugänge des Unternehmens sind wiederhergestellt", EN: "The enterprise's accesses are restored"},
	MessageUnitClosed:     {FR: "Une unité d'établissement a été fermée ou transférée", NL: "Een vestigingseenheid werd gesloten of overgedragen", DE: "Eine Niederlassungseinheit wurde geschlossen oder übertragen", EN: "An establishment unit was closed or moved"},
	MessageUnitAdded:      {FR: "Une unité d'établissement a été transférée à votre entreprise", NL: "Een vestigingseenheid werd naar uw onderneming overgedragen", DE: "Eine Niederlassungseinheit wurde Ihrem Unternehmen übertragen", EN: "An establishment unit was moved to your enterprise"},
	MessageReminder:       {FR: "Rappel : votre invitation expire bientôt", NL: "Herinnering: uw uitnodiging vervalt binnenkort", DE: "Erinnerung: Ihre Einladung läuft bald ab", EN: "Reminder: your invitation expires soon"},
	MessageExpired:        {FR: "Une invitation a expiré", NL: "Een uitnodiging is vervallen", DE: "Eine Einladung ist abgelaufen", EN: "An invitation expired"},
	MessageLapsing:        {FR: "Une demande sera bientôt caduque", NL: "Een aanvraag vervalt binnenkort", DE: "Ein Antrag verfällt bald", EN: "A request lapses soon"},
	MessageLapsed:         {FR: "Une demande est devenue caduque", NL: "Een aanvraag is vervallen", DE: "Ein Antrag ist verfallen", EN: "A request lapsed"},
	MessageEnding:         {FR: "Une attribution de rôle prend bientôt fin", NL: "Een roltoekenning eindigt binnenkort", DE: "Eine Rollenzuweisung endet bald", EN: "A role assignment ends soon"},
	MessageOver:           {FR: "Une attribution de rôle a pris fin", NL: "Een roltoekenning is geëindigd", DE: "Eine Rollenzuweisung ist abgelaufen", EN: "A role assignment is over"},
	MessageManagerEnding:  {FR: "La fonction d'un gestionnaire d'accès prend bientôt fin", NL: "De functie van een toegangsbeheerder eindigt binnenkort", DE: "Die Funktion eines Zugangsverwalters endet bald", EN: "An access manager's office ends soon"},
	MessageLastManager:    {FR: "Il ne reste qu'un seul gestionnaire d'accès", NL: "Er blijft maar één toegangsbeheerder over", DE: "Es bleibt nur ein Zugangsverwalter", EN: "Only one access manager is left"},
}

// captions name the lines of a body, in the order they come.
var captions = []struct {
	data    string
	caption roles.Labels
}{
	{DataEnterprise, roles.Labels{FR: "Entreprise", NL: "Onderneming", DE: "Unternehmen", EN: "Enterprise"}},
	{DataEnterpriseNumber, roles.Labels{FR: "Numéro d'entreprise", NL: "Ondernemingsnummer", DE: "Unternehmensnummer", EN: "Enterprise number"}},
	{DataUnit, roles.Labels{FR: "Unité d'établissement", NL: "Vestigingseenheid", DE: "Niederlassungseinheit", EN: "Establishment unit"}},
	{DataPerson, roles.Labels{FR: "Personne", NL: "Persoon", DE: "Person", EN: "Person"}},
	{DataAddress, roles.Labels{FR: "Adresse e-mail", NL: "E-mailadres", DE: "E-Mail-Adresse", EN: "E-mail address"}},
	{DataOffice, roles.Labels{FR: "Fonction", NL: "Functie", DE: "Funktion", EN: "Office"}},
	{DataRoles, roles.Labels{FR: "Rôle", NL: "Rol", DE: "Rolle", EN: "Role"}},
	{DataExpires, roles.Labels{FR: "À accepter jusqu'au", NL: "Te aanvaarden tot en met", DE: "Anzunehmen bis einschließlich", EN: "To be accepted until"}},
	{DataReason, roles.Labels{FR: "Motif", NL: "Reden", DE: "Grund", EN: "Reason"}},
	{DataBy, roles.Labels{FR: "Par", NL: "Door", DE: "Durch", EN: "By"}},
	{DataMessage, roles.Labels{FR: "Message", NL: "Bericht", DE: "Nachricht", EN: "Message"}},
}

// offices name the kinds of manager (R3).
var offices = map[ManagerKind]roles.Labels{
	CoGAP:         {FR: "Co-gestionnaire d'accès principal", NL: "Co-hoofdtoegangsbeheerder", DE: "Gemeinsamer Hauptzugangsverwalter", EN: "Co-chief access manager"},
	AccessManager: {FR: "Gestionnaire d'accès", NL: "Toegangsbeheerder", DE: "Zugangsverwalter", EN: "Access manager"},
}

var (
	domainWord = roles.Labels{FR: "domaine", NL: "domein", DE: "Bereich", EN: "domain"}

	signIn    = roles.Labels{FR: "S'identifier", NL: "Zich aanmelden", DE: "Sich anmelden", EN: "Sign in"}
	unlimited = roles.Labels{FR: "illimité", NL: "onbeperkt", DE: "unbegrenzt", EN: "unlimited"}
)

// mailOf writes the mail of a message in its addressee's language; link is empty
// where it has none.
func (s *Service) mailOf(m Message, link string) Mail {
	mail := Mail{ID: m.ID, Enterprise: m.Enterprise, Event: m.Event, To: m.To, Data: m.Data, Also: m.Also, Link: link, Generation: m.Generation, CreatedAt: m.CreatedAt}
	mail.Subject, mail.Body = s.text(mail)
	return mail
}

// text renders a mail's subject and body in the addressee's language.
func (s *Service) text(m Mail) (subject, body string) {
	lang := m.To.Language
	subject = subjects[m.Event].In(lang)
	var b strings.Builder
	if m.To.Name != "" {
		b.WriteString(m.To.Name + ",\n\n")
	}
	b.WriteString(subject + ".\n\n")
	s.lines(&b, m.Data, lang)
	for _, item := range m.Also {
		b.WriteString("\n" + subjects[item.Event].In(lang) + ".\n\n")
		s.lines(&b, item.Data, lang)
	}
	if m.Link != "" {
		b.WriteString("\n" + signIn.In(lang) + ": " + m.Link + "\n")
	}
	return subject, b.String()
}

// lines writes what something is about, line by line.
func (s *Service) lines(b *strings.Builder, data map[string]string, lang roles.Language) {
	for _, line := range captions {
		value := data[line.data]
		if value == "" {
			continue
		}
		if line.data == DataOffice {
			value = officeText(value, lang)
		}
		if line.data != DataRoles {
			b.WriteString(line.caption.In(lang) + ": " + strings.ReplaceAll(value, "\n", "\n    ") + "\n")
			continue
		}
		for _, one := range strings.Split(value, "\n") {
			b.WriteString(line.caption.In(lang) + ": " + s.roleText(one, lang) + "\n")
		}
	}
}

// roleText words a line of [DataRoles].
func (s *Service) roleText(line string, lang roles.Language) string {
	fields := strings.SplitN(line, " ", 4)
	for len(fields) < 4 {
		fields = append(fields, "")
	}
	code, start, end, unit := roles.Code(fields[0]), fields[1], fields[2], fields[3]
	if end == "" {
		end = unlimited.In(lang)
	}
	label := string(code)
	if r, ok := s.catalogue.Role(code); ok {
		app, _ := s.catalogue.Application(code.Application())
		label = app.Labels.In(lang) + " - " + r.Labels.In(lang)
	}
	label += " (" + start + " – " + end + ")"
	if unit != "" {
		label += ", " + unit
	}
	return label
}

// officeText words what [DataOffice] has.
func officeText(line string, lang roles.Language) string {
	fields := strings.SplitN(line, " ", 4)
	for len(fields) < 4 {
		fields = append(fields, "")
	}
	kind, domain, start, end := ManagerKind(fields[0]), fields[1], fields[2], fields[3]
	label := offices[kind].In(lang)
	if domain != "" {
		label += ", " + domainWord.In(lang) + " " + domain
	}
	if end == "" {
		end = unlimited.In(lang)
	}
	return label + " (" + start + " – " + end + ")"
}
