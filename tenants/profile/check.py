"""What a citizen would stumble over if the town started today, computed from its configuration.

Nothing here is ticked by hand. Reads configuration alone, so the operator's role can ask too (in the town's scope).
"""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from maerker.database.base import session
from maerker.database.scope import current_tenant
from maerker.wording import gettext as _
from maerker.wording import ngettext
from tenants.categories.models import Category
from tenants.departments.models import Department
from tenants.places.models import Place
from tenants.profile.models import Profile
from tenants.profile.texts import CITIZENS_TEXTS
from tenants.registry.models import MunicipalityArea, Tenant
from tenants.staff.models import Role, StaffAccount, StaffMembership

TRAINED_EDITORS = 2
_NAMED = 5
IMPRINT = ("official_name", "head_title", "street", "postal_code", "city", "phone", "email")
"""What § 5 DDG asks of an imprint, as columns of the profile."""


class Severity(enum.StrEnum):
    """Whether a start is impossible without it, or only poorer."""

    stops = "stops"
    advice = "advice"


@dataclass(frozen=True)
class Finding:
    """One point of the check. `where` is the endpoint of the page at which it is put right."""

    key: str
    severity: Severity
    sentence: str
    where: str
    ok: bool


def findings(*, trained_needed: int = TRAINED_EDITORS) -> list[Finding]:
    """Every point, in the order in which a town sets itself up, whether met or not. The town's scope must be open."""
    profile = session().scalars(select(Profile).execution_options(populate_existing=True)).one()
    return [*_departments(), *_categories(), *_places(), *_people(trained_needed), *_words(profile)]


def _departments() -> Iterator[Finding]:
    rows = session().execute(
        select(Department.name, Department.mailbox).where(Department.closed_at.is_(None))
        .order_by(func.lower(Department.name))
    ).all()
    yield _point(
        "departments", bool(rows), "admin.departments",
        _("Es gibt Fachbereiche, die Hinweise bearbeiten."), _("Es gibt noch keinen Fachbereich."),
    )
    yield from _mailboxes(rows)
    yield from _members()


def _members() -> Iterator[Finding]:
    """A department that is asked about something and has nobody who could look: only its mailbox learns of it."""
    member = select(StaffMembership.account_id).where(  # by column: the operator's role may not read every one
        StaffMembership.department_id == Department.id, StaffMembership.tenant_id == Department.tenant_id,
        StaffAccount.id == StaffMembership.account_id, StaffAccount.tenant_id == StaffMembership.tenant_id,
        StaffAccount.disabled_at.is_(None),
    ).exists()
    empty = session().scalars(
        select(Department.name).where(Department.closed_at.is_(None), ~member).order_by(func.lower(Department.name))
    ).all()
    yield _point(
        "department_members", not empty, "admin.departments",
        _("In jedem Fachbereich arbeitet jemand mit Anmeldung."),
        _("In diesen Fachbereichen hat noch niemand ein Konto; von Hinweisen erfährt man dort nur per E-Mail: "
          "%(names)s.", names=_list(empty)),
        severity=Severity.advice,
    )


def _mailboxes(rows: Sequence[Any]) -> Iterator[Finding]:
    silent = [row.name for row in rows if not row.mailbox]
    yield _point(
        "department_mailboxes", bool(rows) and not silent, "admin.departments",
        _("Jeder Fachbereich hat ein Postfach."),
        _("Ohne Postfach erfährt ein Fachbereich nichts von seinen Hinweisen: %(names)s.", names=_list(silent))
        if silent else _("Noch hat kein Fachbereich ein Postfach."),
    )


def _categories() -> Iterator[Finding]:
    rows = session().execute(
        select(Category.name, Category.department_id).where(Category.active).order_by(Category.position, Category.key)
    ).all()
    yield _point(
        "categories", bool(rows), "admin.categories",
        _("Bürgerinnen und Bürger können aus Kategorien wählen."), _("Keine Kategorie ist eingeschaltet."),
    )
    lost = [_(row.name) for row in rows if row.department_id is None]
    yield _point(
        "category_departments", bool(rows) and not lost, "admin.categories",
        _("Jede Kategorie hat einen Fachbereich."),
        _("Für diese Kategorien ist noch kein Fachbereich zuständig: %(names)s.", names=_list(lost))
        if lost else _("Noch ist für keine Kategorie ein Fachbereich zuständig."),
    )


