//nolint:misspell // four languages
package main

// Who is given what beside the people file.
var (
	sayGives = text{
		"%s donne le rôle « %s » à %s (fin : %s).",
		"%s geeft de rol „%s” aan %s (einde: %s).",
		"%s gibt die Rolle „%s“ an %s (Ende: %s).",
		"%s gives the role “%s” to %s (end: %s)."}
	sayHasAlready = text{
		"%s a déjà le rôle « %s » (fin : %s).",
		"%s heeft de rol „%s” al (einde: %s).",
		"%s hat die Rolle „%s“ schon (Ende: %s).",
		"%s has the role “%s” already (end: %s)."}
)

// Steps 9 and 10: a role for one unit, and how it lasts longer.
var (
	sayForUnit = text{
		"Ce rôle n'est donné que pour « %s ». Ce que Check répond :",
		"Die rol geldt alleen voor „%s”. Wat Check antwoordt:",
		"Diese Rolle gilt nur für „%s“. Was Check antwortet:",
		"This role is for “%s” alone. What Check answers:"}
	sayAsSuch = text{
		"%s, l'entreprise comme telle",
		"%s, de onderneming als zodanig",
		"%s, das Unternehmen als solches",
		"%s, the enterprise as such"}
	sayExtended = text{
		"Le rôle « %s » de %s (%s) durait jusqu'au %s inclus ; il est prolongé jusqu'au %s.",
		"De rol „%s” van %s (%s) duurde tot en met %s; hij wordt verlengd tot %s.",
		"Die Rolle „%s“ von %s (%s) dauerte bis einschließlich %s; sie wird verlängert bis %s.",
		"The role “%s” of %s (%s) was to last until %s included; it is extended until %s."}
	sayExtendedCheck = text{
		"Lire pour « %s » le %s, demandé avant : %s. Demandé après : %s.",
		"Lezen voor „%s” op %s, ervoor gevraagd: %s. Erna gevraagd: %s.",
		"Lesen für „%s“ am %s, vorher gefragt: %s. Nachher gefragt: %s.",
		"Read for “%s” on %s, asked before: %s. Asked after: %s."}
	sayLongEnough = text{
		"Le rôle « %s » de %s dure déjà jusqu'au %s : rien à prolonger.",
		"De rol „%s” van %s duurt al tot %s: niets te verlengen.",
		"Die Rolle „%s“ von %s dauert schon bis %s: nichts zu verlängern.",
		"The role “%s” of %s lasts until %s already: nothing to extend."}
)

