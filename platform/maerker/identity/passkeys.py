"""Passkeys (WebAuthn): someone proves by a device of theirs, and its finger print or PIN, who they are.

The device signs a random question for this very host, so a copied page of another host gets no answer. The library
is loaded when a passkey is used, not with each web process.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_ANSWER = 20_000
SECONDS = 120
"""So long the browser waits for the person."""


class PasskeyRefused(ValueError):
    """What the browser sent proves nothing: wrong host, wrong question, unknown or copied key, no PIN asked."""


@dataclass(frozen=True)
class Site:
    """The host that passkeys are made for, and the address its pages come from (`https://betrieb.example.de`)."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class NewPasskey:
    """What is kept of a passkey that has just been made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def new_challenge() -> bytes:
    """A random question, used once."""
    return secrets.token_bytes(32)


def creation_options(
    site: Site, challenge: bytes, *, handle: bytes, username: str, display_name: str, known: Sequence[bytes]
) -> dict[str, Any]:
    """What the browser needs to make a passkey. `known` are the ids of those the person has already."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=site.host, rp_name=site.name, user_id=handle, user_name=username, user_display_name=display_name,
        challenge=challenge, timeout=SECONDS * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=item) for item in known],
    )
    made: dict[str, Any] = json.loads(options_to_json(options))
    return made


def made_passkey(site: Site, challenge: bytes, answer: str) -> NewPasskey:
    """The passkey that the browser made. Raises PasskeyRefused."""
    from webauthn import verify_registration_response

    try:
        checked = verify_registration_response(
            credential=_read(answer), expected_challenge=challenge, expected_rp_id=site.host,
            expected_origin=site.origin, require_user_verification=True,
        )
    except Exception as refusal:  # the library's parsers raise nearly anything on odd answers
        raise PasskeyRefused(type(refusal).__name__) from refusal
    return NewPasskey(checked.credential_id, checked.credential_public_key, checked.sign_count)


def request_options(site: Site, challenge: bytes, *, known: Sequence[bytes] = ()) -> dict[str, Any]:
    """What the browser needs to use a passkey. Without `known` the person chooses among all for this host."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=site.host, challenge=challenge, timeout=SECONDS * 1000,
        allow_credentials=[PublicKeyCredentialDescriptor(id=item) for item in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    made: dict[str, Any] = json.loads(options_to_json(options))
    return made


def named_credential(answer: str) -> bytes:
    """Which passkey an answer claims to come from. Raises PasskeyRefused."""
    from webauthn.helpers import base64url_to_bytes

    try:
        return base64url_to_bytes(str(_read(answer)["rawId"]))
    except Exception as refusal:  # as above
        raise PasskeyRefused("no credential") from refusal


def used_passkey(site: Site, challenge: bytes, answer: str, *, public_key: bytes, sign_count: int) -> int:
    """Check an answer; the new counter of the key. A counter that runs back is a copied key. Raises PasskeyRefused."""
    from webauthn import verify_authentication_response

    try:
        checked = verify_authentication_response(
            credential=_read(answer), expected_challenge=challenge, expected_rp_id=site.host,
            expected_origin=site.origin, credential_public_key=public_key, credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except Exception as refusal:  # the library's parsers raise nearly anything on odd answers
        raise PasskeyRefused(type(refusal).__name__) from refusal
    return checked.new_sign_count


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("too long")
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise TypeError("no credential")
    return read
