"""Nobody grants more than they hold (domain.md section 6)."""

from maerker.audit.actor import Actor
from maerker.errors import NotAllowed
from maerker.wording import gettext as _
from maerker.wording import marked
from tenants.reports.permissions import permissions_of
from tenants.staff.models import Role

ROLE_SENTENCES = {
    Role.admin: marked("Richtet Maerker ein und verwaltet Personen. Darf alles, was die Redaktion darf."),
    Role.editor: marked("Prüft und veröffentlicht Hinweise, gibt sie weiter und formuliert die Antworten."),
    Role.clerk: marked("Bearbeitet die Hinweise der eigenen Fachbereiche."),
    Role.reader: marked("Liest alle Hinweise mit, ändert nichts und sieht keine Kontaktdaten."),
}
"""What each role means, in one sentence for the person who chooses it."""


def may_grant(by: Actor, role: Role) -> bool:
    """Whether someone may give this role, or change an account that has it: none of its rights is beyond their own.

    The right to publish counts only with the training, which nobody grants here; so an admin who has not been
    trained yet may invite editors.
    """
    return by.kind != "staff" or permissions_of(role, trained=False) <= by.permissions


def demand_grant(by: Actor, *roles: Role) -> None:
    """Raises NotAllowed when one of the roles reaches beyond the own rights."""
    if not all(may_grant(by, role) for role in roles):
        raise NotAllowed(_("Diese Rolle hat Rechte, die Sie selbst nicht haben."))
