"""What a town may say of itself, checked field by field; the sentences are shown beside the fields."""

import re
from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, fields, validate

from maerker.mail.address import address_problem
from maerker.web.colours import HEX
from maerker.wording import gettext as _
from maerker.wording import marked
from tenants.profile.texts import OWN_TEXTS

_POSTAL_CODE = re.compile(r"[0-9]{5}")
MISSING = marked("Diese Angabe fehlt noch.")


def short_enough(longest: int) -> validate.Validator:
    """At most so many characters; the sentence names the number."""

    class ShortEnough(validate.Validator):
        def __call__(self, words: str) -> str:
            if len(words) > longest:
                raise ValidationError(_("Bitte höchstens %(number)s Zeichen.", number=longest))
            return words

    return ShortEnough()


def _needed(longest: int, *more: Any) -> fields.String:
    return fields.String(required=True, validate=[short_enough(longest), *more], error_messages={"required": MISSING})


def _free(longest: int, *more: Any) -> fields.String:
    return fields.String(load_default="", validate=[short_enough(longest), *more])


def is_address(address: str) -> None:
    """Raises ValidationError for what no mail server delivers to."""
    if problem := address_problem(address):
        raise ValidationError(problem)


def is_postal_code(code: str) -> None:
    if not _POSTAL_CODE.fullmatch(code):
        raise ValidationError(marked("Eine Postleitzahl hat fünf Ziffern."))


def is_web_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in address
    except ValueError:
        good = False
    if not good:
        raise ValidationError(marked("Eine Internetadresse beginnt mit https://, zum Beispiel https://www.beispiel.de"))


def is_colour(colour: str) -> None:
    if not HEX.fullmatch(colour):
        raise ValidationError(marked("Eine Farbe besteht aus # und sechs Zeichen von 0 bis f, zum Beispiel #1c4f8a."))


class ImprintSchema(Schema):
    """Who answers for the pages (§ 5 DDG), whom to ask about data protection, and the bodies named there."""

    official_name = _needed(200)
    head_title = _needed(200)
    street = _needed(120)
    postal_code = _needed(5, is_postal_code)
    city = _needed(120)
    phone = _needed(60)
    email = _needed(254, is_address)
    website = _free(200, is_web_address)
    responsible = _free(300)
    privacy_contact = _needed(600)
    editors_mailbox = _needed(254, is_address)
    imprint_extra = _free(OWN_TEXTS["imprint_extra"].longest)
    privacy_extra = _free(OWN_TEXTS["privacy_extra"].longest)
    supervisory_authority = _free(OWN_TEXTS["supervisory_authority"].longest)
    accessibility_gaps = _free(OWN_TEXTS["accessibility_gaps"].longest)
    enforcement_body = _free(OWN_TEXTS["enforcement_body"].longest)


class ColoursSchema(Schema):
    """The town's two colours."""

    primary_colour = _needed(7, is_colour)
    accent_colour = _needed(7, is_colour)


class IdleDaysSchema(Schema):
    """After how many days an account that nobody uses ends."""

    account_idle_days = fields.Integer(
        required=True, validate=validate.Range(30, 1095, error=marked("Möglich sind 30 bis 1.095 Tage.")),
        error_messages={"required": MISSING, "invalid": marked("Bitte geben Sie eine Zahl an, zum Beispiel 180.")},
    )
