"""What is typed into the office's forms: kept as typed, and read field by field with a sentence beside each."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from maerker.errors import Invalid
from maerker.web.row_numbers import LARGEST_ID
from maerker.web.typed_dates import GermanDate
from maerker.wording import gettext as _
from maerker.wording import marked
from tenants.reports.schemas import sentences

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


class OfficeSchema(Schema):
    """Blanks around an answer do not count; an empty answer is none. `version`: of the row that the form shows."""

    class Meta:
        unknown = EXCLUDE

    version = fields.Integer(load_default=0, error_messages={"invalid": marked("Bitte laden Sie die Seite neu.")})

    @pre_load
    def tidy(self, data: Any, **_: Any) -> dict[str, Any]:
        return {key: value for key, value in dict(data).items() if value != ""}


def words(longest: int, *, required: str = "", shortest: int = 1) -> fields.String:
    """One line or more of text. `required`: the sentence when it is missing."""

    def fits(value: str) -> None:
        if len(value) > longest:
            raise ValidationError(_("Bitte höchstens %(number)s Zeichen.", number=longest))
        if len(value) < shortest:
            raise ValidationError(_("Bitte mindestens %(number)s Zeichen.", number=shortest))

    if not required:
        return fields.String(load_default="", validate=fits)
    return fields.String(required=True, validate=fits, error_messages={"required": required})


def mailbox() -> fields.String:
    """An e-mail address that is written like one; whether mails reach it is seen with the first one."""

    def is_one(value: str) -> None:
        try:
            validate_email(value, check_deliverability=False)
        except EmailNotValidError:
            raise ValidationError(
                _("Bitte prüfen Sie die Adresse. Sie sieht so aus: tiefbau@stadt.de")
            ) from None

    return fields.String(load_default="", validate=[validate.Length(max=254), is_one])


def one_of_the_list() -> fields.Integer:
    """The id of something in a select; nothing chosen is None."""
    sentence = marked("Bitte wählen Sie aus der Liste.")
    return fields.Integer(
        load_default=None, error_messages={"invalid": sentence, "too_large": sentence},
        validate=validate.Range(0, LARGEST_ID, error=sentence),
    )


def day(required: str = "") -> fields.Date:
    """A day, as the browser's date field writes it."""
    errors: dict[str, Any] = {"invalid": marked("Bitte geben Sie das Datum so an: 31.12.2026.")}
    if required:
        return GermanDate(required=True, error_messages=errors | {"required": required})
    return GermanDate(load_default=None, error_messages=errors)


def degrees(most: int) -> fields.Float:
    """A typed coordinate."""
    return fields.Float(
        load_default=None, validate=validate.Range(-most, most, error=marked("Diesen Punkt gibt es nicht.")),
        error_messages={
            "invalid": marked("Bitte geben Sie Grad mit Nachkommastellen an, zum Beispiel 51.7563."),
            "special": marked("Diesen Punkt gibt es nicht."),
        },
    )


def typed() -> dict[str, str]:
    """The form as typed, without signs that are no text."""
    return {name: text_of(value) for name, value in request.form.items()}


def text_of(value: str) -> str:
    """Typed words without signs that no page and no feed can show (XML knows no control characters), or that turn the
    direction of what stands after them. Blanks around them do not count."""
    return _NO_TEXT.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read(schema: OfficeSchema, given: Mapping[str, str]) -> dict[str, Any]:
    """The typed form as values. Raises Invalid with the sentence for each field."""
    try:
        loaded: dict[str, Any] = schema.load(dict(given))
    except ValidationError as error:
        raise Invalid(fields=sentences(error)) from None
    return loaded


def choices(rows: Iterable[tuple[Any, str]]) -> list[tuple[str, str]]:
    """Options for a select: id and name."""
    return [(str(key), name) for key, name in rows]
