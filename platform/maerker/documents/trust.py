"""Whom the operator believes: the certificates on the trust list, and what a signed file brings along as proof."""

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import crl, ocsp, x509  # type: ignore[import-untyped]
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import ValidationContext

from maerker.documents.structure import DAMAGED


def read_trust_list(trusted: Sequence[bytes]) -> list[x509.Certificate]:
    """The certificates of the list, each PEM or DER. Raises ValueError: the list itself is in disorder."""
    return [certificate for entry in trusted for certificate in load_certs_from_pemder_data(entry)]


def context_at(moment: datetime, roots: Sequence[x509.Certificate], reader: PdfFileReader) -> ValidationContext:
    """What counts at a moment: entries that were valid then, and proofs inside the file. Nothing is ever fetched."""
    certificates, lists, answers = _proofs(reader)
    return ValidationContext(
        trust_roots=[root for root in roots if root.not_valid_before <= moment <= root.not_valid_after],
        other_certs=certificates,
        crls=lists,
        ocsps=answers,
        moment=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
        retroactive_revinfo=True,
    )


def _proofs(
    reader: PdfFileReader,
) -> tuple[list[x509.Certificate], list[crl.CertificateList], list[ocsp.OCSPResponse]]:
    """What long-term signatures keep in the file (DSS): issuers, lists of revoked certificates, answers about one."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
        certificates = list(store.load_certs())
        lists = [crl.CertificateList.load(found.get_object().data) for found in store.crls]
        answers = [ocsp.OCSPResponse.load(found.get_object().data) for found in store.ocsps]
    except (NoDSSFoundError, *DAMAGED):
        return [], [], []
    return certificates, lists, answers
