"""Mails that follow what the operator did at the console: reminders, and what concerns the start."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.database.scope import current_file
from maerker.jobs.handlers import Handler
from maerker.settings import Settings
from maerker.wording import gettext as _
from maerker.wording import weekday_and_day
from onboarding.applications.actions import this_file
from onboarding.applications.jobs import joining_url, kommune_of, send_to
from onboarding.applications.models import FileEvent, FilePerson
from onboarding.applications.notices import FileNotice
from onboarding.applications.people import everybody_inside
from onboarding.applications.standing import steps_now


def mail_reminder(posting: Any, settings: Settings) -> None:
    """To one person who was chosen: what the operator wrote. Who left the file meanwhile gets nothing."""
    person = session().get_one(FilePerson, (current_file(), posting.subject_id))
    if person.removed_at is not None:
        return
    file, event = this_file(), _event(posting)
    kommune = kommune_of(file)
    notice = FileNotice(
        subject=_("Erinnerung an den Beitritt: %(kommune)s", kommune=kommune),
        heading=_("Bitte denken Sie an den Beitritt"),
        paragraphs=(_("Guten Tag %(name)s,", name=person.name), *_paragraphs(str(event.details["text"]))),
        facts=((_("Aktenzeichen"), file.reference), (_("Geschrieben von"), event.by_name)),
        action=(_("Akte öffnen"), f"{joining_url(settings)}/akte"),
        footer=(_("Diese Erinnerung steht auch im Verlauf der Beitrittsakte."),),
    )
    send_to([person], notice, posting, settings)


def mail_start_fixed(posting: Any, settings: Settings) -> None:
    """To everybody in the file: when the Kommune goes live, and what keeps it from that. A date that has been moved
    or taken back meanwhile is not mailed any more."""
    file, event = this_file(), _event(posting)
    if file.starts_at is None or file.starts_at != datetime.fromisoformat(event.details["moment"]):
        return
    kommune, moved = kommune_of(file), event.act == "start_moved"
    facts = [(_("Start"), moment_in_words(file.starts_at))]
    if moved:
        facts.append((_("Bisher"), moment_in_words(datetime.fromisoformat(event.details["moment_before"]))))
    missing = [_(step.rule.label) for step in steps_now() if step.rule.gate and not step.passed]
    still = (_("Damit Sie dann starten können, fehlt noch: %(steps)s.", steps=", ".join(missing)),) if missing else ()
    notice = FileNotice(
        subject=_("Neuer Starttermin: %(kommune)s", kommune=kommune) if moved else _(
            "Der Starttermin steht fest: %(kommune)s", kommune=kommune),
        heading=_("Ihr Starttermin ist verschoben") if moved else _("Ihr Starttermin steht fest"),
        paragraphs=(_("Zu diesem Zeitpunkt geht Ihr Maerker in Betrieb und ist für alle erreichbar."), *still),
        facts=(*facts, (_("Aktenzeichen"), file.reference)),
        action=(_("Akte öffnen"), f"{joining_url(settings)}/akte"), footer=_to_all(kommune),
    )
    send_to(everybody_inside(), notice, posting, settings)


def mail_start_cancelled(posting: Any, settings: Settings) -> None:
    """To everybody in the file: the date does not hold any more, and why."""
    file, event = this_file(), _event(posting)
    if file.starts_at is not None:
        return
    kommune = kommune_of(file)
    before = moment_in_words(datetime.fromisoformat(event.details["moment_before"]))
    notice = FileNotice(
        subject=_("Der Starttermin ist aufgehoben: %(kommune)s", kommune=kommune),
        heading=_("Ihr Starttermin ist aufgehoben"),
        paragraphs=(_("Der Betreiber hat den Starttermin aufgehoben. Einen neuen vereinbart er mit Ihnen. Das ist der "
                      "Grund:"),),
        quote=str(event.details["reason"]), facts=((_("Bisher"), before), (_("Aktenzeichen"), file.reference)),
        action=(_("Akte öffnen"), f"{joining_url(settings)}/akte"), footer=_to_all(kommune),
    )
    send_to(everybody_inside(), notice, posting, settings)


def moment_in_words(at: datetime) -> str:
    """'Montag, 4. Januar 2027, 8:00 Uhr', on the clock of Berlin."""
    local = at.astimezone(BERLIN)
    return _("%(day)s, %(hour)s:%(minute)s Uhr", day=weekday_and_day(local.date()), hour=local.hour,
             minute=f"{local.minute:02d}")


def _event(posting: Any) -> FileEvent:
    return session().scalars(select(FileEvent).where(FileEvent.id == posting.detail_id)).one()


def _to_all(kommune: str) -> tuple[str, ...]:
    return (_("Diese Nachricht erhalten alle, die in der Beitrittsakte von %(kommune)s arbeiten.", kommune=kommune),)


def _paragraphs(words: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in words.splitlines() if line.strip())


HANDLERS = (
    Handler("mail_reminder", "file_mail", mail_reminder), Handler("mail_start_fixed", "file_mail", mail_start_fixed),
    Handler("mail_start_cancelled", "file_mail", mail_start_cancelled),
)
