"""The texts that come with the platform: careful drafts, until the operator releases them."""

from pathlib import Path

from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.versions import TextVersion

_TEXTS = Path(__file__).parent / "texts"


def packaged_text(kind: DocumentKind) -> TextVersion:
    """Version 1 of this kind, a draft."""
    return TextVersion(kind=kind, version=1, source=(_TEXTS / kind / "1.typ").read_text(encoding="utf-8"))
