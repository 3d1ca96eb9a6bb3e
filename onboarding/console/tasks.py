"""What waits for the operator, in all files, as a list of things to do."""

from flask import render_template, request

from maerker.clock import BERLIN, now
from maerker.web.access import may
from onboarding.applications.console_tasks import TASK_LABELS, TaskKind, tasks
from onboarding.console.blueprint import blueprint, settings, who
from onboarding.console.words import since_words
from onboarding.operators.permissions import OperatorPermission

FEW = 10


@blueprint.get("/aufgaben")
@may(OperatorPermission.see_files)
def show_tasks() -> str:
    """All kinds with the ten that wait longest, or one kind whole (`?kind=`)."""
    found, today = tasks(), now().astimezone(BERLIN).date()
    kind = request.args.get("kind", "")
    only = TaskKind(kind) if kind in set(TaskKind) else None
    shown = {one: items if one is only else items[:FEW] for one, items in found.items() if only in (None, one)}
    return render_template(
        "console/tasks.html", shown=shown, found=found, only=only, labels=TASK_LABELS, own_id=who().id,
        number=sum(len(items) for items in found.values()), operator_missing=settings().operator_missing,
        since=lambda task: since_words((today - task.since.astimezone(BERLIN).date()).days),
    )
