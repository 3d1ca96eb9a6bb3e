"""Essential changes of the platform: each opens a new processing release for every Kommune."""

from datetime import date, datetime

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import local_day
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.wording import gettext as _
from onboarding.contracts.audit import note
from onboarding.contracts.models import PlatformChange
from onboarding.contracts.queries import newest_platform_change

LONGEST_TITLE = 500
LONGEST = 5000


def released_again_since() -> datetime | None:
    """When the newest essential change was declared; a processing release made before it no longer counts."""
    newest = newest_platform_change()
    return newest.declared_at if newest else None


def declare_platform_change(
    *, title: str, description: str, effective_on: date, by: Actor, at: datetime
) -> PlatformChange:
    """Declare an essential change of the platform: each Kommune releases the processing anew (§ 4 BbgDSG).

    Raises Invalid with a sentence for each field.
    """
    problems: dict[str, str] = {}
    if not 1 <= len(title.strip()) <= LONGEST_TITLE:
        problems["title"] = _("Bitte geben Sie der Änderung einen Namen.")
    if not 1 <= len(description.strip()) <= LONGEST:
        problems["description"] = _("Bitte beschreiben Sie, was sich an der Verarbeitung ändert.")
    if effective_on <= local_day(at):
        problems["effective_on"] = _("Bitte wählen Sie einen Tag, bis zu dem die Kommunen entscheiden können.")
    if problems:
        raise Invalid(fields=problems)
    change = PlatformChange(
        title=title.strip(), description=description.strip(), declared_at=at, declared_by=by.name,
        effective_on=effective_on,
    )
    session().add(change)
    session().flush()
    note("platform_change_declared", by=by, at=at, change=change.id, title=change.title)
    return change
