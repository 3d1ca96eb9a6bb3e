"""Photos of a started report: up to five, looked at and stored before the answer, shown to their sender alone."""

import secrets
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import BinaryIO, cast

from flask import Response, current_app, g, make_response, request
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

from maerker.application import after_commit, client_address
from maerker.database.base import session
from maerker.errors import NotThere, Problem, TooMany
from maerker.images.errors import ImageProblem
from maerker.images.inspection import inspect_upload, read_upload
from maerker.images.kinds import heic_is_readable
from maerker.storage.interface import FileMissing, Storage
from maerker.storage.keys import StorageKey
from maerker.storage.store import storage_of
from maerker.web.access import public
from maerker.web.guard import FormRefused, keeps_text
from maerker.web.legible import takes_files
from maerker.web.limits import Allowance, Limits
from maerker.wording import gettext as _
from tenants.portal.blueprint import blueprint
from tenants.portal.report_check import shown_photos, similar_reports
from tenants.portal.report_steps import (
    DONE,
    PHOTOS,
    begin_again,
    current_draft,
    draft_for_photos,
    go_on,
    refused_sentence,
    see_other,
    show_again,
    show_step,
    while_open,
)
from tenants.reports.drafts import MOST_PHOTOS, DraftPhoto, keep_photos, photos_of
from tenants.reports.models import ReportDraft

BYTES_FOR_STARTED_REPORTS = 4 * 1024**3  # a town's photos of reports not yet sent; they go after 24 hours at most
_LONGEST_NAME = 120
_LONGEST_ALT = 300
_HELD = text(
    "SELECT coalesce(sum((photo->>'bytes')::bigint), 0) FROM report_drafts, jsonb_array_elements(photos) photo"
    " WHERE tenant_id = current_tenant()"
)


@blueprint.get("/hinweise/neu/fotos")
@public
@while_open
def report_photos() -> Response:
    draft = current_draft()
    if draft is None or draft.submitted_at is not None:
        return begin_again() if draft is None else see_other(DONE)
    return _page(draft)


@blueprint.post("/hinweise/neu/fotos")
@public
@keeps_text
@takes_files
@while_open
def report_photos_kept() -> Response:
    """Take in what was chosen; a wrong file is named, the others of the same upload are kept."""
    try:
        if g.form_refused:
            raise FormRefused(_("%(why)s Fotos wählen Sie bitte noch einmal aus.", why=refused_sentence()))
        draft = draft_for_photos()
    except Problem as problem:
        kept = current_draft()
        return show_again(
            PHOTOS, problem, values={}, photos=shown_photos(kept), most=MOST_PHOTOS, heic=heic_is_readable()
        )
    if draft is None:
        return see_other(DONE)
    photos = _without_removed(_described(photos_of(draft)))
    taken, complaints = _take_in(_chosen_files(photos), MOST_PHOTOS - len(photos))
    if "upload" in request.form and not any(file.filename for file in request.files.getlist("photos")):
        complaints.append(_("Bitte wählen Sie zuerst ein Foto aus."))
    keep_photos(draft, (*photos, *taken))
    if complaints:
        g.commit_anyway = True
        return _page(draft, complaints, 422)
    stays = "remove_photo" in request.form or "upload" in request.form
    return see_other(PHOTOS.href + _query()) if stays else go_on(PHOTOS)


@blueprint.get("/hinweise/neu/fotos/<name>")
@public
def report_photo_preview(name: str) -> Response:
    """An own uploaded photo, for the browser that sent it and nobody else."""
    photo = next((photo for photo in photos_of(current_draft()) if photo.file == name), None)
    if photo is None:
        raise NotThere
    try:
        data = _storage().get(_key(photo.file))
    except FileMissing:
        raise NotThere from None
    answer = make_response(data)
    answer.headers["Content-Type"] = photo.format
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(draft: ReportDraft, complaints: list[str] | None = None, status: int = 200) -> Response:
    errors = {"photos": complaints} if complaints else {}
    return show_step(
        PHOTOS, values=draft.answers, errors=errors, status=status, photos=shown_photos(draft), most=MOST_PHOTOS,
        heic=heic_is_readable(), similar=similar_reports(draft.answers),
    )


def _query() -> str:
    return "?aendern=1" if request.args.get("aendern") else ""


def _described(photos: tuple[DraftPhoto, ...]) -> list[DraftPhoto]:
    """The photos with the descriptions that were typed beside them."""
    return [
        replace(photo, alt=request.form.get(f"alt_{photo.file}", photo.alt).replace("\x00", "").strip()[:_LONGEST_ALT])
        for photo in photos
    ]


