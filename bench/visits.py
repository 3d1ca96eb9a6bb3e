"""What has to happen before a measurement, through the product's own pages: signing in, filling in the form."""

import io
import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import psycopg
from PIL import Image
from werkzeug.test import Client, TestResponse

from bench.load import request_bytes
from bench.world import PASSWORD, SIDE, SOUTH, USERNAME, WEST, BusyTown
from maerker.clock import now
from maerker.identity.sessions import form_token, new_token
from maerker.settings import Settings
from tenants.reports.drafts import token_hash
from wsgi import Platform

FORM = "/hinweise/neu"
SEND = f"{FORM}/pruefen"
FORM_COOKIE = "maerker_form"
PHOTOS = 3
_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')
_SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')


class Browser:
    """Someone at one host of the platform, in this process: keeps cookies, sends forms with their token."""

    def __init__(self, platform: Platform, host: str) -> None:
        self._client = Client(platform)
        self._base_url = f"http://{host}"
        self._host = host
        self._token = ""
        self.seen = ""  # the mark of the form's last page, which a browser sends along

    def get(self, path: str, expected: int = 200) -> TestResponse:
        return self._seen(self._client.get(path, base_url=self._base_url), expected)

    def post(self, path: str, data: dict[str, object], expected: int = 303) -> TestResponse:
        filled = {"csrf_token": self._token, **data}
        return self._seen(self._client.post(path, base_url=self._base_url, data=filled), expected)

    def cookie(self, name: str) -> str:
        found = self._client.get_cookie(name, domain=self._host)
        if found is None:
            raise RuntimeError(f"No cookie {name} was set.")
        return str(found.value)

    def _seen(self, answer: TestResponse, expected: int) -> TestResponse:
        if answer.status_code != expected:
            raise RuntimeError(f"{answer.request.path}: expected {expected}, got {answer.status_code}")
        if found := _TOKEN.search(answer.text):
            self._token = found.group(1)
        if found := _SEEN.search(answer.text):
            self.seen = found.group(1)
        return answer


def sign_in(platform: Platform, town: BusyTown) -> str:
    """The Cookie header of an editor."""
    browser = Browser(platform, town.host)
    browser.get("/anmelden")
    browser.post("/anmelden", {"username": USERNAME, "password": PASSWORD})
    return f"maerker_session={browser.cookie('maerker_session')}"


def filled_form(platform: Platform, town: BusyTown, *, photos: Sequence[bytes] = ()) -> Browser:
    """A browser that has gone through all steps of the form and stands before the button that sends it."""
    browser = Browser(platform, town.host)
    browser.get(FORM)
    browser.post(FORM, {
        "street": "Bahnhofstraße", "house_number": "12", "district": "Sandow", "lat": str(SOUTH + SIDE / 2),
        "lon": str(WEST + SIDE / 2),
    })
    browser.get(f"{FORM}/anliegen")
    browser.post(f"{FORM}/anliegen", {
        "category": "roads", "description": "Vor dem Haus ist ein tiefes Schlagloch, Räder schlagen durch.",
    })
    if photos:
        browser.get(f"{FORM}/fotos")
        files = [(io.BytesIO(photo), f"IMG_{n}.JPG") for n, photo in enumerate(photos)]
        browser.post(f"{FORM}/fotos", {"photos": files})
    browser.get(f"{FORM}/kontakt")
    browser.post(f"{FORM}/kontakt", {"email": "karin.melder@example.org", "name": "Karin Melder"})
    browser.get(SEND)
    return browser


def a_photo(number: int) -> bytes:
    """A JPEG as a phone takes it: 12 megapixels, about 3 MB."""
    noise = Image.effect_noise((1000, 750), 60 + number).resize((4000, 3000), Image.Resampling.BILINEAR)
    out = io.BytesIO()
    Image.merge("RGB", (noise, noise.point(lambda value: 255 - value), noise)).save(out, "JPEG", quality=88)
    return out.getvalue()


@dataclass(frozen=True)
class FilledForms:
    """Drafts that are ready to be sent, all of the same content, each of another visitor."""

    settings: Settings
    admin_url: str
    town: BusyTown
    model: str  # the form cookie of the draft that went through all steps
    seen: str  # the mark of its last page

    def requests(self, number: int) -> list[bytes]:
        """So many sendings, each with a draft and a cookie of its own.

        The drafts are copies of the one that was filled in by hand, made an hour ago: rows as the steps leave them.
        The planner is told of them, as autovacuum does within a minute of real life; it comes too seldom here. Before,
        each sending read all started forms, by a plan made for the few that there were at first.
        """
        tokens = [new_token() for _ in range(number)]
        submissions = [uuid.UUID(bytes=secrets.token_bytes(16), version=4) for _ in range(number)]
        with psycopg.connect(self.admin_url) as database:
            database.execute(
                "INSERT INTO report_drafts (tenant_id, token_hash, started_at, answers, photos, submission)"
                " SELECT tenant_id, copy.token_hash, %s, answers, photos, copy.submission FROM report_drafts,"
                " unnest(%s::bytea[], %s::uuid[]) AS copy (token_hash, submission)"
                " WHERE tenant_id = %s AND report_drafts.token_hash = %s",
                [now() - timedelta(hours=1), [token_hash(token) for token in tokens], submissions,
                 self.town.tenant_id, token_hash(self.model)],
            )
            database.execute("ANALYZE report_drafts")
        key = self.settings.derive("form", self.town.host, "town")
        origin = f"Origin: http://{self.town.host}"
        return [
            request_bytes(
                "POST", SEND, self.town.host, cookie=f"{FORM_COOKIE}={token}", headers=[origin],
                body=_fields(csrf_token=form_token(key, token), submission=str(submission), seen=self.seen, website=""),
            )
            for token, submission in zip(tokens, submissions, strict=True)
        ]


def _fields(**values: str) -> bytes:
    return urlencode(values).encode()
