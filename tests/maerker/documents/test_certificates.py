"""Certificates for the trust list: what is said of one, and what is no certificate."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from maerker.documents.certificates import read_certificate
from maerker.documents.errors import DocumentRefused
from tests.maerker.documents.authority import MADE_AT, YEAR, another_authority, means_of, the_authority


def code_of(content: bytes) -> str:
    with pytest.raises(DocumentRefused) as caught:
        read_certificate(content)
    assert caught.value.explanation.endswith(".")
    return caught.value.code


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_an_issuers_certificate(encoding: Encoding) -> None:
    certificate = read_certificate(the_authority().certificate.public_bytes(encoding))
    assert certificate.subject == certificate.issuer == "Prüf-Vertrauensdienst, DE"
    assert certificate.valid_from == MADE_AT - YEAR
    assert certificate.valid_to == MADE_AT + YEAR * 10
    assert (certificate.is_authority, certificate.is_root) == (True, True)
    assert len(certificate.fingerprint) == 64
    assert certificate.pem.encode() == the_authority().certificate_pem


def test_a_persons_certificate() -> None:
    means = means_of()
    bundle = load_pkcs12(means.pkcs12, means.passphrase.encode())
    assert bundle.cert is not None
    certificate = read_certificate(bundle.cert.certificate.public_bytes(Encoding.DER))
    assert certificate.subject == "Erika Muster, Stadt Cottbus/Chóśebuz, DE"
    assert certificate.issuer == "Prüf-Vertrauensdienst, DE"
    assert (certificate.is_authority, certificate.is_root) == (False, False)


def test_the_text_that_often_stands_before_a_certificate() -> None:
    assert read_certificate(b"Herausgegeben von uns\n\n" + the_authority().certificate_pem).is_root


def test_what_is_read_can_be_read_again() -> None:
    once = read_certificate(the_authority().certificate_pem)
    assert read_certificate(once.pem.encode()) == once


def test_a_secret_key_is_refused_and_its_owner_warned() -> None:
    key = the_authority().key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    traditional = the_authority().key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    assert code_of(key) == "private_key"
    assert code_of(traditional) == "private_key"
    assert code_of(the_authority().certificate_pem + key) == "private_key"
    with pytest.raises(DocumentRefused, match="geheimen Schlüssel"):
        read_certificate(key)


def test_a_secret_key_in_the_binary_form_is_refused_too() -> None:
    key = the_authority().key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert code_of(key) == "private_key"
    assert code_of(means_of().pkcs12) == "private_key"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"Guten Tag", "broken"),
        (b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n", "broken"),
        (the_authority().certificate_pem[:-60], "broken"),
        (the_authority().certificate.public_bytes(Encoding.DER)[:-1], "broken"),
        (bytes(70_000), "too_large"),
        (the_authority().certificate_pem + another_authority().certificate_pem, "several"),
    ],
)
def test_what_is_no_certificate_is_refused(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_a_request_for_a_certificate_is_none() -> None:
    from cryptography.hazmat.primitives import hashes

    request = (
        x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(the_authority().key, hashes.SHA256())
    )
    assert code_of(request.public_bytes(Encoding.PEM)) == "broken"
