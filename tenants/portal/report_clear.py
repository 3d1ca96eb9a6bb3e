"""Taking one's own words off a device: on a computer that others use, nothing of the form is left behind."""

from functools import partial

from flask import Response, make_response, render_template, request

from maerker.application import after_commit
from maerker.web.access import public
from maerker.web.cookies import FORM, drop_cookie
from tenants.portal.blueprint import blueprint
from tenants.portal.report_photos import delete_photo
from tenants.portal.report_steps import CLEAR, START, current_draft, see_other
from tenants.reports.drafts import keep_photos, photos_of
from tenants.reports.models import ReportDraft

CLEARED = f"{START}/geloescht"


@blueprint.get(CLEAR)
@public
def report_clear() -> Response:
    """Ask first: a started report is gone afterwards, and of a sent one this device no longer knows the code."""
    draft = current_draft()
    sent = draft is not None and draft.submitted_at is not None
    return _not_kept(
        "portal/report/clear.html", sent=sent, begun=draft is not None and not sent, anew="neu" in request.args
    )


@blueprint.post(CLEAR)
@public
def report_cleared() -> Response:
    """Empty what was started, and let the browser forget the form. A sent report stays with the town.

    With `?neu=1` an empty form follows.
    """
    draft = current_draft(for_change=True)
    if draft is not None and draft.submitted_at is None:
        _empty(draft)
    answer = see_other(START if "neu" in request.args else CLEARED)
    drop_cookie(answer, FORM)
    return answer


@blueprint.get(CLEARED)
@public
def report_is_cleared() -> Response:
    return _not_kept("portal/report/cleared.html")


def _empty(draft: ReportDraft) -> None:
    """No word and no photo of it stays; the empty row goes with the others after 24 hours."""
    for photo in photos_of(draft):
        after_commit(partial(delete_photo, photo.file))
    draft.answers = {}
    keep_photos(draft, ())


def _not_kept(template: str, **values: bool) -> Response:
    answer = make_response(render_template(template, nav_current="new", **values))
    answer.headers["Cache-Control"] = "no-store"
    return answer
