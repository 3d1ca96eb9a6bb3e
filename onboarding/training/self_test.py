"""The self-test: ten questions drawn from the pool, the same for as long as a try lasts, others in the next.

Pure: which questions are asked follows from whose test it is and which try it is. Nothing is kept until somebody
answers, so opening the page (as mail scanners do) changes nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maerker.errors import Invalid
from maerker.wording import gettext as _
from onboarding.training.questions import CURRENT, POOLS, TOPIC_LABELS, Question, Topic

DRAWN = {Topic.promise: 4, Topic.redaction: 3, Topic.privacy: 3}
QUESTIONS = sum(DRAWN.values())
PASS_MARK = 8


@dataclass(frozen=True)
class Option:
    """One answer to choose from; `key` is what the form sends, the same for each order of the answers."""

    key: str
    text: str


@dataclass(frozen=True)
class Asked:
    """A question as it stands in one try."""

    key: str
    topic: str
    text: str
    options: tuple[Option, ...]
    right: str
    why: str


@dataclass(frozen=True)
class Marked:
    """A question with what was answered."""

    asked: Asked
    given: str

    @property
    def is_right(self) -> bool:
        return self.given == self.asked.right


def draw(whose: str, number: int, version: int = CURRENT) -> tuple[Asked, ...]:
    """The ten questions of somebody's try (`number` counts from 0), each topic in its share, in a mixed order.

    `whose` names the person for the instance alone. Raises Invalid for a pool that is not known.
    """
    pool = POOLS.get(version)
    if pool is None:
        raise Invalid(_("Diese Fragen gibt es nicht mehr. Bitte beginnen Sie den Selbsttest neu."))
    seed = f"{whose}/{number}/{version}"
    chosen = [
        question for topic, share in DRAWN.items()
        for question in _mixed([one for one in pool if one.topic is topic], seed)[:share]
    ]
    return tuple(_asked(question, seed) for question in _mixed(chosen, f"{seed}/order"))


def read_answers(asked: Sequence[Asked], form: Mapping[str, str]) -> dict[str, str]:
    """What was chosen, by question. Raises Invalid with a sentence for each question without an answer."""
    given = {one.key: form.get(one.key, "") for one in asked}
    known = {one.key: {option.key for option in one.options} for one in asked}
    open_ = [key for key, answer in given.items() if answer not in known[key]]
    if open_:
        raise Invalid(fields={key: _("Bitte wählen Sie eine Antwort.") for key in open_})
    return given


def kept(number: int, given: Mapping[str, str], version: int = CURRENT) -> dict[str, Any]:
    """A try as it is kept beside the trainee."""
    return {"version": version, "number": number, "given": dict(given)}


def marked_try(whose: str, answers: Mapping[str, Any]) -> tuple[Marked, ...]:
    """The last try, question by question, drawn anew from what was kept; empty if there was none."""
    if not answers:
        return ()
    given = answers["given"]
    return tuple(
        Marked(one, given.get(one.key, "")) for one in draw(whose, int(answers["number"]), int(answers["version"]))
    )


def score(tried: Sequence[Marked]) -> int:
    """How many answers are right."""
    return sum(one.is_right for one in tried)


def _asked(question: Question, seed: str) -> Asked:
    options = [Option(_answer_key(question, answer), answer) for answer in question.answers]
    return Asked(
        question.key, TOPIC_LABELS[question.topic], question.text,
        tuple(sorted(options, key=lambda option: _place(f"{seed}/{question.key}/{option.key}"))),
        options[0].key, question.why,
    )


def _answer_key(question: Question, answer: str) -> str:
    """A name of an answer that does not tell which one is right."""
    return _place(f"{question.key}/{answer}")[:8]


def _mixed(questions: Sequence[Question], seed: str) -> list[Question]:
    return sorted(questions, key=lambda question: _place(f"{seed}/{question.key}"))


def _place(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
