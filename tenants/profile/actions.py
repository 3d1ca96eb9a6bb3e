"""What a town changes of what it says of itself: texts, imprint, look, and how long unused accounts stay.

Each act raises the version of the configuration, is refused when someone was faster (`version` is the profile's that
the form began with), and stands in the town's log.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.wording import gettext as _
from tenants.profile.arms import clean_arms
from tenants.profile.changes import begin_change, note_change, profile_to_change
from tenants.profile.models import Profile
from tenants.profile.texts import CITIZENS_TEXTS, LEGAL_TEXTS, OWN_TEXTS

_LEGAL_KEYS = frozenset(text.key for text in LEGAL_TEXTS)
_CITIZENS_KEYS = frozenset(text.key for text in CITIZENS_TEXTS)


def save_text(key: str, words: str, *, version: int, by: Actor, at: datetime) -> None:
    """Word one of the citizens' texts; '' goes back to the central one. Raises NotThere, Invalid, Stale."""
    if key not in _CITIZENS_KEYS:
        raise NotThere()
    text, words = OWN_TEXTS[key], tidy(words)
    if len(words) > text.longest:
        raise Invalid(fields={"words": _("Bitte höchstens %(number)s Zeichen.", number=text.longest)})
    begin_change()
    profile = profile_to_change(version)
    profile.texts = _with(profile.texts, {key: words})
    note_change("text_changed", by=by, at=at, text=key, own=bool(words))


def save_imprint(values: Mapping[str, str], *, version: int, by: Actor, at: datetime) -> None:
    """Save what imprint, privacy notice and accessibility statement are filled from (checked by `ImprintSchema`).

    A text that is the central one again is not kept as the town's own. Raises Stale.
    """
    begin_change()
    profile = profile_to_change(version)
    changed = []
    for name, value in values.items():
        if name not in _LEGAL_KEYS and getattr(profile, name) != value:
            setattr(profile, name, value)
            changed.append(name)
    own = {key: "" if values[key] == OWN_TEXTS[key].default else values[key] for key in _LEGAL_KEYS & set(values)}
    profile.texts = _with(profile.texts, own)
    note_change("imprint_changed", by=by, at=at, fields=sorted(changed))


def save_look(
    *, primary_colour: str, accent_colour: str, arms: str | None, version: int, by: Actor, at: datetime
) -> None:
    """Save the two colours and the arms: None leaves them, '' takes them away. Raises Stale, ArmsRefused."""
    picture = arms and clean_arms(arms.encode()).svg
    begin_change()
    profile = profile_to_change(version)
    profile.primary_colour, profile.accent_colour = primary_colour.lower(), accent_colour.lower()
    if picture is not None:
        profile.arms_svg = picture
    note_change("look_changed", by=by, at=at, arms=None if arms is None else bool(arms))


def take_over_promise(
    *, first_answer_days: int, forwarding_days: int, extent: str, by: Actor, at: datetime
) -> bool:
    """The clocks of reports to come follow the promise that was signed, and the words say for whom it holds.

    The gate calls it, in the town's scope. `extent` is the sentence of the help page, '' for the whole administration.
    Returns False when it stands so already.
    """
    begin_change()
    profile = session().scalars(
        select(Profile).with_for_update().execution_options(populate_existing=True)
    ).one()
    new = (first_answer_days, forwarding_days, extent)
    if (profile.first_answer_days, profile.forwarding_days, profile.texts.get("promise_extent", "")) == new:
        return False
    profile.first_answer_days, profile.forwarding_days = first_answer_days, forwarding_days
    profile.texts = _with(profile.texts, {"promise_extent": extent})
    profile.version += 1
    note_change("promise_taken_over", by=by, at=at, first_answer_days=first_answer_days,
                forwarding_days=forwarding_days)
    return True


def set_account_idle_days(days: int, *, version: int, by: Actor, at: datetime) -> None:
    """After how many days (30 to 1,095) an account that nobody uses is closed. Raises Stale."""
    begin_change()
    profile = profile_to_change(version)
    profile.account_idle_days = days
    note_change("idle_days_changed", by=by, at=at, days=days)


def tidy(words: str) -> str:
    """Typed words without signs that are no text; blanks around them do not count."""
    return words.replace("\x00", "").replace("\r\n", "\n").strip()


def _with(texts: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """The town's own texts with changes; an empty one is none."""
    return {key: words for key, words in {**texts, **changes}.items() if words}
