"""What stands in the documents of one Kommune: plain values, checked, that can be kept as JSON beside each document.

A value that nobody has said yet is empty; the document then shows a line to fill in by hand. Days are `date`,
figures are whole working days, moments are aware.
"""

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time
from typing import Any

from maerker.errors import Invalid
from maerker.wording import gettext as _
from onboarding.contracts import instance_facts
from onboarding.contracts.rows import Category, Measure, Retention, Subprocessing


@dataclass(frozen=True, kw_only=True)
class Municipality:
    """The Kommune that joins. `members` are the Gemeinden of an Amt or a Verbandsgemeinde."""

    name: str
    kind: str
    ars: str
    name_dsb: str = ""
    seat: str = ""
    district_name: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""
    members: tuple[str, ...] = ()

    @property
    def formal_name(self) -> str:
        """'Stadt Cottbus', 'Amt Peitz': with its kind, once."""
        kind = "Stadt" if self.kind.endswith(" Stadt") else self.kind
        return self.name if not kind or self.name.startswith(kind) else f"{kind} {self.name}"

    @property
    def with_article(self) -> str:
        """The beginning of a sentence: 'Die Stadt Cottbus', 'Das Amt Peitz', 'Der Landkreis Spree-Neiße'."""
        return f"{_ARTICLES.get(self.formal_name.split()[0], 'Die')} {self.formal_name}"


_ARTICLES = {"Amt": "Das", "Landkreis": "Der"}


@dataclass(frozen=True, kw_only=True)
class Head:
    """The head of administration (HVB) and the title of the office: 'Oberbürgermeisterin', 'Amtsdirektor'."""

    name: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """Someone who signs for the Kommune; `power_of_attorney` is the day of the power that replaces the office."""

    name: str = ""
    function: str = ""
    power_of_attorney: date | None = None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Someone to turn to, or a function mailbox."""

    name: str = ""
    function: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """Whom to ask at the Kommune: about the subject, technology, data protection, and for the press."""

    subject: Contact = Contact()
    technical: Contact = Contact()
    privacy: Contact = Contact()
    press: Contact = Contact()


@dataclass(frozen=True, kw_only=True)
class Promise:
    """The service promise with the Kommune's figures: the state-wide ones or sharper, never weaker.

    Entered by `entered_by` o'clock -> public by `public_by` o'clock, `public_after_days` working days later; first
    answer and forwarding within so many working days. `departments` is empty for the whole administration.
    Raises Invalid with a sentence for each figure that is weaker than the state-wide promise.
    """

    entered_by: time = time(14)
    public_by: time = time(18)
    public_after_days: int = 1
    first_answer_days: int = 3
    forwarding_days: int = 3
    whole_administration: bool = True
    departments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problems = _weaker_than_promised(self)
        if problems:
            raise Invalid(" ".join(problems.values()), fields=problems)


def _weaker_than_promised(promise: Promise) -> dict[str, str]:
    problems: dict[str, str] = {}
    if promise.entered_by < time(14):
        problems["entered_by"] = _("Hinweise zählen mindestens bis 14 Uhr noch zum selben Tag.")
    if promise.public_by > time(18):
        problems["public_by"] = _("Hinweise werden spätestens um 18 Uhr veröffentlicht.")
    if promise.public_after_days not in (0, 1):
        problems["public_after_days"] = _("Hinweise werden am selben oder am nächsten Arbeitstag veröffentlicht.")
    elif promise.public_after_days == 0 and promise.public_by <= promise.entered_by:
        problems["public_by"] = _("Am selben Arbeitstag kann erst nach der Eingangszeit veröffentlicht werden.")
    if not 1 <= promise.first_answer_days <= 3:
        problems["first_answer_days"] = _("Die erste Antwort kommt nach einem, zwei oder höchstens drei Arbeitstagen.")
    if not 1 <= promise.forwarding_days <= 3:
        problems["forwarding_days"] = _("Weitergeleitet wird nach einem, zwei oder höchstens drei Arbeitstagen.")
    if not promise.whole_administration and not promise.departments:
        problems["departments"] = _("Bitte nennen Sie die Fachbereiche, für die das Versprechen gilt.")
    return problems


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Who runs the platform and processes the data on the Kommune's behalf."""

    name: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    representative: str = ""
    representative_function: str = ""
    contact: Contact = Contact()
    privacy: Contact = Contact()


