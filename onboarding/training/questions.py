"""The questions of the self-test, as data with a version: the promise, redaction, data protection.

German like the texts of the documents, and like them not translated. Whoever changes a question adds a pool under the
next number and leaves the old one, so that an answered test can still be shown as it was asked.
"""

import enum
from dataclasses import dataclass


class Topic(enum.StrEnum):
    """What a question is about."""

    promise = "promise"
    redaction = "redaction"
    privacy = "privacy"


TOPIC_LABELS = {Topic.promise: "Serviceversprechen", Topic.redaction: "Prüfen und Kürzen", Topic.privacy: "Datenschutz"}


@dataclass(frozen=True)
class Question:
    """One question. The first of `answers` is the right one; they are shown in another order. `why` explains it."""

    key: str
    topic: Topic
    text: str
    answers: tuple[str, ...]
    why: str


_P, _R, _D = Topic.promise, Topic.redaction, Topic.privacy

_FIRST: tuple[Question, ...] = (
    Question(
        "friday_evening", _P,
        "Ein Hinweis geht am Freitag um 20 Uhr ein. Montag bis Mittwoch sind Arbeitstage. Bis wann muss die erste "
        "verbindliche Antwort veröffentlicht sein?",
        ("Bis Mittwoch, 24 Uhr", "Bis Dienstag, 18 Uhr", "Bis Freitag der nächsten Woche", "Bis Montag, 20 Uhr"),
        "Drei Arbeitstage: Der Tag des Eingangs zählt nicht mit (§ 187 BGB), Samstag und Sonntag auch nicht. Gezählt "
        "werden Montag, Dienstag und Mittwoch; die Frist endet mit dem Ablauf des Mittwochs (§ 188 BGB).",
    ),
    Question(
        "publication", _P,
        "Ein zulässiger Hinweis geht am Dienstag um 11 Uhr ein. Wann steht er spätestens öffentlich auf der Seite?",
        ("Am Mittwoch um 18 Uhr", "Am Dienstag um 14 Uhr", "Am Freitag um 18 Uhr",
         "Sobald der Fachbereich geantwortet hat"),
        "Was bis 14 Uhr eingeht, wird bis 18 Uhr des nächsten Arbeitstages veröffentlicht. Die Veröffentlichung wartet "
        "nicht auf die Antwort des Fachbereichs.",
    ),
    Question(
        "automatic_reply", _P,
        "Das System hat den Eingang automatisch bestätigt. Ist das Versprechen einer ersten Antwort damit erfüllt?",
        ("Nein, es zählt erst eine Antwort zur Sache, die ein Mensch formuliert hat",
         "Ja, denn die Person hat innerhalb der Frist eine Nachricht der Verwaltung bekommen",
         "Ja, sofern in der Bestätigung ein Aktenzeichen und eine Ansprechperson stehen"),
        "Eine Eingangsbestätigung hält keine der drei Uhren an. Versprochen ist eine verbindliche Antwort: was die "
        "Verwaltung tut, bis wann, oder warum sie nichts tun kann.",
    ),
    Question(
        "criticism", _P,
        "In einem Hinweis steht: „Seit drei Jahren tut die Verwaltung nichts gegen diese Schlaglöcher, ein "
        "Armutszeugnis.“ Was tun Sie?",
        ("Ich veröffentliche ihn: Kritik an der Verwaltung ist kein Grund, ihn zurückzuhalten",
         "Ich lehne ihn ab und bitte darum, ihn in sachlichem Ton noch einmal zu schreiben",
         "Ich streiche den Satz, damit die Seite für alle, die sie lesen, freundlich bleibt",
         "Ich bearbeite ihn, veröffentliche ihn aber nicht, weil er dem Ansehen der Kommune schadet"),
        "Zulässige Hinweise werden nicht gefiltert. Scharfe Kritik an der Verwaltung ist zulässig; gekürzt wird nur, "
        "was Rechte anderer verletzt, etwa Beleidigungen oder Angaben über Personen.",
    ),
    Question(
        "not_competent", _P,
        "Eine defekte Ampel steht an einer Landesstraße. Ihre Kommune ist nicht zuständig. Was verlangt das "
        "Serviceversprechen?",
        ("Den Hinweis binnen drei Arbeitstagen an die zuständige Stelle weiterleiten und das mitteilen",
         "Den Hinweis mit einem Dank löschen, weil die Kommune an der Ampel selbst nichts ändern kann",
         "Die Person binnen drei Arbeitstagen bitten, sich mit dem Hinweis an den Landesbetrieb zu wenden",
         "Den Hinweis auf „erledigt“ setzen, denn für die Kommune ist der Fall damit beendet"),
        "Wer nicht zuständig ist, leitet innerhalb von drei Arbeitstagen weiter. Auf der Seite steht, an wen; die "
        "Person muss nicht selbst suchen. „Erledigt“ ist erst, was behoben ist.",
    ),
    Question(
        "date_missed", _P,
        "Sie haben veröffentlicht: „Die Laterne wird bis 15. März repariert.“ Am 12. März meldet der Fachbereich, dass "
        "das Ersatzteil erst im April kommt. Was ist richtig?",
        ("Vor dem 15. März den neuen Stand mit Grund und neuem Termin veröffentlichen",
         "Abwarten, ob sich jemand beschwert",
         "Den Hinweis am 15. März auf „erledigt“ setzen, weil die Reparatur beauftragt ist",
         "Den alten Termin im Text stillschweigend austauschen"),
        "Ein genannter Termin ist ein Versprechen. Lässt er sich nicht halten, sagen Sie es vorher, mit Grund und "
        "neuem Termin. Der alte Sachstand bleibt im Verlauf stehen.",
    ),
    Question(
        "unresolved", _P,
        "Eine Hecke ragt in den Gehweg. Sie gehört einer Privatperson, die Kommune hat keine Handhabe. Welcher Stand "
        "passt?",
        ("Abschließend bearbeitet, mit einem Grund, den man versteht",
         "Erledigt, denn mehr kann die Verwaltung hier nicht tun",
         "In Arbeit, bis die Hecke irgendwann doch geschnitten ist",
         "Abgelehnt, denn für private Grundstücke ist Maerker nicht da"),
        "„Erledigt“ heißt: Der Mangel ist behoben. Kann die Kommune ihn nicht beheben, ist der Hinweis „abschließend "
        "bearbeitet“, immer mit Begründung. Zulässig war er trotzdem.",
    ),
    Question(
        "number_plate", _R,
        "Ein Foto zeigt einen Falschparker auf dem Radweg, das Kennzeichen ist lesbar. Was tun Sie?",
        ("Das Kennzeichen abdecken und prüfen, ob es nur um die Anzeige einer Person geht",
         "Das Foto veröffentlichen, denn der Wagen steht im öffentlichen Raum und ist für alle zu sehen",
         "Das Foto veröffentlichen und das Kennzeichen im Text wiederholen, damit die Person sich meldet"),
        "Ein Kennzeichen führt zu einer Person. Maerker ist für Mängel da, nicht für Anzeigen: Geht es allein um eine "
        "Person, gehört der Fall zur Bußgeldstelle und wird hier nicht veröffentlicht.",
    ),
    Question(
        "neighbour", _R,
        "„Familie Kunze aus der Gartenstraße 5 kippt jeden Samstag Bauschutt in den Wald.“ Die Stelle mit dem "
        "Bauschutt ist genau beschrieben. Wie geben Sie den Hinweis frei?",
        ("Gekürzt: Ort und Bauschutt bleiben, Name, Adresse und Beschuldigung fallen weg",
         "Ungekürzt, denn nur so kommt heraus, wer den Wald seit Wochen verschmutzt",
         "Mit „Familie K. aus der Gartenstraße 5“, damit der volle Name nicht im Netz steht",
         "Gar nicht, denn ein Hinweis, der einen Namen nennt, wird immer vollständig gelöscht"),
        "Der Mangel ist der Bauschutt. Wer ihn dort abgelegt haben soll, gehört nicht an die Öffentlichkeit, auch "
        "nicht abgekürzt: Mit der Adresse erkennt jeder die Familie. Das Original bleibt geschützt aufbewahrt.",
    ),
    Question(
        "faces", _R,
        "Auf dem Foto eines kaputten Spielgeräts spielen im Hintergrund Kinder. Was ist richtig?",
        ("Die Kinder unkenntlich machen oder das Foto nicht veröffentlichen",
         "Im Text ergänzen, dass die Kinder nur zufällig mit im Bild sind",
         "Das Foto veröffentlichen, denn die Kinder sind darauf nur Beiwerk",
         "Das Foto so klein anzeigen, dass man niemanden mehr erkennen kann"),
        "Gesichter werden unkenntlich gemacht, bei Kindern ohne Abwägung. Verkleinern hilft nicht: Aus der Datei lässt "
        "sich das Bild wieder vergrößern. Das Abdecken im Maerker zerstört die Bildpunkte wirklich.",
    ),
    Question(
        "own_phone", _R,
        "Im Text des Hinweises steht: „Rufen Sie mich an: 0171 …, gez. Petra Lehmann.“ Was geschieht bei der Freigabe?",
        ("Name und Nummer fallen weg; Rückfragen laufen über die hinterlegten Kontaktdaten",
         "Beides bleibt stehen, denn die Person hat es selbst geschrieben und will erreichbar sein",
         "Nur die Nummer fällt weg; der Name darf bleiben, weil er keine Kontaktangabe ist"),
        "Viele wissen nicht, dass ihr Text öffentlich wird. Kontaktdaten gehören in die dafür vorgesehenen Felder, die "
        "niemals öffentlich sind. Im Zweifel wird gekürzt.",
    ),
    Question(
        "insult", _R,
        "Ein Hinweis nennt ein Schlagloch mit genauem Ort und beleidigt dabei namentlich einen Mitarbeiter des "
        "Bauhofs. Was tun Sie?",
        ("Beleidigung und Namen streichen, den Rest mit dem Grund der Kürzung veröffentlichen",
         "Den ganzen Hinweis ablehnen, denn wer beleidigt, hat kein Recht auf eine Antwort",
         "Alles veröffentlichen, denn zulässige Hinweise werden ja gerade nicht gefiltert",
         "Den Text so umschreiben, dass derselbe Inhalt freundlich und sachlich klingt und niemanden verletzt"),
        "Der Mangel besteht unabhängig vom Ton und wird bearbeitet. Gestrichen wird, was Rechte verletzt, und zwar "
        "sichtbar und mit Grund. Umschreiben ist keine Kürzung: Niemandem werden Worte in den Mund gelegt.",
    ),
    Question(
        "removal", _R,
        "Ein veröffentlichter Hinweis muss nachträglich von der Seite, weil darin eine Person erkennbar ist. Was sehen "
        "die Bürgerinnen und Bürger danach?",
        ("Einen neutralen Platzhalter mit Nummer und Grund; er zählt in der Statistik",
         "Nichts: Nummer, Text und Fotos verschwinden vollständig, auch aus der Statistik",
         "Den alten Text in grauer Schrift mit dem Vermerk „nicht mehr aktuell“",
         "Eine Fehlermeldung, bis die Redaktion eine neue Fassung freigegeben hat"),
        "Entferntes verschwindet nicht spurlos. Der Platzhalter und die Statistik machen Entfernungen nachprüfbar, "
        "auch gegenüber der Gemeindevertretung.",
    ),
    Question(
        "too_much", _R,
        "Sie sind unsicher, ob eine Angabe auf eine Person schließen lässt. Was ist der richtige Weg?",
        ("Die Angabe streichen und den Hinweis gekürzt veröffentlichen",
         "Ungekürzt veröffentlichen und abwarten, ob sich jemand beschwert",
         "Den Hinweis liegen lassen, bis jemand mit mehr Erfahrung Zeit hat"),
        "Was einmal veröffentlicht ist, wird kopiert und lässt sich nicht zurückholen. Liegen lassen verletzt dagegen "
        "das Versprechen. Gekürzt veröffentlichen erfüllt beides.",
    ),
    Question(
        "contact_public", _D,
        "Wo darf die E-Mail-Adresse der Person erscheinen, die den Hinweis gegeben hat?",
        ("Nur in der Bearbeitung, für Rückfragen und Antworten",
         "Auf der öffentlichen Seite, wenn die Person auf Antwort wartet",
         "In der Liste für den Ausschuss, damit er selbst nachfragen kann",
         "In der Statistik, solange keine Namen dabeistehen"),
        "Kontaktdaten sind nie öffentlich: nicht in Listen, Feeds, Suche, Statistik oder Ausgaben. Sie werden nur "
        "für den Zweck benutzt, für den sie angegeben wurden (Art. 5 Abs. 1 Buchst. b DSGVO).",
    ),
    Question(
        "controller", _D,
        "Wer ist datenschutzrechtlich verantwortlich für die Hinweise auf der Seite Ihrer Kommune?",
        ("Die Kommune; der Betreiber verarbeitet die Daten in ihrem Auftrag",
         "Der Betreiber der Plattform, denn die Daten liegen auf seinen Servern",
         "Das Land, weil Maerker landesweit angeboten wird",
         "Die Person, die den Hinweis geschrieben hat"),
        "Die Kommune ist Verantwortliche (Art. 4 Nr. 7 DSGVO). Der Betreiber handelt nach ihren Weisungen; das regelt "
        "der Auftragsverarbeitungsvertrag nach Art. 28 DSGVO.",
    ),
    Question(
        "access_request", _D,
        "Eine Bürgerin fragt formlos per E-Mail, welche Daten Sie über sie gespeichert haben. Was tun Sie?",
        ("Die Anfrage sofort an die zuständige Stelle geben; die Frist beträgt einen Monat",
         "Antworten, dass Auskunft nur auf einem Formular mit Unterschrift erteilt wird",
         "Ihr den Link zur öffentlichen Seite schicken, denn dort steht alles, was gespeichert ist",
         "Nichts, solange sie nicht sagt, wofür sie die Auskunft braucht"),
        "Auskunft nach Art. 15 DSGVO braucht weder Form noch Begründung. Geantwortet wird unverzüglich, spätestens "
        "innerhalb eines Monats (Art. 12 Abs. 3 DSGVO).",
    ),
    Question(
        "breach", _D,
        "Sie haben versehentlich einen Hinweis mit Namen und Adresse einer Nachbarin veröffentlicht und es am Abend "
        "bemerkt. Was zuerst?",
        ("Den Hinweis sofort entfernen und den Vorfall dem Datenschutz im Haus melden",
         "Bis zum nächsten Arbeitstag warten, denn abends liest die Seite fast niemand",
         "Den Namen stillschweigend löschen; wenn es niemand gesehen hat, ist nichts passiert",
         "Die Nachbarin anrufen und fragen, ob sie mit der Veröffentlichung leben kann"),
        "Das ist eine Datenpanne. Ob sie der Aufsicht gemeldet werden muss, entscheidet das Haus, und zwar binnen 72 "
        "Stunden (Art. 33 DSGVO). Deshalb zählt jede Stunde, und nichts wird verschwiegen.",
    ),
    Question(
        "council_member", _D,
        "Ein Gemeindevertreter ruft an und möchte wissen, wer den Hinweis zum Spielplatz gegeben hat. Was antworten "
        "Sie?",
        ("Das sage ich nicht; zum Stand der Bearbeitung gebe ich gern Auskunft",
         "Den Namen, denn die Gemeindevertretung kontrolliert schließlich die Verwaltung",
         "Nur den Vornamen und die Straße, damit er selbst nachfragen kann",
         "Den Namen, wenn er zusagt, ihn vertraulich zu behandeln"),
        "Wer Hinweise gibt, vertraut auf Verschwiegenheit. Auch ein Mandat gibt kein Recht auf Kontaktdaten ohne "
        "Rechtsgrundlage. Der Sachstand ist öffentlich und hilft dem Anrufer weiter.",
    ),
    Question(
        "shared_account", _D,
        "Ihre Vertretung hat noch kein eigenes Konto. Sie gehen in den Urlaub. Was ist richtig?",
        ("Die Vertretung bekommt ein eigenes Konto und wird vorher geschult",
         "Ich gebe mein Passwort weiter und ändere es nach dem Urlaub",
         "Ich lasse den Rechner angemeldet, dann braucht niemand ein Passwort",
         "Die Hinweise warten, bis ich zurück bin"),
        "Jede Handlung im Verlauf gehört zu einem Menschen; geteilte Zugänge machen das wertlos. Nur geschulte "
        "Personen veröffentlichen, und die Fristen laufen im Urlaub weiter.",
    ),
)

POOLS: dict[int, tuple[Question, ...]] = {1: _FIRST}
CURRENT = 1
