"""From facts and a version of the text to the document: the same in, the same bytes out.

For worker jobs and commands only: Typst is loaded with the first document and never in a web process.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maerker.clock import BERLIN
from onboarding.contracts.facts import Facts, facts_as_data
from onboarding.contracts.kinds import KINDS, DocumentKind
from onboarding.contracts.versions import TextVersion

LONGEST_ISSUER = 90
"""So many letters the head of each page bears; beyond that the second name is left out there."""


@dataclass(frozen=True, kw_only=True)
class Generated:
    """A document as it is frozen: the PDF, its SHA-256 in hex, and the values it was filled with."""

    kind: DocumentKind
    pdf: bytes
    sha256: str
    data: Mapping[str, Any]


def generate(kind: DocumentKind, facts: Facts, text: TextVersion, *, made_at: datetime) -> Generated:
    """Make the document of this kind from the facts of one Kommune.

    Raises RenderingProblem (maerker.documents.rendering) if the text does not become a document.
    """
    if text.kind is not kind:
        raise ValueError(f"a text of {text.kind} for a document of {kind}")
    return generate_again(kind, document_data(kind, facts, text, made_at=made_at), text.source, made_at=made_at)


def generate_again(kind: DocumentKind, data: Mapping[str, Any], source: str, *, made_at: datetime) -> Generated:
    """Make a frozen document anew from the values kept beside it; its bytes and its hash are those of then."""
    from maerker.documents.rendering import render_pdf

    pdf = render_pdf(source, data, made_at=made_at)
    return Generated(kind=kind, pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), data=data)


def document_data(kind: DocumentKind, facts: Facts, text: TextVersion, *, made_at: datetime) -> dict[str, Any]:
    """The facts, and what the layout needs: title, issuer, version, mark of a draft, day in Berlin."""
    what = KINDS[kind]
    return {
        **facts_as_data(facts),
        "title": what.label,
        "subtitle": what.subtitle,
        "issuer": _issuer(kind, facts),
        "arms": "" if facts.may_show_arms is False or what.for_each_person else facts.arms,
        "arms_alt": f"Wappen: {facts.municipality.formal_name}",
        "version": text.words,
        "draft": text.is_draft,
        "released_on": text.released_at.astimezone(BERLIN).date().isoformat() if text.released_at else None,
        "made_on": made_at.astimezone(BERLIN).date().isoformat(),
    }


def _issuer(kind: DocumentKind, facts: Facts) -> str:
    """Who speaks: the Kommune, with both its names; for a person's certificate the operator."""
    town = facts.municipality
    if KINDS[kind].for_each_person and facts.operator.name:
        return facts.operator.name
    both = f"{town.formal_name}/{town.name_dsb}"  # as the official names have it: Spremberg/Grodk
    is_new = bool(town.name_dsb) and town.name_dsb not in town.formal_name
    return both if is_new and len(both) <= LONGEST_ISSUER else town.formal_name
