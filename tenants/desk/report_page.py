"""One report at the desk: everything about it on one page, and the likely next move in sight."""

from flask import current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import NotThere
from maerker.storage.interface import FileMissing
from maerker.storage.keys import StorageKey
from maerker.storage.store import storage_of
from maerker.web.access import may
from tenants.desk import shown, words
from tenants.desk.blueprint import blueprint, departments, town, who
from tenants.desk.forms import Typed
from tenants.desk.lists import list_behind, origin, query, ways_back
from tenants.desk.moves import likely_move, move_panel
from tenants.places.words import place_in_words
from tenants.reports.actions import CONTACT_KEPT
from tenants.reports.corrections import CORRECTED
from tenants.reports.desk_queries import clocks_of
from tenants.reports.desk_report import (
    contact_of,
    events_of,
    mails_of,
    neighbours_of,
    photos_of,
    report_at_desk,
)
from tenants.reports.permissions import Permission, verbs_of
from tenants.reports.place_actions import PLACE_MOVED, PLACE_SET, can_be_placed
from tenants.reports.status import Verb, moves_from


@blueprint.get("/redaktion/<number>")
@may(Permission.see_desk)
def show_report(number: str) -> str:
    person, at = who(), now()
    actor = person.actor
    found = report_at_desk(number, by=actor)
    report, photos, events = found.report, photos_of(found.report), events_of(found.report)
    contact = contact_of(report, by=actor)
    has_address = None if Permission.see_contacts not in actor.permissions else bool(contact and contact.email)
    moves = moves_from(report.state, report.release, verbs_of(actor), told=report.told_still_there)
    first, back = likely_move(report, moves), origin(list_behind(request.args))
    typed = Typed.fresh(first.verb, report, photos, town(), found.public_photos) if first else None
    return render_template(
        "desk/report.html", report=report, found=found, place=place_in_words(report, town()),
        category=town().category_name(report.category), age=words.age_in_words(report.received_at, at),
        department=town().department(report.department_id), photos=shown.photos(report, photos, found.public_files),
        next_due=shown.next_due(report.next_due_at, clocks_of(report), at, told=report.told_still_there),
        still_there=shown.still_there(report, events), contact=contact,
        may_see_contacts=has_address is not None,
        contact_erased=report.closed_at is not None and report.closed_at + CONTACT_KEPT <= at,
        promises=shown.promises(report, events, at),
        events=shown.timeline(events, town()),
        mails=shown.mails(mails_of(report), events, town(), has_address),
        neighbours=shown.neighbours(neighbours_of(report, by=actor), report, town()),
        first=move_panel(first.verb, report, has_address, back) if first else None, typed=typed, errors={},
        departments=departments(), **ways_back(request.args),
        next_href="/redaktion/naechster" + query(nach=number, liste=back, bei=request.args.get("bei", "")[:40]),
        others=[move_panel(move.verb, report, has_address, back) for move in moves if move is not first],
        may_set_place=can_be_placed(report) and Permission.work in actor.permissions,
        may_correct=Permission.work in actor.permissions,
        waits_for_training=person.waits_for_training,
        done=_done_words(request.args.get("getan", ""), events[-1].verb, report.trial),
    )


@blueprint.get("/redaktion/<number>/fotos/<int:photo_id>/<any(full, page, thumb):size>.jpg")
@may(Permission.see_desk)
def show_photo(number: str, photo_id: int, size: str) -> Response:
    """A photo as it came in, for staff who may see the report; the public sees the chosen ones elsewhere."""
    report = report_at_desk(number, by=who().actor).report
    photo = next((row for row in photos_of(report) if row.id == photo_id), None)
    if photo is None:
        raise NotThere()
    storage = storage_of(current_app.config["SETTINGS"])
    try:
        data = storage.get(StorageKey(town().tenant_id, "photos", f"{photo.file}-{size}.jpg"))
    except FileMissing:
        raise NotThere() from None
    answer = make_response(data)
    answer.headers.update({"Content-Type": "image/jpeg", "Cache-Control": "private, max-age=300"})
    return answer


def _done_words(verb: str, last: str, trial: bool) -> str:
    """What has just been done, if it is what the report's history ends with."""
    if verb == last and verb in (CORRECTED, PLACE_SET, PLACE_MOVED):
        return words.put_right_words(verb)
    return words.done_words(Verb(verb), trial) if verb in set(Verb) and verb == last else ""
