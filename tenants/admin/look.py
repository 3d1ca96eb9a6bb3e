"""The town's arms and its two colours, with a preview by day and by night before anything is saved."""

import base64
from dataclasses import dataclass

from flask import g, make_response, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.web.legible import takes_files
from maerker.wording import gettext as _
from tenants.admin.blueprint import blueprint, town, who
from tenants.admin.forms import OfficeSchema, read, typed
from tenants.admin.profile_form import current_version
from tenants.admin.saved import SENTENCES, Details, saved
from tenants.profile.actions import save_look
from tenants.profile.arms import LARGEST_PNG, ArmsRefused, CleanArms, clean_arms
from tenants.profile.look import remarks
from tenants.profile.schemas import ColoursSchema
from tenants.profile.town import arms_of_town
from tenants.reports.permissions import Permission

PLACE = "/verwaltung/aussehen"
REMOVE = "remove"


def _changed(details: Details) -> str:
    if details.get("arms") is None:
        return _("Die Farben gelten ab sofort auf allen Seiten.")
    if details["arms"]:
        return _("Wappen und Farben gelten ab sofort auf allen Seiten.")
    return _("Das Wappen ist entfernt. An seiner Stelle steht das Zeichen von Maerker.")


SENTENCES["look_changed"] = _changed


class LookForm(OfficeSchema, ColoursSchema):
    """With the version of the profile."""


@dataclass(frozen=True, kw_only=True)
class TypedLook:
    """The form as it stands. `arms`: the new picture, kept in the form until it is saved; '' for none."""

    primary_colour: str
    accent_colour: str
    arms: str = ""
    left_away: bool = False
    remove: bool = False

    @property
    def arms_kept(self) -> str:
        return base64.b64encode(self.arms.encode()).decode()


@blueprint.get(PLACE)
@may(Permission.manage_town)
def look() -> Response:
    return _page(_stored())


@blueprint.post(PLACE)
@may(Permission.manage_town)
@keeps_text
@takes_files
def change_look() -> Response:
    given = typed()
    plain = TypedLook(
        primary_colour=_hex(given.get("primary_colour", "")), accent_colour=_hex(given.get("accent_colour", "")),
        remove=given.get("arms_act") == REMOVE,
    )
    if g.form_refused:
        return _page(plain, status=400)
    try:
        wanted = _with_arms(plain, given.get("arms_kept", ""))
        values = read(LookForm(), {**given, "primary_colour": plain.primary_colour,
                                   "accent_colour": plain.accent_colour})
        if given.get("act") == "preview":
            return _page(wanted, preview=True)
        save_look(
            primary_colour=values["primary_colour"], accent_colour=values["accent_colour"],
            arms="" if wanted.remove else wanted.arms or None, version=values["version"], by=who().actor, at=now(),
        )
    except Invalid as problem:
        return _page(plain, dict(problem.fields), status=422)
    except Stale as problem:
        return _page(wanted, status=409, stale=problem.explanation)
    return saved(PLACE)


def _stored() -> TypedLook:
    return TypedLook(primary_colour=town().primary_colour, accent_colour=town().accent_colour)


def _hex(colour: str) -> str:
    """'1C4F8A' is meant as '#1c4f8a'."""
    return f"#{colour}".lower() if colour and not colour.startswith("#") else colour.lower()


def _with_arms(plain: TypedLook, kept: str) -> TypedLook:
    """The form with the picture just uploaded, or the one of the preview before. Raises ArmsRefused."""
    if plain.remove:
        return plain
    clean = _uploaded() or _of_the_preview(kept)
    if clean is None:
        return plain
    return TypedLook(
        primary_colour=plain.primary_colour, accent_colour=plain.accent_colour, arms=clean.svg,
        left_away=clean.left_away,
    )


def _uploaded() -> CleanArms | None:
    upload = request.files.get("arms")
    if upload is None or not upload.filename:
        return None
    return clean_arms(upload.stream.read(LARGEST_PNG + 1))


def _of_the_preview(kept: str) -> CleanArms | None:
    """What the browser sends back is as foreign as an upload, and cleaned like one."""
    if not kept:
        return None
    try:
        return clean_arms(base64.b64decode(kept, validate=True))
    except ValueError:  # binascii's own is one of these; letters beyond ASCII raise the plain one
        raise ArmsRefused(_("Das Wappen ist verloren gegangen. Bitte wählen Sie die Datei noch einmal aus.")) from None


def _page(
    wanted: TypedLook, errors: dict[str, str] | None = None, *, preview: bool = False, status: int = 200,
    stale: str = "",
) -> Response:
    try:
        palette, said = remarks(wanted.primary_colour, wanted.accent_colour)
    except ValueError:
        palette, said = remarks(town().primary_colour, town().accent_colour)
    picture = "" if wanted.remove else wanted.arms or (arms_of_town() if town().has_arms else "")
    body = render_template(
        "admin/look.html", typed=wanted, errors=errors or {}, palette=palette, remarks=said, preview=preview,
        stale=stale, picture=_as_address(picture), version=current_version(400 if preview else status),
    )
    return make_response(body, status)


def _as_address(svg: str) -> str:
    """The picture inside of the page itself: it stands nowhere yet. '' for none."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}" if svg else ""
