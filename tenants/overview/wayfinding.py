"""For machines that ask the usual questions of the bare host."""

from datetime import timedelta
from xml.etree import ElementTree as Xml

from flask import current_app, make_response
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.web.access import public
from tenants.overview.blueprint import blueprint
from tenants.overview.towns import towns_taking_part

ONE_HOUR = "public, max-age=3600"


@blueprint.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """An index: the own pages are few, each town lists its own."""
    settings = current_app.config["SETTINGS"]
    root = Xml.Element("sitemapindex", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    for town in towns_taking_part(now()):
        entry = Xml.SubElement(root, "sitemap")
        Xml.SubElement(entry, "loc").text = f"{settings.public_url(town.host)}/sitemap.xml"
    body = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return make_response(body, 200, {"Content-Type": "application/xml; charset=utf-8", "Cache-Control": ONE_HOUR})


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Everything may be indexed but answers to questions."""
    return _text(f"User-agent: *\nDisallow: /sprache/\nSitemap: {_base()}/sitemap.xml\n")


@blueprint.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Whom to tell of a weakness (RFC 9116)."""
    until = (now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    contact = f"postmaster@{current_app.config['SETTINGS'].mail_from_domain}"
    return _text(
        f"Contact: mailto:{contact}\nExpires: {until.isoformat()}\nPreferred-Languages: de, en\n"
        f"Canonical: {_base()}/.well-known/security.txt\n"
    )


def _base() -> str:
    settings = current_app.config["SETTINGS"]
    address: str = settings.public_url(settings.base_host)
    return address


def _text(words: str) -> Response:
    return make_response(words, 200, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": ONE_HOUR})
