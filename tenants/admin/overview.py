"""The first page of the office: what is set up, what is missing, and what was changed last."""

from flask import render_template

from maerker.web.access import may
from maerker.wording import gettext as _
from maerker.wording import ngettext
from tenants.admin.blueprint import blueprint, town
from tenants.admin.saved import SENTENCES, Details, sentence
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


def _disabled(line: Details) -> str:
    if line.get("reason") == "idle":
        return _("Ein Konto ist gesperrt, weil es lange nicht benutzt wurde.")
    return _("Ein Konto ist gesperrt.")


def _arms(line: Details) -> str:
    if "arms" not in line:
        return _("Die Farben sind geändert.")
    return _("Das Wappen ist geändert.") if line["arms"] else _("Das Wappen ist entfernt.")


SENTENCES.update({
    "account_created": lambda _line: _("Ein Konto ist angelegt."),
    "account_changed": lambda _line: _("Ein Konto ist geändert."),
    "account_disabled": _disabled,
    "account_enabled": lambda _line: _("Ein Konto ist wieder geöffnet."),
    "invited_again": lambda _line: _("Eine Einladung ist noch einmal versandt."),
    "invitation_withdrawn": lambda _line: _("Eine Einladung ist zurückgezogen."),
    "training_recorded": lambda _line: _("Eine Schulung ist eingetragen."),
    "text_changed": lambda line: _("Ein Text ist neu gefasst.") if line.get("own") else _(
        "Ein Text folgt wieder der Vorlage."
    ),
    "imprint_changed": lambda _line: _("Impressum und Angaben zum Datenschutz sind geändert."),
    "look_changed": _arms,
    "idle_days_changed": lambda line: ngettext(
        "Konten enden jetzt nach 1 Tag ohne Anmeldung.", "Konten enden jetzt nach %(num)d Tagen ohne Anmeldung.",
        line["days"],
    ),
})
