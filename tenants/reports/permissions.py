"""Who may do what with reports, on one page (domain.md section 6)."""

import enum

from maerker.audit.actor import Actor
from maerker.errors import NotAllowed
from maerker.wording import gettext as _
from tenants.reports.models import Report
from tenants.reports.status import Verb


class Permission(enum.StrEnum):
    """A right. The sentence under each says what it means for people."""

    see_desk = "see_desk"
    """Sees the desk and reads reports there, with their history."""
    see_all_reports = "see_all_reports"
    """Sees the reports of all departments; without it only those of one's own."""
    see_contacts = "see_contacts"
    """Sees how to reach a reporter."""
    release = "release"
    """Decides what is public: publish, shorten, hold back, reject, remove, correct it. Needs the training."""
    work = "work"
    """Accepts, hands over, sets the point on the map, puts category and address right."""
    answer = "answer"
    """Words what citizens read: answers, finishes, closes, takes up again. Needs the training."""
    note = "note"
    """Writes internal notes."""
    manage_town = "manage_town"
    """Sets up the town at /verwaltung/: departments, categories, Ortsteile, closing days, texts, imprint, arms."""
    manage_people = "manage_people"
    """Invites people, changes their role and departments, closes accounts; grants no more than they hold."""


_READER = frozenset({Permission.see_desk, Permission.see_all_reports})
_CLERK = frozenset({Permission.see_desk, Permission.see_contacts, Permission.work, Permission.answer, Permission.note})
_EDITOR = _CLERK | {Permission.see_all_reports, Permission.release}
ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    "reader": _READER,
    "clerk": _CLERK,
    "editor": _EDITOR,
    "admin": _EDITOR | {Permission.manage_town, Permission.manage_people},
}
_RELEASE = frozenset(
    {
        Verb.publish, Verb.publish_redacted, Verb.work_without_publishing, Verb.reject, Verb.take_back, Verb.revise,
        Verb.remove, Verb.restore,
    }
)
_WORK = frozenset({Verb.accept, Verb.assign})
NEED_TRAINING = frozenset({Permission.release, Permission.answer})
"""What goes before the public's eyes is for trained people alone, whether it is the report or the answer to it."""


def permissions_of(role: str, *, trained: bool) -> frozenset[str]:
    """The rights of a role; who has not been trained does not publish (ADR 0025)."""
    return frozenset(str(right) for right in ROLE_PERMISSIONS[role] if trained or right not in NEED_TRAINING)


def waits_for_training(role: str, *, trained: bool) -> bool:
    """Whether somebody could do more with the training."""
    return not trained and bool(ROLE_PERMISSIONS[role] & NEED_TRAINING)


def needed_for(verb: Verb) -> Permission:
    """The right that a move needs."""
    if verb in _RELEASE:
        return Permission.release
    if verb in _WORK:
        return Permission.work
    return Permission.note if verb is Verb.note else Permission.answer


def verbs_of(by: Actor) -> frozenset[Verb]:
    """The moves that someone's rights allow."""
    return frozenset(verb for verb in Verb if needed_for(verb) in by.permissions)


def may_see(by: Actor, department_id: int | None) -> bool:
    """Whether a report of this department is shown: all to editors, one's own to clerks."""
    return Permission.see_all_reports in by.permissions or (department_id in by.departments)


def demand(by: Actor, verb: Verb, report: Report) -> None:
    """Raises NotAllowed when someone's rights do not reach to this move on this report."""
    if by.kind != "staff":
        return
    if needed_for(verb) not in by.permissions or not may_see(by, report.department_id):
        raise NotAllowed(_("Ihr Konto hat das Recht zu diesem Schritt nicht."))
