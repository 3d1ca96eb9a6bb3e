"""What the forms share that put something about a report right: the end, the second click, the lost sign-in."""

from flask import redirect, request
from werkzeug.wrappers import Response

from maerker.wording import gettext as _
from tenants.desk.blueprint import who
from tenants.desk.lists import list_behind, origin, query
from tenants.reports.desk_report import events_of
from tenants.reports.models import Report


def done(number: str, act: str) -> Response:
    """Back to the report, which says what has been done."""
    return redirect(f"/redaktion/{number}" + query(getan=act, liste=origin(list_behind(request.args))), 303)


def made_by(report: Report, *acts: str) -> bool:
    """Whether the latest step of the report is such an act of the person who asks."""
    last = events_of(report)[-1]
    return last.verb in acts and last.actor_kind == "staff" and last.actor_id == who().id


def not_yet_saved() -> str:
    """After a new sign-in, or when the form's token was lost."""
    return _("Ihre Angaben sind erhalten, gespeichert ist noch nichts. Bitte prüfen Sie sie und senden Sie dann ab.")
