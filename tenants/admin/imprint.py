"""Imprint and data protection: who answers for the pages, and whom to ask, with a preview as citizens read it."""

from collections.abc import Mapping
from typing import Any

from flask import g, make_response, render_template
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from maerker.wording import marked
from tenants.admin.blueprint import blueprint, town, who
from tenants.admin.forms import OfficeSchema, read, typed
from tenants.admin.profile_form import current_version
from tenants.admin.saved import SENTENCES, saved
from tenants.profile.actions import save_imprint
from tenants.profile.schemas import ImprintSchema
from tenants.profile.texts import LEGAL_TEXTS
from tenants.reports.permissions import Permission

PLACE = "/verwaltung/impressum"
FIELDS = tuple(ImprintSchema().fields)
LABELS: Mapping[str, str] = {
    "official_name": marked("Amtlicher Name"), "head_title": marked("Vertreten durch"),
    "street": marked("Straße und Hausnummer"), "postal_code": marked("Postleitzahl"), "city": marked("Ort"),
    "phone": marked("Telefon"), "email": marked("E-Mail-Adresse"), "website": marked("Internetadresse"),
    "responsible": marked("Verantwortlich für den Inhalt"), "privacy_contact": marked("Datenschutzbeauftragte"),
    "editors_mailbox": marked("Postfach der Redaktion"), **{text.key: text.label for text in LEGAL_TEXTS},
}
SENTENCES["imprint_changed"] = lambda _details: _(
    "Impressum, Datenschutz und Barrierefreiheit zeigen jetzt Ihre neuen Angaben."
)


class ImprintForm(OfficeSchema, ImprintSchema):
    """With the version of the profile."""


@blueprint.get(PLACE)
@may(Permission.manage_town)
def imprint() -> Response:
    return _page(_stored())


@blueprint.post(PLACE)
@may(Permission.manage_town)
@keeps_text
def change_imprint() -> Response:
    given = typed()
    if g.form_refused:
        return _page(given, status=400)
    try:
        values = read(ImprintForm(), given)
        if given.get("act") == "preview":
            return _page(given, preview=True)
        version = values.pop("version")
        save_imprint(values, version=version, by=who().actor, at=now())
    except Invalid as problem:
        return _page(given, dict(problem.fields), status=422)
    except Stale as problem:
        return _page(given, status=409, stale=problem.explanation)
    return saved(PLACE)


def _stored() -> dict[str, str]:
    """What stands there now; a central text that the town has not worded is shown as it is."""
    profile: dict[str, Any] = dict(town().profile)
    texts = {text.key: town().texts.get(text.key) or text.default for text in LEGAL_TEXTS}
    return {name: texts.get(name, profile.get(name, "")) for name in FIELDS if name != "version"}


def _page(
    given: Mapping[str, str], errors: dict[str, str] | None = None, *, preview: bool = False, status: int = 200,
    stale: str = "",
) -> Response:
    labels = {name: _(label) for name, label in LABELS.items()}
    stored = _stored()
    theirs = [(labels[name], value) for name, value in stored.items() if value != given.get(name, "")] if stale else []
    body = render_template(
        "admin/imprint.html", typed={name: given.get(name, "") for name in FIELDS}, errors=errors or {}, labels=labels,
        texts={text.key: text for text in LEGAL_TEXTS}, preview=preview, stale=stale, theirs=theirs,
        version=current_version(400 if preview else status),
    )
    return make_response(body, status)
