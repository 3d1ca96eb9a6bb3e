"""Every page that a person can see, in the states it can be in, as the platform answered it.

Used by the tests that look at pages in a browser and by the check of the HTML. The answer is kept with each, so
that a page that follows from a refused form can be looked at like any other; look at one before asking for the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import select
from werkzeug.test import TestResponse

from maerker.clock import now
from maerker.database.base import session
from tenants.registry.models import TenantState
from tenants.reports.status import Verb
from tenants.staff.links import link_token, make_link
from tenants.staff.models import LinkPurpose, StaffAccount, StaffLink
from tests.makers import (
    Here,
    MadeTown,
    a_published_report,
    a_report,
    a_tenant,
    a_visitor,
    an_editor,
    code_of,
    move,
    signed_in,
)
from tests.makers_operators import an_account
from tests.tenants.portal.filled_form import a_photo, fill_all, fill_contact, fill_matter, fill_place, send, upload
from tests.world import BASE, Visitor
from wsgi import Platform

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
ODD = f"<b>Fett</b> & \"Zitat\" 🚧 {LONG} https://example.com/{'weg/' * 40}"
NO_PAGES = frozenset({
    "static", "healthz", "readyz", "metrics", "portal.reports_as_geojson", "portal.feed", "portal.language",
    "portal.report_photo_preview", "portal.photo", "portal.colours", "portal.arms", "portal.area",
    "portal.track_photo", "portal.sitemap", "portal.robots", "portal.security", "portal.short_map_address",
    "desk.show_next", "desk.show_photo", "overview.static", "overview.land", "overview.language", "overview.sitemap",
    "overview.robots", "overview.security", "joining.legal", "console.legal",
    "joining.static", "joining.to_file", "joining.show_certificate", "joining.show_own_certificate",
    "console.show_invitation", "console.show_passkey",
    "joining.send_document", "joining.send_copy", "console.send_file_document", "console.send_file_copy",
    "console.send_copy_page", "console.send_list", "console.show_sample",
})


@dataclass(frozen=True)
class Shown:
    """One page as someone saw it. `ends` is how its title must end."""

    name: str
    visitor: Visitor
    path: str
    answer: TestResponse
    ends: str

    @property
    def url(self) -> str:
        return f"http://{self.visitor.host}{self.path}"


class Walk:
    """Opens pages of one town (or of the bare host): by address, by a form, or as answered already."""

    def __init__(self, town: MadeTown | None) -> None:
        self.ends = f" – Maerker {town.town.name}" if town else " – Maerker"

    def at(self, name: str, visitor: Visitor, path: str, status: int = 200) -> Shown:
        return self.keep(name, visitor, path, visitor.get(path), status)

    def put(self, name: str, visitor: Visitor, path: str, status: int, /, **fields: object) -> Shown:
        return self.keep(name, visitor, path, visitor.post(path, fields), status)

    def keep(self, name: str, visitor: Visitor, path: str, answer: TestResponse, status: int) -> Shown:
        assert answer.status_code == status, f"{name}: {path} answered {answer.status_code}"
        return Shown(name, visitor, path, answer, self.ends)


def the_town() -> MadeTown:
    """A town with a report in each state, one of them full of odd signs."""
    town = a_tenant()
    for verb in (Verb.accept, Verb.answer, Verb.finish, Verb.close_unresolved):
        _moved(town, verb)
    return town


def _moved(town: MadeTown, verb: Verb) -> str:
    number = a_published_report(town, description=ODD if verb is Verb.answer else f"Papierkorb voll: {verb}")
    if verb is Verb.accept:
        move(town, number, verb, department_id=_roads(town))
    else:
        reason = "private_owner" if verb is Verb.close_unresolved else ""
        move(town, number, verb, public_text=ODD, reason=reason)
    return number


def _roads(town: MadeTown) -> int:
    return next(item.id for item in town.town.departments if item.name.startswith("Tiefbau"))


def public_pages() -> Iterator[Shown]:
    """What citizens read: lists full and empty, reports in each state, tracking, legal pages, refusals."""
    town, empty = the_town(), a_tenant()
    reader, walk = a_visitor(town), Walk(town)
    for name, path in (
        ("start", "/"), ("list", "/hinweise/"), ("list, nothing found", "/hinweise/?q=gibtesnicht"),
        ("list, filtered", "/hinweise/?category=roads&district=Sandow"), ("map", "/hinweise/karte"),
        ("help", "/hilfe"), ("imprint", "/impressum"), ("privacy", "/datenschutz"),
        ("accessibility", "/barrierefreiheit"), ("tracking, code", "/verfolgen/"),
    ):
        yield walk.at(name, reader, path)
    for number in range(1, 5):
        yield walk.at(f"report {number}", reader, f"/hinweise/2026-{number:06}".replace("2026", str(now().year)))
    yield walk.at("no such report", reader, "/hinweise/2026-999999", 404)
    yield walk.at("no such page", reader, "/gibt/es/nicht", 404)
    yield walk.at("only by form", reader, "/abmelden", 405)
    yield walk.put("forged form", reader, "/abmelden", 400, csrf_token="")
    yield walk.put("tracking, wrong code", reader, "/verfolgen/", 422, code="falsch")
    waiting = a_report(town, lat=None, lon=None, email="")
    yield walk.at("tracking, no point", reader, f"/verfolgen/{code_of(town, waiting)}")
    yield walk.at("tracking, no such code", reader, f"/verfolgen/{'a' * 26}", 404)
    redacted = a_report(town)
    move(town, redacted, Verb.publish_redacted, public_text="Gekürzt.", reason="personal_data")
    yield walk.at("report, redacted", reader, f"/hinweise/{redacted}")
    move(town, redacted, Verb.remove, reason="personal_data")
    yield walk.at("report, removed", reader, f"/hinweise/{redacted}")
    yield walk.at("tracking, removed", reader, f"/verfolgen/{code_of(town, redacted)}")
    rejected = a_report(town)
    move(town, rejected, Verb.reject, public_text="Bitte keine Namen.", reason="personal_data")
    yield walk.at("tracking, rejected", reader, f"/verfolgen/{code_of(town, rejected)}")
    nothing = Walk(empty)
    for name, path in (("start, empty", "/"), ("list, empty", "/hinweise/"), ("map, empty", "/hinweise/karte")):
        yield nothing.at(name, a_visitor(empty), path)
    for state, start, form in (
        (TenantState.trial, 404, 404), (TenantState.paused, 200, 200), (TenantState.closed, 410, 410),
    ):
        other = a_tenant(state=state)
        quiet = Walk(other)
        yield quiet.at(f"{state}, start", a_visitor(other), "/", start)
        yield quiet.at(f"{state}, form", a_visitor(other), "/hinweise/neu", form)


def form_pages() -> Iterator[Shown]:
    """The report form: each step empty, filled, refused; sending refused and done."""
    town, elsewhere = a_tenant(), a_tenant()
    citizen, walk = a_visitor(town), Walk(town)
    start, matter = "/hinweise/neu", "/hinweise/neu/anliegen"
    yield walk.at("place", citizen, start)
    yield walk.put("place, refused", citizen, start, 422, street="", district="")
    yield walk.put("place, elsewhere", citizen, start, 422, street="", lat=str(elsewhere.lat), lon=str(elsewhere.lon))
    yield walk.put("place, nowhere", citizen, start, 422, street="", lat="10", lon="10")
    fill_place(citizen, lat=str(town.lat), lon=str(town.lon), place_note=ODD)
    yield walk.at("place, kept", citizen, start)
    yield walk.at("matter", citizen, matter)
    yield walk.put("matter, refused", citizen, matter, 422, description="", category="")
    fill_matter(citizen, description=ODD)
    yield walk.at("photos", citizen, f"{start}/fotos")
    refused = upload(citizen, (b"kein Bild", "notiz.txt"))
    yield walk.keep("photos, refused", citizen, f"{start}/fotos", refused, 422)
    upload(citizen, *((a_photo(n), f"foto-{n}.jpg") for n in range(5)), alt="")
    yield walk.at("photos, full", citizen, f"{start}/fotos")
    yield walk.at("contact", citizen, f"{start}/kontakt")
    yield walk.put("contact, refused", citizen, f"{start}/kontakt", 422, email="kein Postfach")
    fill_contact(citizen)
    yield walk.at("check", citizen, f"{start}/pruefen")
    yield walk.keep("check, robot", citizen, f"{start}/pruefen", send(citizen, website="http://x.example"), 422)
    yield walk.at("clear, begun", citizen, f"{start}/loeschen")
    yield walk.at("check again", citizen, f"{start}/pruefen")
    assert send(citizen).status_code == 303
    yield walk.at("sent", citizen, f"{start}/danke")
    yield walk.at("clear, sent", citizen, f"{start}/loeschen")
    assert citizen.post(f"{start}/loeschen").status_code == 303
    yield walk.at("cleared", citizen, f"{start}/geloescht")
    yield walk.at("clear, nothing", a_visitor(town), f"{start}/loeschen")
    yield walk.at("draft gone", a_visitor(town), f"{start}?abgelaufen=1")
    impatient = a_visitor(town, platform=Here.world.platform_with(rate_reports_per_address=0))
    fill_all(impatient)
    yield walk.keep("too many reports", impatient, f"{start}/pruefen", send(impatient), 429)


def desk_pages() -> Iterator[Shown]:
    """What the staff sees: sign-in, inbox, reports, each move, two versions, the end of a sign-in."""
    town = the_town()
    walk, year = Walk(town), now().year
    stranger = a_visitor(town)
    yield walk.at("sign-in", stranger, "/anmelden")
    yield walk.put("sign-in, wrong", stranger, "/anmelden", 422, username="redaktion", password="falsch")
    throttled = a_visitor(town, platform=Here.world.platform_with(rate_logins=0))
    throttled.get("/anmelden")
    yield walk.put("sign-in, too often", throttled, "/anmelden", 429, username="redaktion", password="falsch")
    for username in ("redaktion", "tiefbau", "rat"):
        someone = signed_in(town, username)
        yield walk.at(f"inbox of {username}", someone, "/redaktion/")
        yield walk.at(f"report for {username}", someone, f"/redaktion/{year}-000001")
    yield walk.at("no right", signed_in(town, "rat"), f"/redaktion/{year}-000002/answer", 403)
    editor = an_editor(town)
    fresh = a_report(town, description=ODD, lat=None, lon=None)
    for name, path in (
        ("all", "/redaktion/alle"), ("all, nothing", "/redaktion/alle?q=gibtesnicht"), ("style", "/redaktion/stil"),
        ("overdue, none", "/redaktion/?ansicht=overdue"), ("place", f"/redaktion/{fresh}/ort"),
        ("details", f"/redaktion/{fresh}/angaben"), ("move take_back", f"/redaktion/{_rejected(town)}/take_back"),
        ("move restore", f"/redaktion/{_removed(town)}/restore"),
    ):
        yield walk.at(name, editor, path)
    yield walk.put("place, refused", editor, f"/redaktion/{fresh}/ort", 422, version="1", lat="10", lon="10")
    yield walk.put("details, refused", editor, f"/redaktion/{fresh}/angaben", 422, version="1", category="", street=ODD)
    yield walk.put("details, overtaken", editor, f"/redaktion/{fresh}/angaben", 409, version="7", street=ODD)
    yield walk.at("no such report", editor, "/redaktion/2026-999999", 404)
    for number in (1, 3, 4, 5):
        yield walk.at(f"report {number}", editor, f"/redaktion/{year}-{number:06}")
    yield from _moves(walk, editor, town, fresh)
    empty = a_tenant()
    nothing = Walk(empty)
    yield nothing.at("inbox, empty", an_editor(empty), "/redaktion/")


def _rejected(town: MadeTown) -> str:
    number = a_report(town)
    move(town, number, Verb.reject, public_text="Bitte keine Namen.", reason="personal_data")
    return number


def _removed(town: MadeTown) -> str:
    number = a_published_report(town)
    move(town, number, Verb.remove, reason="legal_demand")
    return number


def _moves(walk: Walk, editor: Visitor, town: MadeTown, number: str) -> Iterator[Shown]:
    """The page of each move from where it can be made, refused once; then a form that someone else overtook."""
    year = now().year
    for verb, from_number in (
        ("publish", number), ("publish_redacted", number), ("work_without_publishing", number), ("reject", number),
        ("accept", number), ("assign", number), ("note", number), ("answer", f"{year}-000001"),
        ("finish", f"{year}-000002"), ("close_unresolved", f"{year}-000001"), ("reopen", f"{year}-000003"),
        ("remove", f"{year}-000001"), ("revise", f"{year}-000001"),
    ):
        yield walk.at(f"move {verb}", editor, f"/redaktion/{from_number}/{verb}")
    yield walk.put("move, refused", editor, f"/redaktion/{number}/reject", 422, version="1", public_text="", reason="")
    move(town, number, Verb.publish)
    yield walk.put(
        "move, overtaken", editor, f"/redaktion/{number}/assign", 409, version="1", internal_text=ODD,
        department_id=str(_roads(town)),
    )
    yield walk.put("move, not now", editor, f"/redaktion/{number}/publish_redacted", 409, version="1", public_text=ODD)
    yield walk.put("form check failed", editor, f"/redaktion/{number}/note", 200, csrf_token="", version="2",
             internal_text=ODD)
    gone = an_editor(town)
    gone.get(f"/redaktion/{number}/note")
    gone.client.delete_cookie("maerker_session", domain=town.host)
    yield walk.put("sign-in ended", gone, f"/redaktion/{number}/note", 403, version="2", internal_text=ODD)


def office_people_and_words() -> Iterator[Shown]:
    """The town's office, its people and words: empty, filled, refused, in preview; and the links by mail."""
    town = a_tenant()
    walk, admin, people = Walk(town), signed_in(town, "admin"), "/verwaltung/personen"
    yield walk.at("invite", admin, f"{people}/einladen")
    yield walk.put("invite, refused", admin, f"{people}/einladen", 422, display_name=ODD, email="nirgends", role="x")
    invited = admin.post(f"{people}/einladen", {
        "display_name": LONG[:120], "email": f"{'lange' * 12}@{town.slug}.example", "role": "clerk",
    }).headers["Location"].partition("?")[0]
    someone = f"{people}/{_account(town, 'redaktion')}"
    for name, path in (
        ("people", people), ("invited", invited), ("withdraw", f"{invited}/einladung/zurueckziehen"),
        ("person", someone), ("disable", f"{someone}/sperren"), ("idle days", f"{people}/dauer"),
        ("texts", "/verwaltung/texte"), ("text", "/verwaltung/texte/welcome"), ("imprint", "/verwaltung/impressum"),
        ("look", "/verwaltung/aussehen"), ("check", "/verwaltung/pruefung"),
    ):
        yield walk.at(f"office, {name}", admin, path)
    yield walk.put("office, person, stale", admin, someone, 409, display_name="R", email="r@n.example", role="reader")
    yield walk.put("office, text, preview", admin, "/verwaltung/texte/welcome", 200, words=ODD[:250], act="preview")
    yield walk.put("office, imprint, refused", admin, "/verwaltung/impressum", 422, official_name=ODD)
    yield walk.put("office, look, preview", admin, "/verwaltung/aussehen", 200, primary_colour="#ffdd00",
                   accent_colour="#ffffff", act="preview")
    assert admin.post(f"{someone}/sperren").status_code == 303
    yield walk.at("office, person, closed", admin, someone)
    yield from _links_by_mail(walk, town)