def _without_removed(photos: list[DraftPhoto]) -> list[DraftPhoto]:
    removed = request.form.get("remove_photo")
    for photo in photos:
        if photo.file == removed:
            after_commit(partial(delete_photo, photo.file))
    return [photo for photo in photos if photo.file != removed]


def _chosen_files(kept: list[DraftPhoto]) -> list[FileStorage]:
    """The files of this upload, without those that are there already: a second click adds nothing."""
    known = {(photo.name, photo.bytes) for photo in kept}
    files = [file for file in request.files.getlist("photos") if file.filename]
    return [file for file in files if (_plain_name(file), _size(file)) not in known]


def _take_in(files: list[FileStorage], room: int) -> tuple[list[DraftPhoto], list[str]]:
    """Look at each file and store what is a photo. Returns the photos and a sentence for each other file."""
    taken: list[DraftPhoto] = []
    complaints: list[str] = []
    left = BYTES_FOR_STARTED_REPORTS - _bytes_held() if files else 0
    try:
        for file in files:
            name = _plain_name(file)
            if len(taken) >= room:
                complaints.append(
                    _("„%(name)s“: Mehr als fünf Fotos sind nicht möglich. Dieses wurde nicht übernommen.", name=name)
                )
                continue
            if _size(file) > left:
                complaints.append(_no_space(name))
                continue
            if _day_is_used_up(_size(file)):
                complaints.append(_too_much_today(name))
                continue
            try:
                taken.append(_stored(file, name))
                left -= taken[-1].bytes
                _count_for_the_day(taken[-1].bytes)
            except ImageProblem as problem:
                complaints.append(_("„%(name)s“: %(why)s", name=name, why=problem.explanation))
    except BaseException:
        for photo in taken:
            delete_photo(photo.file)
        raise
    return taken, complaints


def _bytes_held() -> int:
    """What the photos of the town's started reports take on disk. Two uploads at once may both use the last of it."""
    return int(session().execute(_HELD).scalar_one())


def _day_is_used_up(size: int) -> bool:
    """Whether the visitor's address has uploaded so much today, in whatever town, that this is too much."""
    return _limits().used_up(_per_day(), _limits().hide(client_address()), cost=_kilobytes(size))


def _count_for_the_day(size: int) -> None:
    """Two uploads at once may both use the last of it; then the day is over, and the photo stays."""
    with suppress(TooMany):
        _limits().hit(_per_day(), _limits().hide(client_address()), explanation="", cost=_kilobytes(size))


def _per_day() -> Allowance:
    most = current_app.config["SETTINGS"].rate_photo_megabytes_per_address
    return Allowance("photo-kilobytes", most * 1024, 24 * 60)


def _kilobytes(size: int) -> int:
    return -(-size // 1024)


def _limits() -> Limits:
    limits: Limits = current_app.extensions["maerker_limits"]
    return limits


def _too_much_today(name: str) -> str:
    return _(
        "„%(name)s“: Von Ihrem Anschluss kamen heute schon sehr viele Fotos. Bitte senden Sie Ihren Hinweis ohne "
        "dieses Foto, oder versuchen Sie es morgen noch einmal.", name=name,
    )


def _no_space(name: str) -> str:
    return _(
        "„%(name)s“: Für Fotos ist hier zurzeit kein Platz, weil sehr viele Hinweise angefangen und noch nicht "
        "gesendet sind. Bitte senden Sie Ihren Hinweis ohne dieses Foto, oder versuchen Sie es später noch einmal. "
        "Ihre übrigen Angaben bleiben 24 Stunden lang gespeichert.", name=name,
    )


def _stored(file: FileStorage, name: str) -> DraftPhoto:
    """The photo, on disk. Its name there is random: nobody can guess it, and it says nothing."""
    data = read_upload(cast(BinaryIO, file.stream))
    facts = inspect_upload(data)
    photo = DraftPhoto(file=secrets.token_hex(16), name=name, bytes=facts.size, format=facts.media_type)
    _storage().put(_key(photo.file), data, facts.media_type)
    return photo


def delete_photo(file: str) -> None:
    """Take an uploaded photo off the disk; nothing happens if it is gone already."""
    _storage().delete(_key(file))


def _plain_name(file: FileStorage) -> str:
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[:_LONGEST_NAME]


def _size(file: FileStorage) -> int:
    end = file.stream.seek(0, 2)
    file.stream.seek(0)
    return end


def _storage() -> Storage:
    return storage_of(current_app.config["SETTINGS"])


def _key(file: str) -> StorageKey:
    return StorageKey(g.town.tenant_id, "photos", file)
