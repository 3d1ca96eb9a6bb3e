"""Mails about a Kommune's own place and its first day, as data."""

from collections.abc import Sequence

from maerker.wording import gettext as _
from onboarding.applications.models import JoiningFile
from onboarding.applications.notices import FileNotice


def provisioned(file: JoiningFile, kommune: str, *, town_url: str, file_url: str) -> FileNotice:
    """To everybody in the file: the place is there, who gets in, what to do next."""
    return FileNotice(
        subject=_("Ihr Maerker ist angelegt: %(kommune)s", kommune=kommune), heading=_("Ihr eigener Bereich ist da"),
        paragraphs=(
            _("Aus den Angaben in der Akte ist Ihr Bereich entstanden: Adresse, Fachbereiche, Kategorien und Texte. "
              "Bis zum Start sieht dort niemand außer Ihnen etwas anderes als „Bald hier“."),
            _("Die Ansprechpersonen für Technik und Fach und alle Geschulten bekommen eine eigene Einladung und legen "
              "damit ihr Passwort fest. Danach richten Sie unter „Verwaltung“ ein, was noch fehlt."),
        ),
        facts=((_("Adresse"), town_url), (_("Aktenzeichen"), file.reference)), action=(_("Was noch fehlt"), file_url),
        footer=_to_everybody(kommune),
    )


def started(file: JoiningFile, kommune: str, *, town_url: str) -> FileNotice:
    """To those concerned: from now on reports come in."""
    return FileNotice(
        subject=_("%(kommune)s ist gestartet", kommune=kommune), heading=_("Ihr Maerker ist in Betrieb"),
        paragraphs=(
            _("Von jetzt an geben Bürgerinnen und Bürger Hinweise. Denken Sie an das Versprechen: Was bis 14 Uhr "
              "eingeht, ist am nächsten Arbeitstag bis 18 Uhr öffentlich."),
            _("Link, Schaltfläche und Pressetext für Ihre Internetseite stehen in der Akte unter „Start“. Alles aus "
              "dem Probebetrieb ist gelöscht."),
        ),
        facts=((_("Adresse"), town_url), (_("Aktenzeichen"), file.reference)),
        action=(_("Zum Maerker"), f"{town_url}/"), footer=_to_everybody(kommune),
    )


def started_for_operator(file: JoiningFile, kommune: str, *, town_url: str) -> FileNotice:
    """To the operator: the hour came, and the Kommune is live."""
    return FileNotice(
        subject=_("%(kommune)s ist gestartet", kommune=kommune), heading=_("Der Start hat stattgefunden"),
        paragraphs=(
            _("%(kommune)s ist in Betrieb und nimmt Hinweise an. Was im Probebetrieb eingegeben wurde, ist gelöscht.",
              kommune=kommune),
        ),
        facts=((_("Adresse"), town_url), (_("Aktenzeichen"), file.reference)),
        action=(_("Zum Maerker"), f"{town_url}/"), footer=(_("Diese Nachricht geht an das Postfach des Betreibers."),),
    )


def start_refused(
    file: JoiningFile, kommune: str, *, missing: Sequence[str], planned: str, file_url: str
) -> FileNotice:
    """To both sides: the hour came, but something that no start goes without was missing."""
    facts = [(_("Geplant war"), planned)] if planned else []
    return FileNotice(
        subject=_("Der Start war nicht möglich: %(kommune)s", kommune=kommune),
        heading=_("Der Start war nicht möglich"),
        paragraphs=(
            _("Der geplante Start hat nicht stattgefunden, weil etwas fehlt, ohne das keine Kommune startet:"),
            *(f"– {_(label)}" for label in missing),
            _("Liegt es in den nächsten Stunden vor, startet %(kommune)s von selbst. Sonst vereinbaren Sie bitte mit "
              "dem Betreiber einen neuen Termin.", kommune=kommune),
        ),
        facts=(*facts, (_("Aktenzeichen"), file.reference)), action=(_("Was noch fehlt"), file_url),
        footer=_to_everybody(kommune),
    )


def _to_everybody(kommune: str) -> tuple[str, ...]:
    return (_("Diese Nachricht erhalten alle, die in der Beitrittsakte von %(kommune)s arbeiten.", kommune=kommune),)
