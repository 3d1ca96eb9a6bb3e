"""A document that came back signed electronically: is it ours, unchanged, and by whom and when was it signed?"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils.generic import parse_pdf_date
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature

from maerker.documents.errors import DocumentRefused, broken
from maerker.documents.inspection import UploadKind, recognise
from maerker.documents.limits import MAX_SIGNATURES
from maerker.documents.revisions import check_end, open_our_copy, unsigned
from maerker.documents.signers import Signer, check_people, check_stamp, checked_signature
from maerker.documents.stamps import words_under_stamps
from maerker.documents.structure import DAMAGED, read_structure
from maerker.documents.trust import read_trust_list
from maerker.wording import gettext as _
from maerker.wording import ngettext

__all__ = ["SignedCopy", "Signer", "check_signed_copy"]

# pyHanko writes each finding to the log, with a traceback; here a finding is an answer.
for _noisy in (
    "pyhanko.sign.validation",
    "pyhanko.sign.diff_analysis",
    "pyhanko.sign.general",
    "pyhanko_certvalidator",
):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class SignedCopy:
    """The signers, in the order in which they signed, and the hashes (SHA-256) of both files.

    `covered`: the words of our document that visible signatures lie over, for people to look at; mostly empty.
    """

    signers: tuple[Signer, ...]
    original_sha256: str
    upload_sha256: str
    covered: tuple[str, ...] = ()


def check_signed_copy(
    upload: bytes,
    original: bytes,
    *,
    trusted: Sequence[bytes],
    at: datetime,
    expected_signers: int | None = None,
) -> SignedCopy:
    """Who signed `original`, which was frozen here; `upload` is what came back at the moment `at`.

    Every signature must be intact, made by a certificate that was valid then and that the operator's list `trusted`
    (PEM or DER) vouches for; nothing but signatures and their proofs may have been added. Nothing is fetched from the
    network. `expected_signers` counts all signatures in the file, also those that `original` already bore.

    Raises DocumentRefused. Codes: empty, too_large, not_a_document, not_a_pdf, broken, encrypted, unsigned, not_ours,
    other_document, altered, appended, locked, unsupported, weak, no_time, future, too_early, expired, not_yet_valid,
    revoked, wrong_purpose, untrusted, same_person, too_many, too_few.
    """
    if recognise(upload) is not UploadKind.PDF:
        raise DocumentRefused(
            "not_a_pdf",
            _(
                "Diese Datei ist ein Bild. Ein elektronisch unterschriebenes Dokument ist immer ein PDF. "
                "Haben Sie auf Papier unterschrieben, wählen Sie bitte den Weg für Scans."
            ),
        )
    reader = open_our_copy(upload, original)
    found, stamps = _signatures(reader)
    _check_number(len(found), expected_signers)
    roots, made_at = read_trust_list(trusted), _made_at(original)
    signers = tuple(checked_signature(one, reader, roots, at=at, made_at=made_at) for one in found)
    for stamp in stamps:
        check_stamp(stamp, reader, roots, at)
    check_people(found, signers)
    last = max([*found, *stamps], key=lambda one: one.signed_revision)
    check_end(reader, upload, last.byte_range[2] + last.byte_range[3], last.signed_revision)
    return SignedCopy(
        signers,
        hashlib.sha256(original).hexdigest(),
        hashlib.sha256(upload).hexdigest(),
        words_under_stamps(reader, original),
    )


def _signatures(reader: PdfFileReader) -> tuple[list[EmbeddedPdfSignature], list[EmbeddedPdfSignature]]:
    """People's signatures and time stamps, each in the order in which they were made."""
    try:
        filled = list(enumerate_sig_fields(reader, filled_status=True))
        if len(filled) > MAX_SIGNATURES:
            raise _too_many(len(filled))
        everything = reader.embedded_signatures
    except DAMAGED as failure:
        raise broken() from failure
    if len(everything) != len(filled):
        raise DocumentRefused(
            "unsupported",
            _("Eine Unterschrift hat ein veraltetes Format. Bitte unterschreiben Sie mit einem Programm für PAdES."),
        )
    people = [one for one in everything if one.sig_object_type == "/Sig"]
    return people, [one for one in everything if one.sig_object_type != "/Sig"]


def _check_number(count: int, expected: int | None) -> None:
    if not count:
        raise unsigned()
    if expected is not None and count > expected:
        raise _too_many(count, expected)
    if expected is not None and count < expected:
        raise DocumentRefused(
            "too_few",
            ngettext(
                "Es fehlt noch eine Unterschrift: vorgesehen sind %(expected)d.",
                "Es fehlen noch %(num)s Unterschriften: vorgesehen sind %(expected)d.",
                expected - count,
                expected=expected,
            ),
        )


def _too_many(count: int, expected: int = MAX_SIGNATURES) -> DocumentRefused:
    return DocumentRefused(
        "too_many",
        _("Diese Datei trägt %(count)d Unterschriften; vorgesehen sind %(expected)d.", count=count, expected=expected),
    )


def _made_at(original: bytes) -> datetime | None:
    """When we made this document. The clock of a scanner is not believed."""
    try:
        information = read_structure(original).trailer["/Info"]
        if not str(information.get("/Creator", "")).startswith("Typst"):
            return None
        return parse_pdf_date(information["/CreationDate"], strict=False)
    except DAMAGED:
        return None
