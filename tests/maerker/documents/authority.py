"""Issuers, people and documents for these tests: real keys, real certificates, really signed."""

from datetime import UTC, datetime, timedelta
from functools import cache

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
