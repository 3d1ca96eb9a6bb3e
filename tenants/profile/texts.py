"""The texts for citizens that a town may word itself, each with the central one that stands where it says nothing.

Plain text: it is escaped wherever it is shown, and a line break is all the form it has. What the software itself
promises (how long data is kept, for example) is no town's to word.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from maerker.wording import marked


@dataclass(frozen=True, kw_only=True)
class OwnText:
    """One text. `shown` says where citizens read it, `default` what stands there otherwise ('': nothing)."""

    key: str
    label: str
    shown: str
    default: str = ""
    longest: int = 600
    lines: int = 4


CITIZENS_TEXTS: tuple[OwnText, ...] = (
    OwnText(
        key="welcome", label=marked("Begrüßung"), longest=300, lines=3,
        shown=marked("Oben auf der Startseite, unter der Überschrift."),
        default=marked(
            "Melden Sie Schlaglöcher, wilden Müll oder eine dunkle Laterne. Die Verwaltung antwortet öffentlich, "
            "innerhalb von %(days)s Arbeitstagen."
        ),
    ),
    OwnText(
        key="before_form", label=marked("Vor dem Hinweis"), longest=400, lines=4,
        shown=marked(
            "Über dem Formular, gleich unter dem Notruf. Sagen Sie hier, dass niemand angezeigt werden soll."
        ),
        default=marked(
            "Hinweise werden an Arbeitstagen gelesen. Bitte beschreiben Sie den Ort und den Mangel, nicht Personen, "
            "und zeigen Sie niemanden an."
        ),
    ),
    OwnText(
        key="thanks", label=marked("Dank nach dem Absenden"), longest=400, lines=4,
        shown=marked("Auf der Seite nach dem Absenden, unter Nummer und Code."),
    ),
    OwnText(
        key="promise_extent", label=marked("Für wen das Serviceversprechen gilt"), longest=300, lines=3,
        shown=marked("Auf der Hilfeseite, unter dem Serviceversprechen."),
    ),
    OwnText(
        key="pause_message", label=marked("Während einer Pause"), longest=400, lines=4,
        shown=marked("Statt des Formulars, solange Ihre Kommune keine Hinweise annimmt."),
        default=marked(
            "%(town)s nimmt über Maerker zurzeit keine neuen Hinweise an. "
            "Veröffentlichte Hinweise können Sie weiter lesen."
        ),
    ),
    OwnText(
        key="soon_message", label=marked("Vor dem Start"), longest=400, lines=4,
        shown=marked("Auf der Seite „Bald hier“, bis Ihre Kommune startet."),
    ),
    OwnText(
        key="leaving_message", label=marked("Vor dem Ende"), longest=400, lines=4,
        shown=marked("Über jeder Seite, wenn Ihre Kommune die Plattform verlässt."),
        default=marked("%(town)s wird Maerker verlassen. Bis dahin können Sie Hinweise hier weiter lesen."),
    ),
    OwnText(
        key="closed_message", label=marked("Nach dem Ende"), longest=400, lines=4,
        shown=marked("Auf der Seite, die nach dem Ende an dieser Adresse steht. Sagen Sie, wohin man sich wendet."),
        default=marked("Bitte wenden Sie sich direkt an die Verwaltung."),
    ),
)
"""What citizens read on the way to a report and after it."""

LEGAL_TEXTS: tuple[OwnText, ...] = (
    OwnText(
        key="imprint_extra", label=marked("Weitere Angaben im Impressum"), longest=1500, lines=4,
        shown=marked("Am Ende des Impressums, zum Beispiel die Aufsichtsbehörde."),
    ),
    OwnText(
        key="privacy_extra", label=marked("Weitere Angaben zum Datenschutz"), longest=3000, lines=5,
        shown=marked("Am Ende der Datenschutzhinweise."),
    ),
    OwnText(
        key="supervisory_authority", label=marked("Aufsichtsbehörde für den Datenschutz"), longest=600, lines=5,
        shown=marked("In den Datenschutzhinweisen, unter „Beschwerde“."),
        default=(
            "Die Landesbeauftragte für den Datenschutz und für das Recht auf Akteneinsicht Brandenburg\n"
            "Stahnsdorfer Damm 77\n14532 Kleinmachnow\nTelefon: 033203 356-0\nE-Mail: poststelle@lda.brandenburg.de"
        ),
    ),
    OwnText(
        key="accessibility_gaps", label=marked("Bekannte Mängel der Barrierefreiheit"), longest=1500, lines=4,
        shown=marked("In der Erklärung zur Barrierefreiheit, unter den Inhalten, die noch nicht barrierefrei sind."),
    ),
    OwnText(
        key="enforcement_body", label=marked("Durchsetzungsstelle"), longest=600, lines=5,
        shown=marked("In der Erklärung zur Barrierefreiheit."),
        default=(
            "Durchsetzungsstelle für digitale Barrierefreiheit\n"
            "bei der Landesbeauftragten für die Belange der Menschen mit Behinderungen\n"
            "Henning-von-Tresckow-Straße 2–13\n14467 Potsdam\nE-Mail: durchsetzung.BIT@msgiv.brandenburg.de"
        ),
    ),
)
"""Bodies and details on the legal pages: names and addresses change, so a town can correct them."""

OWN_TEXTS: Mapping[str, OwnText] = {text.key: text for text in CITIZENS_TEXTS + LEGAL_TEXTS}
