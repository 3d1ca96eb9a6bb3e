"""What is to be done next, in the words of the Kommune, with the page that leads there."""

from collections.abc import Iterable
from dataclasses import dataclass

from maerker.wording import marked
from onboarding.steps import Side, Standing, Step, StepNow


@dataclass(frozen=True, kw_only=True)
class Next:
    """What a step asks of the Kommune: a sentence to begin with, what it means, and the button."""

    title: str
    text: str
    label: str
    href: str


OWN: dict[Step, Next] = {
    Step.council_decision: Next(
        title=marked("Sagen Sie uns, ob Ihre Vertretung beschließen muss"),
        text=marked("Ob ein Beschluss nötig ist, sagt Ihre Hauptsatzung. Wenn ja, tragen Sie Datum und Nummer ein, "
                    "sobald er gefasst ist."),
        label=marked("Zum Beschluss"), href="/akte/angaben#beschluss"),
    Step.accession_declaration: Next(
        title=marked("Lassen Sie die Beitrittserklärung unterschreiben"),
        text=marked("Prüfen Sie zuerst Ihre Angaben. Dann lassen Sie die Erklärung erstellen, unterschreiben und "
                    "reichen sie ein."),
        label=marked("Zur Beitrittserklärung"), href="/akte/dokumente"),
    Step.service_promise: Next(
        title=marked("Geben Sie das Serviceversprechen"),
        text=marked("Legen Sie fest, wofür es gilt und welche Fristen Sie zusagen. Dann unterschreiben Sie es und "
                    "reichen es ein."),
        label=marked("Zum Serviceversprechen"), href="/akte/dokumente"),
    Step.data_processing_agreement: Next(
        title=marked("Schließen Sie den Vertrag zur Auftragsverarbeitung"),
        text=marked("Ihre Datenschutzbeauftragte oder Ihr Datenschutzbeauftragter sollte ihn vorher lesen. Der "
                    "Betreiber unterschreibt nach Ihnen."),
        label=marked("Zum Vertrag"), href="/akte/dokumente"),
    Step.processing_release: Next(
        title=marked("Geben Sie die Verarbeitung frei"),
        text=marked("Mit der Freigabe bestätigt Ihre Kommune als verantwortliche Stelle, dass das Verfahren "
                    "eingesetzt werden darf."),
        label=marked("Zur Freigabe"), href="/akte/dokumente"),
    Step.training: Next(
        title=marked("Melden Sie Ihre Leute zur Schulung an"),
        text=marked("Wer Hinweise veröffentlicht, wird vorher geschult und besteht einen kurzen Selbsttest."),
        label=marked("Zur Schulung"), href="/akte/schulung"),
    Step.set_up: Next(
        title=marked("Richten Sie Ihren eigenen Bereich ein"),
        text=marked("Fachbereiche, Kategorien, Texte und Wappen tragen Sie auf Ihrer eigenen Adresse ein. Hier steht, "
                    "was noch fehlt."),
        label=marked("Was noch fehlt"), href="/akte/start"),
}
THEIRS: dict[Step, Next] = {
    Step.application: Next(
        title=marked("Der Betreiber prüft Ihren Antrag"),
        text=marked("Sie müssen jetzt nichts tun. Sie können aber schon Angaben machen und Kolleginnen und Kollegen "
                    "einladen."),
        label=marked("Angaben machen"), href="/akte/angaben"),
    Step.set_up: Next(
        title=marked("Der Betreiber legt Ihren eigenen Bereich an"),
        text=marked("Danach richten Sie ihn ein: Fachbereiche, Kategorien, Texte und Wappen."),
        label=marked("Angaben ansehen"), href="/akte/angaben"),
    Step.start_date: Next(
        title=marked("Der Betreiber legt mit Ihnen den Starttermin fest"),
        text=marked("Nennen Sie Ihren Wunsch in den Angaben. Der Betreiber meldet sich bei Ihnen."),
        label=marked("Wunschtermin nennen"), href="/akte/angaben#technik"),
}
BOOKED = Next(
    title=marked("Ihre Leute sind zur Schulung angemeldet"),
    text=marked("Geschult ist, wer am Kurs teilgenommen und den Selbsttest bestanden hat. Die Termine, und was noch "
                "fehlt, stehen auf der Seite zur Schulung."),
    label=marked("Zur Schulung"), href="/akte/schulung",
)
CHECKING = Next(
    title=marked("Der Betreiber prüft Ihre Unterlagen"), text=marked("Sie bekommen eine Nachricht mit dem Ergebnis."),
    label=marked("Dokumente ansehen"), href="/akte/dokumente",
)
STARTING = Next(
    title=marked("Alles ist bereit"), text=marked("Zum festgelegten Zeitpunkt geht Ihr Maerker von selbst ans Netz."),
    label=marked("Zum Start"), href="/akte/start",
)
RUNNING = Next(
    title=marked("Ihr Maerker ist in Betrieb"),
    text=marked("Bürgerinnen und Bürger können Hinweise geben. In dieser Akte bleiben Dokumente und Verlauf."),
    label=marked("Dokumente ansehen"), href="/akte/dokumente",
)


def next_of(step: StepNow, *, booked: bool = False) -> Next:
    """What to say of the step that is waited for. `booked`: as many people as are needed are signed up for training."""
    if step.step is Step.live:
        return RUNNING if step.standing is Standing.done else STARTING
    if step.side is Side.operator:
        return THEIRS.get(step.step, CHECKING)
    return BOOKED if booked and step.step is Step.training else OWN.get(step.step, RUNNING)


def also_open(steps: Iterable[StepNow], first: StepNow, *, booked: bool = False) -> list[tuple[StepNow, Next]]:
    """What the Kommune can do besides, in the meantime."""
    return [
        (step, next_of(step, booked=booked)) for step in steps
        if step is not first and step.standing in (Standing.open, Standing.reopened)
        and step.side is Side.municipality and step.step in OWN
    ]
