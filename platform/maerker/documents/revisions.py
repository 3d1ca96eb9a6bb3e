"""Whether a signed file is our own document and nothing was changed in it: what was appended, part by part.

Signing appends to a PDF. So a signed copy begins, byte for byte, with the document that was frozen here, and what
follows may be signatures, their form fields and their proofs, nothing else. A change made before signing would be
covered by the signature and still be a change of our text: therefore the comparison begins at our document.
"""

import logging
import re
from collections.abc import Iterable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    CatalogModificationRule,
    DiffResult,
    FieldComparisonContext,
    FieldComparisonSpec,
    FormUpdate,
    FormUpdatingRule,
    GenericFieldModificationRule,
    ModificationLevel,
    ReferenceUpdate,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    WhitelistRule,
)
from pyhanko.sign.diff_analysis.constants import ROOT_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.fields import enumerate_sig_fields

from maerker.documents.errors import DocumentRefused, broken
from maerker.documents.structure import DAMAGED, read_structure
from maerker.wording import gettext as _

# pyHanko writes each finding to the log, with a traceback; here a finding is an answer.
logging.getLogger("pyhanko.sign.diff_analysis").setLevel(logging.ERROR)

_KEYS_OF_A_FORM = {"/Fields", "/SigFlags", "/DA", "/DR", "/Q", "/NeedAppearances", "/Type"}
_END = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")
_BEGIN_OF_UPDATE = re.compile(rb"\s*\d+ \d+ obj\b")


class _FormOrItsFirst(FormUpdatingRule):
    """Our documents have no form; the first signature brings one. pyHanko's rule compares two forms only."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        if "/AcroForm" in old.root:
            yield from super().apply(old, new)
        elif "/AcroForm" in new.root:
            yield from self._first(old, new)

    def _first(
        self, old: HistoricalResolver, new: HistoricalResolver
    ) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        form = new.root["/AcroForm"]
        if not isinstance(form, generic.DictionaryObject) or set(form) - _KEYS_OF_A_FORM:
            raise SuspiciousModification("the new form holds more than signature fields")
        fields = form.get("/Fields", generic.ArrayObject())
        if not isinstance(fields, generic.ArrayObject):
            raise SuspiciousModification("the new form has no list of fields")
        for holder, key in ((new.root, "/AcroForm"), (form, "/Fields"), (form, "/DR")):
            value = holder.raw_get(key) if key in holder else None
            if isinstance(value, generic.IndirectObject):
                yield from _allowed([value.reference], old)
        if "/DR" in form:
            yield from _allowed(new.collect_dependencies(form["/DR"], since_revision=old.revision + 1), old)
        context = FieldComparisonContext(field_specs=dict(_new_fields(fields)), old=old, new=new)
        for rule in self.field_rules:
            yield from rule.apply(context)


def _allowed(
    references: Iterable[generic.Reference], old: HistoricalResolver
) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
    for reference in references:
        if not old.is_ref_unassignable(reference):
            raise SuspiciousModification("the new form takes the place of something else")
        yield ModificationLevel.FORM_FILLING, FormUpdate(updated_ref=reference, field_name=None)


def _new_fields(fields: generic.ArrayObject) -> Iterable[tuple[str, FieldComparisonSpec]]:
    for index in range(len(fields)):
        reference = fields.raw_get(index)
        field = fields[index]
        if not isinstance(reference, generic.IndirectObject) or not isinstance(field, generic.DictionaryObject):
            raise SuspiciousModification("a field of the new form cannot be read")
        if field.get("/FT") != "/Sig":
            raise SuspiciousModification("the new form has a field that is no signature")
        spec = FieldComparisonSpec(
            field_type="/Sig", old_field_ref=None, new_field_ref=reference.reference, old_canonical_path=None
        )
        yield str(field.get("/T", f"#{index}")), spec


class _Certification(WhitelistRule):
    """A first signature may certify the document: it then says in `/Perms` what may still come after it."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        before, now = (_raw(state.root, "/Perms") for state in (old, new))
        if before == now:
            return
        permissions = new.root.get("/Perms")
        if (
            before is not None
            or not isinstance(permissions, generic.DictionaryObject)
            or set(permissions) - {"/DocMDP"}
        ):
            raise SuspiciousModification("the permissions of the document were changed")
        if isinstance(now, generic.IndirectObject):
            if not old.is_ref_unassignable(now.reference):
                raise SuspiciousModification("the new permissions take the place of something else")
            yield ReferenceUpdate(now.reference)


def _raw(dictionary: generic.DictionaryObject, key: str) -> generic.PdfObject | None:
    return dictionary.raw_get(key) if key in dictionary else None


POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(ROOT_EXEMPT_STRICT_COMPARISON | {"/Perms"}),  # type: ignore[no-untyped-call]
        _Certification().as_qualified(ModificationLevel.LTA_UPDATES),
        *(rule for rule in DEFAULT_DIFF_POLICY.global_rules if not isinstance(rule, CatalogModificationRule)),
    ],
    form_rule=_FormOrItsFirst(
        field_rules=[
            SigFieldCreationRule(),  # type: ignore[no-untyped-call]
            SigFieldModificationRule(),
            GenericFieldModificationRule(),
        ]
    ),
)


