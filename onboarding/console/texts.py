"""The texts of the documents: versions, a new draft, trying it, comparing two, releasing and putting aside."""

from typing import Any

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, NotThere, Problem, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from maerker.wording import marked
from onboarding.console.blueprint import blueprint, who
from onboarding.console.text_differences import shown_lines
from onboarding.contracts.actions import BEGINS_WITH, discard_draft, draft_text, load_first_texts, release_text
from onboarding.contracts.kinds import KINDS, DocumentKind
from onboarding.contracts.models import ContractText
from onboarding.contracts.queries import all_texts, difference, texts_of
from onboarding.contracts.text_trials import Trial, try_text
from onboarding.contracts.versions import TextState
from onboarding.operators.fresh import demand_fresh
from onboarding.operators.permissions import OperatorPermission

READ, WRITE = OperatorPermission.see_files, OperatorPermission.release_texts
AGAIN = marked("Bitte senden Sie das Formular noch einmal ab.")


@blueprint.get("/texte")
@may(READ)
def show_texts() -> str:
    """Every kind of document with the version in force and the newest draft."""
    return render_template("console/texts.html", texts=all_texts(), kinds=KINDS, current=_current, **_words())


@blueprint.post("/texte")
@may(WRITE)
def take_first_texts() -> Response:
    """Take the texts that come with the platform, where there are none yet."""
    load_first_texts(by=who().actor, at=now())
    return redirect("/texte?getan=geladen", 303)


@blueprint.get("/texte/<kind>")
@may(READ)
def show_versions(kind: str) -> str:
    which = _kind(kind)
    return render_template(
        "console/texts_kind.html", kind=which, what=KINDS[which], rows=texts_of(which), done=_done(), **_words()
    )


@blueprint.get("/texte/<kind>/neu")
@may(WRITE)
def show_new_text(kind: str) -> Response:
    """A new draft begins as the version in force, or as the one named by `aus`."""
    which = _kind(kind)
    asked = request.args.get("aus", "")
    start = _row(which, asked) if asked else _current(texts_of(which))
    source = start.source if start else f"{BEGINS_WITH}\n"
    return _new_page(which, {"source": source, "note": "", "base": str(start.version) if start else ""}, {})


@blueprint.post("/texte/<kind>/neu")
@may(WRITE)
@keeps_text
def send_new_text(kind: str) -> Response:
    """Keep it as a draft, or try it without keeping; what was typed stays either way."""
    which, typed = _kind(kind), request.form.to_dict()
    if g.form_refused:
        return _new_page(which, typed, {"source": _(AGAIN)}, 400)
    if typed.get("act") == "try":
        return _new_page(which, typed, {}, trial=try_text(which, typed.get("source", "")))
    try:
        row = draft_text(which, typed.get("source", ""), typed.get("note", ""), by=who().actor, at=now())
    except Invalid as refusal:
        return _new_page(which, typed, dict(refusal.fields), 422)
    return redirect(f"/texte/{which}/{row.version}?getan=entwurf", 303)


@blueprint.get("/texte/<kind>/<int:version>")
@may(READ)
def show_text(kind: str, version: int) -> Response:
    return _text_page(_kind(kind), version)


@blueprint.post("/texte/<kind>/<int:version>/pruefen")
@may(READ)
def send_trial(kind: str, version: int) -> Response:
    """Try whether this version becomes a document; the answer stands on the page."""
    which = _kind(kind)
    return _text_page(which, version, trial=try_text(which, _row(which, version).source))


@blueprint.get("/texte/<kind>/<int:version>/muster.pdf")
@may(READ)
def show_sample(kind: str, version: int) -> Response:
    """The document of a Kommune that does not exist, as a PDF. A text that does not become one shows why."""
    which = _kind(kind)
    trial = try_text(which, _row(which, version).source)
    if not trial.is_good:
        return _text_page(which, version, trial=trial, status=422)
    answer = make_response(trial.pdf)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="muster-{which}-{version}.pdf"'
    return answer


@blueprint.get("/texte/<kind>/vergleich")
@may(READ)
def show_difference(kind: str) -> str:
    """Two versions, line by line; `alles` shows the whole text instead of the changed places."""
    which = _kind(kind)
    rows = texts_of(which)
    newer = _row(which, request.args.get("neu", "") or (rows[0].version if rows else 0))
    fallback = next((row.version for row in rows if row.version < newer.version), newer.version)
    older = _row(which, request.args.get("alt", "") or fallback)
    whole = request.args.get("alles") == "1"
    lines = difference(which, older.version, newer.version, context=100_000 if whole else 3)
    return render_template(
        "console/texts_difference.html", kind=which, what=KINDS[which], rows=rows, older=older, newer=newer,
        lines=shown_lines(lines), added=sum(line.kind == "new" for line in lines),
        removed=sum(line.kind == "old" for line in lines), whole=whole, **_words(),
    )


