"""What someone typed into the form of a move: kept as typed, and read into a `Step`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from maerker.calendar.deadlines import end_of_day, is_overdue, local_day
from maerker.clock import now
from maerker.errors import Invalid
from maerker.web.typed_dates import GermanDate
from maerker.wording import marked
from tenants.profile.town import Town
from tenants.reports.models import Report, ReportPhoto
from tenants.reports.schemas import sentences
from tenants.reports.status import MOVES, Verb
from tenants.reports.step import Step

LONGEST_TEXT = 4000
LONGEST_ALT = 300


class StepSchema(Schema):
    """The fields of a move; what a move needs is said by the table of moves and checked by the action."""

    class Meta:
        unknown = EXCLUDE

    version = fields.Integer(required=True, error_messages={
        "required": marked("Bitte laden Sie die Seite neu."), "invalid": marked("Bitte laden Sie die Seite neu."),
    })
    public_text = fields.String(load_default="")
    internal_text = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST_TEXT, error=marked("Bitte kürzen Sie die Notiz auf 4.000 Zeichen.")),
    )
    reason = fields.String(load_default="")
    department_id = fields.Integer(load_default=None, error_messages={
        "invalid": marked("Bitte wählen Sie einen Fachbereich aus."),
    })
    planned_for = GermanDate(load_default=None, error_messages={
        "invalid": marked("Bitte geben Sie das Datum so an: 31.12.2026."),
    })


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The form as typed, so that it can be shown again. `photos` are ids as text, `alts` by id."""

    version: str = ""
    public_text: str = ""
    internal_text: str = ""
    reason: str = ""
    department_id: str = ""
    planned_for: str = ""
    photos: frozenset[str] = frozenset()
    alts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_form(cls, form: "MultiDict[str, str]") -> "Typed":
        plain = {name: _tidy(form.get(name, "")) for name in StepSchema().fields}
        alts = {name[4:]: _tidy(value) for name, value in form.items() if name.startswith("alt_")}
        return cls(**plain, photos=frozenset(form.getlist("photo")), alts=alts)

    @classmethod
    def fresh(
        cls, verb: Verb, report: Report, photos: Iterable[ReportPhoto], town: Town,
        public: Sequence[Mapping[str, Any]] = (),
    ) -> "Typed":
        """What the form of a move begins with: the likely answer, so that one click can do.

        `public` are the photos of the public copy, where there is one.
        """
        photos, alts = list(photos), {item["file"]: item["alt"] for item in public}
        usual = town.department_in_charge(report.department_id) or town.usual_department(
            report.category, report.district
        )
        return cls(
            version=str(report.version),
            public_text=_words_so_far(verb, report),
            planned_for=_day_so_far(report) if verb is Verb.answer else "",
            department_id=str(usual.id if usual else ""),
            photos=_photos_so_far(verb, photos, public),
            alts={str(photo.id): alts.get(photo.file, photo.alt) for photo in photos},
        )

    def at_version(self, version: int) -> "Typed":
        """The same words for the form of a fresh version."""
        return replace(self, version=str(version))

    def step(self, verb: Verb, photos: Iterable[ReportPhoto]) -> Step:
        """Raises Invalid with the sentence for each field."""
        given = {name: value for name in StepSchema().fields if (value := getattr(self, name)) != ""}
        try:
            loaded: dict[str, Any] = StepSchema().load(given)
        except ValidationError as error:
            raise Invalid(fields=sentences(error)) from None
        chosen = None
        if MOVES[verb].chooses_photos:
            chosen = tuple(photo.id for photo in photos if usable(photo) and str(photo.id) in self.photos)
        alts = {int(key): text[:LONGEST_ALT] for key, text in self.alts.items() if key.isdecimal() and len(key) < 19}
        return Step(**loaded, photo_ids=chosen, alts=alts)


def _words_so_far(verb: Verb, report: Report) -> str:
    if not MOVES[verb].words_version:
        return ""
    return report.description if verb is Verb.publish_redacted else report.public_text


def _day_so_far(report: Report) -> str:
    """The day announced before, unless it is over: another answer need not take it back."""
    if report.planned_for is None or is_overdue(end_of_day(report.planned_for), now()):
        return ""
    return local_day(report.planned_for).isoformat()


def _photos_so_far(verb: Verb, photos: Iterable[ReportPhoto], public: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """At the release all that can be shown, later those that are."""
    if not MOVES[verb].chooses_photos:
        return frozenset()
    files = {item["file"] for item in public}
    first = verb in (Verb.publish, Verb.publish_redacted)
    return frozenset(str(photo.id) for photo in photos if usable(photo) and (first or photo.file in files))


def whole_number(typed: str) -> int:
    """A version as it came with a form; -1, which no report has, for anything else."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1


def usable(photo: ReportPhoto) -> bool:
    """Whether a photo can be shown: its sizes are made and nothing was wrong with it."""
    return photo.rendered_at is not None and not photo.failed


def _tidy(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()
