"""The trust service of the demonstration: what it gives out signs documents that are then taken."""

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from maerker.documents.certificates import read_certificate
from maerker.documents.rendering import render_pdf
from maerker.documents.signatures import check_signed_copy
from maerker.documents.signing import sign_pdf
from onboarding.demo.authority import NAME, a_demo_authority

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_mayor_signs_with_what_the_service_gave_out() -> None:
    authority = a_demo_authority(at=NOW)
    means = authority.means_for(
        "Dr. Christine Herntier-Mustermann",
        "Stadt Spremberg/Grodk",
        valid_from=NOW - timedelta(days=90),
        valid_to=NOW + timedelta(days=700),
    )
    original = render_pdf('#import "/house.typ": *\n#show: house\n= Ja', {"title": "Beitritt"}, made_at=NOW)
    signed = sign_pdf(
        original, pkcs12=means.pkcs12, passphrase=means.passphrase, name=means.name, reason="Beitritt", at=NOW
    )
    copy = check_signed_copy(signed, original, trusted=[authority.certificate_pem], at=NOW)
    assert [(signer.name, signer.organisation, signer.issuer) for signer in copy.signers] == [
        ("Dr. Christine Herntier-Mustermann", "Stadt Spremberg/Grodk", NAME)
    ]


def test_its_name_says_that_it_is_for_the_demonstration_alone() -> None:
    certificate = read_certificate(a_demo_authority(at=NOW).certificate_pem)
    assert certificate.subject.startswith("Demo-Vertrauensdienst")
    assert certificate.is_authority
    assert certificate.valid_from < NOW < certificate.valid_to


def test_each_person_has_a_key_of_their_own_and_long_names_fit() -> None:
    authority = a_demo_authority(at=NOW)
    name = "Prof. Dr.-Ing. Maximiliane-Alexandra von und zu Musterhausen-Beispielstein"
    one, other = (
        authority.means_for(name, "V" * 90, valid_from=NOW, valid_to=NOW + timedelta(days=1)) for _ in range(2)
    )
    certificates = [load_pkcs12(means.pkcs12, means.passphrase.encode()).cert.certificate for means in (one, other)]
    keys = {certificate.public_key().public_numbers().x for certificate in certificates}
    assert len(keys) == 2
    assert certificates[0].subject != certificates[1].subject
    assert one.passphrase != other.passphrase
