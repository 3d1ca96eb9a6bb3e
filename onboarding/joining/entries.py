"""The details of a Kommune, in sections: saved while one types, or by a button where there are no scripts."""

from dataclasses import dataclass, field, replace
from typing import Any

from flask import g, jsonify, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.clock import BERLIN, now
from maerker.errors import Invalid, NotAllowed, NotThere, Stale
from maerker.web.access import may, public
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.applications.entries import Saved, entries, missing, needed, values
from onboarding.applications.permissions import FilePermission
from onboarding.applications.saving import SectionSaved, editable, save_field, save_section, section_of
from onboarding.applications.sections import ENTRY_OF, SECTION_OF, SECTIONS, Entry, EntryKind, Section
from onboarding.joining.blueprint import blueprint


@dataclass(frozen=True, kw_only=True)
class ShownEntry:
    """One field on the page: what stands in it, what is wrong with it, who else saved it meanwhile. `needed`: as the
    other answers stand; `lacks`: it is needed and not there yet."""

    entry: Entry
    saved: Saved
    text: str
    words: str
    error: str = ""
    theirs: str | None = None
    by: str = ""
    may_edit: bool = True
    needed: bool = False
    lacks: bool = False

    @property
    def options(self) -> list[tuple[str, str]]:
        """What can be chosen, in words."""
        if self.entry.kind is EntryKind.number:
            return [(str(number), str(number)) for number in range(self.entry.least, self.entry.most + 1)]
        return [(key, _(label)) for key, label in self.entry.choices]


@dataclass(frozen=True, kw_only=True)
class ShownSection:
    """One section on the page. `saved`: the newest save in it."""

    section: Section
    entries: tuple[ShownEntry, ...]
    missing: tuple[Entry, ...]
    saved: Saved
    may_edit: bool
    errors: dict[str, str] = field(default_factory=dict)


@blueprint.get("/akte/angaben")
@may(FilePermission.see_file)
def show_entries() -> Response:
    return _page(saved=request.args.get("gespeichert", ""))


@blueprint.post("/akte/angaben")
@public
@keeps_text
def save_entries() -> Response:
    """A whole section. Public by its address only: whose sign-in has ended gets back what was typed, and no file."""
    section = SECTION_OF.get(request.form.get("section", ""))
    if section is None:
        raise NotThere()
    typed = {entry.key: request.form[entry.key] for entry in section.entries if entry.key in request.form}
    if not current_user.is_authenticated:
        return _kept(section, typed)
    if FilePermission.see_file not in current_user.permissions:
        raise NotAllowed(_("Die Akte ist für Sie noch nicht offen."))
    if g.form_refused:
        error = _("Ihre Eingaben sind noch da. Bitte speichern Sie sie noch einmal.")
        return _page(section=section, typed=typed, result=SectionSaved({"form": error}), status=400)
    result = save_section(section, typed, versions=_versions(), by=current_user.actor, at=now())
    if result.whole:
        return redirect(f"/akte/angaben?gespeichert={section.key}#{section.key}", 303)
    g.commit_anyway = True  # what is right is kept, so that only the rest has to be looked at
    return _page(section=section, typed=typed, result=result, status=409 if result.overtaken else 422)


@blueprint.post("/akte/angaben/<key>")
@may(FilePermission.see_file)
def save_entry_while_typing(key: str) -> Response:
    """One field, for the script of the page: answers with what to say beside it."""
    version = request.form.get("version", "")
    try:
        saved = save_field(
            key, request.form.get("value", ""), version=int(version) if _is_version(version) else None,
            by=current_user.actor, at=now(),
        )
    except Invalid as problem:
        return make_response(jsonify(error=problem.fields.get(key, problem.explanation)), 422)
    except Stale as problem:
        theirs = entries()[key]
        return make_response(jsonify(
            error=problem.explanation, version=theirs.version, by=theirs.saved_by,
            value=as_text(ENTRY_OF[key], theirs.value), words=as_words(ENTRY_OF[key], theirs.value)), 409)
    section, given = section_of(ENTRY_OF[key]), values()
    lacking = [entry.key for entry in missing(given, section)]
    return jsonify(version=saved.version, at=_clock(saved), missing=len(lacking), lacking=lacking,
                   needed=[entry.key for entry in needed(given, section)])