@dataclass(frozen=True, kw_only=True)
class Authority:
    """A body people can turn to: the supervisory authority, the enforcement body for accessibility."""

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Release:
    """What the controller releases (§ 4 BbgDSG): the first use, or an essential change of the platform."""

    first_use: bool = True
    change_title: str = ""
    change_description: str = ""
    effective_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What the controller has weighed before the release (Art. 32, 35 and 39 DSGVO); empty: not said yet.

    `measures`: 'adequate' or 'more'; `impact`: 'not_needed' or 'done'.
    """

    measures: str = ""
    more_measures: str = ""
    impact: str = ""
    impact_on: date | None = None
    privacy_heard_on: date | None = None
    privacy_opinion: str = ""
    conditions: str = ""


class CourseForm(enum.StrEnum):
    """How a training was held."""

    on_site = "on_site"
    online = "online"
    self_study = "self_study"


@dataclass(frozen=True, kw_only=True)
class Training:
    """A training that somebody has done; `right_answers` of `questions` in the self-test."""

    person: str
    course: str
    held_on: date
    form: CourseForm = CourseForm.on_site
    place: str = ""
    department: str = ""
    trainer: str = ""
    right_answers: int | None = None
    questions: int = 10


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything a document may need. The tables have the platform's own rows unless others are given."""

    municipality: Municipality
    operator: Operator = Operator()
    head: Head = Head()
    signatories: tuple[Signatory, ...] = ()
    contacts: Contacts = Contacts()
    promise: Promise = Promise()
    responsible: str = ""
    """Who answers for the content of the pages (§ 18 Abs. 2 MStV)."""
    may_show_arms: bool | None = None
    arms: str = ""
    """The Kommune's arms as SVG, shown at the head of its documents unless it does not allow that."""
    host: str = ""
    own_host: str = ""
    home_page: str = ""
    wished_start: date | None = None
    framework_version: str = ""
    council_decision: str = ""
    reference: str = ""
    release: Release = Release()
    assessment: Assessment = Assessment()
    at_hand: tuple[str, ...] = ()
    """Kinds of documents that lie in the file when this one is made."""
    training: Training | None = None
    objection_days: int = instance_facts.OBJECTION_DAYS
    measures: tuple[Measure, ...] = instance_facts.MEASURES
    data_categories: tuple[Category, ...] = instance_facts.DATA_CATEGORIES
    data_subjects: tuple[str, ...] = instance_facts.DATA_SUBJECTS
    retention: tuple[Retention, ...] = instance_facts.RETENTION
    subprocessors: tuple[Subprocessing, ...] = ()
    supervision: Authority = Authority(
        name="Die Landesbeauftragte für den Datenschutz und für das Recht auf Akteneinsicht Brandenburg",
        address="Stahnsdorfer Damm 77, 14532 Kleinmachnow", email="poststelle@lda.brandenburg.de",
        phone="033203 356-0",
    )
    enforcement: Authority = Authority(
        name="Durchsetzungsstelle für digitale Barrierefreiheit bei der Landesbeauftragten für die Belange der"
        " Menschen mit Behinderungen",
        address="Henning-von-Tresckow-Straße 2–13, 14467 Potsdam", email="durchsetzung.BIT@msgiv.brandenburg.de",
    )
    accessibility_checked_on: date | None = None
    accessibility_gaps: tuple[str, ...] = field(default=instance_facts.ACCESSIBILITY_GAPS)

    def __post_init__(self) -> None:
        if len(self.signatories) > 2:
            raise Invalid(fields={"signatories": _("Es unterschreiben eine oder zwei Personen.")})
        if not self.municipality.name.strip():
            raise Invalid(fields={"municipality": _("Bitte nennen Sie die Kommune.")})


def facts_as_data(facts: Facts) -> dict[str, Any]:
    """The same facts as JSON values, as a template reads them: days '2026-12-02', times '14:00', unknown null."""
    data = {name: _plain(value) for name, value in asdict(facts).items()}
    data["municipality"]["formal_name"] = facts.municipality.formal_name
    data["municipality"]["with_article"] = facts.municipality.with_article
    return data


def _plain(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, enum.Enum) else value
