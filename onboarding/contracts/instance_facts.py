"""What is true of every Kommune on this platform: the tables of the annexes as the platform really works.

They are data: whoever makes the documents may hand in other rows. Texts of documents are German and are not translated.
"""

from onboarding.contracts.rows import Category, Measure, Retention

OBJECTION_DAYS = 30
"""So many days each agreement gives a Kommune to object to a new sub-processor."""

MEASURES: tuple[Measure, ...] = (
    Measure(goal="Vertraulichkeit: Zutritt", measure=(
        "Die Server stehen in einem Rechenzentrum des Betreibers oder eines Unterauftragsverarbeiters nach Anhang IV."
        " Zutritt haben nur dazu befugte Personen; er wird aufgezeichnet.")),
    Measure(goal="Vertraulichkeit: Zugang", measure=(
        "Jede Person hat ein eigenes Konto. Passwörter werden nur als Argon2-Prüfwert gespeichert. Beim Betreiber ist"
        " ein zweiter Faktor vorgeschrieben. Anmeldungen enden nach zwei Stunden ohne Nutzung, spätestens nach zwölf"
        " Stunden, und gelten nur für die Anwendung, für die sie geöffnet wurden. Fehlversuche werden begrenzt.")),
    Measure(goal="Vertraulichkeit: Zugriff", measure=(
        "Rechte folgen aus Rollen (Administration, Redaktion, Sachbearbeitung, Lesen); niemand vergibt mehr, als er"
        " selbst hat. Kontaktdaten liegen in einer eigenen Tabelle und sind nur über eine eigene Datenbankrolle lesbar."
        " Die Datenbankrolle des Betreibers hat kein Recht auf Hinweise, Kontaktdaten und Fotos.")),
    Measure(goal="Trennung der Kommunen", measure=(
        "Jede Zeile der Datenbank gehört genau einer Kommune. Die Datenbank selbst erzwingt die Trennung (Row-Level"
        " Security); ohne festgestellte Kommune ist keine Zeile sichtbar. Anmeldungen, Dateien, Aufträge und Verweise"
        " sind an die Kommune gebunden. Automatische Prüfungen versuchen bei jeder Änderung, sie zu umgehen.")),
    Measure(goal="Datenminimierung und Pseudonymisierung", measure=(
        "Hinweise sind ohne Namen möglich. Aus Fotos werden Aufnahmeort, Zeit und Gerät entfernt. Öffentlich ist nur"
        " die geprüfte Fassung eines Hinweises; Kontaktdaten gehören nie dazu. Absenderadressen im Netz werden für"
        " Begrenzungen nur als täglich wechselnder Prüfwert gezählt.")),
    Measure(goal="Verschlüsselung", measure=(
        "Alle Verbindungen zwischen Browser und Plattform sind mit TLS verschlüsselt. E-Mails werden mit"
        " Transportverschlüsselung übergeben, soweit die Gegenstelle sie anbietet.")),
    Measure(goal="Integrität: Nachvollziehbarkeit", measure=(
        "Jede Änderung eines Hinweises und jede Handlung in der Verwaltung wird mit Person und Zeit festgehalten."
        " Diese Aufzeichnungen können im Betrieb nur ergänzt, nicht geändert werden. Dokumente werden mit Prüfsumme"
        " aufbewahrt.")),
    Measure(goal="Integrität: Schutz der Anwendung", measure=(
        "Seiten führen keine fremden Skripte aus und laden nichts von fremden Servern (Content-Security-Policy)."
        " Formulare sind gegen untergeschobene Anfragen geschützt. Hochgeladene Dateien werden nach ihrem Inhalt"
        " geprüft und neu erzeugt oder unverändert und getrennt aufbewahrt.")),
    Measure(goal="Verfügbarkeit und Belastbarkeit", measure=(
        "Eine Änderung gilt erst als gespeichert, wenn sie dauerhaft geschrieben ist. Ausgefallene Prozesse werden"
        " selbsttätig neu gestartet. Offene Aufträge stehen in der Datenbank und gehen bei einem Ausfall nicht"
        " verloren. Der Betreiber sichert Datenbank und Dateien regelmäßig und verschlüsselt und übt die"
        " Wiederherstellung.")),
    Measure(goal="Überprüfung und Verbesserung", measure=(
        "Der Betreiber prüft die Maßnahmen mindestens einmal im Jahr und nach jedem Sicherheitsvorfall. Änderungen der"
        " Software durchlaufen automatische Prüfungen. Bekannte Schwachstellen verwendeter Bausteine werden verfolgt"
        " und nach Dringlichkeit behoben.")),
    Measure(goal="Organisation", measure=(
        "Beschäftigte des Betreibers sind auf Vertraulichkeit verpflichtet und werden geschult. Zuständigkeiten,"
        " Vertretung und der Umgang mit Sicherheitsvorfällen sind schriftlich geregelt. Unterstützung im Einzelfall"
        " mit Einblick in Daten einer Kommune gibt es nur, wenn diese sie öffnet: befristet und mit Grund.")),
)

