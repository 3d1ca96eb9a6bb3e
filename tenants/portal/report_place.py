"""What the first steps ask for: is the place in this town, is the matter one of its categories."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from marshmallow import Schema, ValidationError

from maerker.errors import Invalid
from maerker.settings import Settings
from maerker.wording import gettext as _
from tenants.portal.report_steps import START
from tenants.profile.town import Town
from tenants.profile.words import in_town
from tenants.registry.queries import InCharge, in_charge_of
from tenants.reports.schemas import ContactSchema, MatterSchema, PlaceSchema, sentences


class Elsewhere(Invalid):
    """The point lies in another municipality (`name`), or in none we know; `form_url` leads to its form."""

    def __init__(self, town: Town, found: InCharge | None, form_url: str) -> None:
        self.name = found.name if found else ""
        self.form_url = form_url
        sentence = _("Der Punkt liegt nicht %(in_town)s.", in_town=in_town(town.name, town.kind))
        super().__init__(sentence, fields={"ausserhalb": sentence})


def read_place(form: Mapping[str, str], town: Town, settings: Settings) -> dict[str, Any]:
    """The answers of the place step: words, or a point inside the town's boundary, or both.

    Raises Invalid with the sentences, Elsewhere for a point outside.
    """
    typed = dict(form)
    if not town.places:
        typed["district"] = town.name
    place = _loaded(PlaceSchema(), typed)
    if place["district"] and town.places and town.place(place["district"]) is None:
        raise Invalid(fields={"district": _("Bitte wählen Sie den Ort aus der Liste aus.")})
    wanted = town.category(typed.get("category", ""))
    category = {"category": wanted.key} if wanted and wanted.active else {}
    place["inside"] = False
    if place["lat"] is not None:
        found = in_charge_of(place["lat"], place["lon"])
        if found is None or found.municipality_id != town.municipality_id:
            raise Elsewhere(town, found, _form_there(found, place | category, settings))
        place["inside"] = True
        if not place["district"] and town.place(found.area_name):
            place["district"] = found.area_name
    return place | category


def read_matter(form: Mapping[str, str], town: Town) -> dict[str, Any]:
    """The answers of the second step. Raises Invalid."""
    matter = _loaded(MatterSchema(), form)
    category = town.category(matter["category"])
    if category is None or not category.active:
        raise Invalid(fields={"category": _("Bitte wählen Sie aus, worum es geht.")})
    return matter


def read_contact(form: Mapping[str, str]) -> dict[str, Any]:
    """The answers of the contact step, all of them optional. Raises Invalid."""
    return _loaded(ContactSchema(), form)


def preset(wanted: Mapping[str, str], town: Town) -> dict[str, Any]:
    """What a link into the form brings along (`?category=street_light&lat=51.75&lon=14.33`); nonsense is ignored."""
    found: dict[str, Any] = {}
    category = town.category(wanted.get("category", ""))
    if category and category.active:
        found["category"] = category.key
    try:
        point = PlaceSchema(only=("lat", "lon"), partial=True).load(dict(wanted))
    except ValidationError:
        return found
    if isinstance(point.get("lat"), float) and isinstance(point.get("lon"), float):
        found |= {"lat": point["lat"], "lon": point["lon"]}
    return found


def _loaded(schema: Schema, form: Mapping[str, str]) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(dict(form))
    except ValidationError as error:
        raise Invalid(fields=sentences(error)) from None
    return loaded


def _form_there(found: InCharge | None, chosen: Mapping[str, Any], settings: Settings) -> str:
    if found is None or not found.host:
        return ""
    brought = {name: chosen[name] for name in ("lat", "lon", "category") if name in chosen}
    return f"{settings.public_url(found.host)}{START}?{urlencode(brought)}"
