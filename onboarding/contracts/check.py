"""Whether a text becomes a document, before anybody signs it. Loads Typst: for worker jobs and commands only."""

from dataclasses import replace
from datetime import UTC, datetime

from onboarding.contracts.facts import Facts, Municipality
from onboarding.contracts.generation import generate
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.sample import sample_facts
from onboarding.contracts.versions import TextVersion

_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


def check_source(source: str, kind: DocumentKind) -> bytes:
    """The document with a sample Kommune's facts, to be looked at. Tried with hardly any facts, too.

    Raises RenderingProblem (maerker.documents.rendering) with Typst's message and line.
    """
    text = TextVersion(kind=kind, version=1, source=source)
    full = sample_facts()
    bare = Facts(municipality=Municipality(name="Musterheide", kind="Stadt", ars="120990001001"))
    generate(kind, bare, text, made_at=_AT)
    generate(kind, replace(full, signatories=full.signatories[:1]), text, made_at=_AT)
    return generate(kind, full, text, made_at=_AT).pdf
