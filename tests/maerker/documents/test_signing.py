"""The operator's countersignature: one signature more, and nothing else."""

import io
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12, serialize_key_and_certificates
from pyhanko.pdf_utils.reader import PdfFileReader

from maerker import clock
from maerker.documents.errors import DocumentRefused
from maerker.documents.signatures import check_signed_copy
from maerker.documents.signing import sign_pdf
from tests.maerker.documents.authority import (
    CHECKED_AT,
    MADE_AT,
    SIGNED_AT,
    YEAR,
    a_document,
    means_of,
    signed,
    the_authority,
    trusted,
)
from tests.maerker.documents.files import a_scan, encrypted


def code_of(pdf: bytes, pkcs12: bytes, passphrase: str) -> str:
    with pytest.raises(DocumentRefused) as caught:
        sign_pdf(pdf, pkcs12=pkcs12, passphrase=passphrase, name="E", reason="R", at=SIGNED_AT)
    assert caught.value.explanation.endswith(".")
    return caught.value.code


def test_name_reason_and_moment_stand_in_the_signature() -> None:
    (signature,) = PdfFileReader(io.BytesIO(signed())).embedded_signatures
    assert signature.sig_object["/Name"] == "Erika Muster"
    assert signature.sig_object["/Reason"] == "Beitritt"
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.self_reported_timestamp == SIGNED_AT


def test_what_was_there_stays_byte_for_byte() -> None:
    first = signed()
    both = signed(first, means_of("Olaf Betreiber", "Betreiber"))
    assert first.startswith(a_document())
    assert both.startswith(first)
    copy = check_signed_copy(both, a_document(), trusted=trusted(), at=CHECKED_AT, expected_signers=2)
    assert [signer.organisation for signer in copy.signers] == ["Stadt Cottbus/Chóśebuz", "Betreiber"]


def test_without_a_moment_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = SIGNED_AT + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: moment)
    means = means_of()
    upload = sign_pdf(a_document(), pkcs12=means.pkcs12, passphrase=means.passphrase, name="E", reason="R", at=None)
    (signature,) = PdfFileReader(io.BytesIO(upload)).embedded_signatures
    assert signature.self_reported_timestamp == moment


def test_a_scan_can_be_countersigned_too() -> None:
    scan = a_scan()
    upload = signed(scan)
    assert upload.startswith(scan)
    assert check_signed_copy(upload, scan, trusted=trusted(), at=CHECKED_AT).signers[0].name == "Erika Muster"


def test_a_wrong_passphrase_or_file() -> None:
    means = means_of()
    assert code_of(a_document(), means.pkcs12, "falsch") == "wrong_passphrase"
    assert code_of(a_document(), means.pkcs12[:-20], means.passphrase) == "wrong_passphrase"
    assert code_of(a_document(), b"", means.passphrase) == "wrong_passphrase"
    assert code_of(a_document(), the_authority().certificate_pem, means.passphrase) == "wrong_passphrase"


def test_a_key_without_its_certificate() -> None:
    means = means_of()
    key = load_pkcs12(means.pkcs12, means.passphrase.encode()).key
    alone = serialize_key_and_certificates(b"x", key, None, None, BestAvailableEncryption(b"geheim"))
    assert code_of(a_document(), alone, "geheim") == "no_certificate"


def test_a_certificate_that_does_not_count_now() -> None:
    old = means_of(valid_to=SIGNED_AT - timedelta(hours=1))
    assert code_of(a_document(), old.pkcs12, old.passphrase) == "expired"
    new = means_of(valid_from=SIGNED_AT + timedelta(hours=1), valid_to=MADE_AT + YEAR)
    assert code_of(a_document(), new.pkcs12, new.passphrase) == "not_yet_valid"


def test_files_that_cannot_be_signed() -> None:
    means = means_of()
    assert code_of(b"%PDF-1.7\n%%EOF", means.pkcs12, means.passphrase) == "broken"
    assert code_of(encrypted(a_scan()), means.pkcs12, means.passphrase) == "encrypted"
