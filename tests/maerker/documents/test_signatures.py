"""Signed copies: taken where they hold, and refused with the sentence that says what is wrong."""

import hashlib
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession, PdfTimeStamper
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import DocumentSecurityStore

from maerker.documents.errors import DocumentRefused
from maerker.documents.signatures import SignedCopy, check_signed_copy
from onboarding.demo.authority import SigningMeans
from tests.maerker.documents.authority import (
    CHECKED_AT,
    MADE_AT,
    SIGNED_AT,
    YEAR,
    a_document,
    a_time_stamper,
    an_old_entry,
    another_authority,
    means_for_nothing,
    means_of,
    signed,
    the_authority,
    time_service_pem,
    trusted,
)
from tests.maerker.documents.files import a_picture, a_scan, changed, encrypted, in_the_root, note, on_the_first_page

MAX = "Max Beispiel"


def checked(upload: bytes, original: bytes | None = None, **more: object) -> SignedCopy:
    given = {"trusted": trusted(), "at": CHECKED_AT, **more}
    return check_signed_copy(upload, a_document() if original is None else original, **given)


def code_of(upload: bytes, original: bytes | None = None, **more: object) -> str:
    with pytest.raises(DocumentRefused) as caught:
        checked(upload, original, **more)
    assert caught.value.explanation.endswith(".")
    return caught.value.code


class SignerAt(PdfSigner):
    """Signs at a moment that the test names."""

    moment = SIGNED_AT
    obedient = True

    def init_signing_session(self, *given: object, **more: object) -> PdfSigningSession:
        session = super().init_signing_session(*given, **more)
        session.system_time = self.moment
        return session

    def _enforce_certification_constraints(self, reader: PdfFileReader) -> None:
        if self.obedient:
            super()._enforce_certification_constraints(reader)


def signed_otherwise(
    pdf: bytes,
    *,
    means: SigningMeans | None = None,
    box: tuple[int, int, int, int] | None = None,
    timestamper: DummyTimeStamper | None = None,
    obedient: bool = True,
    **meta: object,
) -> bytes:
    """As other programs sign: with other choices, and without asking whether the certificate still holds."""
    means = means or means_of()
    signer = SimpleSigner.load_pkcs12_data(means.pkcs12, other_certs=[], passphrase=means.passphrase.encode())
    field = f"Feld {means.name}"
    signing = SignerAt(
        PdfSignatureMetadata(field_name=field, **{"subfilter": SigSeedSubFilter.PADES, **meta}),
        signer,
        timestamper=timestamper,
        new_field_spec=SigFieldSpec(field, on_page=0, box=box),
    )
    signing.obedient = obedient
    return signing.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))).getvalue()


def moved_by(pdf: bytes, shift: int) -> bytes:
    """The file with all its places counted from `shift`, as if that many bytes stood before it."""

    def number(found: re.Match[bytes]) -> bytes:
        return found[1] + str(int(found[2]) + shift).encode().rjust(len(found[2]), b"0") + found[3]

    places = re.sub(rb"(^|\n)(\d{10})( \d{5} n)", number, pdf)
    return re.sub(rb"(startxref\s+|/Prev )(\d+)(\r?\n)", number, places)


def with_proofs(pdf: bytes) -> bytes:
    """Long-term signatures keep the issuers' certificates in a part of their own (DSS), behind the signature."""
    stream = io.BytesIO(pdf)
    certificate = x509.Certificate.load(the_authority().certificate.public_bytes(Encoding.DER))
    DocumentSecurityStore.add_dss(stream, sig_contents=None, certs=[certificate])
    return stream.getvalue()


