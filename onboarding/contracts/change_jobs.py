"""Mails about changes of sub-processors and of the platform, and the new computation of each file after one."""

from typing import Any

from babel.dates import format_date

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import current_file
from maerker.jobs.handlers import Handler
from maerker.settings import Settings
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.jobs import joining_url, kommune_of, send_to
from onboarding.applications.notices import FileNotice
from onboarding.applications.people import everybody_inside
from onboarding.contracts.file_models import ChangeAnswer
from onboarding.contracts.models import PlatformChange, Subprocessor, SubprocessorChange
from onboarding.contracts.platform_releases import restate_after
from onboarding.contracts.subprocessor_answers import last_day_of


def mail_subprocessor_change(posting: Any, settings: Settings) -> None:
    """To everybody in the file: who will come or go, and until when the Kommune can object."""
    change = session().get_one(SubprocessorChange, posting.subject_id)
    if change.withdrawn_at is not None:
        return
    file = this_file()
    answer = session().get_one(ChangeAnswer, (current_file(), change.id))
    comes, goes = _row(change.subprocessor_id), _row(change.replaces_id)
    facts = [
        (_("Bisher"), goes.name if goes else ""), (_("Künftig"), comes.name if comes else ""),
        (_("Sitz"), f"{comes.seat}, {comes.country}" if comes else ""), (_("Leistung"), comes.service if comes else ""),
        (_("Betroffene Daten"), comes.data if comes else ""),
        (_("Einwand möglich bis"), _day(last_day_of(change, answer.notified_at))),
        (_("Frühestens wirksam am"), _day(change.takes_effect_on)), (_("Aktenzeichen"), file.reference),
    ]
    send_to(everybody_inside(), FileNotice(
        subject=_("Geplante Änderung bei Unterauftragsverarbeitern: %(kommune)s", kommune=kommune_of(file)),
        heading=_("Geplante Änderung bei Unterauftragsverarbeitern"),
        paragraphs=(
            _("Der Betreiber kündigt eine Änderung an, wie es der Vertrag zur Auftragsverarbeitung vorsieht:"),
            _("Sie können zustimmen oder mit Begründung widersprechen. Wenn Sie nichts sagen, gilt die Änderung nach "
              "Ablauf der Frist. Bei einem Einwand wird sie für Ihre Kommune nicht wirksam."),
        ),
        quote=change.what, facts=tuple((label, words) for label, words in facts if words),
        action=(_("Antworten"), f"{joining_url(settings)}/akte/aenderungen/{change.id}"),
        footer=(_footer(kommune_of(file)),),
    ), posting, settings)


def mail_subprocessor_withdrawn(posting: Any, settings: Settings) -> None:
    """To everybody in the file: the announced change will not come."""
    change = session().get_one(SubprocessorChange, posting.subject_id)
    file = this_file()
    send_to(everybody_inside(), FileNotice(
        subject=_("Angekündigte Änderung zurückgenommen: %(kommune)s", kommune=kommune_of(file)),
        heading=_("Die angekündigte Änderung kommt nicht"),
        paragraphs=(_("Der Betreiber hat diese Ankündigung zurückgenommen. Sie müssen nichts tun."),),
        quote=change.what, facts=((_("Aktenzeichen"), file.reference),),
        action=(_("Änderungen ansehen"), f"{joining_url(settings)}/akte/aenderungen"),
        footer=(_footer(kommune_of(file)),),
    ), posting, settings)


def mail_platform_change(posting: Any, settings: Settings) -> None:
    """To everybody in the file: an essential change needs a new release of the processing."""
    change = session().get_one(PlatformChange, posting.subject_id)
    file = this_file()
    send_to(everybody_inside(), FileNotice(
        subject=_("Neue Freigabe nötig: %(kommune)s", kommune=kommune_of(file)),
        heading=_("Bitte geben Sie die Verarbeitung neu frei"),
        paragraphs=(
            _("Die Plattform ändert sich wesentlich: %(title)s.", title=change.title.rstrip(".")),
            _("Vor einer wesentlichen Änderung gibt die verantwortliche Stelle die Verarbeitung neu frei "
              "(§ 4 BbgDSG). Die bisherige Freigabe gilt dafür nicht. Das Dokument steht in Ihrer Akte bereit."),
        ),
        quote=change.description,
        facts=((_("Wirksam am"), _day(change.effective_on)), (_("Aktenzeichen"), file.reference)),
        action=(_("Zur Freigabe"), f"{joining_url(settings)}/akte/aenderungen"), footer=(_footer(kommune_of(file)),),
    ), posting, settings)


def restate_after_change(posting: Any, _settings: Settings) -> None:
    """Compute where the file stands, now that its processing release is asked for again."""
    restate_after(session().get_one(PlatformChange, posting.subject_id), at=now())


def _row(row_id: int | None) -> Subprocessor | None:
    return None if row_id is None else session().get_one(Subprocessor, row_id)


def _day(day: Any) -> str:
    return str(format_date(day, "EEEE, d. MMMM y", locale="de"))


def _footer(kommune: str) -> str:
    return _("Diese Nachricht erhalten alle, die in der Beitrittsakte von %(kommune)s arbeiten.", kommune=kommune)


HANDLERS = (
    Handler("mail_subprocessor_change", "file_mail", mail_subprocessor_change),
    Handler("mail_subprocessor_withdrawn", "file_mail", mail_subprocessor_withdrawn),
    Handler("mail_platform_change", "file_mail", mail_platform_change),
    Handler("restate_after_change", "documents", restate_after_change),
)
