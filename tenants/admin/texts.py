"""The citizens' texts in the town's own words, each with the central one beside it and a preview before saving."""

from typing import Any

from flask import g, make_response, render_template
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, NotThere, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from tenants.admin import forms
from tenants.admin.blueprint import blueprint, town, who
from tenants.admin.forms import OfficeSchema, read, typed
from tenants.admin.profile_form import current_version
from tenants.admin.saved import SENTENCES, Details, saved
from tenants.profile.actions import save_text
from tenants.profile.texts import CITIZENS_TEXTS, OwnText
from tenants.reports.permissions import Permission

LIST = "/verwaltung/texte"
_BY_KEY = {text.key: text for text in CITIZENS_TEXTS}


class TextForm(OfficeSchema):
    """`act`: preview, save, or back to the central text."""

    words = forms.words(10_000)
    act = forms.words(20)


def _changed(details: Details) -> str:
    text = _BY_KEY.get(details.get("text", ""))
    label = _(text.label) if text else ""
    if details.get("own"):
        return _("Der Text „%(label)s“ steht jetzt in Ihren Worten da.", label=label)
    return _("Beim Text „%(label)s“ gilt wieder die Vorgabe.", label=label)


SENTENCES["text_changed"] = _changed


@blueprint.get(LIST)
@may(Permission.manage_town)
def texts() -> str:
    shown = [(text, town().texts.get(text.key, ""), default_words(text)) for text in CITIZENS_TEXTS]
    return render_template("admin/texts.html", texts=shown)


@blueprint.get(f"{LIST}/<text_key>")
@may(Permission.manage_town)
def text(text_key: str) -> Response:
    return _page(_known(text_key), town().texts.get(text_key, ""))


@blueprint.post(f"{LIST}/<text_key>")
@may(Permission.manage_town)
@keeps_text
def change_text(text_key: str) -> Response:
    own, given = _known(text_key), typed()
    wanted = "" if given.get("act") == "default" else given.get("words", "")
    if g.form_refused:
        return _page(own, wanted, status=400)
    if given.get("act") == "preview":
        return _page(own, wanted, _too_long(own, wanted), preview=True, status=422 if _too_long(own, wanted) else 200)
    try:
        values = read(TextForm(), given)
        save_text(own.key, wanted, version=values["version"], by=who().actor, at=now())
    except Invalid as problem:
        return _page(own, wanted, dict(problem.fields), status=422)
    except Stale as problem:
        return _page(own, wanted, status=409, stale=problem.explanation)
    return saved(LIST)


def default_words(text: OwnText) -> str:
    """The central text as this town's citizens would read it."""
    if not text.default:
        return ""
    values: dict[str, Any] = {"days": town().promise.first_answer_days, "town": town().name}
    return _(text.default, **values)


def _known(text_key: str) -> OwnText:
    if text_key not in _BY_KEY:
        raise NotThere()
    return _BY_KEY[text_key]


def _too_long(own: OwnText, wanted: str) -> dict[str, str]:
    if len(wanted) <= own.longest:
        return {}
    return {"words": _("Bitte höchstens %(number)s Zeichen.", number=own.longest)}


def _page(
    own: OwnText, wanted: str, errors: dict[str, str] | None = None, *, preview: bool = False, status: int = 200,
    stale: str = "",
) -> Response:
    """The preview shows what stands there now when nothing has been typed yet."""
    body = render_template(
        "admin/text.html", text=own, words=wanted, saved_words=town().texts.get(own.key, ""),
        default=default_words(own), errors=errors or {}, preview=preview, stale=stale,
        version=current_version(400 if preview else status),
    )
    return make_response(body, status)