// Step 11: CALISTA.
var (
	sayCalistaRule = text{
		"CALISTA est une autre application, dans le même catalogue. Son administrateur local en gère les rôles lui-même ; il lui faut à côté un rôle Mon Espace, sans quoi son rôle ne donne rien.",
		"CALISTA is een andere toepassing, in dezelfde catalogus. De lokale beheerder beheert er zelf de rollen van; hij heeft ernaast een rol van Mon Espace nodig, anders geeft zijn rol niets.",
		"CALISTA ist eine andere Anwendung, im selben Katalog. Der lokale Verwalter verwaltet ihre Rollen selbst; er braucht daneben eine Rolle von Mon Espace, sonst gibt seine Rolle nichts.",
		"CALISTA is another application, in the same catalogue. Its local administrator manages its roles himself; he needs a role of Mon Espace beside his own, or else that gives nothing."}
	sayAdministers = text{
		"%s s'identifie. Rôles qu'il peut donner : %s.",
		"%s meldt zich aan. Rollen die hij mag geven: %s.",
		"%s meldet sich an. Rollen, die er geben darf: %s.",
		"%s logs in. Roles he may give: %s."}
	sayNotHisToGive = text{
		"Il essaie de donner d'autres rôles encore :",
		"Hij probeert nog andere rollen te geven:",
		"Er versucht, noch andere Rollen zu geben:",
		"He tries to give other roles too:"}
	sayGate = text{
		"%[1]s arrête le rôle « %[2]s » de %[3]s, puis le lui rend. Ce que Check répond avant, entre les deux et après, à %[3]s (« %[4]s ») et à %[5]s (« %[6]s ») :",
		"%[1]s zet de rol „%[2]s” van %[3]s stop en geeft hem dan terug. Wat Check ervoor, ertussen en erna antwoordt, voor %[3]s („%[4]s”) en voor %[5]s („%[6]s”):",
		"%[1]s beendet die Rolle „%[2]s“ von %[3]s und gibt sie dann zurück. Was Check vorher, dazwischen und nachher antwortet, für %[3]s („%[4]s“) und für %[5]s („%[6]s“):",
		"%[1]s ends the role “%[2]s” of %[3]s, then gives it again. What Check answers before, in between and after, for %[3]s (“%[4]s”) and for %[5]s (“%[6]s”):"}
	sayGateNothingLost = text{
		"Son rôle CALISTA est resté tout ce temps : la barrière tombée, il ne donne rien et ne gère rien ; levée, tout revient. Ce qu'il avait donné vaut toujours.",
		"Zijn rol van CALISTA bleef al die tijd: met de poort dicht geeft hij niets en beheert hij niets; met de poort open komt alles terug. Wat hij gaf blijft gelden.",
		"Seine Rolle von CALISTA blieb die ganze Zeit: Bei geschlossener Schranke gibt sie nichts und verwaltet nichts; bei offener kommt alles zurück. Was er gab, gilt weiter.",
		"His role of CALISTA stayed all the time: with the gate down it gives nothing and manages nothing; with the gate up all is back. What he gave holds throughout."}
	sayGateMissing = text{
		"%[1]s essaie (aperçu) de donner « %[2]s » à %[3]s aussi. Le rôle serait donné et ne donnerait encore rien, répond la bibliothèque : il faut d'abord un rôle « %[4]s ».",
		"%[1]s probeert (voorbeeld) ook %[3]s de rol „%[2]s” te geven. De rol zou gegeven worden en nog niets geven, antwoordt de bibliotheek: eerst is een rol van „%[4]s” nodig.",
		"%[1]s versucht (Vorschau), auch %[3]s die Rolle „%[2]s“ zu geben. Die Rolle würde gegeben und gäbe noch nichts, antwortet die Bibliothek: Erst braucht es eine Rolle von „%[4]s“.",
		"%[1]s tries (in a preview) to give “%[2]s” to %[3]s too. The role would be given and give nothing yet, the library answers: first a role of “%[4]s” is needed."}
	sayWhyGate     = text{"Changement de service.", "Verandering van dienst.", "Wechsel der Abteilung.", "Change of department."}
	whenGateOpen   = text{"avec un rôle Mon Espace", "met een rol van Mon Espace", "mit einer Rolle von Mon Espace", "with a role of Mon Espace"}
	whenGateShut   = text{"sans", "zonder", "ohne", "without"}
	whenGateBack   = text{"avec, de nouveau", "opnieuw met", "wieder mit", "with one again"}
	sayRolesToGive = text{"rôles : %d", "rollen: %d", "Rollen: %d", "roles: %d"}
)

