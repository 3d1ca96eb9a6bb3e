"""A citizen at the report form, for the stories: fills in the steps over HTTP, as a browser without JavaScript does."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from maerker.database.base import session
from maerker.database.scope import tenant_scope
from tenants.reports.models import Report, ReportDraft
from tests.makers import Here, MadeTown
from tests.world import Visitor

WORDS: dict[str, Any] = {
    "street": "Bahnhofstraße", "house_number": "12", "district": "Sandow", "place_note": "Gegenüber der Haltestelle",
}
MATTER: dict[str, Any] = {"category": "roads", "description": "Vor dem Haus ist ein tiefes Schlagloch."}
CONTACT: dict[str, Any] = {"email": "karin.melder@posteo.example", "name": "Karin Melder", "phone": "0355 4711"}


def fill_place(visitor: Visitor, **changes: Any) -> TestResponse:
    visitor.get("/hinweise/neu")
    return visitor.post("/hinweise/neu", WORDS | changes)


def fill_matter(visitor: Visitor, **changes: Any) -> TestResponse:
    visitor.get("/hinweise/neu/anliegen")
    return visitor.post("/hinweise/neu/anliegen", MATTER | changes)


def upload(visitor: Visitor, *files: tuple[bytes, str], **fields: Any) -> TestResponse:
    """Send photos as the button "Fotos hochladen" does."""
    visitor.get("/hinweise/neu/fotos")
    parts = [(io.BytesIO(data), name, "image/jpeg") for data, name in files]
    return visitor.post("/hinweise/neu/fotos", {"photos": parts, "upload": "1", **fields})


def fill_contact(visitor: Visitor, **changes: Any) -> TestResponse:
    visitor.get("/hinweise/neu/kontakt")
    return visitor.post("/hinweise/neu/kontakt", CONTACT | changes)


def fill_all(visitor: Visitor, *, photos: int = 0, **place: Any) -> None:
    """Up to the last page, which is open in the browser afterwards."""
    assert fill_place(visitor, **place).status_code == 303
    assert fill_matter(visitor).status_code == 303
    if photos:
        assert upload(visitor, *((a_photo(n), f"loch-{n}.jpg") for n in range(photos))).status_code == 303
    assert fill_contact(visitor).status_code == 303
    assert visitor.get("/hinweise/neu/pruefen").status_code == 200


def send(visitor: Visitor, **changes: Any) -> TestResponse:
    return visitor.post("/hinweise/neu/pruefen", sending_on(visitor) | changes)


def sending_on(visitor: Visitor) -> dict[str, Any]:
    """What the button of the last page sends: which form, and the mark of what was shown."""
    seen = re.search(r'name="seen" value="([0-9a-f]*)"', visitor.last.text if visitor.last else "")
    assert seen, "the last page is not open"
    return {"submission": submission_on(visitor), "seen": seen.group(1)}


def submission_on(visitor: Visitor) -> str:
    found = re.search(r'name="submission" value="([0-9a-f-]{36})"', visitor.last.text if visitor.last else "")
    assert found, "the last page is not open"
    return found.group(1)


def a_photo(shade: int = 0, size: tuple[int, int] = (80, 60)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, (shade * 20 % 256, 90, 120)).save(stream, "JPEG")
    return stream.getvalue()


def number_of_reports(town: MadeTown) -> int:
    with Here.world.scope(town.tenant_id):
        return session().scalar(select(func.count()).select_from(Report)) or 0


def the_report(town: MadeTown) -> Report:
    with Here.world.scope(town.tenant_id):
        return session().scalars(select(Report)).one()


def drafts_of(town: MadeTown) -> list[ReportDraft]:
    with Here.world.scope(town.tenant_id):
        return list(session().scalars(select(ReportDraft)))


@contextmanager
def as_eraser(town: MadeTown) -> Iterator[None]:
    """A unit of work of the periodic jobs, in one town, with their own database role."""
    with Here.world.platform.eraser().app_context(), tenant_scope(town.tenant_id):
        yield
        session().commit()


def kept_photos(visitor: Visitor) -> list[str]:
    """The names of the photos that the photo page offers to remove."""
    page = visitor.get("/hinweise/neu/fotos").text
    return re.findall(r'name="remove_photo" value="([0-9a-f]{32})"', page)


def title_of(page: str) -> str:
    """The title of a page, as a browser shows it."""
    found = re.search(r"<title>(.*?)</title>", page, re.S)
    return found.group(1).strip() if found else ""
