"""One signature in a document: who made it, when, with whose word, and whether all of that holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    validate_pdf_signature,
    validate_pdf_timestamp,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints

from maerker.clock import BERLIN
from maerker.documents.errors import DocumentRefused, broken
from maerker.documents.revisions import POLICY, altered
from maerker.documents.structure import DAMAGED
from maerker.documents.trust import context_at
from maerker.wording import gettext as _

# Clocks of signing programs go a little wrong.
TOLERANCE = timedelta(minutes=10)

_PURPOSES = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"})
_OUT_OF_TIME = {
    AdESFailure.NOT_YET_VALID,
    AdESIndeterminate.NOT_YET_VALID,
    AdESIndeterminate.EXPIRED,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
}
_REVOKED = {AdESFailure.REVOKED, AdESIndeterminate.REVOKED_NO_POE, AdESIndeterminate.REVOKED_CA_NO_POE}
_WEAK = {AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE, AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE}


@dataclass(frozen=True)
class Signer:
    """One signature. `issuer` vouches for `name`; `serial` is the certificate's, `fingerprint` its SHA-256, both in
    hexadecimal figures. `time_is_proven`: a time stamp on the trust list says when; otherwise the signer's own clock.
    """

    name: str
    organisation: str
    issuer: str
    signed_at: datetime
    trusted: bool
    serial: str
    fingerprint: str
    time_is_proven: bool


def checked_signature(
    signature: EmbeddedPdfSignature,
    reader: PdfFileReader,
    roots: Sequence[x509.Certificate],
    *,
    at: datetime,
    made_at: datetime | None,
) -> Signer:
    """What is known of a signature that holds. `made_at` is when the document was made, where it says so.

    Raises DocumentRefused: broken, no_time, weak, altered, locked, future, too_early, expired, not_yet_valid, revoked,
    wrong_purpose, untrusted.
    """
    try:
        claimed = signature.self_reported_timestamp
        if claimed is None or claimed.tzinfo is None:
            raise _without_time()
        status = validate_pdf_signature(
            signature,
            context_at(claimed, roots, reader),
            ts_validation_context=context_at(at, roots, reader),
            diff_policy=POLICY,
            key_usage_settings=_PURPOSES,
        )
    except DAMAGED as failure:
        raise broken() from failure
    _check_intact(status)
    stamp = status.timestamp_validity
    proven = stamp is not None and stamp.valid and stamp.intact and stamp.trusted
    signed_at = stamp.timestamp if stamp is not None and proven else claimed
    who = _name(status.signing_cert)
    _check_time(who, signed_at, at, made_at)
    _check_certificate(who, status, signed_at if proven else at, signed_at)
    return Signer(
        name=who,
        organisation=_part(status.signing_cert.subject, "organization_name"),
        issuer=_issuer(status.signing_cert),
        signed_at=signed_at,
        trusted=status.trusted,
        serial=f"{status.signing_cert.serial_number:X}",
        fingerprint=status.signing_cert.sha256.hex(),
        time_is_proven=proven,
    )


def _without_time() -> DocumentRefused:
    return DocumentRefused(
        "no_time", _("Eine Unterschrift nennt keine Zeit. Bitte unterschreiben Sie mit einem anderen Programm.")
    )


def _check_intact(status: PdfSignatureStatus) -> None:
    if status.trust_problem_indic in _WEAK:
        raise DocumentRefused(
            "weak", _("Eine Unterschrift verwendet ein Verfahren, das nicht mehr als sicher gilt, zum Beispiel SHA-1.")
        )
    if not (status.intact and status.valid) or status.modification_level is ModificationLevel.OTHER:
        raise altered()
    if not status.docmdp_ok:
        raise DocumentRefused(
            "locked",
            _("Eine Unterschrift verbietet, was danach dazukam. Bitte unterschreiben Sie ohne diese Sperre."),
        )


def _check_time(who: str, signed_at: datetime, at: datetime, made_at: datetime | None) -> None:
    if signed_at > at + TOLERANCE:
        raise DocumentRefused(
            "future",
            _("Die Unterschrift von %(who)s trägt eine Zeit in der Zukunft. Bitte prüfen Sie die Uhr.", who=who),
        )
    if made_at is not None and signed_at < made_at - TOLERANCE:
        raise DocumentRefused(
            "too_early",
            _(
                "Die Unterschrift von %(who)s trägt das Datum %(day)s; damals gab es dieses Dokument noch nicht. "
                "Bitte prüfen Sie die Uhr des Rechners und unterschreiben Sie neu.",
                who=who,
                day=_day(signed_at),
            ),
        )


def _check_certificate(who: str, status: PdfSignatureStatus, proven_at: datetime, signed_at: datetime) -> None:
    """`proven_at` is when the signature is known to have existed: without a time stamp, when it came to us."""
    certificate = status.signing_cert
    if signed_at < certificate.not_valid_before:
        raise DocumentRefused(
            "not_yet_valid",
            _("Das Zertifikat von %(who)s galt am Tag der Unterschrift noch nicht.", who=who),
        )
    if max(proven_at, signed_at) > certificate.not_valid_after:
        raise DocumentRefused(
            "expired",
            _(
                "Das Zertifikat von %(who)s ist am %(day)s abgelaufen. Bitte unterschreiben Sie mit einem gültigen.",
                who=who,
                day=_day(certificate.not_valid_after),
            ),
        )
    if status.trusted:
        return
    problem = status.trust_problem_indic
    if status.revoked or problem in _REVOKED:
        raise DocumentRefused("revoked", _("Das Zertifikat von %(who)s wurde gesperrt.", who=who))
    if problem is AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE:
        raise DocumentRefused(
            "wrong_purpose", _("Das Zertifikat von %(who)s ist nicht für Unterschriften bestimmt.", who=who)
        )
    if problem in _OUT_OF_TIME:
        raise DocumentRefused(
            "expired", _("Ein Zertifikat, das für das von %(who)s bürgt, war damals nicht gültig.", who=who)
        )
    raise DocumentRefused(
        "untrusted",
        _(
            "Die Unterschrift von %(who)s stammt von „%(issuer)s“. Dieser Aussteller steht nicht auf der Liste des "
            "Betreibers. Bitte verwenden Sie einen anderen Dienst oder wenden Sie sich an den Betreiber.",
            who=who,
            issuer=_issuer(certificate),
        ),
    )


def check_stamp(
    stamp: EmbeddedPdfSignature, reader: PdfFileReader, roots: Sequence[x509.Certificate], at: datetime
) -> None:
    """A time stamp on the document need not be trusted, for nothing is concluded from it, but it must be whole."""
    try:
        status = validate_pdf_timestamp(stamp, context_at(at, roots, reader), diff_policy=POLICY)
    except DAMAGED as failure:
        raise broken() from failure
    if not (status.intact and status.valid) or status.modification_level is ModificationLevel.OTHER:
        raise altered()


def check_people(signatures: Sequence[EmbeddedPdfSignature], signers: Sequence[Signer]) -> None:
    """Nobody signs twice. Raises DocumentRefused (same_person)."""
    seen: set[bytes] = set()
    for signature, signer in zip(signatures, signers, strict=True):
        certificate = signature.signer_cert
        marks = {certificate.public_key.sha256, certificate.subject.sha256}
        if marks & seen:
            raise DocumentRefused(
                "same_person",
                _("%(who)s hat zweimal unterschrieben. Nötig sind verschiedene Personen.", who=signer.name),
            )
        seen |= marks


def _name(certificate: x509.Certificate) -> str:
    subject = certificate.subject
    spoken = f"{_part(subject, 'given_name')} {_part(subject, 'surname')}".strip()
    return _part(subject, "common_name") or spoken or _part(subject, "pseudonym") or str(subject.human_friendly)


def _issuer(certificate: x509.Certificate) -> str:
    issuer = certificate.issuer
    return _part(issuer, "common_name") or _part(issuer, "organization_name") or str(issuer.human_friendly)


def _part(name: x509.Name, kind: str) -> str:
    value = name.native.get(kind, "")
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(BERLIN):%d.%m.%Y}"
