"""What is typed about a person, checked field by field; the sentences are shown beside the fields."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates

from maerker.mail.address import address_problem
from maerker.wording import marked
from tenants.staff.models import Role

LONGEST_NAME = 120


class PersonSchema(Schema):
    """Name, address, role and departments of someone who works in a town."""

    class Meta:
        unknown = EXCLUDE

    display_name = fields.String(
        required=True,
        validate=[
            validate.Length(min=1, error=marked("Bitte geben Sie Vor- und Nachnamen an.")),
            validate.Length(max=LONGEST_NAME, error=marked("Bitte höchstens 120 Zeichen.")),
        ],
        error_messages={"required": marked("Bitte geben Sie Vor- und Nachnamen an.")},
    )
    email = fields.String(
        required=True, error_messages={"required": marked("Bitte geben Sie die dienstliche E-Mail-Adresse an.")}
    )
    role = fields.Enum(
        Role, required=True, by_value=True,
        error_messages={
            "required": marked("Bitte wählen Sie eine Rolle aus."),
            "unknown": marked("Bitte wählen Sie eine Rolle aus."),
        },
    )
    departments = fields.List(
        fields.Integer(validate=validate.Range(min=1, max=2**63 - 1)), load_default=list,
        error_messages={"invalid": marked("Diesen Fachbereich gibt es hier nicht.")},
    )

    @validates("email")
    def can_be_reached(self, address: str, **_: Any) -> None:
        if problem := address_problem(address):
            raise ValidationError(problem)
