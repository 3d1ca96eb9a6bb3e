"""The tracking code: how someone without an account finds the own report again.

130 bits, computed from the instance's key, the town and the submission, so that mails can carry it while the
database keeps its SHA-256 alone.
"""

import base64
import hashlib
import uuid

from maerker.settings import Settings

_LENGTH = 26


def tracking_code(settings: Settings, tenant_id: uuid.UUID, submission: uuid.UUID) -> str:
    """26 letters and digits, in lower case."""
    raw = settings.derive("tracking", str(tenant_id), str(submission))
    return base64.b32encode(raw).decode().lower()[:_LENGTH]


def tracking_hash(code: str) -> bytes:
    """What the database keeps. Blanks, hyphens and capitals of a typed code do not matter."""
    plain = code.lower()
    if not plain.isalnum():
        plain = "".join(sign for sign in plain if sign.isalnum())
    return hashlib.sha256(f"tracking\x1f{plain}".encode()).digest()
