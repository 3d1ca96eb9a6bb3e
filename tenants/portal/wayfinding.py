"""For machines that ask the usual questions: search engines, and people who found a hole in the fence."""

from datetime import UTC, timedelta
from xml.etree import ElementTree as Xml

from flask import current_app, g, make_response
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.web.access import public
from tenants.portal.blueprint import blueprint
from tenants.reports import public_queries

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = ("/", "/hinweise/", "/hinweise/karte", "/hinweise/neu", "/hilfe", "/impressum", "/datenschutz",
         "/barrierefreiheit")
MOST_LISTED = 5_000
ONE_HOUR = "public, max-age=3600"


@blueprint.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """The fixed pages and the newest reports."""
    base = _base()
    root = Xml.Element("urlset", {"xmlns": SITEMAP})
    for path in PAGES:
        Xml.SubElement(Xml.SubElement(root, "url"), "loc").text = base + path
    for row in public_queries.newest_numbers(g.town.tenant_id, MOST_LISTED):
        entry = Xml.SubElement(root, "url")
        Xml.SubElement(entry, "loc").text = f"{base}/hinweise/{row.number}"
        Xml.SubElement(entry, "lastmod").text = row.updated_at.astimezone(UTC).isoformat(timespec="seconds")
    body = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return make_response(body, 200, {"Content-Type": "application/xml; charset=utf-8", "Cache-Control": ONE_HOUR})


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Everything public may be indexed; tracking pages, forms and the desk may not."""
    closed = ("/verfolgen/", "/redaktion/", "/verwaltung/", "/anmelden", "/sprache/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {_base()}/sitemap.xml", ""]
    return _text("\n".join(lines))


@blueprint.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Whom to tell of a weakness (RFC 9116). The postmaster's address exists wherever mail is sent from."""
    settings = current_app.config["SETTINGS"]
    contact = g.town.texts.get("security_contact") or f"mailto:postmaster@{settings.mail_from_domain}"
    until = (now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact}", f"Expires: {until.isoformat()}", "Preferred-Languages: de, en",
        f"Canonical: {_base()}/.well-known/security.txt", "",
    ]
    return _text("\n".join(lines))


def _base() -> str:
    address: str = current_app.config["SETTINGS"].public_url(g.town.main_host)
    return address


def _text(words: str) -> Response:
    return make_response(words, 200, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": ONE_HOUR})
