"""The town's own words: texts with preview, imprint, arms and colours. What is saved is what citizens read."""

import base64
import io
import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from maerker.database.base import session
from tenants.profile.texts import CITIZENS_TEXTS
from tenants.registry.models import TenantState
from tests.makers import Here, MadeTown, a_tenant, a_visitor, an_editor, signed_in
from tests.tenants.portal.filled_form import fill_all, send
from tests.tenants.profile.test_arms import a_png, svg
from tests.world import Visitor

TEXTS, IMPRINT, LOOK = "/verwaltung/texte", "/verwaltung/impressum", "/verwaltung/aussehen"


def save(admin: Visitor, path: str, values: dict[str, Any], act: str = "save") -> Any:
    """Open the page and send its form with these values, with the version that the page carried."""
    page = admin.get(path).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    return admin.post(path, {"version": version[1], "act": act, **values})


@pytest.mark.parametrize(("key", "path"), [("welcome", "/"), ("before_form", "/hinweise/neu"),
                                           ("promise_extent", "/hilfe")])
def test_a_text_is_previewed_saved_read_by_citizens_and_taken_back(town: MadeTown, key: str, path: str) -> None:
    admin, citizen = signed_in(town, "admin"), a_visitor(town)
    default = citizen.get(path, follow_redirects=True).text
    words = "Schön, dass Sie da sind: <b>melden</b> Sie & wir antworten."
    shown = "Schön, dass Sie da sind: &lt;b&gt;melden&lt;/b&gt; Sie &amp; wir antworten."
    preview = save(admin, f"{TEXTS}/{key}", {"words": words}, "preview")
    assert preview.status_code == 200
    assert "Vorschau, noch nicht gespeichert" in preview.text
    assert preview.text.count(shown) == 2  # in the field and as citizens read it
    assert shown not in citizen.get(path, follow_redirects=True).text
    answer = save(admin, f"{TEXTS}/{key}", {"words": words})
    assert "in Ihren Worten" in admin.get(answer.headers["Location"]).text
    assert shown in citizen.get(path, follow_redirects=True).text
    save(admin, f"{TEXTS}/{key}", {"words": words}, "default")
    assert _plain(citizen.get(path, follow_redirects=True).text) == _plain(default)


def _plain(page: str) -> str:
    """Without what differs at each look: tokens, and the version of the configuration in addresses."""
    return re.sub(r"[0-9a-f]{32,}|v=\d+|[0-9a-f-]{36}", "", page)


def test_the_central_words_beside_the_field_are_those_that_citizens_read(town: MadeTown) -> None:
    admin, citizen = signed_in(town, "admin"), a_visitor(town)
    pages = citizen.get("/").text + citizen.get("/hinweise/neu", follow_redirects=True).text
    for key in ("welcome", "before_form"):
        beside = re.search(r'class="m-texts__words" lang="de">([^<]+)<', admin.get(f"{TEXTS}/{key}").text)
        assert beside is not None
        assert beside[1] in pages


