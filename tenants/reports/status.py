"""What may become of a report: the states, the light, and the table of moves.

A move stands in the table with the states and releases it starts from, what it leads to and what it needs; the
desk offers what the table allows and the actions refuse the rest (domain.md section 3).
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from maerker.wording import marked


class State(enum.StrEnum):
    """How far the work is; the light follows from it."""

    received = "received"
    accepted = "accepted"
    in_progress = "in_progress"
    done = "done"
    closed_unresolved = "closed_unresolved"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]

    @property
    def light(self) -> str:
        return LIGHTS[self]


STATE_LABELS = {
    State.received: marked("eingetragen"),
    State.accepted: marked("angenommen"),
    State.in_progress: marked("in Arbeit"),
    State.done: marked("erledigt"),
    State.closed_unresolved: marked("abschließend bearbeitet"),
}
LIGHTS = {
    State.received: "red",
    State.accepted: "red",
    State.in_progress: "yellow",
    State.done: "green",
    State.closed_unresolved: "yellow_green",
}
OPEN = frozenset({State.received, State.accepted, State.in_progress})
CLOSED = frozenset({State.done, State.closed_unresolved})


class Release(enum.StrEnum):
    """Whether the public may see it."""

    waiting = "waiting"
    published = "published"
    published_redacted = "published_redacted"
    not_public = "not_public"
    rejected = "rejected"
    removed = "removed"

    @property
    def label(self) -> str:
        return RELEASE_LABELS[self]


RELEASE_LABELS = {
    Release.waiting: marked("wartet auf Freigabe"),
    Release.published: marked("veröffentlicht"),
    Release.published_redacted: marked("gekürzt veröffentlicht"),
    Release.not_public: marked("nicht öffentlich bearbeitet"),
    Release.rejected: marked("abgelehnt"),
    Release.removed: marked("aus der Öffentlichkeit entfernt"),
}
WAITING = frozenset({Release.waiting})
PUBLIC = frozenset({Release.published, Release.published_redacted})
REJECTED = frozenset({Release.rejected})
REMOVED = frozenset({Release.removed})
WORKED = PUBLIC | {Release.not_public, Release.removed}

REASONS_REJECTED = {
    "personal_data": marked("Der Hinweis richtet sich gegen eine Person"),
    "insult": marked("Der Hinweis enthält Beleidigungen"),
    "not_public_space": marked("Es geht nicht um den öffentlichen Raum"),
    "duplicate": marked("Die Stelle wurde schon gemeldet"),
    "test_or_spam": marked("Der Hinweis ist ein Test oder Werbung"),
}
REASONS_NOT_PUBLIC = {
    "personal_data": marked("Der Hinweis enthält Angaben zu Personen"),
    "ongoing_matter": marked("Es läuft ein Verfahren"),
    "asked_by_reporter": marked("Die meldende Person hat darum gebeten"),
}
REASONS_REDACTED = {
    "personal_data": marked("Angaben zu Personen entfernt"),
    "insult": marked("Beleidigende Worte entfernt"),
    "off_topic": marked("Gekürzt auf das, worum es geht"),
}
REASONS_REVISED = {
    **REASONS_REDACTED,
    "restored": marked("Die Kürzung war nicht nötig"),
    "photos": marked("Andere Fotos ausgewählt"),
}
REASONS_RESTORED = {
    "by_mistake": marked("Irrtümlich entfernt"),
    "passage_gone": marked("Die beanstandete Stelle ist nicht mehr enthalten"),
    "demand_settled": marked("Die rechtliche Aufforderung hat sich erledigt"),
}
REASONS_REMOVED = {
    "personal_data": marked("Der veröffentlichte Text enthielt Angaben zu Personen"),
    "legal_demand": marked("Rechtliche Aufforderung"),
    "published_by_mistake": marked("Irrtümlich veröffentlicht"),
}
REASONS_UNRESOLVED = {
    "private_owner": marked("Die Fläche gehört nicht der Kommune"),
    "other_authority": marked("Eine andere Behörde ist zuständig"),
    "no_funds": marked("Zurzeit fehlen die Mittel"),
    "no_defect": marked("Vor Ort wurde kein Mangel gefunden"),
}


IN_CHARGE_ELSEWHERE = frozenset({"private_owner", "other_authority"})
"""The reasons that say the municipality is not competent (point 5 of the promise)."""


class Verb(enum.StrEnum):
    """A move, as it is called in forms, events and permissions."""

    publish = "publish"
    publish_redacted = "publish_redacted"
    work_without_publishing = "work_without_publishing"
    reject = "reject"
    revise = "revise"
    remove = "remove"
    restore = "restore"
    take_back = "take_back"
    accept = "accept"
    assign = "assign"
    answer = "answer"
    note = "note"
    finish = "finish"
    close_unresolved = "close_unresolved"
    reopen = "reopen"
    stand_by = "stand_by"


@dataclass(frozen=True)
class Move:
    """One row of the table. `to` and `release_to` None: unchanged. `stops`: the clocks that end with it.

    `restarts`: those that run again as if they had never stopped. `chooses_photos`: which of them are public.
    `when_told`: only after the reporter has said that the defect is still there.
    """

    verb: Verb
    label: str
    states: frozenset[State]
    releases: frozenset[Release]
    to: State | None = None
    release_to: Release | None = None
    reasons: tuple[tuple[str, str], ...] = ()
    needs_public_text: bool = False
    needs_internal_text: bool = False
    needs_department: bool = False
    offers_date: bool = False
    chooses_photos: bool = False
    when_told: bool = False
    stops: frozenset[str] = frozenset()
    restarts: frozenset[str] = frozenset()

    @property
    def reason_keys(self) -> frozenset[str]:
        return frozenset(key for key, _ in self.reasons)

    @property
    def words_version(self) -> bool:
        """Whether its text is what the public reads of the report itself, and no answer to it."""
        return self.chooses_photos and self.needs_public_text

    def allowed_from(self, state: State, release: Release, *, told: bool = False) -> bool:
        return state in self.states and release in self.releases and (told or not self.when_told)


def _clocks(*names: str) -> frozenset[str]:
    return frozenset(names)


RECEIVED = frozenset({State.received})
ALL = frozenset(State)
_MOVES = (
    Move(Verb.publish, marked("Veröffentlichen"), RECEIVED, WAITING, release_to=Release.published,
         chooses_photos=True, stops=_clocks("publication")),
    Move(Verb.publish_redacted, marked("Gekürzt veröffentlichen"), RECEIVED, WAITING,
         release_to=Release.published_redacted, reasons=tuple(REASONS_REDACTED.items()), needs_public_text=True,
         chooses_photos=True, stops=_clocks("publication")),
    Move(Verb.work_without_publishing, marked("Ohne Veröffentlichung bearbeiten"), RECEIVED, WAITING,
         release_to=Release.not_public, reasons=tuple(REASONS_NOT_PUBLIC.items()), stops=_clocks("publication")),
    Move(Verb.reject, marked("Ablehnen"), RECEIVED, WAITING, release_to=Release.rejected,
         reasons=tuple(REASONS_REJECTED.items()), needs_public_text=True,
         stops=_clocks("publication", "first_answer", "forwarding")),
    Move(Verb.take_back, marked("Ablehnung zurücknehmen"), RECEIVED, REJECTED, release_to=Release.waiting,
         needs_public_text=True, restarts=_clocks("publication", "first_answer", "forwarding")),
    Move(Verb.accept, marked("Annehmen"), RECEIVED, WORKED, to=State.accepted, needs_department=True,
         stops=_clocks("forwarding")),
    Move(Verb.assign, marked("An einen Fachbereich geben"), OPEN, WORKED | WAITING, needs_department=True),
    Move(Verb.answer, marked("Antworten"), OPEN, WORKED, to=State.in_progress, needs_public_text=True, offers_date=True,
         stops=_clocks("first_answer", "forwarding")),
    Move(Verb.finish, marked("Als erledigt melden"), OPEN | {State.closed_unresolved}, WORKED, to=State.done,
         needs_public_text=True, stops=_clocks("first_answer", "forwarding")),
    Move(Verb.close_unresolved, marked("Abschließen, nicht lösbar"), OPEN, WORKED, to=State.closed_unresolved,
         reasons=tuple(REASONS_UNRESOLVED.items()), needs_public_text=True,
         stops=_clocks("first_answer", "forwarding")),
    Move(Verb.reopen, marked("Wieder aufnehmen"), CLOSED, WORKED, to=State.in_progress, needs_public_text=True,
         offers_date=True),
    Move(Verb.stand_by, marked("Es dabei belassen"), CLOSED, WORKED, needs_public_text=True, when_told=True),
    Move(Verb.note, marked("Interne Notiz"), ALL, frozenset(Release), needs_internal_text=True),
    Move(Verb.revise, marked("Öffentliche Fassung ändern"), ALL, PUBLIC, release_to=Release.published_redacted,
         reasons=tuple(REASONS_REVISED.items()), needs_public_text=True, chooses_photos=True),
    Move(Verb.restore, marked("Wieder veröffentlichen"), ALL, REMOVED, release_to=Release.published_redacted,
         reasons=tuple(REASONS_RESTORED.items()), needs_public_text=True, chooses_photos=True),
    Move(Verb.remove, marked("Aus der Öffentlichkeit nehmen"), ALL, PUBLIC, release_to=Release.removed,
         reasons=tuple(REASONS_REMOVED.items())),
)
MOVES: dict[Verb, Move] = {move.verb: move for move in _MOVES}


def moves_from(
    state: State, release: Release, verbs: Iterable[Verb] = tuple(Verb), *, told: bool = False
) -> list[Move]:
    """The moves that the table allows now, in the table's order, among `verbs` (what the person may do).

    `told`: the reporter has said that the defect is still there (`Report.told_still_there`).
    """
    may = set(verbs)
    return [move for move in _MOVES if move.verb in may and move.allowed_from(state, release, told=told)]