def _account(town: MadeTown, username: str) -> int:
    with Here.world.scope(town.tenant_id):
        return session().scalars(select(StaffAccount.id).where(StaffAccount.username == username)).one()


def _links_by_mail(walk: Walk, town: MadeTown) -> Iterator[Shown]:
    """A password to be set, asked for, set, and a link that is over."""
    visitor = a_visitor(town)
    with Here.world.scope(town.tenant_id):
        make_link(_account(town, "rat"), LinkPurpose.invitation, Here.world.settings, at=now())
        seed = session().scalars(select(StaffLink.seed).order_by(StaffLink.id.desc())).first()
    assert seed is not None
    link = f"/einladung/{link_token(Here.world.settings, town.tenant_id, seed)}"
    yield walk.at("link", visitor, link)
    yield walk.put("link, refused", visitor, link, 422, password="kurz", password_again="kurz")
    yield walk.at("link, over", visitor, "/einladung/vorbei", 404)
    for name, path in (("asked", "/passwort"), ("sent", "/passwort/unterwegs"), ("set", "/passwort/gesetzt")):
        yield walk.at(f"password, {name}", visitor, path)
    visitor.get("/passwort")
    yield walk.put("password, nothing typed", visitor, "/passwort", 422, username="")


def office_structure() -> Iterator[Shown]:
    """The town's office: departments, categories, Ortsteile, closing days."""
    from tests.journeys.office_pages import structure_pages  # which needs what stands here

    yield from structure_pages()


