"""The way of a Kommune onto the platform, computed from proofs (law 8). Pure: facts in, steps out.

Nothing can be ticked. A step is done when its proof is there; a proof that is withdrawn opens the step again, and so
does an essential change of the platform for the processing release.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from maerker.wording import marked
from onboarding.contracts.kinds import DocumentKind


class Step(enum.StrEnum):
    """The steps in their order (domain.md section 5)."""

    application = "application"
    council_decision = "council_decision"
    accession_declaration = "accession_declaration"
    service_promise = "service_promise"
    data_processing_agreement = "data_processing_agreement"
    processing_release = "processing_release"
    training = "training"
    set_up = "set_up"
    start_date = "start_date"
    live = "live"


class Side(enum.StrEnum):
    """Whose turn it is."""

    municipality = "municipality"
    operator = "operator"
    nobody = "nobody"


class Standing(enum.StrEnum):
    """How a step stands."""

    done = "done"
    open = "open"
    reopened = "reopened"
    waiting = "waiting"
    overridden = "overridden"
    not_needed = "not_needed"


STANDING_LABELS = {
    Standing.done: marked("erledigt"), Standing.open: marked("offen"), Standing.reopened: marked("wieder offen"),
    Standing.waiting: marked("noch nicht an der Reihe"), Standing.overridden: marked("ohne Nachweis freigegeben"),
    Standing.not_needed: marked("nicht nötig"),
}
SIDE_LABELS = {
    Side.municipality: marked("Kommune"), Side.operator: marked("Betreiber"), Side.nobody: marked("niemand"),
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a step is: the rule it stands on, what proves it, what it waits for. `gate`: no start without it."""

    step: Step
    label: str
    basis: str
    proof: str
    after: tuple[Step, ...] = ()
    gate: bool = False
    document: DocumentKind | None = None
    countersigned: bool = False


RULES: tuple[Rule, ...] = (
    Rule(step=Step.application, label=marked("Antrag"), basis=marked("Beitritt ist freiwillig und kostenfrei"),
         proof=marked("Bestätigte Adresse der Kommune und Aufnahme durch den Betreiber")),
    Rule(step=Step.council_decision, label=marked("Beschluss der Vertretung"),
         basis=marked("§ 28 BbgKVerf und die eigene Hauptsatzung"),
         proof=marked("Beschluss mit Datum und Nummer, oder die Erklärung, dass keiner nötig ist"),
         after=(Step.application,)),
    Rule(step=Step.accession_declaration, label=marked("Beitrittserklärung"),
         basis=marked("§ 57 BbgKVerf: Verpflichtungserklärungen"),
         proof=marked("Unterschriebene Erklärung, vom Betreiber geprüft"),
         after=(Step.application,), gate=True, document=DocumentKind.accession_declaration),
    Rule(step=Step.service_promise, label=marked("Serviceversprechen"),
         basis=marked("Sechs Punkte des Serviceversprechens: erste Antwort in drei Arbeitstagen"),
         proof=marked("Unterschriebenes Versprechen, vom Betreiber geprüft"),
         after=(Step.application,), gate=True, document=DocumentKind.service_promise),
    Rule(step=Step.data_processing_agreement, label=marked("Auftragsverarbeitungsvertrag"),
         basis=marked("Art. 28 Abs. 3 DSGVO"),
         proof=marked("Vertrag mit Anhängen, von beiden Seiten unterschrieben"),
         after=(Step.application,), gate=True, document=DocumentKind.data_processing_agreement, countersigned=True),
    Rule(step=Step.processing_release, label=marked("Freigabe der Verarbeitung"), basis=marked("§ 4 BbgDSG"),
         proof=marked("Unterschriebene Freigabe der verantwortlichen Stelle"),
         after=(Step.data_processing_agreement,), document=DocumentKind.processing_release),
    Rule(step=Step.training, label=marked("Schulung"), basis=marked("Nur geschulte Personen veröffentlichen"),
         proof=marked("Teilnahme und bestandener Selbsttest der nötigen Zahl von Personen"),
         after=(Step.application,)),
    Rule(step=Step.set_up, label=marked("Einrichtung"), basis=marked("Prüfung vor dem Start"),
         proof=marked("Für Bürgerinnen und Bürger ist alles vollständig eingerichtet"),
         after=(Step.application,)),
    Rule(step=Step.start_date, label=marked("Starttermin"), basis=marked("Vereinbarung mit dem Betreiber"),
         proof=marked("Festgelegter Tag mit Uhrzeit"),
         after=(Step.accession_declaration, Step.service_promise, Step.data_processing_agreement)),
    Rule(step=Step.live, label=marked("In Betrieb"), basis=marked("Zum Starttermin, wenn keine Sperre offen ist"),
         proof=marked("Die Adresse der Kommune nimmt Hinweise an"), after=(Step.start_date,)),
)
RULE_OF = {rule.step: rule for rule in RULES}
GATES = frozenset(rule.step for rule in RULES if rule.gate)