// Step 12: the template, the preview, and the form that is sent twice.
var (
	sayTemplateSaved = text{
		"%s enregistre un modèle, sans l'envoyer :",
		"%s bewaart een sjabloon, zonder het te versturen:",
		"%s speichert eine Vorlage, ohne sie zu senden:",
		"%s saves a template, without sending it:"}
	sayTemplateThere = text{
		"Le modèle enregistré le %s :",
		"Het sjabloon dat op %s bewaard werd:",
		"Die Vorlage, die am %s gespeichert wurde:",
		"The template that was saved on %s:"}
	sayTraineeWhat    = text{"Pour chaque stagiaire", "Voor elke stagiair", "Für jeden Praktikanten", "For every trainee"}
	sayTraineeWelcome = text{"Bienvenue pour votre stage.", "Welkom voor uw stage.", "Willkommen zu Ihrem Praktikum.", "Welcome to your traineeship."}
	sayPreview        = text{
		"Aperçu de l'envoi. Seraient écrits : invitations : %d ; destinataires : %d ; enregistrements du journal : %d. Courriels qui partiraient : %d (le lien n'est fait qu'à l'envoi) :",
		"Voorbeeld van de verzending. Zou geschreven worden: uitnodigingen: %d; bestemmelingen: %d; vermeldingen in het logboek: %d. E-mails die zouden vertrekken: %d (de link wordt pas bij het versturen gemaakt):",
		"Vorschau der Sendung. Geschrieben würden: Einladungen: %d; Empfänger: %d; Einträge im Protokoll: %d. E-Mails, die abgingen: %d (der Link entsteht erst beim Senden):",
		"Preview of the sending. To be written: invitations: %d; recipients: %d; records of the audit: %d. E-mails to go out: %d (the link is made only when it is sent):"}
	sayPreviewWroteNothing = text{
		"Rien n'est encore écrit : l'entreprise est toujours à l'état n° %d.",
		"Er is nog niets geschreven: de onderneming is nog altijd in toestand nr. %d.",
		"Noch ist nichts geschrieben: Das Unternehmen ist weiter auf Stand Nr. %d.",
		"Nothing is written yet: the enterprise is still at state no. %d."}
	sayPressedTwice = text{
		"Le formulaire est envoyé, puis encore une fois par double clic, sous le même identifiant : une seule invitation, la même réponse. Courriels envoyés : %d, à %s.",
		"Het formulier wordt verstuurd, en door een dubbelklik nog eens, onder dezelfde identificatie: één uitnodiging, hetzelfde antwoord. Verstuurde e-mails: %d, aan %s.",
		"Das Formular wird gesendet, und durch einen Doppelklick noch einmal, unter derselben Kennung: eine einzige Einladung, dieselbe Antwort. Gesendete E-Mails: %d, an %s.",
		"The form is sent, and by a double click once more, under the same id: one invitation, the same answer. E-mails sent: %d, to %s."}
	sayTraineeAccepts = text{
		"%s ouvre le lien, s'identifie et accepte. La demande attend une décision.",
		"%s opent de link, meldt zich aan en aanvaardt. De aanvraag wacht op een beslissing.",
		"%s öffnet den Link, meldet sich an und nimmt an. Der Antrag wartet auf eine Entscheidung.",
		"%s opens the link, logs in and accepts. The request waits for a decision."}
)

// Step 14: the co-GAP.
var (
	sayNamesCoGAP = text{
		"%s désigne %s co-GAP (fin : %s).",
		"%s stelt %s aan als co-HTB (einde: %s).",
		"%s ernennt %s zum Co-HZV (Ende: %s).",
		"%s names %s co-GAP (end: %s)."}
	sayIsCoGAP = text{
		"%s est déjà co-GAP (fin : %s).",
		"%s is al co-HTB (einde: %s).",
		"%s ist schon Co-HZV (Ende: %s).",
		"%s is co-GAP already (end: %s)."}
	sayWhyVacate = text{"Maladie de longue durée.", "Langdurige ziekte.", "Lange Krankheit.", "Long illness."}
	sayVacated   = text{
		"%s démet %s de la fonction, sans successeur. Motif : « %s »",
		"%s ontheft %s van de functie, zonder opvolger. Reden: „%s”",
		"%s beruft %s vom Amt ab, ohne Nachfolger. Grund: „%s“",
		"%s removes %s from the office, with no successor. Reason: “%s”"}
	sayAccessGoesOn = text{
		"%s, lire, avant : %s. Après : %s. Sans co-GAP en fonction, la réponse serait pour tous : %s.",
		"%s, lezen, ervoor: %s. Erna: %s. Zonder co-HTB in functie was het antwoord voor iedereen: %s.",
		"%s, lesen, vorher: %s. Nachher: %s. Ohne Co-HZV im Amt wäre die Antwort für alle: %s.",
		"%s, read, before: %s. After: %s. Without a co-GAP in office the answer to everybody would be: %s."}
	sayCoGAPApproves = text{
		"%s, co-GAP, approuve la demande de %s : « %s » (fin : %s).",
		"%s, co-HTB, keurt de aanvraag van %s goed: „%s” (einde: %s).",
		"%s, Co-HZV, genehmigt den Antrag von %s: „%s“ (Ende: %s).",
		"%s, co-GAP, approves the request of %s: “%s” (end: %s)."}
)
