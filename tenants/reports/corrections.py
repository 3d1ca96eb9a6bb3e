"""Staff put right what a report is about and where: one transaction with event and public copy (law 6)."""

from dataclasses import dataclass, replace
from datetime import datetime

from marshmallow import ValidationError

from maerker.audit.actor import Actor
from maerker.errors import Invalid, Stale
from maerker.wording import gettext as _
from tenants.profile.town import Town
from tenants.reports.actions import report_of_staff, write_event
from tenants.reports.models import Report
from tenants.reports.published import has_public_copy, write_publication
from tenants.reports.schemas import PlaceSchema, sentences
from tenants.reports.step import Step

CORRECTED = "corrected"


@dataclass(frozen=True, kw_only=True)
class Details:
    """What was typed. A report without a point keeps a street and, where the town has some, an Ortsteil."""

    category: str
    street: str
    house_number: str
    district: str


def correct_details(
    number: str, details: Details, *, version: int, town: Town, by: Actor, at: datetime
) -> Report:
    """Change category, street, number and Ortsteil of a report; the history names each, old and new.

    The reporter's words stay as they are, and nobody gets a mail: the state is the same. Raises NotThere, Stale
    (someone was faster) and Invalid with the sentence for each field.
    """
    report = report_of_staff(number, town=town, by=by)
    if version != report.version:
        raise Stale(_("Jemand anderes hat diesen Hinweis gerade bearbeitet. Ihre Angaben stehen noch hier."))
    details = _checked(report, details, town)
    changes = details_changed(report, details, town)
    if not changes:
        raise Invalid(fields={"category": _("Es ist noch nichts geändert.")})
    report.category, report.district = details.category, details.district
    report.street, report.house_number = details.street, details.house_number
    report.version += 1
    report.updated_at = at
    said = Step(version=report.version, internal_text="\n".join(changes))
    write_event(report, CORRECTED, by=by, at=at, before=(report.state, report.release), step=said)
    if has_public_copy(report):
        write_publication(report, None, {}, at=at)
    return report


def _checked(report: Report, details: Details, town: Town) -> Details:
    wrong = {}
    category = town.category(details.category)
    if category is None or not (category.active or details.category == report.category):
        wrong["category"] = _("Bitte wählen Sie aus, worum es geht.")
    known = not details.district or not town.places or town.place(details.district) is not None
    if not known and details.district != report.district:
        wrong["district"] = _("Diesen Ortsteil gibt es hier nicht. Bitte wählen Sie aus der Liste.")
    typed = {"street": details.street, "house_number": details.house_number, "district": details.district}
    place: dict[str, str] = {}
    try:
        place = PlaceSchema().load({**typed, "lat": report.lat, "lon": report.lon})
    except ValidationError as error:
        wrong = sentences(error) | wrong
    if wrong:
        raise Invalid(fields=wrong)
    return replace(details, **{name: place[name] for name in typed})


def details_changed(report: Report, details: Details, town: Town) -> list[str]:
    """'Kategorie: Straßen und Wege → Abfall/Müll', a line for each field that is another."""
    before = (_(town.category_name(report.category)), report.street, report.house_number, report.district)
    after = (_(town.category_name(details.category)), details.street, details.house_number, details.district)
    labels = (_("Kategorie"), _("Straße"), _("Hausnummer"), _("Ortsteil"))
    return [
        f"{label}: {old or '–'} → {new or '–'}"
        for label, old, new in zip(labels, before, after, strict=True) if old != new
    ]