def pages_of_a_trial() -> Iterator[Shown]:
    """A town before its start: what testers see, and what they see afterwards."""
    from tests.journeys.trial_pages import trial_pages  # which needs what stands here

    yield from trial_pages()


def pages_of_joining() -> Iterator[Shown]:
    """The joining host: applying, the code, the file and what its people do there."""
    from tests.journeys.joining_pages import joining_pages  # which needs what stands here

    yield from joining_pages(Walk(None))


def pages_of_training() -> Iterator[Shown]:
    """Training: in the file, behind the personal link, at the console."""
    from tests.journeys.training_pages import training_pages  # which needs what stands here

    yield from training_pages(Walk(None))


def pages_of_documents() -> Iterator[Shown]:
    """Documents: made, signed and handed in by the Kommune, compared and countersigned by the operator."""
    from tests.journeys.document_pages import document_pages  # which needs what stands here

    yield from document_pages(Walk(None))


def pages_of_the_first_day() -> Iterator[Shown]:
    """A Kommune's place and its first day, at the joining host and at the console."""
    from tests.journeys.first_day_pages import first_day_pages  # which needs what stands here

    yield from first_day_pages(Walk(None))


def pages_of_the_console() -> Iterator[Shown]:
    """The console: the lists of files, one file, exceptions, the start."""
    from tests.journeys.file_pages import file_pages  # which needs what stands here

    yield from file_pages(Walk(None))


