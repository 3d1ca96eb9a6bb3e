"""People who sign electronically, with certificates of a service that the operator trusts."""

from datetime import datetime, timedelta
from functools import cache

from maerker.clock import now
from maerker.documents.certificates import read_certificate
from maerker.documents.signing import sign_pdf
from onboarding.contracts.actions import add_trust_anchor
from onboarding.demo.authority import DemoAuthority, SigningMeans, a_demo_authority
from tests.makers import Here
from tests.makers_documents import OPERATOR


@cache
def trusted_service() -> DemoAuthority:
    """On the operator's list from the first use on."""
    service = a_demo_authority(at=now(), name="Prüfdienst")
    with Here.world.no_scope("console"):
        add_trust_anchor(read_certificate(service.certificate_pem), name="Prüfdienst", by=OPERATOR, at=now())
    return service


@cache
def unknown_service() -> DemoAuthority:
    return a_demo_authority(at=now(), name="Fremder Dienst")


@cache
def means_of(name: str = "Christine Herrmann", *, service: str = "trusted", days: int = 365) -> SigningMeans:
    """`days`: how long the certificate still holds from today on; below 0 it has run out."""
    issuer = trusted_service() if service == "trusted" else unknown_service()
    until = now() + timedelta(days=days)
    return issuer.means_for(name, "Stadt Spremberg/Grodk", valid_from=now() - timedelta(days=300), valid_to=until)


def signed(pdf: bytes, means: SigningMeans | None = None, *, at: datetime | None = None) -> bytes:
    """The PDF with one electronic signature more."""
    means = means or means_of()
    return sign_pdf(
        pdf, pkcs12=means.pkcs12, passphrase=means.passphrase, name=means.name, reason="Beitritt", at=at or now()
    )
