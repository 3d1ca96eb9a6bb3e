"""What a citizen's report may hold, checked field by field; the sentences are shown beside the fields."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from maerker.mail.address import address_problem
from maerker.wording import gettext as _
from maerker.wording import marked

LONGEST_DESCRIPTION = 4000


@dataclass(frozen=True)
class StoredPhoto:
    """An uploaded photo: `file` names it in the town's storage."""

    file: str
    name: str = ""
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class NewReport:
    """A complete report as it is handed to `submit_report`. Degrees are WGS 84."""

    category: str
    description: str
    street: str = ""
    house_number: str = ""
    district: str = ""
    place_note: str = ""
    lat: float | None = None
    lon: float | None = None
    name: str = ""
    email: str = ""
    phone: str = ""
    submission: uuid.UUID = field(default_factory=uuid.uuid4)
    photos: tuple[StoredPhoto, ...] = ()
    language: str = "de"
    channel: str = "web"


class _Line(fields.String):
    """One line of text: no line breaks, nothing that cannot be seen."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        words = str(super()._deserialize(value, attr, data, **more))
        return " ".join("".join(sign for sign in words if sign.isprintable() or sign.isspace()).split())


def _text(longest: int, kind: type[fields.String] = _Line) -> fields.String:
    def short_enough(words: str) -> None:
        if len(words) > longest:
            raise ValidationError(_("Bitte höchstens %(number)s Zeichen.", number=longest))

    return kind(load_default="", validate=short_enough)


def _degrees(most: int) -> fields.Float:
    return fields.Float(
        load_default=None, validate=validate.Range(-most, most, error=marked("Diesen Punkt gibt es nicht.")),
        error_messages={"invalid": marked("Der Punkt auf der Karte wurde nicht erkannt.")},
    )


class _FormSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    @pre_load
    def tidy(self, data: Any, **_: Any) -> dict[str, Any]:
        """Blanks around an answer do not count; an empty answer is none. Signs that are no text are dropped."""
        tidied = {}
        for key, value in dict(data).items():
            if isinstance(value, str):
                value = value.replace("\x00", "").replace("\r\n", "\n").strip()
            if value not in ("", None):
                tidied[key] = value
        return tidied


class PlaceSchema(_FormSchema):
    """Where it is: a point, or street and Ortsteil in words."""

    street = _text(120)
    house_number = _text(20)
    district = _text(120)
    place_note = _text(500, fields.String)
    lat = _degrees(90)
    lon = _degrees(180)

    @validates_schema(skip_on_field_errors=True)
    def is_a_place(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("lat") is None) != (data.get("lon") is None):
            raise ValidationError(marked("Der Punkt auf der Karte ist unvollständig. Bitte setzen Sie ihn neu."), "lat")
        if data.get("lat") is not None:
            return
        missing = {}
        if not data.get("street"):
            missing["street"] = [marked("Bitte nennen Sie die Straße, oder setzen Sie einen Punkt auf der Karte.")]
        if not data.get("district"):
            missing["district"] = [
                marked("Bitte wählen Sie den Ort aus der Liste aus, oder setzen Sie einen Punkt auf der Karte.")
            ]
        if missing:
            raise ValidationError(missing)


class MatterSchema(_FormSchema):
    """What it is about."""

    category = fields.String(
        required=True, validate=validate.Length(max=40),
        error_messages={"required": marked("Bitte wählen Sie aus, worum es geht.")},
    )
    description = fields.String(
        required=True,
        validate=[
            validate.Length(
                min=10, error=marked("Bitte beschreiben Sie mit ein paar Worten mehr, was nicht in Ordnung ist.")
            ),
            validate.Length(
                max=LONGEST_DESCRIPTION, error=marked("Bitte kürzen Sie die Beschreibung auf 4.000 Zeichen.")
            ),
        ],
        error_messages={"required": marked("Bitte beschreiben Sie kurz, was nicht in Ordnung ist.")},
    )


class ContactSchema(_FormSchema):
    """Who may be told of the answer; all of it optional."""

    name = _text(120)
    email = _text(254)
    phone = _text(60)

    @validates_schema(skip_on_field_errors=True)
    def address_can_be_reached(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("email") and (problem := address_problem(data["email"])):
            raise ValidationError(problem, "email")


class NewReportSchema(PlaceSchema, MatterSchema, ContactSchema):
    """The whole form, checked once more when it is sent."""

    submission = fields.UUID(required=True)
    language = _text(5)
    channel = _text(20)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> NewReport:
        data["language"] = data.get("language") or "de"
        data["channel"] = data.get("channel") or "web"
        return NewReport(**data)


def sentences(error: ValidationError) -> dict[str, str]:
    """The first sentence for each field, in the reader's language: schemas hold marked source texts."""
    messages: Any = error.messages
    return {name: _(str(texts[0] if isinstance(texts, list) else texts)) for name, texts in messages.items()}
