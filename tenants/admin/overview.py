"""The first page of the office: what is set up, what is missing, and what was changed last."""

from flask import render_template

from maerker.web.access import may
from maerker.wording import gettext as _
from tenants.admin.blueprint import blueprint, town
from tenants.admin.saved import SENTENCES, sentence
from tenants.profile.changes import last_changes
from tenants.profile.check import findings
from tenants.reports.permissions import Permission

LAST = 12
SHOWN_POINTS = 6


@blueprint.get("/verwaltung/")
@may(Permission.manage_town)
def overview() -> str:
    found, own = findings(), town()
    missing = [item for item in found if not item.ok]
    lines = last_changes(frozenset(SENTENCES), LAST)
    return render_template(
        "admin/overview.html", missing=missing[:SHOWN_POINTS], more=max(0, len(missing) - SHOWN_POINTS),
        met=sum(item.ok for item in found), points=len(found), departments=len(own.open_departments),
        categories=sum(item.active for item in own.categories), all_categories=len(own.categories),
        places=len(own.places), changes=[(line, sentence(line)) for line in lines],
    )


SENTENCES["promise_taken_over"] = lambda line: _(
    "Das unterschriebene Serviceversprechen gilt: erste Antwort nach %(answer)s, Weiterleitung nach %(forwarding)s "
    "Arbeitstagen.", answer=line["first_answer_days"], forwarding=line["forwarding_days"])
SENTENCES["training_recorded"] = lambda _line: _("Eine Schulung ist eingetragen.")
