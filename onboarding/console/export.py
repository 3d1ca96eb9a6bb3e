"""The list of files as CSV for a spreadsheet: what is chosen on the page, all of it, in German."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime

from flask import Response

from maerker.clock import BERLIN, now
from maerker.web.access import may
from maerker.wording import gettext as _
from onboarding.applications.console_queries import FileLine, every_line
from onboarding.console.blueprint import blueprint, who
from onboarding.console.pipeline import read_choice
from onboarding.console.words import phase_words
from onboarding.operators import audit
from onboarding.operators.permissions import OperatorPermission
from onboarding.steps import RULE_OF, SIDE_LABELS

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@blueprint.get("/akten.csv")
@may(OperatorPermission.export_lists)
def send_list() -> Response:
    at = now()
    lines = list(every_line(read_choice(), at=at))
    audit.note("files_exported", by=who().actor, at=at, number=len(lines))
    day = f"{at.astimezone(BERLIN):%Y-%m-%d}"
    return Response(
        _table([_row(line, at) for line in lines]), mimetype="text/csv", headers={
            "Content-Disposition": f'attachment; filename="maerker-akten-{day}.csv"', "Cache-Control": "no-store",
        },
    )


def guarded(words: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what would begin one."""
    return f"'{words}" if words.lstrip(" ").startswith(DANGEROUS) or words.startswith(DANGEROUS) else words


def _table(rows: Iterable[list[str]]) -> str:
    """UTF-8 with its mark and semicolons, as spreadsheets in German open it with a double click."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([
        _("Aktenzeichen"), _("Kommune"), _("Name auf Sorbisch"), _("Art"), _("Landkreis"), _("Schlüssel (ARS)"),
        _("Zustand"), _("Schritt"), _("Wer ist an der Reihe?"), _("Wartet seit"), _("Wartet Tage"), _("Beantragt am"),
        _("Gewünschter Start"), _("Starttermin"), _("In Betrieb seit"),
    ])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _row(line: FileLine, at: datetime) -> list[str]:
    return [
        line.reference, line.name, line.name_dsb, _(line.kind), line.district_name, line.ars,
        phase_words(line.phase)[0], _(RULE_OF[line.step].label), _(SIDE_LABELS[line.side]),
        _day(line.since) if line.waits else "", str(line.days(at)) if line.waits else "", _day(line.applied_at),
        _day(line.wished_start), _day(line.starts_at), _day(line.started_at),
    ]


def _day(at: datetime | date | None) -> str:
    if at is None:
        return ""
    return f"{at.astimezone(BERLIN) if isinstance(at, datetime) else at:%d.%m.%Y}"