@blueprint.get("/texte/<kind>/<int:version>/freigeben")
@may(WRITE)
def show_release(kind: str, version: int) -> Response:
    return _release_page(_kind(kind), version)


@blueprint.post("/texte/<kind>/<int:version>/freigeben")
@may(WRITE)
@demand_fresh()
def send_release(kind: str, version: int) -> Response:
    """Put it into force, if it becomes a document. The second factor is asked for once more."""
    which = _kind(kind)
    trial = try_text(which, _row(which, version).source)
    if not trial.is_good:
        return _release_page(which, version, trial, 422)
    release_text(which, version, by=who().actor, at=now())
    return redirect(f"/texte/{which}?getan=freigegeben", 303)


@blueprint.get("/texte/<kind>/<int:version>/verwerfen")
@may(WRITE)
def show_discard(kind: str, version: int) -> str:
    which = _kind(kind)
    return render_template(
        "console/texts_discard.html", kind=which, what=KINDS[which], row=_draft(which, version), **_words()
    )


@blueprint.post("/texte/<kind>/<int:version>/verwerfen")
@may(WRITE)
def send_discard(kind: str, version: int) -> Response:
    which = _kind(kind)
    try:
        discard_draft(which, version, by=who().actor, at=now())
    except Stale as refusal:
        return _text_page(which, version, error=_(refusal.explanation), status=409)
    return redirect(f"/texte/{which}?getan=verworfen", 303)


def _release_page(which: DocumentKind, version: int, trial: Trial | None = None, status: int = 200) -> Response:
    row, released = _draft(which, version), next((one for one in texts_of(which) if _is_released(one)), None)
    lines = difference(which, released.version, version) if released else []
    return make_response(render_template(
        "console/texts_release.html", kind=which, what=KINDS[which], row=row, released=released, outcome=trial,
        refused_now=trial is not None, lines=shown_lines(lines), added=sum(line.kind == "new" for line in lines),
        removed=sum(line.kind == "old" for line in lines), **_words(),
    ), status)


def _new_page(
    which: DocumentKind, typed: dict[str, Any], errors: dict[str, str], status: int = 200, trial: Trial | None = None
) -> Response:
    return make_response(render_template(
        "console/texts_new.html", kind=which, what=KINDS[which], typed=typed, errors=errors, outcome=trial, **_words()
    ), status)


def _text_page(
    which: DocumentKind, version: int, *, trial: Trial | None = None, error: str = "", status: int = 200
) -> Response:
    row, rows = _row(which, version), texts_of(which)
    return make_response(render_template(
        "console/texts_version.html", kind=which, what=KINDS[which], row=row, outcome=trial, error=error,
        released=next((one for one in rows if _is_released(one)), None), done=_done(),
        before=next((one for one in rows if one.version < version), None), **_words(),
    ), status)


def _kind(typed: str) -> DocumentKind:
    if typed not in set(DocumentKind):
        raise NotThere()
    return DocumentKind(typed)


def _row(which: DocumentKind, version: str | int) -> ContractText:
    """One version. Raises NotThere, also for what is no number."""
    found = next((row for row in texts_of(which) if str(row.version) == str(version)), None)
    if found is None:
        raise NotThere()
    return found


def _draft(which: DocumentKind, version: int) -> ContractText:
    row = _row(which, version)
    if row.state is not TextState.draft:
        raise NoDraft(_("Diese Fassung ist kein Entwurf mehr. Bitte sehen Sie sich den jetzigen Stand an."))
    return row


class NoDraft(Problem):
    """Somebody released it or put it aside in the meantime."""

    status = 409
    title = marked("Diese Fassung ist kein Entwurf mehr")


def _is_released(row: ContractText) -> bool:
    return row.state is TextState.released


def _current(rows: list[ContractText]) -> ContractText | None:
    """What documents are made from: the version in force, else the newest draft."""
    usable = [row for row in rows if row.state is not TextState.retired]
    return next((row for row in usable if _is_released(row)), usable[0] if usable else None)


def _done() -> str:
    return request.args.get("getan", "")


def _words() -> dict[str, Any]:
    return {
        "states": {
            TextState.draft: (_("Entwurf"), "info"), TextState.released: (_("in Kraft"), "success"),
            TextState.retired: (_("zurückgezogen"), "neutral"),
        },
        "TextState": TextState, "begins_with": BEGINS_WITH,
    }
