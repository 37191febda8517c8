//nolint:misspell // four languages
package main

// Steps 6 to 8 and 13: what roles give, and how they change and end.
var (
	sayGivenDirectly = text{
		"Attribution directe : %s à %s (personne d'autre ne l'a, ou ne l'a seul).",
		"Rechtstreekse toekenning: %s aan %s (niemand anders heeft die rol, of alleen die).",
		"Direkte Zuweisung: %s an %s (niemand sonst hat diese Rolle, oder nur sie).",
		"Direct assignment: %s to %s (nobody else has it, or has it alone)."}
	sayMatrix = text{
		"Chaque case : à gauche le tableau du guide (§3.1), à droite la réponse de Check pour cette personne.",
		"Elk vak: links de tabel van de gids (§3.1), rechts het antwoord van Check voor die persoon.",
		"Jedes Feld: links die Tabelle des Leitfadens (§3.1), rechts die Antwort von Check für diese Person.",
		"Each cell: on the left the guide's table (§3.1), on the right the answer of Check for that person."}
	sayMatrixAgrees = text{
		"✓ %d cases sur %d concordent : c'est exactement la matrice du guide.",
		"✓ %d van %d vakken stemmen overeen: dit is precies de matrix van de gids.",
		"✓ %d von %d Feldern stimmen überein: Das ist genau die Matrix des Leitfadens.",
		"✓ %d of %d cells agree: this is exactly the guide's matrix."}
	sayMatrixDiffers = text{
		"✗ %d cases sur %d seulement concordent avec le guide.",
		"✗ slechts %d van %d vakken stemmen overeen met de gids.",
		"✗ nur %d von %d Feldern stimmen mit dem Leitfaden überein.",
		"✗ only %d of %d cells agree with the guide."}
	sayReplaced = text{
		"%s : « %s » est remplacé par « %s » en une étape, sans instant avec les deux ni sans aucun.",
		"%s: „%s” wordt in één stap vervangen door „%s”, zonder ogenblik met beide of met geen van beide.",
		"%s: „%s“ wird in einem Schritt durch „%s“ ersetzt, ohne Augenblick mit beiden oder mit keiner.",
		"%s: “%s” is replaced by “%s” in one step, with no instant of both or of neither."}
	sayWillEnd = text{
		"%s a le rôle « %s » jusqu'au %s inclus. On avance l'horloge au lendemain ; rien d'autre ne tourne.",
		"%s heeft de rol „%s” tot en met %s. De klok wordt op de dag erna gezet; verder loopt er niets.",
		"%s hat die Rolle „%s“ bis einschließlich %s. Die Uhr wird auf den Tag danach gestellt; sonst läuft nichts.",
		"%s has the role “%s” until %s included. The clock is set to the day after; nothing else runs."}
	sayHasEnded = text{
		"Le rôle « %s » de %s : %s.",
		"De rol „%s” van %s: %s.",
		"Die Rolle „%s“ von %s: %s.",
		"The role “%s” of %s: %s."}
	sayNobodyLeaves = text{
		"Personne du fichier n'a de rôle à arrêter.",
		"Niemand uit het bestand heeft een rol om stop te zetten.",
		"Niemand aus der Datei hat eine Rolle zu beenden.",
		"Nobody of the file has a role to end."}
	sayWhyEnd = text{"Fin de contrat.", "Einde van het contract.", "Vertragsende.", "End of contract."}
	sayEnded  = text{
		"%s quitte l'entreprise : tout est arrêté en un seul appel. Rôles : %d ; invitations retirées : %d ; demandes refusées : %d. Motif : « %s »",
		"%s verlaat de onderneming: alles wordt in één oproep stopgezet. Rollen: %d; ingetrokken uitnodigingen: %d; geweigerde aanvragen: %d. Reden: „%s”",
		"%s verlässt das Unternehmen: Alles wird mit einem Aufruf beendet. Rollen: %d; zurückgezogene Einladungen: %d; abgelehnte Anträge: %d. Grund: „%s“",
		"%s leaves the enterprise: everything is ended in one call. Roles: %d; invitations revoked: %d; requests refused: %d. Reason: “%s”"}
	sayLeaverInvited = text{
		"%s vient d'inviter %s au rôle « %s » ; l'invitation attend encore.",
		"%s nodigde %s zonet uit voor de rol „%s”; de uitnodiging is nog open.",
		"%s hat %s gerade zur Rolle „%s“ eingeladen; die Einladung ist noch offen.",
		"%s has just invited %s to the role “%s”; the invitation is still open."}
	sayEndedCheck = text{
		"Lire, juste avant : %s. Juste après : %s.",
		"Lezen, net ervoor: %s. Net erna: %s.",
		"Lesen, unmittelbar vorher: %s. Unmittelbar nachher: %s.",
		"Read, just before: %s. Just after: %s."}
)

// Steps 16 and 17: the proof.
var (
	sayQuestion = text{
		"Question : %s peut-il ou elle faire ceci : « %s », pour %s, le %s ?",
		"Vraag: mag %s dit doen: „%s”, voor %s, op %s?",
		"Frage: Darf %s dies tun: „%s“, für %s, am %s?",
		"Question: may %s do this: “%s”, for %s, on %s?"}
	sayDecision = text{
		"Réponse : %s (%s). GAP en fonction : %s. Décidé sur l'état n° %d de l'entreprise, d'après ces attributions :",
		"Antwoord: %s (%s). HTB in functie: %s. Beslist op toestand nr. %d van de onderneming, volgens deze toekenningen:",
		"Antwort: %s (%s). HZV im Amt: %s. Entschieden auf Stand Nr. %d des Unternehmens, nach diesen Zuweisungen:",
		"Answer: %s (%s). GAP in office: %s. Decided on state no. %d of the enterprise, from these assignments:"}
	sayAuditBefore = text{
		"… précédés de %d autres.",
		"… voorafgegaan door %d andere.",
		"… davor %d weitere.",
		"… after %d others."}
	sayAuditIntact = text{
		"✓ Journal vérifié : %d enregistrements enchaînés, jusqu'à l'état n° %d ; aucun ne manque, aucun n'a changé. Empreinte de la fin :",
		"✓ Logboek nagegaan: %d aaneengeschakelde vermeldingen, tot toestand nr. %d; geen ontbreekt, geen is gewijzigd. Hash van het einde:",
		"✓ Protokoll geprüft: %d verkettete Einträge, bis Stand Nr. %d; keiner fehlt, keiner wurde geändert. Hash des Endes:",
		"✓ Audit verified: %d chained records, up to state no. %d; none is missing, none was changed. Hash of the end:"}
	sayAuditBroken = text{
		"✗ Le journal ne tient pas à partir de %d.%d : %s",
		"✗ Het logboek klopt niet vanaf %d.%d: %s",
		"✗ Das Protokoll stimmt nicht ab %d.%d: %s",
		"✗ The audit doesn't hold from %d.%d on: %s"}
)
