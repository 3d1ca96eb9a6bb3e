"""Mails of a joining file, as data: to its people, never to anybody else."""

from dataclasses import dataclass

from maerker.wording import gettext as _
from onboarding.applications.models import FilePerson, JoiningFile, LinkPurpose


@dataclass(frozen=True, kw_only=True)
class FileNotice:
    """One mail before it has an address; the same shape as a town's notice."""

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    quote: str = ""
    quote_language: str = "de"
    facts: tuple[tuple[str, str], ...] = ()
    action: tuple[str, str] | None = None
    footer: tuple[str, ...] = ()


def link_notice(
    purpose: LinkPurpose, person: FilePerson, file: JoiningFile, kommune: str, *, url: str, code: str, days: int
) -> FileNotice:
    """The link with its code; opening the link alone does nothing. Who is asked again gets the code alone."""
    if purpose is LinkPurpose.ask_again:
        return _code_notice(person, file, kommune, code=code)
    subject, heading, words, button = {
        LinkPurpose.confirm: (
            _("Bitte bestätigen Sie den Antrag auf Beitritt: %(kommune)s", kommune=kommune),
            _("Bitte bestätigen Sie Ihre Adresse"),
            _("Sie haben für %(kommune)s den Beitritt zum Maerker beantragt.", kommune=kommune),
            _("Adresse bestätigen"),
        ),
        LinkPurpose.invite: (
            _("Einladung in die Beitrittsakte: %(kommune)s", kommune=kommune),
            _("Sie sind eingeladen"),
            _("Sie sind eingeladen, am Beitritt von %(kommune)s zum Maerker mitzuarbeiten.", kommune=kommune),
            _("Akte öffnen"),
        ),
    }.get(purpose, (
        _("Ihr Zugang zur Beitrittsakte: %(kommune)s", kommune=kommune),
        _("Ihr Zugang"),
        _("Sie melden sich mit diesem Link und dem Code an der Akte von %(kommune)s an.", kommune=kommune),
        _("Anmelden"),
    ))
    within = _("%(number)s Tage", number=days) if days > 1 else _("zwei Stunden")
    return FileNotice(
        subject=subject, heading=heading,
        paragraphs=(
            _("Guten Tag %(name)s,", name=person.name), words,
            _("Öffnen Sie den Link und geben Sie dort den Code ein. Beides gilt %(within)s und nur einmal.",
              within=within),
        ),
        facts=((_("Code"), f"{code[:3]} {code[3:]}"), (_("Aktenzeichen"), file.reference)), action=(button, url),
        footer=(_("Wenn Sie damit nichts zu tun haben, löschen Sie diese Nachricht. Es geschieht dann nichts."),),
    )


def _code_notice(person: FilePerson, file: JoiningFile, kommune: str, *, code: str) -> FileNotice:
    return FileNotice(
        subject=_("Ihr Code für die Beitrittsakte: %(kommune)s", kommune=kommune), heading=_("Ihr Code"),
        paragraphs=(
            _("Guten Tag %(name)s,", name=person.name),
            _("Sie haben in der Beitrittsakte von %(kommune)s einen Schritt begonnen, für den wir noch einmal fragen, "
              "ob Sie es sind. Geben Sie diesen Code auf der Seite ein, die bei Ihnen offen ist. Er gilt eine halbe "
              "Stunde.", kommune=kommune),
        ),
        facts=((_("Code"), f"{code[:3]} {code[3:]}"), (_("Aktenzeichen"), file.reference)),
        footer=(_("Wenn Sie das nicht waren, melden Sie sich bitte beim Betreiber: Dann ist jemand mit Ihrem Zugang in "
                  "der Akte."),),
    )


def plain_notice(kind: str, file: JoiningFile, kommune: str, *, url: str, about: str = "") -> FileNotice:
    """News of the file for everybody who works in it. `about`: the name or the reason it is about."""
    subject, heading, words = {
        "mail_application_received": (
            _("Ihr Antrag ist eingegangen: %(kommune)s", kommune=kommune), _("Ihr Antrag ist eingegangen"),
            _("Der Betreiber prüft ihn und meldet sich. Sie können die Akte schon jetzt öffnen und Angaben machen."),
        ),
        "mail_wants_in": (
            _("Jemand möchte in die Beitrittsakte: %(kommune)s", kommune=kommune), _("Bitte entscheiden Sie"),
            _("%(name)s hat für dieselbe Kommune einen Antrag gestellt. Lassen Sie die Person in die Akte, wenn Sie "
              "sie kennen.", name=about),
        ),
        "mail_let_in": (
            _("Sie sind in der Beitrittsakte: %(kommune)s", kommune=kommune), _("Die Akte ist für Sie offen"),
            _("Sie können jetzt in der Akte mitarbeiten."),
        ),
        "mail_admitted": (
            _("Ihr Antrag ist angenommen: %(kommune)s", kommune=kommune), _("Ihr Antrag ist angenommen"),
            _("Als Nächstes bereiten Sie Beitrittserklärung, Serviceversprechen und Vertrag vor. Die Akte zeigt, was "
              "wann zu tun ist."),
        ),
        "mail_refused": (
            _("Ihr Antrag ist abgelehnt: %(kommune)s", kommune=kommune), _("Ihr Antrag ist abgelehnt"),
            _("Der Betreiber hat den Antrag abgelehnt. Das ist der Grund:"),
        ),
        "mail_withdrawn": (
            _("Der Antrag ist zurückgezogen: %(kommune)s", kommune=kommune), _("Der Antrag ist zurückgezogen"),
            _("Die Akte bleibt lesbar. Ein neuer Antrag ist jederzeit möglich."),
        ),
        "mail_copy_accepted": (
            _("Unterschrift geprüft: %(document)s, %(kommune)s", document=about, kommune=kommune),
            _("Die unterschriebene Fassung ist angenommen"),
            _("Geprüft und angenommen ist: %(name)s.", name=about),
        ),
    }[kind]
    quoted = kind == "mail_refused"
    return FileNotice(
        subject=subject, heading=heading, paragraphs=(words,), quote=about if quoted else "",
        facts=((_("Aktenzeichen"), file.reference),), action=(_("Akte öffnen"), url),
        footer=(_("Diese Nachricht erhalten alle, die in der Beitrittsakte von %(kommune)s arbeiten.",
                  kommune=kommune),),
    )
