"""Which moves are offered at the desk, which of them stands open, and what is said of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from maerker.wording import gettext as _
from tenants.desk import words
from tenants.desk.lists import query
from tenants.reports.models import Report
from tenants.reports.status import MOVES, Move, Release, Verb

LIKELY = (Verb.publish, Verb.accept, Verb.answer, Verb.finish)
DANGEROUS = frozenset({Verb.reject, Verb.remove})


@dataclass(frozen=True)
class MovePanel:
    """A move as a page offers it: label, address, what it does and who gets a mail."""

    move: Move
    label: str
    href: str
    effect: str
    mails: str
    watch: str = ""
    """What to look at before the words of a citizen are public as they are."""

    @property
    def verb(self) -> Verb:
        return self.move.verb

    @property
    def danger(self) -> bool:
        return self.verb in DANGEROUS

    @property
    def reasons(self) -> list[tuple[str, str]]:
        return [(key, _(label)) for key, label in self.move.reasons]

    @property
    def chooses_photos(self) -> bool:
        return self.move.chooses_photos

    @property
    def button(self) -> str:
        """What the button that makes the move says; a note is a thing and not yet an act."""
        return _("Notiz speichern") if self.verb is Verb.note else self.label

    @property
    def text_label(self) -> str:
        """What the public text of this move is called."""
        labels = {
            Verb.publish_redacted: _("Gekürzter Text"), Verb.revise: _("Text, den alle lesen"),
            Verb.restore: _("Text, den alle lesen"), Verb.take_back: _("Text an die meldende Person"),
            Verb.answer: _("Antwort"), Verb.finish: _("Was wurde getan?"),
            Verb.reject: _("Text an die meldende Person"), Verb.close_unresolved: _("Begründung"),
            Verb.reopen: _("Warum wird er wieder aufgenommen?"),
            Verb.stand_by: _("Antwort an die meldende Person"),
        }
        return labels.get(self.verb, _("Text"))

    @property
    def takes_text(self) -> bool:
        """Whether a public text can be taken over from another form."""
        return self.move.needs_public_text or self.move.needs_internal_text

    @property
    def takes_message(self) -> bool:
        """Whether words for the department can go with it."""
        return self.move.needs_department


def move_panel(verb: Verb, report: Report, has_address: bool | None, origin: str = "") -> MovePanel:
    """`origin`: the list that the report was opened from."""
    return MovePanel(
        MOVES[verb], words.move_label(verb), f"/redaktion/{report.number}/{verb}{query(liste=origin)}",
        words.effect_of(verb, report), words.mails_of_move(verb, has_address), _watch(verb, report),
    )


def _watch(verb: Verb, report: Report) -> str:
    if verb is Verb.publish:
        return words.watch_out(report.description, shortens=False)
    return words.watch_out(report.description, shortens=True) if MOVES[verb].words_version else ""


def likely_move(report: Report, moves: Sequence[Move]) -> Move | None:
    """The move that most reports take from here: it stands open on the page, so that one click does it."""
    offered = {move.verb: move for move in moves}
    if report.release is Release.waiting and Verb.publish not in offered:
        return offered.get(Verb.assign)
    if report.told_still_there:
        return offered.get(Verb.reopen)
    if report.first_answer_stopped_at is not None and Verb.finish in offered:
        return offered[Verb.finish]
    return next((offered[verb] for verb in LIKELY if verb in offered), None)