REPORTERS = "Hinweisgebende"
STAFF = "Beschäftigte der Kommune"
OTHERS = "Dritte, die in einem Hinweis genannt oder auf einem Foto zu erkennen sind"

DATA_CATEGORIES: tuple[Category, ...] = (
    Category(data="Kontaktdaten: Name, E-Mail-Adresse, Telefonnummer (freiwillig)", subjects=REPORTERS,
             purpose="Antwort und Rückfrage"),
    Category(data="Inhalt des Hinweises: Kategorie, Beschreibung, Ort, Zeit", subjects=f"{REPORTERS}; {OTHERS}",
             purpose="Feststellen und Beheben des Mangels"),
    Category(data="Fotos", subjects=f"{REPORTERS}; {OTHERS}", purpose="Feststellen des Mangels"),
    Category(data="Verlauf: Antworten, interne Notizen, Zuständigkeit, Zeiten", subjects=f"{REPORTERS}; {STAFF}",
             purpose="Bearbeitung und Nachweis"),
    Category(data="Konten: Name, dienstliche E-Mail-Adresse, Rolle, Fachbereich, Schulung, Anmeldungen",
             subjects=STAFF, purpose="Zugang und Nachweis"),
    Category(data="Beitritt: Namen, Funktionen und dienstliche Erreichbarkeit der handelnden Personen, Unterschriften",
             subjects=STAFF, purpose="Abschluss und Nachweis des Beitritts"),
    Category(data="Technische Protokolle: IP-Adresse, Zeit, aufgerufene Adresse, Angaben des Browsers",
             subjects="Besucherinnen und Besucher der Seiten", purpose="Auslieferung und Abwehr von Angriffen"),
)

DATA_SUBJECTS: tuple[str, ...] = (
    "Bürgerinnen und Bürger, die einen Hinweis geben (Hinweisgebende)",
    OTHERS,
    "Besucherinnen und Besucher der Seiten",
    "Beschäftigte der Kommune, die mit der Plattform arbeiten",
)

AUTOMATIC = "Plattform, selbsttätig"
ON_INSTRUCTION = "Plattform auf Weisung der Kommune"

RETENTION: tuple[Retention, ...] = (
    Retention(data="Angefangene, nicht abgesendete Meldung mit Fotos", starts="Erste Eingabe", period="24 Stunden",
              erasure_class="LK 1", carried_out=AUTOMATIC, for_citizens=True),
    Retention(data="Technische Protokolle der Server", starts="Aufruf", period="7 Tage", erasure_class="LK 2",
              carried_out="Betreiber, selbsttätig", for_citizens=True),
    Retention(data="Erledigte Versandaufträge (enthalten nur Kennnummern)", starts="Erledigung", period="30 Tage",
              erasure_class="LK 3", carried_out=AUTOMATIC),
    Retention(data="Anmeldungen (Sitzungen)", starts="Anmeldung", period="spätestens nach 12 Stunden ungültig, danach"
              " gelöscht", erasure_class="LK 1", carried_out=AUTOMATIC),
    Retention(data="Kontaktdaten der Hinweisgebenden", starts="Abschluss der Bearbeitung", period="6 Monate",
              erasure_class="LK 4", carried_out=AUTOMATIC, for_citizens=True),
    Retention(data="Hinweise des Probebetriebs", starts="Start der Kommune", period="sofort", erasure_class="LK 0",
              carried_out=AUTOMATIC),
    Retention(data="Hinweis, Fotos, Antworten und Verlauf", starts="Abschluss der Bearbeitung",
              period="5 Jahre, sofern die Kommune nichts anderes festlegt", erasure_class="LK 5",
              carried_out=ON_INSTRUCTION, for_citizens=True),
    Retention(data="Konten der Beschäftigten", starts="Ausscheiden oder Entzug der Rechte", period="",
              erasure_class="LK 4", carried_out=ON_INSTRUCTION),
    Retention(data="Protokoll der Verwaltungshandlungen", starts="Ende des Jahres der Handlung", period="",
              erasure_class="LK 5", carried_out=ON_INSTRUCTION),
    Retention(data="Beitrittsakte: Erklärungen, Verträge, Nachweise", starts="Ende der Mitgliedschaft", period="",
              erasure_class="LK 6", carried_out="Kommune und Betreiber, je für die eigene Ausfertigung"),
    Retention(data="Sicherungskopien", starts="Anlegen der Kopie", period="", erasure_class="LK 3",
              carried_out="Betreiber, durch Überschreiben"),
)

ACCESSIBILITY_GAPS: tuple[str, ...] = (
    "Fotos, die Bürgerinnen und Bürger senden, haben nicht immer eine Beschreibung. Die Redaktion kann eine ergänzen.",
    "Die Karte lässt sich mit der Tastatur bedienen, ist für Vorleseprogramme aber nur eine Ergänzung. Alle Hinweise"
    " stehen auch in der Liste, und ein Ort lässt sich im Formular in Worten angeben.",
    "Die Texte der Hinweise und Antworten sind nicht in Leichter Sprache geschrieben.",
)