@dataclass(frozen=True, kw_only=True)
class SignedCopy:
    """A copy that was signed: who, when, how it was checked. `state` as in `CopyState`."""

    side: str
    state: str
    signatories: tuple[str, ...] = ()
    uploaded_at: datetime
    checked_at: datetime | None = None
    signed_on: date | None = None
    finding: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class MadeDocument:
    """A generated document that is not a preview, with its copies, the newest last."""

    kind: str
    id: int
    made_at: datetime
    text_version: int
    state: str = "ready"
    superseded_at: datetime | None = None
    copies: tuple[SignedCopy, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Override:
    """A gate opened without proof; it counts once the second person has agreed."""

    reason: str
    first_name: str
    first_at: datetime
    second_name: str = ""
    second_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that the steps are computed from. Moments with zone."""

    applied_at: datetime
    confirmed_at: datetime | None = None
    admitted_at: datetime | None = None
    refused_at: datetime | None = None
    withdrawn_at: datetime | None = None
    council_needed: bool | None = None
    council_on: date | None = None
    council_reference: str = ""
    council_entered_at: datetime | None = None
    documents: tuple[MadeDocument, ...] = ()
    overrides: Mapping[Step, Override] = field(default_factory=dict)
    released_again_since: datetime | None = None
    trained: int = 0
    trained_needed: int = 2
    trained_last_at: datetime | None = None
    departments_without_training: tuple[str, ...] = ()
    provisioned_at: datetime | None = None
    set_up_missing: tuple[str, ...] = ()
    set_up_looked_at: datetime | None = None
    starts_at: datetime | None = None
    start_fixed_at: datetime | None = None
    started_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StepNow:
    """One step as it stands. `missing`: sentences (German, untranslated) of what its proof still lacks.

    `proof` is what the Kommune signed, `countersigned` what the operator set under it.
    """

    rule: Rule
    standing: Standing
    side: Side = Side.nobody
    since: datetime | None = None
    done_at: datetime | None = None
    missing: tuple[str, ...] = ()
    proof: SignedCopy | None = None
    countersigned: SignedCopy | None = None
    document: MadeDocument | None = None
    override: Override | None = None

    @property
    def step(self) -> Step:
        return self.rule.step

    @property
    def passed(self) -> bool:
        """Whether what comes after need not wait for it."""
        return self.standing in (Standing.done, Standing.overridden, Standing.not_needed)


def steps(facts: Facts) -> tuple[StepNow, ...]:
    """Every step in its order, as it stands now."""
    made: dict[Step, StepNow] = {}
    for rule in RULES:
        made[rule.step] = _stand(rule, facts, made)
    return tuple(made.values())


def gates_open(facts: Facts) -> tuple[StepNow, ...]:
    """The gates that still keep a Kommune from starting; none: it may start."""
    return tuple(step for step in steps(facts) if step.rule.gate and not step.passed)


def turn(now: tuple[StepNow, ...]) -> StepNow:
    """The step that is waited for most: the first that is open; the last one when nothing is."""
    for step in now:
        if step.standing in (Standing.open, Standing.reopened):
            return step
    return now[-1]


def letter(now: tuple[StepNow, ...]) -> tuple[StepNow, ...]:
    """The four lines of a letter of joining: declaration, promise, training, contract."""
    by_step = {step.step: step for step in now}
    wanted = (Step.accession_declaration, Step.service_promise, Step.training, Step.data_processing_agreement)
    return tuple(by_step[step] for step in wanted)


def _stand(rule: Rule, facts: Facts, before: Mapping[Step, StepNow]) -> StepNow:
    override = facts.overrides.get(rule.step)
    looked = _LOOKS[rule.step](rule, facts) if rule.document is None else _document(rule, facts)
    found = replace(looked, override=override)  # whatever becomes of it, an exception is shown for ever
    if found.standing is Standing.done or found.standing is Standing.not_needed:
        return found
    if override is not None and override.second_at is not None and not _is_spent(rule, facts, override.second_at):
        return replace(found, standing=Standing.overridden, side=Side.nobody, since=None, done_at=override.second_at)
    waits = [before[step] for step in rule.after if not before[step].passed]
    if waits or facts.refused_at or facts.withdrawn_at:
        return replace(found, standing=Standing.waiting, side=Side.nobody, since=None)
    if found.since is None:
        ends = [before[step].done_at for step in rule.after]
        return replace(found, since=max((end for end in ends if end is not None), default=facts.applied_at))
    return found


def _is_spent(rule: Rule, facts: Facts, agreed_at: datetime) -> bool:
    """An exception stands in for a proof that is still to come. Once one came and was taken back, or was overtaken by
    a new version, the exception does not cover that: it was agreed to before anybody knew of it."""
    return any(
        moment is not None and moment > agreed_at
        for item in facts.documents if item.kind == rule.document for copy in item.copies
        for moment in (copy.withdrawn_at, copy.checked_at if copy.state == "accepted" else None)
    )


def _application(rule: Rule, facts: Facts) -> StepNow:
    if facts.admitted_at:
        return StepNow(rule=rule, standing=Standing.done, done_at=facts.admitted_at)
    if facts.confirmed_at is None:
        return StepNow(rule=rule, standing=Standing.open, side=Side.municipality, since=facts.applied_at,
                       missing=(marked("Die Adresse ist noch nicht bestätigt."),))
    return StepNow(rule=rule, standing=Standing.open, side=Side.operator, since=facts.confirmed_at,
                   missing=(marked("Der Betreiber hat noch nicht zugestimmt."),))


def _council(rule: Rule, facts: Facts) -> StepNow:
    if facts.council_needed is False:
        return StepNow(rule=rule, standing=Standing.not_needed, done_at=facts.council_entered_at)
    if facts.council_needed and facts.council_on and facts.council_reference:
        return StepNow(rule=rule, standing=Standing.done, done_at=facts.council_entered_at)
    missing = marked("Es fehlt die Angabe, ob ein Beschluss nötig ist, oder sein Datum mit Nummer.")
    return StepNow(rule=rule, standing=Standing.open, side=Side.municipality, missing=(missing,))


def _document(rule: Rule, facts: Facts) -> StepNow:
    """A document counts while it is the current one, signed by all sides, and nothing has overtaken it."""
    current = next(
        (item for item in reversed(facts.documents)
         if item.kind == rule.document and item.superseded_at is None and item.state == "ready"), None)
    if current is None:
        asked = any(item.kind == rule.document and item.state == "requested" for item in facts.documents)
        sentence = marked("Das Dokument wird gerade erstellt.") if asked else marked(
            "Das Dokument ist noch nicht erstellt.")
        standing = Standing.reopened if _was_proved(rule, facts) else Standing.open
        return StepNow(rule=rule, standing=standing, side=Side.municipality, missing=(sentence,))
    if rule.step is Step.processing_release and facts.released_again_since and (
        current.made_at < facts.released_again_since
    ):
        return StepNow(rule=rule, standing=Standing.reopened, side=Side.municipality, document=current,
                       since=facts.released_again_since,
                       missing=(marked("Die Plattform hat sich wesentlich geändert: Eine neue Freigabe ist nötig."),))
    own, theirs = _accepted(current, "municipality"), _accepted(current, "operator")
    if own is not None and (theirs is not None or not rule.countersigned):
        ends = [copy.checked_at for copy in (own, theirs) if copy is not None and copy.checked_at]
        return StepNow(rule=rule, standing=Standing.done, done_at=max(ends), proof=own, document=current,
                       countersigned=theirs if rule.countersigned else None)
    return _unsigned(rule, facts, current, own)


def _unsigned(rule: Rule, facts: Facts, current: MadeDocument, own: SignedCopy | None) -> StepNow:
    withdrawn = [copy for copy in current.copies if copy.state == "withdrawn"]
    standing = Standing.reopened if withdrawn or _was_proved(rule, facts) else Standing.open
    if own is not None:
        return StepNow(rule=rule, standing=standing, side=Side.operator, since=own.checked_at, document=current,
                       missing=(marked("Die Unterschrift des Betreibers fehlt."),))
    under_way = [copy for copy in current.copies if copy.state in ("checking", "to_confirm")]
    if under_way:
        return StepNow(rule=rule, standing=standing, side=Side.operator, since=under_way[-1].uploaded_at,
                       document=current, missing=(marked("Der Betreiber prüft die unterschriebene Fassung."),))
    if withdrawn:
        return StepNow(rule=rule, standing=standing, side=Side.municipality, since=withdrawn[-1].withdrawn_at,
                       document=current, missing=(marked("Der Nachweis wurde zurückgenommen."),))
    return StepNow(rule=rule, standing=standing, side=Side.municipality, since=current.made_at, document=current,
                   missing=(marked("Die unterschriebene Fassung fehlt."),))


def _accepted(document: MadeDocument, side: str) -> SignedCopy | None:
    return next(
        (copy for copy in reversed(document.copies) if copy.side == side and copy.state == "accepted"), None)


def _was_proved(rule: Rule, facts: Facts) -> bool:
    """Whether an earlier version of the document was signed and accepted, or a proof was taken back."""
    return any(
        copy.state == "withdrawn" or (copy.state == "accepted" and item.superseded_at is not None)
        for item in facts.documents if item.kind == rule.document for copy in item.copies
    )


def _training(rule: Rule, facts: Facts) -> StepNow:
    if facts.trained >= facts.trained_needed and not facts.departments_without_training:
        return StepNow(rule=rule, standing=Standing.done, done_at=facts.trained_last_at)
    missing = [marked("Es sind noch nicht genug Personen geschult.")] if facts.trained < facts.trained_needed else []
    if facts.departments_without_training:
        missing.append(marked("Nicht jeder Fachbereich des Versprechens hat eine geschulte Person."))
    return StepNow(rule=rule, standing=Standing.open, side=Side.municipality, missing=tuple(missing))


def _set_up(rule: Rule, facts: Facts) -> StepNow:
    if facts.provisioned_at is None:
        return StepNow(rule=rule, standing=Standing.open, side=Side.operator,
                       missing=(marked("Der eigene Bereich ist noch nicht angelegt."),))
    if facts.set_up_looked_at is None:
        return StepNow(rule=rule, standing=Standing.open, side=Side.operator, since=facts.provisioned_at,
                       missing=(marked("Die Einrichtung wird gerade geprüft."),))
    if facts.set_up_missing:
        return StepNow(rule=rule, standing=Standing.open, side=Side.municipality, since=facts.provisioned_at,
                       missing=facts.set_up_missing)
    return StepNow(rule=rule, standing=Standing.done, done_at=facts.provisioned_at)


def _start_date(rule: Rule, facts: Facts) -> StepNow:
    if facts.starts_at is not None:
        return StepNow(rule=rule, standing=Standing.done, done_at=facts.start_fixed_at or facts.applied_at)
    return StepNow(rule=rule, standing=Standing.open, side=Side.operator,
                   missing=(marked("Der Starttermin ist noch nicht festgelegt."),))


def _live(rule: Rule, facts: Facts) -> StepNow:
    if facts.started_at is not None:
        return StepNow(rule=rule, standing=Standing.done, done_at=facts.started_at)
    return StepNow(rule=rule, standing=Standing.open, side=Side.nobody, since=facts.start_fixed_at,
                   missing=(marked("Der Start ist noch nicht erreicht."),))


_LOOKS = {
    Step.application: _application, Step.council_decision: _council, Step.training: _training, Step.set_up: _set_up,
    Step.start_date: _start_date, Step.live: _live,
}
