"""What may become of a report: the states, the light, and the table of moves.

A move stands in the table with the states and releases it starts from, what it leads to and what it needs; the
desk offers what the table allows and the actions refuse the rest (domain.md section 3).
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass


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
    State.received: "eingetragen",
    State.accepted: "angenommen",
    State.in_progress: "in Arbeit",
    State.done: "erledigt",
    State.closed_unresolved: "abschließend bearbeitet",
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
    Release.waiting: "wartet auf Freigabe",
    Release.published: "veröffentlicht",
    Release.published_redacted: "gekürzt veröffentlicht",
    Release.not_public: "nicht öffentlich bearbeitet",
    Release.rejected: "abgelehnt",
    Release.removed: "aus der Öffentlichkeit entfernt",
}
WAITING = frozenset({Release.waiting})
PUBLIC = frozenset({Release.published, Release.published_redacted})
WORKED = PUBLIC | {Release.not_public, Release.removed}

REASONS_REJECTED = {
    "personal_data": "Der Hinweis richtet sich gegen eine Person",
    "insult": "Der Hinweis enthält Beleidigungen",
    "not_public_space": "Es geht nicht um den öffentlichen Raum",
    "duplicate": "Die Stelle wurde schon gemeldet",
    "test_or_spam": "Der Hinweis ist ein Test oder Werbung",
}
REASONS_NOT_PUBLIC = {
    "personal_data": "Der Hinweis enthält Angaben zu Personen",
    "ongoing_matter": "Es läuft ein Verfahren",
    "asked_by_reporter": "Die meldende Person hat darum gebeten",
}
REASONS_REDACTED = {
    "personal_data": "Angaben zu Personen entfernt",
    "insult": "Beleidigende Worte entfernt",
    "off_topic": "Gekürzt auf das, worum es geht",
}
REASONS_REMOVED = {
    "personal_data": "Der veröffentlichte Text enthielt Angaben zu Personen",
    "legal_demand": "Rechtliche Aufforderung",
    "published_by_mistake": "Irrtümlich veröffentlicht",
}
REASONS_UNRESOLVED = {
    "private_owner": "Die Fläche gehört nicht der Kommune",
    "other_authority": "Eine andere Behörde ist zuständig",
    "no_funds": "Zurzeit fehlen die Mittel",
    "no_defect": "Vor Ort wurde kein Mangel gefunden",
}


class Verb(enum.StrEnum):
    """A move, as it is called in forms, events and permissions."""

    publish = "publish"
    publish_redacted = "publish_redacted"
    work_without_publishing = "work_without_publishing"
    reject = "reject"
    remove = "remove"
    accept = "accept"
    assign = "assign"
    answer = "answer"
    note = "note"
    finish = "finish"
    close_unresolved = "close_unresolved"
    reopen = "reopen"


@dataclass(frozen=True)
class Move:
    """One row of the table. `to` and `release_to` None: unchanged. `stops`: the clocks that end with it."""

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
    stops: frozenset[str] = frozenset()

    @property
    def reason_keys(self) -> frozenset[str]:
        return frozenset(key for key, _ in self.reasons)

    def allowed_from(self, state: State, release: Release) -> bool:
        return state in self.states and release in self.releases


def _clocks(*names: str) -> frozenset[str]:
    return frozenset(names)


RECEIVED = frozenset({State.received})
ALL = frozenset(State)
_MOVES = (
    Move(Verb.publish, "Veröffentlichen", RECEIVED, WAITING, release_to=Release.published,
         stops=_clocks("publication")),
    Move(Verb.publish_redacted, "Gekürzt veröffentlichen", RECEIVED, WAITING, release_to=Release.published_redacted,
         reasons=tuple(REASONS_REDACTED.items()), needs_public_text=True, stops=_clocks("publication")),
    Move(Verb.work_without_publishing, "Ohne Veröffentlichung bearbeiten", RECEIVED, WAITING,
         release_to=Release.not_public, reasons=tuple(REASONS_NOT_PUBLIC.items()), stops=_clocks("publication")),
    Move(Verb.reject, "Ablehnen", RECEIVED, WAITING, release_to=Release.rejected,
         reasons=tuple(REASONS_REJECTED.items()), needs_public_text=True,
         stops=_clocks("publication", "first_answer", "forwarding")),
    Move(Verb.accept, "Annehmen", RECEIVED, WORKED, to=State.accepted, needs_department=True,
         stops=_clocks("forwarding")),
    Move(Verb.assign, "An einen Fachbereich geben", OPEN, WORKED | WAITING, needs_department=True),
    Move(Verb.answer, "Antworten", OPEN, WORKED, to=State.in_progress, needs_public_text=True, offers_date=True,
         stops=_clocks("first_answer", "forwarding")),
    Move(Verb.finish, "Als erledigt melden", OPEN | {State.closed_unresolved}, WORKED, to=State.done,
         needs_public_text=True, stops=_clocks("first_answer", "forwarding")),
    Move(Verb.close_unresolved, "Abschließen, nicht lösbar", OPEN, WORKED, to=State.closed_unresolved,
         reasons=tuple(REASONS_UNRESOLVED.items()), needs_public_text=True,
         stops=_clocks("first_answer", "forwarding")),
    Move(Verb.reopen, "Wieder aufnehmen", CLOSED, WORKED, to=State.in_progress, needs_public_text=True,
         offers_date=True),
    Move(Verb.note, "Interne Notiz", ALL, frozenset(Release), needs_internal_text=True),
    Move(Verb.remove, "Aus der Öffentlichkeit nehmen", ALL, PUBLIC, release_to=Release.removed,
         reasons=tuple(REASONS_REMOVED.items())),
)
MOVES: dict[Verb, Move] = {move.verb: move for move in _MOVES}


def moves_from(state: State, release: Release, verbs: Iterable[Verb] = tuple(Verb)) -> list[Move]:
    """The moves that the table allows now, in the table's order, among `verbs` (what the person may do)."""
    may = set(verbs)
    return [move for move in _MOVES if move.verb in may and move.allowed_from(state, release)]
