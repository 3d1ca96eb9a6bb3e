"""Words of the pages about files: how a step, a side or a file as a whole is called, and the tone of its badge."""

from maerker.wording import gettext as _
from maerker.wording import marked, ngettext
from onboarding.applications.console_queries import Phase, Show
from onboarding.steps import Side, Standing

_PHASES: dict[Phase, tuple[str, str]] = {
    Phase.running: (marked("im Beitritt"), "info"), Phase.started: (marked("in Betrieb"), "success"),
    Phase.refused: (marked("abgelehnt"), "neutral"), Phase.withdrawn: (marked("zurückgezogen"), "neutral"),
}
SHOWS: dict[Show, str] = {
    Show.running: marked("Im Beitritt"), Show.started: marked("In Betrieb"), Show.ended: marked("Beendet"),
    Show.all: marked("Alle"),
}
STANDING_TONES: dict[Standing, tuple[str, str]] = {
    Standing.done: ("success", "check"), Standing.open: ("info", "arrow-right"),
    Standing.reopened: ("danger", "warning"), Standing.waiting: ("neutral", "clock"),
    Standing.overridden: ("warning", "warning"),
    Standing.not_needed: ("neutral", "minus"),
}
SIDE_TONES: dict[Side, tuple[str, str]] = {
    Side.municipality: ("neutral", "building"), Side.operator: ("warning", "arrow-right"), Side.nobody: ("neutral", ""),
}


def phase_words(phase: Phase) -> tuple[str, str]:
    """Where a file is as a whole, and the tone of its badge."""
    words, tone = _PHASES[phase]
    return _(words), tone


def since_words(days: int) -> str:
    """For how long somebody has been waited for."""
    if days < 1:
        return _("seit heute")
    return ngettext("seit %(num)s Tag", "seit %(num)s Tagen", days)
