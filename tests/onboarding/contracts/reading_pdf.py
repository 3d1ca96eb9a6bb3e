"""What a PDF says and whether it conforms."""

import re
from typing import Any

import page
import pypdfium2  # type: ignore[import-untyped]

_STREAM = re.compile(rb"/Length (\d+)(?:(?!stream).)*?stream\n", re.DOTALL)


def words_of(pdf: bytes) -> str:
    """All text, with every break and hard space as one plain space; a word parted at a line's end is whole again."""
    document = pypdfium2.PdfDocument(pdf)
    said = " ".join(document[n].get_textpage().get_text_bounded() for n in range(len(document)))
    return re.sub(r"[\s\u00a0\u200b]+", " ", re.sub(r"[\x02\ufffe\u00ad]\s*", "", said))


def squeezed(words: str) -> str:
    """Without spaces and hyphens, for words that may be parted at a line's end where they have a hyphen anyway."""
    return re.sub(r"[\s-]", "", words)


def faults_of(pdf: bytes) -> list[Any]:
    """What offends against PDF/A-3a or PDF/UA-1."""
    found = [
        failure
        for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)
        for failure in page.validate_pdf_bytes(pdf, profile=profile).failures
    ]
    return [(fault.rule_id, fault.message) for fault in found if not _mistaken(fault.rule_id, pdf)]


def _mistaken(rule: str, pdf: bytes) -> bool:
    """The checker takes a compressed stream whose last byte is a carriage return for one byte too short. Where each
    stream has the length it says, and ends so, the finding is void."""
    if not rule.endswith("STREAM-LENGTH-001"):
        return False
    ends = [match.end() + int(match[1]) for match in _STREAM.finditer(pdf)]
    right = all(pdf[end:end + 10] == b"\nendstream" for end in ends)
    return right and any(pdf[end - 1:end] == b"\r" for end in ends)
