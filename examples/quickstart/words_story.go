//nolint:misspell // four languages
package main

// The headings of the story's steps.
var (
	headDesignate = text{"Le représentant légal désigne le GAP", "De wettelijke vertegenwoordiger stelt de HTB aan", "Der gesetzliche Vertreter benennt den HZV", "The legal representative designates the GAP"}
	headInvite    = text{"Le GAP invite", "De HTB nodigt uit", "Der HZV lädt ein", "The GAP invites"}
	headAnswer    = text{"Les personnes invitées répondent", "De uitgenodigde personen antwoorden", "Die Eingeladenen antworten", "The invited people answer"}
	headTasks     = text{"Mes tâches ouvertes", "Mijn openstaande taken", "Meine offenen Aufgaben", "My outstanding tasks"}
	headDecide    = text{"Le GAP approuve et refuse", "De HTB keurt goed en weigert", "Der HZV genehmigt und lehnt ab", "The GAP approves and refuses"}
	headMatrix    = text{"La matrice des rôles, vérifiée", "De rollenmatrix, nagegaan", "Die Rollenmatrix, geprüft", "The matrix of roles, checked"}
	headReplace   = text{"Modifier le rôle d'un utilisateur", "De rol van een gebruiker wijzigen", "Die Rolle eines Benutzers ändern", "Changing a user's role"}
	headTime      = text{"Le temps passe", "De tijd gaat voorbij", "Die Zeit vergeht", "Time passes"}
	headEnd       = text{"Une personne quitte l'entreprise", "Iemand verlaat de onderneming", "Jemand verlässt das Unternehmen", "Somebody leaves the enterprise"}
	headUnits     = text{"Un rôle pour une seule unité d'établissement", "Een rol voor één vestigingseenheid", "Eine Rolle für eine einzige Niederlassungseinheit", "A role for one establishment unit alone"}
	headExtend    = text{"Un rôle est prolongé", "Een rol wordt verlengd", "Eine Rolle wird verlängert", "A role is extended"}
	headCalista   = text{"CALISTA : l'administrateur local et sa barrière", "CALISTA: de lokale beheerder en zijn poort", "CALISTA: der lokale Verwalter und seine Schranke", "CALISTA: the local administrator and his gate"}
	headTemplate  = text{"Un modèle d'invitation, un aperçu, un double clic", "Een sjabloon, een voorbeeldweergave, een dubbelklik", "Eine Vorlage, eine Vorschau, ein Doppelklick", "A template, a preview, a double click"}
	headCoGAP     = text{"La fonction de GAP est vacante, le co-GAP est là", "De functie van HTB is vacant, de co-HTB is er", "Das Amt des HZV ist unbesetzt, der Co-HZV ist da", "The GAP's office is vacant, the co-GAP is there"}
	headNewGAP    = text{"Le GAP est remplacé", "De HTB wordt vervangen", "Der HZV wird ersetzt", "The GAP is replaced"}
	headExplain   = text{"Un refus expliqué", "Een weigering uitgelegd", "Eine Ablehnung erklärt", "A denial explained"}
	headAudit     = text{"Le journal et sa preuve", "Het logboek en zijn bewijs", "Das Protokoll und sein Beweis", "The audit and its proof"}
)