def stamped(pdf: bytes) -> bytes:
    """A time stamp on the file as it is, as archives put it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return PdfTimeStamper(a_time_stamper(SIGNED_AT), field_name="Zeit").timestamp_pdf(writer, "sha256").getvalue()


class TestTaken:
    def test_one_signer(self) -> None:
        upload = signed()
        copy = checked(upload)
        (signer,) = copy.signers
        assert (signer.name, signer.organisation) == ("Erika Muster", "Stadt Cottbus/Chóśebuz")
        assert signer.issuer == "Prüf-Vertrauensdienst"
        assert signer.signed_at == SIGNED_AT
        assert (signer.trusted, signer.time_is_proven) == (True, False)
        assert len(signer.fingerprint) == 64
        assert int(signer.serial, 16) > 0
        assert copy.original_sha256 == hashlib.sha256(a_document()).hexdigest()
        assert copy.upload_sha256 == hashlib.sha256(upload).hexdigest()

    def test_two_signers_in_the_order_in_which_they_signed(self) -> None:
        both = signed(signed(), means_of(MAX), at=SIGNED_AT + timedelta(hours=1))
        copy = checked(both, expected_signers=2)
        assert [signer.name for signer in copy.signers] == ["Erika Muster", MAX]

    def test_a_copy_that_was_signed_already_may_be_the_original(self) -> None:
        first = signed()
        copy = checked(signed(first, means_of(MAX)), first)
        assert [signer.name for signer in copy.signers] == ["Erika Muster", MAX]
        assert copy.original_sha256 == hashlib.sha256(first).hexdigest()

    def test_a_visible_signature(self) -> None:
        assert checked(signed_otherwise(a_document(), box=(60, 60, 260, 120))).signers[0].name == "Erika Muster"

    def test_a_visible_signature_that_lies_over_our_words_is_said(self) -> None:
        beside = checked(signed_otherwise(a_document(), box=(60, 100, 260, 160)))
        over = checked(signed_otherwise(a_document(), box=(40, 300, 560, 800)))
        assert checked(signed()).covered == beside.covered == ()
        assert len(over.covered) == 1
        assert "Die Stadt Cottbus/Chóśebuz tritt bei." in over.covered[0]

    def test_a_signature_of_the_older_kind_that_office_programs_make(self) -> None:
        upload = signed_otherwise(a_document(), subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
        assert checked(upload).signers[0].signed_at == SIGNED_AT

    def test_a_certifying_signature_that_allows_further_ones(self) -> None:
        upload = signed_otherwise(a_document(), certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
        assert len(checked(signed(upload, means_of(MAX))).signers) == 2

    def test_proofs_behind_the_last_signature(self) -> None:
        upload = with_proofs(signed())
        assert upload != signed()
        assert checked(upload).signers[0].trusted

    def test_a_time_stamp_on_the_whole_document(self) -> None:
        upload = stamped(signed())
        assert [signer.name for signer in checked(upload, expected_signers=1).signers] == ["Erika Muster"]
        assert code_of(upload + b"more") == "appended"
        assert code_of(stamped(changed(signed(), on_the_first_page("/Rotate", generic.NumberObject(90))))) == "altered"
        assert code_of(stamped(a_document())) == "unsigned"

    def test_a_time_stamp_of_a_trusted_service_proves_the_time(self) -> None:
        stamp_at = SIGNED_AT + timedelta(minutes=1)
        upload = signed_otherwise(a_document(), timestamper=a_time_stamper(stamp_at))
        (signer,) = checked(upload, trusted=[*trusted(), time_service_pem()]).signers
        assert signer.time_is_proven
        assert signer.signed_at == stamp_at

    def test_a_time_stamp_of_an_unknown_service_proves_nothing(self) -> None:
        upload = signed_otherwise(a_document(), timestamper=a_time_stamper(SIGNED_AT - timedelta(hours=5)))
        (signer,) = checked(upload).signers
        assert not signer.time_is_proven
        assert signer.signed_at == SIGNED_AT

    def test_a_proven_time_outlives_the_certificate(self) -> None:
        upload = signed_otherwise(a_document(), timestamper=a_time_stamper(SIGNED_AT))
        known = [*trusted(), time_service_pem()]
        assert checked(upload, trusted=known, at=MADE_AT + YEAR * 2).signers[0].trusted

    def test_a_trust_list_in_either_form(self) -> None:
        der = the_authority().certificate.public_bytes(Encoding.DER)
        assert checked(signed(), trusted=[another_authority().certificate_pem, der]).signers[0].trusted

    def test_a_person_who_is_on_the_trust_list_herself(self) -> None:
        upload = signed()
        certificate = PdfFileReader(io.BytesIO(upload)).embedded_signatures[0].signer_cert
        assert checked(upload, trusted=[certificate.dump()]).signers[0].trusted

    def test_a_clock_that_goes_a_little_wrong(self) -> None:
        assert checked(signed(at=CHECKED_AT + timedelta(minutes=3))).signers
        assert checked(signed(at=MADE_AT - timedelta(minutes=3))).signers


class TestNotOurDocument:
    def test_files_that_are_no_pdf(self) -> None:
        assert code_of(b"") == "empty"
        assert code_of(b"Einverstanden!") == "not_a_document"
        assert code_of(a_picture()) == "not_a_pdf"

    def test_the_document_without_a_signature(self) -> None:
        assert code_of(a_document()) == "unsigned"
        assert code_of(a_document() + b"\n") == "unsigned"
        assert code_of(changed(a_document(), in_the_root("/Lang", pdf_string("de-DE")))) == "unsigned"

    def test_an_empty_field_is_no_signature(self) -> None:
        def add_field(writer: IncrementalPdfFileWriter) -> None:
            append_signature_field(writer, SigFieldSpec("Leer"))

        assert code_of(changed(a_document(), add_field)) == "unsigned"

    def test_a_scan(self) -> None:
        assert code_of(a_scan()) == "not_ours"

    def test_a_foreign_document_with_a_good_signature(self) -> None:
        assert code_of(signed(a_scan())) == "not_ours"

    def test_another_document_of_ours(self) -> None:
        other = a_document("Auftragsverarbeitungsvertrag")
        assert code_of(other) == "other_document"
        assert code_of(signed(other)) == "other_document"

    def test_the_same_document_of_another_town(self) -> None:
        assert code_of(signed(a_document(municipality="Stadt Guben/Gubin"))) == "other_document"

    @pytest.mark.parametrize(("keeps_identity", "code"), [(True, "altered"), (False, "other_document")])
    def test_the_document_saved_anew_by_another_program(self, keeps_identity: bool, code: str) -> None:
        reader = PdfFileReader(io.BytesIO(a_document()))
        writer = copy_into_new_writer(reader)
        if keeps_identity:
            writer._document_id = reader.trailer["/ID"]
        stream = io.BytesIO()
        writer.write(stream)
        with pytest.raises(DocumentRefused, match="neu gespeichert") as caught:
            checked(signed(stream.getvalue()))
        assert caught.value.code == code

    def test_encrypted(self) -> None:
        assert code_of(encrypted(a_document(), "geheim")) == "encrypted"
        assert code_of(encrypted(a_document())) == "encrypted"

    def test_our_document_behind_which_another_one_stands(self) -> None:
        """Begins with our bytes, but what programs show is the file behind."""
        shift = len(a_document())
        other = signed(a_document("Etwas ganz anderes"))
        moved = moved_by(other, shift)
        assert code_of(a_document() + moved) == "altered"


class TestAltered:
    @pytest.mark.parametrize(
        "change",
        [
            on_the_first_page("/Rotate", generic.NumberObject(180)),
            on_the_first_page("/Annots", note("/FreeText", Contents=pdf_string("30 Tage statt 3"))),
            on_the_first_page("/Annots", note("/Stamp")),
            on_the_first_page("/Contents", generic.ArrayObject()),
            in_the_root("/OpenAction", generic.DictionaryObject({pdf_name("/S"): pdf_name("/JavaScript")})),
            in_the_root("/Lang", pdf_string("en")),
        ],
        ids=["turned", "written into", "stamped", "emptied", "script", "language"],
    )
    @pytest.mark.parametrize("when", ["before signing", "after signing"])
    def test_a_change_is_found_whether_the_signature_covers_it_or_not(
        self, change: Callable[[IncrementalPdfFileWriter], None], when: str
    ) -> None:
        if when == "before signing":
            upload = signed(changed(a_document(), change))
        else:
            upload = changed(signed(), change)
        assert code_of(upload) == "altered"

    def test_a_change_between_two_signatures(self) -> None:
        first = changed(signed(), on_the_first_page("/Rotate", generic.NumberObject(90)))
        assert code_of(signed(first, means_of(MAX))) == "altered"

    def test_a_form_with_a_field_to_fill_in(self) -> None:
        def add_text_field(writer: IncrementalPdfFileWriter) -> None:
            field = generic.DictionaryObject({pdf_name("/T"): pdf_string("Frist"), pdf_name("/FT"): pdf_name("/Tx")})
            fields = generic.ArrayObject([writer.add_object(field)])
            writer.root[pdf_name("/AcroForm")] = generic.DictionaryObject({pdf_name("/Fields"): fields})
            writer.update_root()

        assert code_of(signed(changed(a_document(), add_text_field))) == "altered"

    def test_a_form_that_changes_itself(self) -> None:
        form = generic.DictionaryObject(
            {pdf_name("/XFA"): pdf_string("<x/>"), pdf_name("/Fields"): generic.ArrayObject()}
        )
        assert code_of(signed(changed(a_document(), in_the_root("/AcroForm", form)))) == "altered"

    def test_a_signature_of_which_a_byte_is_wrong(self) -> None:
        upload = bytearray(signed())
        place = upload.index(b"/Contents", len(a_document())) + 400
        upload[place] = ord("0") if upload[place] != ord("0") else ord("1")
        assert code_of(bytes(upload)) == "altered"

    def test_a_changed_word_inside_of_what_was_signed(self) -> None:
        upload = signed()
        assert b"/Reason" in upload
        assert code_of(upload.replace(b"Beitritt)", b"Austritt)")) == "altered"

    @pytest.mark.parametrize("rest", [b"junk", b"\n%%EOF", b"\n%PDF-1.7\n%%EOF\n", b"PK\x03\x04" + bytes(5000)])
    def test_something_behind_the_end(self, rest: bytes) -> None:
        assert code_of(signed() + rest) == "appended"

    def test_a_repeated_end_behind_something_hidden(self) -> None:
        upload = signed()
        end = upload[upload.rindex(b"startxref") :]
        assert code_of(upload + b"hidden words\n" + end) == "appended"

    @pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.999])
    def test_a_copy_that_was_cut_off(self, kept: float) -> None:
        upload, length = signed(), len(a_document())
        assert code_of(upload[: length + int((len(upload) - length) * kept)]) == "broken"

    def test_a_signature_that_locks_the_document_against_the_next(self) -> None:
        upload = signed_otherwise(a_document(), certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
        assert checked(upload).signers
        assert code_of(signed_otherwise(upload, means=means_of(MAX), obedient=False)) == "locked"


class TestSigners:
    def test_an_issuer_who_is_not_on_the_list_is_named(self) -> None:
        stranger = another_authority().means_for(
            "Erika Muster", "Stadt Cottbus", valid_from=MADE_AT - YEAR / 2, valid_to=MADE_AT + YEAR
        )
        with pytest.raises(DocumentRefused, match=r"„Unbekannter Dienst“. Dieser Aussteller steht nicht") as caught:
            checked(signed(means=stranger))
        assert caught.value.code == "untrusted"

    def test_an_empty_trust_list_trusts_nobody(self) -> None:
        assert code_of(signed(), trusted=[]) == "untrusted"

    def test_a_list_entry_that_had_run_out_by_then(self) -> None:
        assert code_of(signed(at=MADE_AT + YEAR / 2), at=MADE_AT + YEAR / 2, trusted=[an_old_entry()]) == "untrusted"

    def test_the_second_signer_is_checked_as_the_first(self) -> None:
        stranger = another_authority().means_for(MAX, "?", valid_from=MADE_AT - YEAR / 2, valid_to=MADE_AT + YEAR)
        assert code_of(signed(signed(), stranger)) == "untrusted"

    def test_a_certificate_that_had_run_out_when_signing(self) -> None:
        assert (
            code_of(signed_otherwise(a_document(), means=means_of(valid_to=SIGNED_AT - timedelta(hours=1))))
            == "expired"
        )

    def test_a_certificate_that_ran_out_before_the_upload(self) -> None:
        means = means_of(valid_to=SIGNED_AT + timedelta(hours=1))
        assert checked(signed(means=means), at=SIGNED_AT + timedelta(minutes=5)).signers
        assert code_of(signed(means=means), at=CHECKED_AT) == "expired"

    def test_a_certificate_that_was_not_yet_valid(self) -> None:
        means = means_of(valid_from=SIGNED_AT + timedelta(hours=1))
        assert code_of(signed_otherwise(a_document(), means=means)) == "not_yet_valid"

    def test_a_certificate_for_something_else(self) -> None:
        assert code_of(signed_otherwise(a_document(), means=means_for_nothing())) == "wrong_purpose"

    def test_signed_before_the_document_was_made(self) -> None:
        assert code_of(signed(at=MADE_AT - timedelta(days=2))) == "too_early"

    def test_signed_in_the_future(self) -> None:
        assert code_of(signed(at=CHECKED_AT + timedelta(days=1))) == "future"

    def test_signed_twice_with_the_same_certificate(self) -> None:
        with pytest.raises(DocumentRefused, match="Erika Muster hat zweimal unterschrieben") as caught:
            checked(signed(signed()))
        assert caught.value.code == "same_person"

    def test_more_or_fewer_signatures_than_expected(self) -> None:
        both = signed(signed(), means_of(MAX))
        assert code_of(both, expected_signers=1) == "too_many"
        with pytest.raises(DocumentRefused, match="Es fehlt noch eine Unterschrift: vorgesehen sind 2"):
            checked(signed(), expected_signers=2)
        with pytest.raises(DocumentRefused, match="Es fehlen noch 2 Unterschriften: vorgesehen sind 3"):
            checked(signed(), expected_signers=3)

    def test_very_many_signatures(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("maerker.documents.signatures.MAX_SIGNATURES", 1)
        assert code_of(signed(signed(), means_of(MAX))) == "too_many"

    def test_a_kind_of_signature_that_cannot_be_checked(self) -> None:
        upload = signed().replace(b"/ETSI.CAdES.detached", b"/ETSI.Other.detached")
        assert code_of(upload) == "unsupported"

    def test_a_weak_method(self) -> None:
        assert code_of(signed_otherwise(a_document(), md_algorithm="sha1")) == "weak"

    def test_a_trust_list_in_disorder_is_a_fault_of_ours(self) -> None:
        with pytest.raises(ValueError):
            checked(signed(), trusted=[b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"])
