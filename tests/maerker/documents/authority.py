"""Issuers, people and documents for these tests: real keys, real certificates, really signed."""

from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.timestamps import DummyTimeStamper

from maerker.documents.rendering import render_pdf
from maerker.documents.signing import sign_pdf
from onboarding.demo.authority import DemoAuthority, SigningMeans, a_demo_authority

MADE_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SIGNED_AT = MADE_AT + timedelta(days=1)
CHECKED_AT = MADE_AT + timedelta(days=2)
YEAR = timedelta(days=365)

SOURCE = """#import "/house.typ": *
#show: house
= Erklärung
Die #at("municipality") tritt bei.
= Unterschriften
#signatures((party: "Für die Kommune", people: ((name: at("signer"), role: "Bürgermeisterin"),)))
"""


@cache
def the_authority() -> DemoAuthority:
    return a_demo_authority(at=MADE_AT, name="Prüf-Vertrauensdienst")


@cache
def another_authority() -> DemoAuthority:
    return a_demo_authority(at=MADE_AT, name="Unbekannter Dienst")


def trusted() -> list[bytes]:
    return [the_authority().certificate_pem]


@cache
def means_of(
    name: str = "Erika Muster",
    organisation: str = "Stadt Cottbus/Chóśebuz",
    *,
    valid_from: datetime = MADE_AT - YEAR / 2,
    valid_to: datetime = MADE_AT + YEAR,
) -> SigningMeans:
    return the_authority().means_for(name, organisation, valid_from=valid_from, valid_to=valid_to)


@cache
def means_for_nothing() -> SigningMeans:
    """A certificate for encrypting, not for signing."""
    names = ("digital_signature", "content_commitment", "data_encipherment", "key_agreement", "key_cert_sign")
    more = ("crl_sign", "encipher_only", "decipher_only")
    purpose = x509.KeyUsage(key_encipherment=True, **dict.fromkeys(names + more, False))
    return the_authority().means_for(
        "Erika Muster", "Stadt", valid_from=MADE_AT - YEAR / 2, valid_to=MADE_AT + YEAR, purpose=purpose
    )


@cache
def an_old_entry() -> bytes:
    """The same issuer, with a certificate of its own that ran out on the day after the document was made."""
    authority = the_authority()
    return reissued(authority, not_after=MADE_AT + timedelta(days=1)).public_bytes(Encoding.PEM)


def reissued(authority: DemoAuthority, *, not_after: datetime) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(authority.certificate.subject)
        .issuer_name(authority.certificate.subject)
        .public_key(authority.key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MADE_AT - YEAR)
        .not_valid_after(not_after)
    )
    for extension in authority.certificate.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    return builder.sign(authority.key, hashes.SHA256())


@cache
def _time_service() -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Zeitstempeldienst")])
    purpose = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MADE_AT - YEAR)
        .not_valid_after(MADE_AT + YEAR * 5)
        .add_extension(purpose, critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def time_service_pem() -> bytes:
    return _time_service()[0].public_bytes(Encoding.PEM)


def a_time_stamper(moment: datetime) -> DummyTimeStamper:
    certificate, key = _time_service()
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        asn1.Certificate.load(certificate.public_bytes(Encoding.DER)), keys.PrivateKeyInfo.load(der), fixed_dt=moment
    )


@cache
def a_document(title: str = "Beitrittserklärung", municipality: str = "Stadt Cottbus/Chóśebuz") -> bytes:
    data = {"title": title, "municipality": municipality, "signer": "Erika Muster", "version": "1"}
    return render_pdf(SOURCE, data, made_at=MADE_AT)


def signed(pdf: bytes | None = None, means: SigningMeans | None = None, *, at: datetime = SIGNED_AT) -> bytes:
    means = means or means_of()
    return sign_pdf(
        a_document() if pdf is None else pdf,
        pkcs12=means.pkcs12,
        passphrase=means.passphrase,
        name=means.name,
        reason="Beitritt",
        at=at,
    )