def pages_of_the_registers() -> Iterator[Shown]:
    """The console: texts, trusted certificates, sub-processors, essential changes."""
    from tests.journeys.register_pages import register_pages  # which needs what stands here

    yield from register_pages(Walk(None))


def pages_of_other_hosts() -> Iterator[Shown]:
    """The bare host, joining, the console, a host that nobody has, and a database that is away."""
    walk = Walk(None)
    a_published_report(a_tenant())
    bare = Visitor(Here.world.platform, BASE)
    for name, path in (
        ("bare start", "/"), ("bare, found", "/?q=Stadt"), ("bare, nothing", "/?q=gibtesnicht"), ("places", "/orte"),
        ("bare imprint", "/impressum"), ("bare privacy", "/datenschutz"), ("bare access", "/barrierefreiheit"),
    ):
        yield walk.at(name, bare, path)
    yield walk.at("bare, no such page", bare, "/gibt/es/nicht", 404)
    yield from console_pages(walk)
    yield walk.at("no such host", Visitor(Here.world.platform, f"niemand.{BASE}"), "/", 404)
    yield walk.at("database away", Visitor(_without_database(), f"weg.{BASE}"), "/", 503)


def console_pages(walk: Walk) -> Iterator[Shown]:
    """The console: both halves of a sign-in, accounts, the record."""
    operator, other = an_account(), an_account("support")
    yield walk.at("console, sign-in", operator, "/anmelden")
    yield walk.put("console, wrong", operator, "/anmelden", 422, username=operator.username, password="falsch")
    operator.give_password()
    yield walk.at("console, app", operator, "/anmelden/einrichten")
    yield walk.put("console, app, wrong", operator, "/anmelden/einrichten", 422, code="0")
    operator.enter().client.delete_cookie("maerker_session", domain=operator.host)
    operator.give_password()
    yield walk.at("console, code", operator, "/anmelden/code")
    yield walk.put("console, code, wrong", operator, "/anmelden/code", 422, code="0")
    operator.enter()
    for name, path in (
        ("console", "/"), ("account", "/konto"), ("account, app", "/konto/app"),
        ("account, codes", "/konto/notfallcodes"), ("account, passkey", "/konto/passkeys"), ("people", "/personen"),
        ("invite", "/personen/einladen"), ("person", f"/personen/{other.account_id}"),
        ("person, renew", f"/personen/{other.account_id}/zugang"),
        ("person, disable", f"/personen/{other.account_id}/sperren"), ("record", "/protokoll"),
        ("record, nothing", "/protokoll?day=2020-01-01"),
    ):
        yield walk.at(name, operator, path)
    yield walk.put("invite, refused", operator, "/personen/einladen", 422, username="")
    yield walk.put("account, refused", operator, "/konto/passwort", 422, password="falsch", new_password="kurz")
    operator.let_time_pass(hours=1)
    yield walk.at("confirm", operator, "/konto/bestaetigen")


def _without_database() -> Platform:
    return Platform(replace(Here.world.settings, database_url="postgresql:///nirgends?host=/nirgends&port=1"))
