"""What the operator does next in a file, and on which page: the button beside each step that waits for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from maerker.wording import gettext as _
from onboarding.console.file_frame import file_address
from onboarding.contracts.file_models import CopyState
from onboarding.contracts.file_queries import document_lines
from onboarding.contracts.file_review import can_be_countersigned
from onboarding.contracts.kinds import DocumentKind
from onboarding.operators.permissions import OperatorPermission
from onboarding.steps import Side, Step, StepNow


@dataclass(frozen=True)
class Act:
    """What is to be done, as the button says it, and the page where it is done."""

    label: str
    href: str

    @property
    def on_this_page(self) -> bool:
        """Whether it only leads further down, where the act's own button stands."""
        return self.href.startswith("#")


def acts_of(steps: Iterable[StepNow], rights: frozenset[str]) -> dict[Step, Act]:
    """The acts that wait for the operator in the current file, for somebody with these rights."""
    acts: dict[Step, Act] = {}
    for step in steps:
        act = _act(step, rights) if step.side is Side.operator else None
        if act is not None:
            acts[step.step] = act
    return acts


def _act(step: StepNow, rights: frozenset[str]) -> Act | None:
    if step.step is Step.application and OperatorPermission.work_files in rights:
        return Act(_("Zur Entscheidung über den Antrag"), "#entscheiden")
    if step.step is Step.set_up and OperatorPermission.provision in rights:
        return Act(_("Zur Einrichtung"), file_address("einrichtung"))
    if step.step is Step.start_date and OperatorPermission.fix_start in rights:
        return Act(_("Starttermin festlegen"), file_address("start"))
    if step.rule.document is not None and OperatorPermission.work_files in rights:
        return _of_document(step.rule.document)
    return None


def _of_document(kind: DocumentKind) -> Act:
    """The signed copy that waits to be compared, or the agreement that the operator has still to sign."""
    [line] = document_lines([kind])
    waiting = next((copy for copy in reversed(line.copies) if copy.state is CopyState.to_confirm), None)
    if waiting is not None:
        return Act(_("Vergleichen und entscheiden"), file_address(f"nachweise/{waiting.id}"))
    if line.current is not None and can_be_countersigned(line.current):
        return Act(_("Gegenzeichnen"), file_address(f"dokumente/{line.current.id}/gegenzeichnen"))
    return Act(_("Dokumente ansehen"), file_address("dokumente"))