// Steps 1 and 15: the office.
var (
	sayRegistered = text{
		"%s, représentante légale, s'identifie, enregistre %s (%s) et désigne une autre personne, par son numéro de registre national. Les courriels :",
		"%s, wettelijk vertegenwoordiger, meldt zich aan, registreert %s (%s) en stelt iemand anders aan, met diens rijksregisternummer. De e-mails:",
		"%s, gesetzliche Vertreterin, meldet sich an, registriert %s (%s) und benennt eine andere Person anhand ihrer Nationalregisternummer. Die E-Mails:",
		"%s, legal representative, logs in, registers %s (%s) and designates another person, by national number. The e-mails:"}
	sayDesignatedAgain = text{
		"%[1]s désigne de nouveau %[2]s, par son numéro de registre national, à la place de %[3]s. Les courriels :",
		"%[1]s stelt opnieuw %[2]s aan, met zijn rijksregisternummer, in de plaats van %[3]s. De e-mails:",
		"%[1]s benennt wieder %[2]s, anhand seiner Nationalregisternummer, an Stelle von %[3]s. Die E-Mails:",
		"%[1]s designates %[2]s again, by his national number, in place of %[3]s. The e-mails:"}
	sayDesignatedVacant = text{
		"La fonction est vacante : %s désigne de nouveau %s, par son numéro de registre national. Les courriels :",
		"De functie is vacant: %s stelt opnieuw %s aan, met zijn rijksregisternummer. De e-mails:",
		"Das Amt ist unbesetzt: %s benennt wieder %s, anhand seiner Nationalregisternummer. Die E-Mails:",
		"The office is vacant: %s designates %s again, by his national number. The e-mails:"}
	sayStillGAP = text{
		"%s est déjà en fonction : rien à faire.",
		"%s is al in functie: niets te doen.",
		"%s ist schon im Amt: nichts zu tun.",
		"%s is in office already: nothing to do."}
	sayFirstLogin = text{
		"%s s'identifie pour la première fois : son compte est inconnu, son numéro de registre national le fait reconnaître.",
		"%s meldt zich voor het eerst aan: zijn account is onbekend, zijn rijksregisternummer doet hem herkennen.",
		"%s meldet sich zum ersten Mal an: Sein Konto ist unbekannt, an seiner Nationalregisternummer wird er erkannt.",
		"%s logs in for the first time: his account is unknown, his national number tells who he is."}
	sayLogin = text{
		"%s s'identifie : son compte est connu.",
		"%s meldt zich aan: zijn account is bekend.",
		"%s meldet sich an: Sein Konto ist bekannt.",
		"%s logs in: his account is known."}
	sayCapabilities = text{
		"Actes qui lui sont ouverts : %d. Rôles qu'il peut donner : %d.",
		"Handelingen die hij mag stellen: %d. Rollen die hij mag geven: %d.",
		"Handlungen, die ihm offenstehen: %d. Rollen, die er geben darf: %d.",
		"Acts open to him: %d. Roles he may give: %d."}
	sayTookOffice = text{
		"%s prend elle-même la fonction de %s.",
		"%s neemt zelf de functie van %s over.",
		"%s übernimmt selbst das Amt von %s.",
		"%s takes the office of %s herself."}
	sayFormerGAP = text{
		"%[1]s essaie d'inviter quelqu'un : l'entreprise %[3]s. Actes qui lui restent ouverts : %[2]d.",
		"%[1]s probeert iemand uit te nodigen: de onderneming %[3]s. Handelingen die hij nog mag stellen: %[2]d.",
		"%[1]s versucht, jemanden einzuladen: Das Unternehmen %[3]s. Handlungen, die ihm noch offenstehen: %[2]d.",
		"%[1]s tries to invite somebody: the enterprise %[3]s. Acts still open to him: %[2]d."}
	sayRolesStay = text{
		"Les rôles qu'il a donnés restent. En vigueur, avant comme après : %d.",
		"De rollen die hij gaf blijven. Van kracht, voor en na: %d.",
		"Die Rollen, die er gab, bleiben. In Kraft, vorher wie nachher: %d.",
		"The roles he gave stay. In force, before as after: %d."}
	sayGAPNoUser = text{
		"%s gère, mais n'est pas utilisatrice : lire ? Non (%s). Elle doit se donner un rôle.",
		"%s beheert, maar is geen gebruiker: lezen? Nee (%s). Ze moet zichzelf een rol geven.",
		"%s verwaltet, ist aber keine Benutzerin: lesen? Nein (%s). Sie muss sich eine Rolle geben.",
		"%s manages, but is no user: read? No (%s). She must give herself a role."}
	sayGAPGaveRole = text{
		"Elle se donne « %s ». Lire : %s.",
		"Ze geeft zichzelf „%s”. Lezen: %s.",
		"Sie gibt sich „%s“. Lesen: %s.",
		"She gives herself “%s”. Read: %s."}
	sayGAPHasRole = text{
		"%s s'est déjà donné un rôle : lire est autorisé.",
		"%s gaf zichzelf al een rol: lezen is toegestaan.",
		"%s hat sich schon eine Rolle gegeben: Lesen ist erlaubt.",
		"%s has given herself a role already: reading is allowed."}
)