def test_every_text_has_a_page_and_an_unknown_one_has_none(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    listed = admin.get(TEXTS).text
    for own in CITIZENS_TEXTS:
        assert f'href="{TEXTS}/{own.key}"' in listed
        assert admin.get(f"{TEXTS}/{own.key}").status_code == 200
    for key in ("operator_name", "contact_retention", "imprint_extra", "x"):
        assert admin.get(f"{TEXTS}/{key}").status_code == 404


def test_a_text_that_is_too_long_is_refused_and_kept(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    for act in ("preview", "save"):
        answer = save(admin, f"{TEXTS}/welcome", {"words": "Ä" * 301}, act)
        assert answer.status_code == 422
        assert "höchstens 300 Zeichen" in answer.text
        assert "Ä" * 301 in answer.text
    assert town.town.texts.get("welcome") is None


def test_of_two_admins_the_slower_sees_what_the_faster_wrote(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    version = town.town.profile["version"]
    save(signed_in(town, "admin"), f"{TEXTS}/welcome", {"words": "Die schnellen Worte"})
    admin.get(f"{TEXTS}/welcome")
    slow = admin.post(f"{TEXTS}/welcome", {"version": version, "act": "save", "words": "Die langsamen Worte"})
    assert slow.status_code == 409
    assert "Die schnellen Worte" in slow.text
    assert "Die langsamen Worte" in slow.text
    fresh = re.search(r'name="version" value="(\d+)"', slow.text)[1]  # type: ignore[index]
    again = admin.post(f"{TEXTS}/welcome", {"version": fresh, "act": "save", "words": "Die langsamen Worte"})
    assert again.status_code == 303
    assert town.town.texts["welcome"] == "Die langsamen Worte"


def test_a_lapsed_sign_in_loses_no_word(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    version = re.search(r'name="version" value="(\d+)"', admin.get(f"{TEXTS}/welcome").text)[1]  # type: ignore[index]
    with Here.world.scope(town.tenant_id):
        session().execute(text("DELETE FROM staff_sessions"))
    lapsed = admin.post(f"{TEXTS}/welcome", {"version": version, "act": "save", "words": "Lange überlegte Worte"})
    assert lapsed.status_code == 403
    assert "Ihre Anmeldung ist abgelaufen" in lapsed.text
    assert 'value="Lange überlegte Worte"' in lapsed.text
    assert town.town.texts.get("welcome") is None


FULL = {
    "official_name": "Stadt Ö", "head_title": "Bürgermeisterin Ö. Muster", "street": "Markt 1", "postal_code": "03046",
    "city": "Ö", "phone": "0355 1", "email": "rathaus@oe.example", "website": "https://oe.example",
    "responsible": "Büro <der> Bürgermeisterin", "privacy_contact": "Datenschutzbeauftragte\nMarkt 1",
    "editors_mailbox": "redaktion@oe.example", "imprint_extra": "Aufsicht: Land", "privacy_extra": "Mehr dazu",
    "supervisory_authority": "Aufsicht\nStraße 2", "accessibility_gaps": "Der Plan", "enforcement_body": "Stelle\nOrt",
}


def test_imprint_and_privacy_notice_show_what_was_saved(town: MadeTown) -> None:
    admin, citizen = signed_in(town, "admin"), a_visitor(town)
    citizen.get("/impressum")
    preview = save(admin, IMPRINT, FULL, "preview")
    assert "Büro &lt;der&gt; Bürgermeisterin" in preview.text
    assert "Aufsicht<br>Straße 2" in preview.text
    assert "Ö. Muster" not in citizen.get("/impressum").text
    answer = save(admin, IMPRINT, FULL)
    assert "neuen Angaben" in admin.get(answer.headers["Location"]).text
    page = citizen.get("/impressum").text
    for words in ("Vertreten durch: Bürgermeisterin Ö. Muster", "Büro &lt;der&gt; Bürgermeisterin", "Aufsicht: Land"):
        assert words in page
    assert "Datenschutzbeauftragte<br>Markt 1" in citizen.get("/datenschutz").text
    assert "Stelle<br>Ort" in citizen.get("/barrierefreiheit").text


def test_a_central_text_saved_unchanged_stays_the_central_one(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    page = admin.get(IMPRINT).text
    shown = re.search(r'name="supervisory_authority"[^>]*>\n?([^<]*)</textarea>', page)
    assert shown is not None
    save(admin, IMPRINT, {**FULL, "supervisory_authority": shown[1], "imprint_extra": ""})
    assert "supervisory_authority" not in town.town.texts
    assert "imprint_extra" not in town.town.texts


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("official_name", "", "Diese Angabe fehlt noch."),
    ("head_title", " ", "Diese Angabe fehlt noch."),
    ("privacy_contact", "", "Diese Angabe fehlt noch."),
    ("postal_code", "3046", "Eine Postleitzahl hat fünf Ziffern."),
    ("postal_code", "٠٣٠٤٦", "Eine Postleitzahl hat fünf Ziffern."),
    ("email", "rathaus", "nicht vollständig"),
    ("editors_mailbox", "müller@oe.example", "Umlauten vor dem @"),
    ("website", "javascript:alert(1)", "beginnt mit https://"),
    ("website", "https://", "beginnt mit https://"),
    ("responsible", "x" * 301, "höchstens 300 Zeichen"),
])
def test_each_wrong_answer_of_the_imprint_has_its_sentence(
    town: MadeTown, field: str, value: str, sentence: str
) -> None:
    admin = signed_in(town, "admin")
    for act in ("save", "preview"):
        answer = save(admin, IMPRINT, {**FULL, field: value}, act)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert f'href="#{field}"' in answer.text
        assert "Büro &lt;der&gt;" in answer.text or field == "responsible"
    assert town.town.profile["official_name"] != "Stadt Ö"


def colours(primary: str = "#ffcc00", accent: str = "#004488", **more: Any) -> dict[str, Any]:
    return {"primary_colour": primary, "accent_colour": accent, **more}


def test_a_pale_colour_is_explained_and_the_pages_stay_readable(town: MadeTown) -> None:
    admin, citizen = signed_in(town, "admin"), a_visitor(town)
    preview = save(admin, LOOK, colours("FFCC00"), "preview")
    assert "zu blass" in preview.text
    assert 'fill="#ffcc00"' in preview.text
    assert "#ffcc00" not in citizen.get("/farben.css").text
    answer = save(admin, LOOK, colours("FFCC00"))
    assert "Die Farben gelten ab sofort" in admin.get(answer.headers["Location"]).text
    sheet = citizen.get("/farben.css").text
    assert "--m-band: #ffcc00" in sheet
    assert "--m-primary: #ffcc00" not in sheet.split("@media")[0]


@pytest.mark.parametrize("colour", ["rot", "#12345", "#1234567", "#12345g", "red;}", "", "url(x)"])
def test_what_is_no_colour_is_refused(town: MadeTown, colour: str) -> None:
    answer = save(signed_in(town, "admin"), LOOK, colours(colour))
    assert answer.status_code == 422
    assert 'href="#primary_colour"' in answer.text
    assert town.town.primary_colour == "#1c4f8a"


def test_the_database_takes_no_other_colour(town: MadeTown) -> None:
    for column in ("primary_colour", "accent_colour"):
        with pytest.raises(DBAPIError, match=column), Here.world.scope(town.tenant_id):
            session().execute(text(f"UPDATE profiles SET {column} = 'red;}}x'"))


def arms_file(content: bytes, name: str = "wappen.svg") -> dict[str, Any]:
    return {"arms": (io.BytesIO(content), name)}


def test_arms_are_previewed_then_saved_then_removed(town: MadeTown) -> None:
    admin, citizen = signed_in(town, "admin"), a_visitor(town)
    assert citizen.get("/wappen").status_code == 404
    preview = save(admin, LOOK, colours(**arms_file(svg("<script>alert(1)</script>"))), "preview")
    assert "Aus der Datei wurde etwas weggelassen" in preview.text
    kept = re.search(r'name="arms_kept" value="([^"]+)"', preview.text)
    assert kept is not None
    assert b"script" not in base64.b64decode(kept[1])
    assert citizen.get("/wappen").status_code == 404
    answer = save(admin, LOOK, colours(arms_kept=kept[1]))
    assert "Wappen und Farben gelten" in admin.get(answer.headers["Location"]).text
    shown = citizen.get("/wappen")
    assert shown.mimetype == "image/svg+xml"
    assert "#123456" in shown.text
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    save(admin, LOOK, colours())
    assert citizen.get("/wappen").status_code == 200
    save(admin, LOOK, colours(arms_act="remove"))
    assert citizen.get("/wappen").status_code == 404


def test_a_png_becomes_arms_at_once(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    assert save(admin, LOOK, colours(**arms_file(a_png(), "wappen.png"))).status_code == 303
    assert "data:image/png;base64," in a_visitor(town).get("/wappen").text


@pytest.mark.parametrize("content", [b"GIF89a", svg("")[:40], b"<svg"])
def test_a_file_that_is_no_picture_is_refused_beside_its_field(town: MadeTown, content: bytes) -> None:
    answer = save(signed_in(town, "admin"), LOOK, colours("#aa0000", **arms_file(content)))
    assert answer.status_code == 422
    assert 'id="arms-fehler"' in answer.text
    assert 'value="#aa0000"' in answer.text
    assert not town.town.has_arms


def test_what_the_browser_hands_back_is_cleaned_like_an_upload(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    forged = base64.b64encode(svg('<a href="javascript:alert(1)"><path d="M0 0"/></a>')).decode()
    assert save(admin, LOOK, colours(arms_kept=forged)).status_code == 303
    assert "javascript" not in a_visitor(town).get("/wappen").text
    assert save(admin, LOOK, colours(arms_kept="not base64!")).status_code == 422


def test_the_office_is_for_admins(town: MadeTown) -> None:
    editor = an_editor(town)
    for path in (TEXTS, f"{TEXTS}/welcome", IMPRINT, LOOK, "/verwaltung/pruefung", "/verwaltung/personen"):
        assert editor.get(path).status_code == 403
        assert a_visitor(town).get(path).status_code == 303


def test_a_change_is_the_own_towns_alone(town: MadeTown) -> None:
    other = a_tenant()
    save(signed_in(town, "admin"), f"{TEXTS}/welcome", {"words": "Nur hier zu lesen"})
    assert "Nur hier zu lesen" in a_visitor(town).get("/").text
    assert "Nur hier zu lesen" not in a_visitor(other).get("/").text


def test_a_paused_town_says_so_in_the_words_shown_beside_the_field() -> None:
    town = a_tenant(state=TenantState.paused)
    admin = signed_in(town, "admin")
    beside = re.search(r'class="m-texts__words" lang="de">([^<]+)<', admin.get(f"{TEXTS}/pause_message").text)
    assert beside is not None
    assert beside[1] in a_visitor(town).get("/").text
    save(admin, f"{TEXTS}/pause_message", {"words": "Wir ziehen um."})
    assert "Wir ziehen um." in a_visitor(town).get("/").text


def test_thanks_stand_on_the_page_after_sending(town: MadeTown) -> None:
    save(signed_in(town, "admin"), f"{TEXTS}/thanks", {"words": "Danke <3\nIhre Stadt"})
    citizen = a_visitor(town)
    fill_all(citizen)
    done = citizen.get(send(citizen).headers["Location"])
    assert "Danke &lt;3<br>Ihre Stadt" in done.text
