"""A second device: a link with its code, shown on the first one as text and as a QR code; ending other sign-ins."""

import segno
from flask import redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import NotThere
from maerker.web.access import signed_in
from maerker.web.cookies import SESSION, read_cookie
from onboarding.applications.history import note
from onboarding.applications.jobs import joining_url
from onboarding.applications.links import link_code, link_path, make_link
from onboarding.applications.models import FileLink, LinkPurpose
from onboarding.applications.people import end_other_sign_ins, open_sign_ins
from onboarding.applications.sign_in import read_token
from onboarding.joining.blueprint import blueprint, settings


@blueprint.get("/akte/geraet")
@signed_in
def show_devices() -> str:
    """Where one is signed in, and the button that makes a link for another device."""
    return render_template(
        "joining/devices.html", sign_ins=open_sign_ins(current_user.id, _secret(), at=now()),
        done=request.args.get("ok", ""), nav_current="device",
    )


@blueprint.post("/akte/geraet")
@signed_in
def make_device_link() -> Response:
    link = make_link(current_user.id, LinkPurpose.device, at=now())
    note("device_link_made", by=current_user.actor, at=now())
    return redirect(f"/akte/geraet/{link.id}", 303)


@blueprint.get("/akte/geraet/<int:link_id>")
@signed_in
def show_device_link(link_id: int) -> str:
    """One's own link, while it is good: as text, as a picture for the camera, and the code beside it."""
    link = session().get(FileLink, (current_user.file_id, link_id))
    if link is None or link.person_id != current_user.id or link.purpose is not LinkPurpose.device:
        raise NotThere()
    url = joining_url(settings()) + link_path(settings(), link.file_id, link.id)
    over = link.used_at is not None or link.expires_at <= now()
    return render_template(
        "joining/device.html", url=url, code=link_code(settings(), link.file_id, link.id), link=link, over=over,
        picture=segno.make(url, micro=False).svg_data_uri(scale=5, border=4, dark="#000", light="#fff"),
        nav_current="device",
    )


@blueprint.post("/akte/geraet/abmelden")
@signed_in
def end_others() -> Response:
    end_other_sign_ins(current_user.id, _secret(), by=current_user.actor, at=now())
    return redirect("/akte/geraet?ok=1", 303)


def _secret() -> str:
    named = read_token(read_cookie(SESSION))
    return named[1] if named else ""
