"""What has changed in a file since a document was made: the document holds as it is, until a new version is signed."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from maerker.database.base import session
from maerker.errors import Invalid
from maerker.settings import Settings
from onboarding.applications.sections import SECTION_OF
from onboarding.contracts.facts import facts_as_data
from onboarding.contracts.file_facts import SECTIONS_OF_KIND, facts_now
from onboarding.contracts.file_models import DocumentState, FileDocument
from onboarding.contracts.file_queries import DocumentLine
from onboarding.contracts.kinds import DocumentKind

_PRINTED: Mapping[str, tuple[str, ...]] = {
    "kommune": ("municipality",), "vertretung": ("head", "signatories"), "versprechen": ("promise",),
    "freigabe": ("assessment",),
}
_KEYS = tuple(key for keys in _PRINTED.values() for key in keys)


def changed_since(lines: Iterable[DocumentLine], settings: Settings) -> dict[int, tuple[str, ...]]:
    """For the current document of each line: the labels (German, untranslated) of the sections of the file that say
    something else now than the document does. Documents that still say the same are left out, and what an older
    version of the platform did not print is not compared."""
    ids = [line.current.id for line in lines if line.current is not None]
    if not ids:
        return {}
    try:
        said: Mapping[str, Any] = facts_as_data(facts_now(settings))
    except Invalid:  # a promise that is half filled in: it cannot be what was printed
        said = {"promise": None}
    rows = session().execute(
        select(FileDocument.id, FileDocument.kind, *(FileDocument.data[key] for key in _KEYS))
        .where(FileDocument.id.in_(ids), FileDocument.state == DocumentState.ready)
    )
    found = {number: _changed(kind, dict(zip(_KEYS, printed, strict=True)), said) for number, kind, *printed in rows}
    return {number: labels for number, labels in found.items() if labels}


def _changed(kind: str, printed: Mapping[str, Any], said: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        SECTION_OF[section].label for section in SECTIONS_OF_KIND.get(DocumentKind(kind), ())
        if any(key in said and printed[key] not in (None, said[key]) for key in _PRINTED[section])
    )