def _clock(saved: Saved) -> str:
    at = (saved.saved_at or now()).astimezone(BERLIN)
    return f"{at.hour}:{at.minute:02d}"


def _versions() -> dict[str, int]:
    return {
        name.removeprefix("version-"): int(value) for name, value in request.form.items()
        if name.startswith("version-") and _is_version(value)
    }


def _is_version(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


def as_text(entry: Entry, value: Any) -> str:
    """A value as it stands in its field."""
    if value is None:
        return ""
    if entry.kind is EntryKind.yes_no:
        return "ja" if value else "nein"
    return "\n".join(value) if isinstance(value, list) else str(value)


def as_words(entry: Entry, value: Any) -> str:
    """A value as people read it."""
    if entry.kind is EntryKind.choice:
        return next((_(label) for key, label in entry.choices if key == value), "")
    if entry.kind is EntryKind.yes_no and value is not None:
        return _("Ja") if value else _("Nein")
    if entry.kind is EntryKind.day and value:
        year, month, day = str(value).split("-")
        return f"{day}.{month}.{year}"
    return as_text(entry, value)


def _page(
    *, section: Section | None = None, typed: dict[str, str] | None = None, result: SectionSaved | None = None,
    saved: str = "", status: int = 200,
) -> Response:
    known = entries()
    given = {key: one.value for key, one in known.items()}
    shown = [
        _shown(one, known, given, (typed or {}) if one is section else {},
               (result or SectionSaved()) if one is section else SectionSaved())
        for one in SECTIONS
    ]
    page = render_template(
        "joining/entries.html", sections=shown, saved=saved, errors=result.errors if result else {},
        overtaken=bool(result and result.overtaken), kinds=EntryKind, nav_current="entries",
        owner=f"{current_user.file_id.hex[:12]}-{current_user.id}",
    )
    return make_response(page, status)


def _shown(
    section: Section, known: dict[str, Saved], given: dict[str, Any], typed: dict[str, str], result: SectionSaved
) -> ShownSection:
    rights, lacking, wanted = current_user.permissions, missing(given, section), needed(given, section)
    rows = [known[entry.key] for entry in section.entries if entry.key in known and known[entry.key].saved_at]
    return ShownSection(
        section=section, missing=lacking,
        may_edit=any(editable(one, rights) for one in section.entries),
        saved=max(rows, key=lambda row: row.saved_at or now(), default=Saved()), errors=result.errors,
        entries=tuple(
            replace(
                _field(entry, known.get(entry.key, Saved()), typed, result, editable(entry, rights)),
                needed=entry in wanted, lacks=entry in lacking,
            )
            for entry in section.entries
        ),
    )


def _field(entry: Entry, saved: Saved, typed: dict[str, str], result: SectionSaved, may_edit: bool) -> ShownEntry:
    theirs = result.overtaken.get(entry.key)
    return ShownEntry(
        entry=entry, saved=saved, text=typed.get(entry.key, as_text(entry, saved.value)),
        words=as_words(entry, saved.value), error=result.errors.get(entry.key, ""), may_edit=may_edit,
        theirs=None if theirs is None else as_words(entry, theirs.value), by=theirs.saved_by if theirs else "",
    )


def _kept(section: Section, typed: dict[str, str]) -> Response:
    """The sign-in has ended: the text stands on the page, and the button saves it after signing in elsewhere."""
    page = render_template("joining/entries_kept.html", section=section, typed=typed, versions=_versions())
    return make_response(page, 403)