// Steps 2 to 5: from the invitation to the decision.
var (
	sayWelcome = text{
		"Bienvenue dans l'espace professionnel de %s.",
		"Welkom in de professionele ruimte van %s.",
		"Willkommen im beruflichen Bereich von %s.",
		"Welcome to the professional space of %s."}
	sayInvited = text{
		"Invitations envoyées, une par rôle et période : %d. Les courriels :",
		"Verstuurde uitnodigingen, een per rol en periode: %d. De e-mails:",
		"Gesendete Einladungen, eine je Rolle und Zeitraum: %d. Die E-Mails:",
		"Invitations sent, one for each role and period: %d. The e-mails:"}
	sayNobodyInvited = text{
		"Personne n'a d'invitation à laquelle répondre.",
		"Niemand heeft een uitnodiging om op te antwoorden.",
		"Niemand hat eine Einladung zu beantworten.",
		"Nobody has an invitation to answer."}
	sayNobodyDeclines = text{
		"Personne ne décline : le fichier n'a qu'une personne.",
		"Niemand weigert: het bestand heeft maar één persoon.",
		"Niemand lehnt ab: Die Datei hat nur eine Person.",
		"Nobody declines: the file has one person only."}
	sayPage = text{
		"La page que le lien ouvre à %s : %s (%s) propose « %s », à accepter jusqu'au %s.",
		"De pagina die de link voor %s opent: %s (%s) biedt „%s” aan, te aanvaarden tot en met %s.",
		"Die Seite, die der Link für %s öffnet: %s (%s) bietet „%s“ an, anzunehmen bis einschließlich %s.",
		"The page that the link opens for %s: %s (%s) offers “%s”, to be accepted until %s."}
	sayWhyDecline = text{"Je change de service.", "Ik verander van dienst.", "Ich wechsle die Abteilung.", "I am moving to another department."}
	sayDeclined   = text{
		"Motif donné en déclinant : « %s »",
		"Opgegeven reden van de weigering: „%s”",
		"Angegebener Grund der Ablehnung: „%s“",
		"Reason given for declining: “%s”"}
	sayNoTasks = text{"Aucune tâche ouverte.", "Geen openstaande taken.", "Keine offenen Aufgaben.", "No open task."}
	sayDiffers = text{
		"* invité : %s <%s> ; identifié : %s <%s> (différents : %s)",
		"* uitgenodigd: %s <%s>; aangemeld: %s <%s> (verschillend: %s)",
		"* eingeladen: %s <%s>; angemeldet: %s <%s> (verschieden: %s)",
		"* invited: %s <%s>; identified: %s <%s> (different: %s)"}
	sayNothingToDecide = text{"Rien à décider.", "Niets te beslissen.", "Nichts zu entscheiden.", "Nothing to decide."}
	sayWhyRefuse       = text{"Déjà assez d'éditeurs.", "Al genoeg bewerkers.", "Schon genug Bearbeiter.", "Enough editors already."}
	sayRefused         = text{
		"Refusée : la demande de %s. Motif : « %s »",
		"Geweigerd: de aanvraag van %s. Reden: „%s”",
		"Abgelehnt: der Antrag von %s. Grund: „%s“",
		"Refused: the request of %s. Reason: “%s”"}
	sayApproved = text{
		"Cochées et approuvées en une fois : %d demandes. Chacune a son résultat :",
		"Aangevinkt en in één keer goedgekeurd: %d aanvragen. Elk heeft haar resultaat:",
		"Angekreuzt und auf einmal genehmigt: %d Anträge. Jeder hat sein Ergebnis:",
		"Ticked and approved at once: %d requests. Each has its own result:"}
	sayTickedToo = text{
		"La demande refusée était cochée aussi, par mégarde : elle échoue seule, sans arrêter les autres.",
		"De geweigerde aanvraag was ook aangevinkt, per vergissing: alleen zij mislukt, de andere niet.",
		"Der abgelehnte Antrag war versehentlich auch angekreuzt: Er allein scheitert, die anderen nicht.",
		"The refused one was ticked too, by mistake: it fails alone and doesn't stop the others."}
)
