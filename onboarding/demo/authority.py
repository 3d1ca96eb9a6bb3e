"""A trust service for the demonstration: it gives people certificates, so that documents are really signed there.

What it signs proves nothing outside of the demonstration, and its name says so. The keys are made anew each time.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

NAME = "Demo-Vertrauensdienst"
_OF_PEOPLE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
_OF_AUTHORITIES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True)
class SigningMeans:
    """What one person signs with: `pkcs12` holds key and certificate, locked by `passphrase`."""

    name: str
    pkcs12: bytes
    passphrase: str


@dataclass(frozen=True)
class DemoAuthority:
    """The issuer: its certificate goes onto the operator's trust list (`certificate_pem`)."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def means_for(
        self,
        name: str,
        organisation: str,
        *,
        valid_from: datetime,
        valid_to: datetime,
        purpose: x509.KeyUsage = _OF_PEOPLE,
    ) -> SigningMeans:
        """A personal certificate for somebody who signs on behalf of an organisation."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
                x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
                x509.NameAttribute(NameOID.SERIAL_NUMBER, secrets.token_hex(6).upper()),
            ]
        )
        certificate = _certificate(subject, key, self.certificate.subject, self.key, valid_from, valid_to, purpose)
        passphrase = secrets.token_urlsafe(18)
        pkcs12 = serialize_key_and_certificates(
            name.encode(), key, certificate, [self.certificate], BestAvailableEncryption(passphrase.encode())
        )
        return SigningMeans(name, pkcs12, passphrase)


def a_demo_authority(*, at: datetime, years: int = 10, name: str = NAME) -> DemoAuthority:
    """An issuer that has existed for a year at this moment, so that past signatures of the demonstration hold too."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    since = at - timedelta(days=365)
    until = at + timedelta(days=365 * years)
    return DemoAuthority(_certificate(subject, key, subject, key, since, until, _OF_AUTHORITIES), key)


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    valid_from: datetime,
    valid_to: datetime,
    purpose: x509.KeyUsage,
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_to)
        .add_extension(x509.BasicConstraints(ca=purpose.key_cert_sign, path_length=None), critical=True)
        .add_extension(purpose, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
