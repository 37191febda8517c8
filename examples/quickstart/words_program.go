//nolint:misspell // four languages
package main

// What the program says before, after and instead of the story.
var (
	help = text{
		`Quickstart joue les guides « Mon Espace » et « CALISTA » du début à la fin sur un fichier SQLite :
un représentant légal désigne le GAP, le GAP invite, on accepte, il approuve, et les droits sont vérifiés.
Relancé sur le même fichier, il continue à partir de ce qui s'y trouve.

  go run ./examples/quickstart [-db FICHIER] [-people FICHIER] [-mail DOSSIER] [-lang fr|nl|de|en]

  -db FICHIER      la base SQLite (par défaut : quickstart.db dans le dossier courant)
  -people FICHIER  les personnes à inviter, en CSV (par défaut : une liste incluse)
  -mail DOSSIER    un dossier où chaque courriel est écrit, en .eml
  -lang LANGUE     fr, nl, de ou en (par défaut : fr)

Le fichier des personnes a l'en-tête given_name,family_name,email,language,role,start,end.
Rôle : un code (monespace.editor) ou un libellé (Éditeur de dossiers). Dates : AAAA-MM-JJ, today ou today+30 ;
une fin vide veut dire illimité. Un fichier fautif est refusé en entier, chaque faute nommée, avec le code 2.`,
		`Quickstart speelt de gidsen « Mon Espace » en « CALISTA » van begin tot einde op een SQLite-bestand:
een wettelijke vertegenwoordiger stelt de HTB aan, die nodigt uit, men aanvaardt, hij keurt goed, en de
rechten worden nagegaan. Opnieuw op hetzelfde bestand gaat het verder met wat er staat.

  go run ./examples/quickstart [-db BESTAND] [-people BESTAND] [-mail MAP] [-lang fr|nl|de|en]

  -db BESTAND      de SQLite-databank (standaard: quickstart.db in de huidige map)
  -people BESTAND  de uit te nodigen personen, als CSV (standaard: een ingebouwde lijst)
  -mail MAP        een map waarin elke e-mail als .eml wordt geschreven
  -lang TAAL       fr, nl, de of en (standaard: fr)

Het personenbestand heeft de hoofding given_name,family_name,email,language,role,start,end.
Rol: een code (monespace.editor) of een naam (Éditeur de dossiers). Data: JJJJ-MM-DD, today of today+30;
een leeg einde is onbeperkt. Een bestand met fouten wordt helemaal geweigerd, elke fout genoemd, met code 2.`,
		`Quickstart spielt die Leitfäden « Mon Espace » und « CALISTA » von Anfang bis Ende auf einer SQLite-Datei:
ein gesetzlicher Vertreter benennt den HZV, der lädt ein, man nimmt an, er genehmigt, und die Rechte werden
geprüft. Auf derselben Datei erneut gestartet, macht es dort weiter, wo sie steht.

  go run ./examples/quickstart [-db DATEI] [-people DATEI] [-mail ORDNER] [-lang fr|nl|de|en]

  -db DATEI      die SQLite-Datenbank (sonst: quickstart.db im aktuellen Ordner)
  -people DATEI  die einzuladenden Personen, als CSV (sonst: eine eingebaute Liste)
  -mail ORDNER     ein Ordner, in den jede E-Mail als .eml geschrieben wird
  -lang SPRACHE  fr, nl, de oder en (sonst: fr)

Die Personendatei hat die Kopfzeile given_name,family_name,email,language,role,start,end.
Rolle: ein Code (monespace.editor) oder ein Name (Éditeur de dossiers). Daten: JJJJ-MM-TT, today oder
today+30; ein leeres Ende heißt unbegrenzt. Eine Datei mit Fehlern wird ganz abgelehnt, jeder Fehler genannt,
mit Code 2.`,
		`Quickstart plays the guides « Mon Espace » and « CALISTA » from first to last step on a SQLite file:
a legal representative designates the GAP, the GAP invites, people accept, he approves, and rights are
checked. Run again on the same file, it goes on from what is there.

  go run ./examples/quickstart [-db FILE] [-people FILE] [-mail FOLDER] [-lang fr|nl|de|en]

  -db FILE      the SQLite database (default: quickstart.db in the current folder)
  -people FILE  the people to invite, as CSV (default: a list that is built in)
  -mail FOLDER     a folder that each mail is written into, as .eml
  -lang LANG    fr, nl, de or en (default: fr)

The people file has the header given_name,family_name,email,language,role,start,end.
Role: a code (monespace.editor) or a label (Éditeur de dossiers). Dates: YYYY-MM-DD, today or today+30;
an empty end is unlimited. A file with mistakes is refused as a whole, each mistake named, with exit code 2.`,
	}

	sayNoArguments = text{
		"seuls -db, -people, -lang et -help sont compris",
		"alleen -db, -people, -lang en -help worden begrepen",
		"nur -db, -people, -lang und -help werden verstanden",
		"only -db, -people, -lang and -help are understood"}
	sayNoFile = text{
		"-db demande un nom de fichier",
		"-db vraagt een bestandsnaam",
		"-db verlangt einen Dateinamen",
		"-db needs the name of a file"}
	sayCantRead = text{
		"le fichier des personnes ne peut pas être lu : %w",
		"het personenbestand kan niet gelezen worden: %w",
		"die Personendatei kann nicht gelesen werden: %w",
		"the people file can't be read: %w"}
	sayCantOpen = text{
		"la base de données %s ne peut pas être utilisée : %w",
		"de databank %s kan niet gebruikt worden: %w",
		"die Datenbank %s kann nicht verwendet werden: %w",
		"the database %s can't be used: %w"}
	sayBadPeople = text{
		"Le fichier des personnes %s n'est pas utilisable (fautes : %d). Rien n'a été fait.",
		"Het personenbestand %s is niet bruikbaar (fouten: %d). Er werd niets gedaan.",
		"Die Personendatei %s ist nicht brauchbar (Fehler: %d). Es wurde nichts getan.",
		"The people file %s can't be used (mistakes: %d). Nothing was done."}
	sayLine    = text{"ligne %d", "regel %d", "Zeile %d", "line %d"}
	sayBadLine = text{
		"pas lisible : il faut l'en-tête, puis %d colonnes par personne",
		"niet leesbaar: eerst de hoofding, dan %d kolommen per persoon",
		"nicht lesbar: erst die Kopfzeile, dann %d Spalten für jede Person",
		"can't be read: a header is needed, then %d columns for each person"}

	sayTitle = text{
		"Mon Espace et CALISTA : les accès d'une entreprise, du début à la fin",
		"Mon Espace en CALISTA: de toegangen van een onderneming, van begin tot einde",
		"Mon Espace und CALISTA: die Zugänge eines Unternehmens, von Anfang bis Ende",
		"Mon Espace and CALISTA: an enterprise's accesses, from first to last step"}
	sayWhere = text{
		"Base de données : %s\nHorloge de la démonstration : %s\nPersonnes : %[4]d (%[3]s)",
		"Databank: %s\nKlok van de demonstratie: %s\nPersonen: %[4]d (%[3]s)",
		"Datenbank: %s\nUhr der Vorführung: %s\nPersonen: %[4]d (%[3]s)",
		"Database: %s\nThe demo's clock: %s\nPeople: %[4]d (%[3]s)"}
	wordBuiltIn = text{"liste incluse", "ingebouwde lijst", "eingebaute Liste", "built-in list"}
	sayAgain    = text{
		"Fin. Relancez le programme sur le même fichier : il continuera à partir de cet état.",
		"Einde. Start het programma opnieuw op hetzelfde bestand: het gaat van hieruit verder.",
		"Ende. Starten Sie das Programm erneut auf derselben Datei: Es macht hier weiter.",
		"The end. Run the program again on the same file: it goes on from here."}
	sayNewFile = text{
		"Le fichier est vide : l'histoire commence.",
		"Het bestand is leeg: het verhaal begint.",
		"Die Datei ist leer: Die Geschichte beginnt.",
		"The file is empty: the story begins."}
	sayKnownFile = text{
		"Entreprise reconnue : %s (%s), enregistrée le %s, à l'état n° %d.",
		"Onderneming herkend: %s (%s), geregistreerd op %s, in toestand nr. %d.",
		"Unternehmen erkannt: %s (%s), registriert am %s, auf Stand Nr. %d.",
		"Enterprise recognised: %s (%s), registered on %s, at state no. %d."}
	sayVacant = text{
		"La fonction de GAP est vacante.",
		"De functie van HTB is vacant.",
		"Die Funktion des HZV ist unbesetzt.",
		"There is no GAP in office."}
	sayGAPInOffice = text{
		"GAP en fonction : %s. Voici ce que la dernière fois a laissé :",
		"HTB in functie: %s. Dit liet de vorige keer achter:",
		"HZV im Amt: %s. Das ist vom letzten Mal geblieben:",
		"GAP in office: %s. This is what the last run left:"}
	sayLeft = text{
		"Attributions passées : %d. Tâches ouvertes : %d. Invitations ouvertes : %d.",
		"Vroegere toekenningen: %d. Open taken: %d. Open uitnodigingen: %d.",
		"Frühere Zuweisungen: %d. Offene Aufgaben: %d. Offene Einladungen: %d.",
		"Past assignments: %d. Open tasks: %d. Open invitations: %d."}
	sayMailsSent = text{"Courriels envoyés :", "Verstuurde e-mails:", "Gesendete E-Mails:", "E-mails sent:"}
)
