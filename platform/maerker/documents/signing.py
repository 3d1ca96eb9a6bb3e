"""The operator's own electronic signature under a document, beside whatever signatures it already bears."""

import io
from datetime import datetime

from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession

from maerker import clock
from maerker.documents.errors import DocumentRefused
from maerker.documents.structure import DAMAGED, read_structure
from maerker.wording import gettext as _


def sign_pdf(pdf: bytes, *, pkcs12: bytes, passphrase: str, name: str, reason: str, at: datetime | None) -> bytes:
    """The document with one signature more (PAdES B-B, invisible); everything before stays byte for byte.

    `pkcs12` holds key and certificate, locked by `passphrase`; `name` is who signs, `reason` what for. Without `at`
    the moment is now. Raises DocumentRefused: wrong_passphrase, no_certificate, expired, not_yet_valid, locked,
    encrypted, broken.
    """
    moment = at or clock.now()
    signer = _signer(pkcs12, passphrase, moment)
    reader = read_structure(pdf)
    field = f"Unterschrift-{sum(1 for _field in enumerate_sig_fields(reader)) + 1}"
    meta = PdfSignatureMetadata(
        field_name=field, name=name, reason=reason, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    try:
        signed = _SignerAt(meta, signer, new_field_spec=SigFieldSpec(field), moment=moment).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
        )
    except SigningError as failure:
        raise DocumentRefused(
            "locked",
            _("Eine frühere Unterschrift verbietet weitere Unterschriften in dieser Datei."),
        ) from failure
    except DAMAGED as failure:
        raise DocumentRefused(
            "broken", _("Diese Datei ist beschädigt und kann nicht unterschrieben werden.")
        ) from failure
    return bytes(signed.getvalue())


class _SignerAt(PdfSigner):
    """pyHanko asks the machine's clock; here the moment is given, as everywhere."""

    def __init__(
        self, meta: PdfSignatureMetadata, signer: SimpleSigner, *, new_field_spec: SigFieldSpec, moment: datetime
    ) -> None:
        super().__init__(meta, signer, new_field_spec=new_field_spec)
        self._moment = moment

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._moment
        return session


def _signer(pkcs12: bytes, passphrase: str, moment: datetime) -> SimpleSigner:
    try:
        bundle = load_pkcs12(pkcs12, passphrase.encode())
    except ValueError as failure:
        raise DocumentRefused(
            "wrong_passphrase",
            _("Die Schlüsseldatei lässt sich nicht öffnen: Das Kennwort stimmt nicht, oder die Datei ist beschädigt."),
        ) from failure
    if bundle.key is None or bundle.cert is None:
        raise DocumentRefused(
            "no_certificate", _("In der Schlüsseldatei fehlt der Schlüssel oder das Zertifikat dazu.")
        )
    certificate = bundle.cert.certificate
    if moment > certificate.not_valid_after_utc:
        raise DocumentRefused("expired", _("Das Zertifikat zum Unterschreiben ist abgelaufen."))
    if moment < certificate.not_valid_before_utc:
        raise DocumentRefused("not_yet_valid", _("Das Zertifikat zum Unterschreiben gilt noch nicht."))
    try:
        signer: SimpleSigner = SimpleSigner.load_pkcs12_data(pkcs12, other_certs=[], passphrase=passphrase.encode())
    except DAMAGED as failure:
        raise DocumentRefused("no_certificate", _("Diese Art von Schlüssel wird nicht unterstützt.")) from failure
    return signer