def _places() -> Iterator[Finding]:
    areas = session().scalar(
        select(func.count()).select_from(MunicipalityArea)
        .join(Tenant, Tenant.municipality_id == MunicipalityArea.municipality_id)
        .where(Tenant.id == current_tenant())
    )
    yield _point(
        "boundary", bool(areas), "admin.places",
        _("Die Grenze des Gebiets ist bekannt."),
        _("Die Grenze des Gebiets fehlt. Ohne sie lässt sich nicht sagen, ob ein Ort zu Ihnen gehört. Der Betreiber "
          "trägt sie ein."),
    )
    places = session().scalar(select(func.count()).select_from(Place).where(Place.closed_at.is_(None)))
    yield _point(
        "places", bool(places), "admin.places",
        _("Ortsteile stehen zur Auswahl."),
        _("Es gibt noch keinen Ortsteil. Wer keinen Punkt auf der Karte setzt, muss einen wählen können."),
    )


def _people(trained_needed: int) -> Iterator[Finding]:
    rows = session().execute(
        select(StaffAccount.role, StaffAccount.has_password, StaffAccount.trained_on)
        .where(StaffAccount.disabled_at.is_(None))
    ).all()
    admins = sum(1 for row in rows if row.role is Role.admin and row.has_password)
    yield _point(
        "admin", admins > 0, "admin.people",
        _("Jemand kann die Kommune verwalten."),
        _("Noch hat niemand ein Konto der Administration mit eigenem Passwort."),
    )
    releasing = (Role.editor, Role.admin)
    trained = sum(1 for row in rows if row.role in releasing and row.trained_on is not None and row.has_password)
    yield _point(
        "trained_editors", trained >= trained_needed, "admin.people",
        ngettext("%(num)s geschulte Person kann Hinweise veröffentlichen.",
                 "%(num)s geschulte Personen können Hinweise veröffentlichen.", trained),
        _("Geschulte Personen mit eigenem Passwort, die veröffentlichen dürfen: %(there)s von %(needed)s nötigen.",
          there=trained, needed=trained_needed),
    )


def _words(profile: Profile) -> Iterator[Finding]:
    yield _point(
        "editors_mailbox", bool(profile.editors_mailbox), "admin.imprint",
        _("Die Redaktion hat ein Postfach."),
        _("Das Postfach der Redaktion fehlt. Dorthin gehen die Nachrichten über neue Hinweise."),
    )
    yield _point(
        "imprint", all(getattr(profile, name) for name in IMPRINT), "admin.imprint",
        _("Das Impressum ist vollständig."),
        _("Im Impressum fehlen Pflichtangaben: Name, Vertretung, Anschrift, Telefon oder E-Mail-Adresse."),
    )
    yield _point(
        "privacy_contact", bool(profile.privacy_contact), "admin.imprint",
        _("Die oder der Datenschutzbeauftragte ist genannt."),
        _("Die oder der Datenschutzbeauftragte ist noch nicht genannt (Art. 13 Abs. 1 Buchst. b DSGVO)."),
    )
    yield _point(
        "texts", any(profile.texts.get(text.key) for text in CITIZENS_TEXTS), "admin.texts",
        _("Die Texte sind in Ihren Worten."),
        _("Überall stehen noch die zentralen Texte. Das genügt für den Start; eigene Worte klingen näher."),
        Severity.advice,
    )
    yield _point(
        "arms", bool(profile.arms_svg), "admin.look",
        _("Ihr Wappen steht auf den Seiten."),
        _("Noch steht kein Wappen auf den Seiten, sondern das Zeichen von Maerker."), Severity.advice,
    )


def _point(
    key: str, ok: bool, where: str, met: str, missing: str, severity: Severity = Severity.stops
) -> Finding:
    return Finding(key, severity, met if ok else missing, where, ok)


def _list(names: Sequence[str]) -> str:
    """The first five by name, of the others how many."""
    words = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return words if more <= 0 else ngettext("%(names)s und %(num)s weitere", "%(names)s und %(num)s weitere", more,
                                            names=words)
