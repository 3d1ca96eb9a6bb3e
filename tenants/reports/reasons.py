"""Why a step was taken, in words: each that decides about a report names one of a few reasons."""

from maerker.wording import gettext as _
from tenants.reports.models import ReportEvent
from tenants.reports.status import (
    REASONS_NOT_PUBLIC,
    REASONS_REDACTED,
    REASONS_REJECTED,
    REASONS_REMOVED,
    REASONS_RESTORED,
    REASONS_REVISED,
    REASONS_UNRESOLVED,
    Verb,
)

REASONS = {
    Verb.reject: REASONS_REJECTED,
    Verb.work_without_publishing: REASONS_NOT_PUBLIC,
    Verb.publish_redacted: REASONS_REDACTED,
    Verb.revise: REASONS_REVISED,
    Verb.remove: REASONS_REMOVED,
    Verb.restore: REASONS_RESTORED,
    Verb.close_unresolved: REASONS_UNRESOLVED,
}


def reason_in_words(event: ReportEvent) -> str:
    """The sentence for the event's reason."""
    return _(REASONS.get(Verb(event.verb), {}).get(event.reason, event.reason))


def unresolved_sentence(reason: str) -> str:
    """Why a report is closed although nothing was mended, as the reporter and everybody reads it."""
    sentences = {
        "private_owner": _("Die Fläche gehört nicht der Kommune. Sie kann den Mangel dort nicht selbst beheben."),
        "other_authority": _("Zuständig ist eine andere Behörde. Die Kommune kann den Mangel nicht selbst beheben."),
        "no_funds": _("Zurzeit fehlen die Mittel, um den Mangel zu beheben."),
        "no_defect": _("Vor Ort wurde kein Mangel gefunden."),
    }
    return sentences.get(reason, "")
