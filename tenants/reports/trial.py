"""The trial of a town before its start: its staff and testers use everything, nobody else sees any of it.

Reports of a trial are marked, counted apart, never public, and erased at the start (`trial_end.py`). What testers
read stands in `trial_publications`, behind the town's wall (`trial_queries.py`).
"""

import base64
import hmac
import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Stale
from maerker.settings import Settings
from maerker.wording import gettext as _
from maerker.wording import marked
from tenants.profile.town import Town
from tenants.registry.models import TenantState
from tenants.registry.switch import hold_state
from tenants.reports.models import TrialPass
from tenants.reports.notices import Notice
from tenants.staff.models import StaffAudit

BEFORE_START = frozenset({TenantState.joining, TenantState.trial})
_LENGTH = 26


class TrialOver(Stale):
    """What was begun in the trial is not carried over into the real operation."""

    title = marked("Der Probebetrieb ist beendet")


def is_before_start(town: Town) -> bool:
    """Whether what comes in now is a trial and goes at the start."""
    return town.state in BEFORE_START


def hold_trial(town: Town) -> None:
    """Let the trial go on until this transaction ends. Raises TrialOver if the town has started meanwhile."""
    if hold_state(town.tenant_id) not in BEFORE_START:
        raise TrialOver(trial_over_sentence(town))


def trial_over_sentence(town: Town) -> str:
    """What to tell someone who was still trying things when the town started."""
    return _(
        "%(town)s ist jetzt in Betrieb. Was zur Probe eingegeben wurde, ist nicht gesendet und wird gelöscht. "
        "Hinweise, die Sie ab jetzt geben, sind echt.", town=town.name,
    )


def trial_pass(tenant_id: uuid.UUID, settings: Settings) -> str:
    """The word in the testers' link that is valid now: 26 letters and digits, computed and never stored."""
    version = session().scalar(select(TrialPass.version)) or 0
    raw = settings.derive("trial", str(tenant_id), str(version))
    return base64.b32encode(raw).decode().lower()[:_LENGTH]


def is_trial_pass(given: str, tenant_id: uuid.UUID, settings: Settings) -> bool:
    """Whether a tester's word is this town's and still valid."""
    if len(given) != _LENGTH or not given.isascii():
        return False
    return hmac.compare_digest(given.lower(), trial_pass(tenant_id, settings))


def renew_trial_pass(*, by: Actor, at: datetime) -> None:
    """End all links that were handed out; the next one is another."""
    statement = insert(TrialPass).values(version=1, renewed_at=at)
    session().execute(statement.on_conflict_do_update(
        index_elements=[TrialPass.tenant_id], set_={"version": TrialPass.version + 1, "renewed_at": at}
    ))
    session().add(StaffAudit(at=at, account_id=by.id, act="renew_trial_pass", details={}))
    session().flush()


def marked_as_trial(notice: Notice) -> Notice:
    """The same mail, recognisable as one of the trial by its subject and its first sentence."""
    sentence = _("Diese Nachricht kommt aus dem Probebetrieb. Der Hinweis ist nicht öffentlich und wird zum Start "
                 "gelöscht.")
    return replace(
        notice, subject=_("[Probe] %(subject)s", subject=notice.subject), paragraphs=(sentence, *notice.paragraphs)
    )
