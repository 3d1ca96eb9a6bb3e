"""The certificates that the operator trusts: reading one before it goes onto the list."""

import re
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key

from maerker.documents.errors import DocumentRefused
from maerker.wording import gettext as _
from maerker.wording import marked

MAX_BYTES = 64 * 1024
_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")
_PKCS12_CONTENT = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"  # how every .p12 begins, after its lengths
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_ATTRIBUTES = (
    x509.NameOID.COMMON_NAME,
    x509.NameOID.ORGANIZATIONAL_UNIT_NAME,
    x509.NameOID.ORGANIZATION_NAME,
    x509.NameOID.COUNTRY_NAME,
)

NOT_A_CERTIFICATE = marked("Diese Datei ist kein Zertifikat. Angenommen werden Dateien im Format PEM oder DER.")


@dataclass(frozen=True)
class Certificate:
    """What the trust list says of one certificate. `fingerprint` is SHA-256 in hexadecimal figures.

    `is_authority`: it may vouch for others; otherwise it vouches for its one owner alone. `is_root`: it vouches for
    itself, so its fingerprint should be compared with the one its owner published.
    """

    subject: str
    issuer: str
    valid_from: datetime
    valid_to: datetime
    serial: str
    fingerprint: str
    is_authority: bool
    is_root: bool
    pem: str


def read_certificate(content: bytes) -> Certificate:
    """Read one certificate, PEM or DER. Raises DocumentRefused: empty, too_large, private_key, several, broken."""
    if not content.strip():
        raise DocumentRefused("empty", _("Diese Datei ist leer. Bitte wählen Sie eine andere aus."))
    if len(content) > MAX_BYTES:
        raise DocumentRefused("too_large", _(NOT_A_CERTIFICATE))
    if _holds_key(content):
        raise DocumentRefused(
            "private_key",
            _(
                "Diese Datei enthält einen geheimen Schlüssel. Bitte geben Sie ihn nicht weiter: Hier gehört nur das "
                "Zertifikat hin."
            ),
        )
    if content.count(_CERTIFICATE) > 1:
        raise DocumentRefused(
            "several", _("Diese Datei enthält mehrere Zertifikate. Bitte fügen Sie jedes einzeln hinzu.")
        )
    try:
        certificate = _loaded(content)
        return _facts(certificate)
    except ValueError as failure:
        raise DocumentRefused("broken", _(NOT_A_CERTIFICATE)) from failure


def name_in_words(name: x509.Name) -> str:
    """'Musterdienst Root CA 1, Musterdienst GmbH, DE'."""
    parts = [str(found.value) for kind in _ATTRIBUTES for found in name.get_attributes_for_oid(kind)]
    return ", ".join(parts) or name.rfc4514_string()


def _holds_key(content: bytes) -> bool:
    """Whether a secret key is in it: as text, or in one of the binary forms in which keys are kept."""
    if _PRIVATE_KEY.search(content):
        return True
    if not content.startswith(b"\x30"):
        return False
    try:
        load_der_private_key(content, password=None)
    except TypeError:  # locked by a password
        return True
    except (ValueError, UnsupportedAlgorithm):
        return _PKCS12_CONTENT in content[:64]
    return True


def _loaded(content: bytes) -> x509.Certificate:
    if _CERTIFICATE in content:
        return x509.load_pem_x509_certificate(content)
    return x509.load_der_x509_certificate(content)


def _facts(certificate: x509.Certificate) -> Certificate:
    return Certificate(
        subject=name_in_words(certificate.subject),
        issuer=name_in_words(certificate.issuer),
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
        serial=f"{certificate.serial_number:X}",
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        is_authority=_may_vouch(certificate),
        is_root=certificate.subject == certificate.issuer,
        pem=certificate.public_bytes(Encoding.PEM).decode(),
    )


def _may_vouch(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