def open_our_copy(upload: bytes, original: bytes) -> PdfFileReader:
    """The signed copy, once it is certain that it is `original` with signatures appended.

    Raises DocumentRefused: unsigned, not_ours, other_document, altered, appended, encrypted, broken.
    """
    ours = read_structure(original)
    if upload == original:
        raise unsigned()
    if upload.startswith(original):
        _check_no_rest(upload, len(original))
    reader = read_structure(upload)
    if not upload.startswith(original):
        raise _another(reader, ours)
    try:
        if not any(enumerate_sig_fields(reader, filled_status=True)):
            raise unsigned()
        _check_built_on(reader, ours, len(original))
        _check_only_signatures_added(reader, ours.xrefs.total_revisions - 1)
    except DAMAGED as failure:
        raise broken() from failure
    return reader


def unsigned() -> DocumentRefused:
    return DocumentRefused(
        "unsigned", _("Dieses PDF ist nicht unterschrieben. Bitte unterschreiben Sie es und laden Sie es dann hoch.")
    )


def altered() -> DocumentRefused:
    return DocumentRefused(
        "altered",
        _(
            "Dieses Dokument wurde verändert: Es enthält mehr als die Unterschriften. "
            "Bitte laden Sie das Dokument hier neu herunter und unterschreiben Sie es ohne Änderung."
        ),
    )


def appended() -> DocumentRefused:
    return DocumentRefused(
        "appended",
        _(
            "An diese Datei wurde nach der letzten Unterschrift etwas angehängt. "
            "Bitte laden Sie die Datei so hoch, wie sie nach dem Unterschreiben gespeichert wurde."
        ),
    )


def _check_built_on(reader: PdfFileReader, ours: PdfFileReader, length: int) -> None:
    """The newer parts must refer back to our document, and not merely stand behind it."""
    last = ours.xrefs.total_revisions - 1
    if reader.xrefs.total_revisions <= last + 1:
        raise appended()
    same_place = reader.xrefs.get_startxref_for_revision(last) == ours.xrefs.get_startxref_for_revision(last)
    if not same_place or reader.xrefs.get_xref_container_info(last).end_location > length:
        raise altered()


def _check_no_rest(upload: bytes, length: int) -> None:
    """The file ends as a PDF does. Where it does not, something stands behind its end, or its end is missing."""
    if not _END.search(upload[-2048:]):
        raise appended() if b"%%EOF" in upload[length:] else broken()


def _check_only_signatures_added(reader: PdfFileReader, revision: int) -> None:
    try:
        result = POLICY.review_file(reader, revision)
    except DAMAGED as failure:
        raise altered() from failure
    if not isinstance(result, DiffResult) or result.modification_level > ModificationLevel.FORM_FILLING:
        raise altered()


def check_end(reader: PdfFileReader, upload: bytes, signed_to: int, signed_revision: int) -> None:
    """What stands behind the last signature: nothing, or proofs of its validity in proper revisions of their own.

    `signed_to` is where the last signature's range ends. Raises DocumentRefused (appended).
    """
    rest = upload[signed_to:]
    if not rest.strip(b"\r\n"):
        return
    later = reader.xrefs.total_revisions - 1 - signed_revision
    if not later or rest.count(b"%%EOF") != later or not _BEGIN_OF_UPDATE.match(rest):
        raise appended()


def _another(reader: PdfFileReader, ours: PdfFileReader) -> DocumentRefused:
    """Why it does not begin with our document, as far as the file itself tells."""
    if _identity(reader) is not None and _identity(reader) == _identity(ours):
        return DocumentRefused(
            "altered",
            _(
                "Diese Datei wurde neu gespeichert und ist dadurch nicht mehr das Dokument, das hier vorliegt. "
                "Bitte laden Sie es neu herunter und fügen Sie allein die Unterschrift hinzu."
            ),
        )
    if _creator(reader) and _creator(reader) == _creator(ours):
        return DocumentRefused(
            "other_document",
            _(
                "Das ist ein anderes Dokument, eine frühere Fassung, oder die Datei wurde neu gespeichert. "
                "Bitte unterschreiben Sie genau die Datei, die hier zum Herunterladen steht."
            ),
        )
    return DocumentRefused(
        "not_ours",
        _(
            "Das ist nicht das Dokument, das hier zum Herunterladen steht. Bitte unterschreiben Sie genau diese Datei. "
            "Haben Sie auf Papier unterschrieben, wählen Sie bitte den Weg für Scans."
        ),
    )


def _identity(reader: PdfFileReader) -> bytes | None:
    try:
        first = reader.trailer["/ID"][0]
    except DAMAGED:
        return None
    raw = getattr(first, "original_bytes", None)
    if raw is None:
        raw = first.encode("latin-1", "replace") if isinstance(first, str) else bytes(first)
    return bytes(raw)


def _creator(reader: PdfFileReader) -> str | None:
    try:
        information = reader.trailer["/Info"]
        return str(information.get("/Creator", "")) or None  # signing programs write their own name as /Producer
    except DAMAGED:
        return None
