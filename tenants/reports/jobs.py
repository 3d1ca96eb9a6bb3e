"""What is done later for a report: its mails, the sizes of its photos. Each may run twice and does it once."""

from typing import Any

from sqlalchemy import select

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import contacts_scope, current_tenant
from maerker.images.errors import ImageProblem
from maerker.images.rendering import render_photo
from maerker.jobs.handlers import FinishedWithProblem, Handler
from maerker.mail.delivery import Letter, MailRefused, deliver
from maerker.settings import Settings
from maerker.storage.interface import FileMissing, Storage
from maerker.storage.keys import StorageKey
from maerker.storage.store import storage_of
from maerker.wording import speaking
from tenants.profile.town import Town, town_by_id
from tenants.reports import notices
from tenants.reports.models import Report, ReportContact, ReportEvent, ReportPhoto
from tenants.reports.notices import Notice
from tenants.reports.tracking import tracking_code
from tenants.reports.trial import marked_as_trial


def render_photos(posting: Any, settings: Settings) -> None:
    """Make the three sizes of each photo of a report and replace the upload by a copy without EXIF and GPS."""
    storage = storage_of(settings)
    photos = session().scalars(
        select(ReportPhoto).where(ReportPhoto.report_id == posting.subject_id, ReportPhoto.rendered_at.is_(None))
    ).all()
    for photo in photos:
        try:
            _render(photo, storage)
        except (ImageProblem, FileMissing) as problem:
            photo.failed = type(problem).__name__
            storage.delete(StorageKey(current_tenant(), "photos", photo.file))  # EXIF and GPS go with it
        photo.rendered_at = now()
    session().flush()


def _render(photo: ReportPhoto, storage: Storage) -> None:
    tenant = current_tenant()
    upload = StorageKey(tenant, "photos", photo.file)
    data = storage.get(upload)
    rendered = render_photo(data)
    for size, image in rendered.sizes.items():
        storage.put(StorageKey(tenant, "photos", f"{photo.file}-{size}.jpg"), image.data, "image/jpeg")
    storage.put(upload, rendered.original.data, "image/jpeg")
    largest = max(rendered.sizes.values(), key=lambda image: image.width)
    photo.width, photo.height = largest.width, largest.height


def mail_receipt(posting: Any, settings: Settings) -> None:
    """To the reporter: it has arrived, this is the number, this is the link, by then you hear from us."""
    report, town = _report(posting.subject_id), town_by_id(current_tenant())
    with speaking(report.language):
        notice = notices.receipt(report, town, _tracking_link(report, town, settings))
    _to_reporter(posting, report, town, notice, settings, root=True)


def mail_step(posting: Any, settings: Settings) -> None:
    """To the reporter: what has happened."""
    report, town = _report(posting.subject_id), town_by_id(current_tenant())
    event = session().get_one(ReportEvent, (current_tenant(), posting.detail_id))
    with speaking(report.language):
        notice = notices.for_step(report, event, town, _tracking_link(report, town, settings))
    _to_reporter(posting, report, town, notice, settings)


def mail_editors(posting: Any, settings: Settings) -> None:
    """To the editors' mailbox: something came in."""
    report, town = _report(posting.subject_id), town_by_id(current_tenant())
    notice = notices.for_editors(report, town, _desk_link(report, town, settings))
    _send(posting, town, town.profile["editors_mailbox"], notice, settings, report=report)


def mail_still_there(posting: Any, settings: Settings) -> None:
    """To the editors, or where they have no mailbox to the department: the reporter says that it is still there."""
    report, town = _report(posting.subject_id), town_by_id(current_tenant())
    event = session().get_one(ReportEvent, (current_tenant(), posting.detail_id))
    department = town.department_in_charge(event.department_id)
    address = town.profile["editors_mailbox"] or (department.mailbox if department else "")
    if address:
        notice = notices.for_still_there(report, event, town, _desk_link(report, town, settings))
        _send(posting, town, address, notice, settings, report=report)


def mail_department(posting: Any, settings: Settings) -> None:
    """To a department's function mailbox: a report was handed over."""
    report, town = _report(posting.subject_id), town_by_id(current_tenant())
    event = session().get_one(ReportEvent, (current_tenant(), posting.detail_id))
    department = town.department_in_charge(event.department_id)
    if department is None or not department.mailbox:
        return
    notice = notices.for_department(report, event, town, _desk_link(report, town, settings))
    _send(posting, town, department.mailbox, notice, settings, report=report)


HANDLERS = (
    Handler("render_photos", "images", render_photos),
    Handler("mail_receipt", "mail", mail_receipt),
    Handler("mail_step", "mail", mail_step),
    Handler("mail_editors", "mail", mail_editors),
    Handler("mail_department", "mail", mail_department),
    Handler("mail_still_there", "mail", mail_still_there),
)


def _report(report_id: int) -> Report:
    return session().get_one(Report, (current_tenant(), report_id))


def _to_reporter(
    posting: Any, report: Report, town: Town, notice: Notice, settings: Settings, *, root: bool = False
) -> None:
    with contacts_scope():
        address = session().scalar(select(ReportContact.email).where(ReportContact.report_id == report.id))
    if address:
        _send(posting, town, address, notice, settings, report=report, root=root, to_reporter=True)


def _send(
    posting: Any, town: Town, address: str, notice: Notice, settings: Settings, *, report: Report,
    root: bool = False, to_reporter: bool = False,
) -> None:
    """Message-IDs come from the posting, so that a repeat carries the same one (law 6)."""
    language = report.language if to_reporter else "de"
    if report.trial:
        with speaking(language):
            notice = marked_as_trial(notice)
    thread = f"report.{report.id}.{town.slug}"
    letter = Letter(
        town=town, notice=notice, to=address, language=language,
        message_name=thread if root else f"posting.{posting.id}.{town.slug}",
        thread_name=thread if to_reporter and not root else "",
        sender_name=f"Maerker {town.name}", sender_local=town.slug,
        reply_to=town.email if to_reporter else "", colours=(town.primary_colour, town.accent_colour),
    )
    try:
        deliver(letter, settings)
    except MailRefused as refusal:
        raise FinishedWithProblem(f"MailRefused: {refusal}"[:300]) from refusal


def _tracking_link(report: Report, town: Town, settings: Settings) -> str:
    code = tracking_code(settings, town.tenant_id, report.submission)
    return f"{settings.public_url(town.main_host)}/verfolgen/{code}"


def _desk_link(report: Report, town: Town, settings: Settings) -> str:
    return f"{settings.public_url(town.main_host)}/redaktion/{report.number}"
