"""The trust list at the console: looked at, taken up, taken off; keys and broken files are refused."""

import io
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from maerker.clock import now
from maerker.database.base import session
from onboarding.contracts.models import TrustAnchor
from onboarding.contracts.queries import trust_anchors, trusted_certificates
from tests.makers import Here
from tests.makers_operators import OperatorVisitor, an_operator
from tests.onboarding.contracts.console import as_superuser
from tests.world import World

REASON = "Die Stelle hat ihren Dienst eingestellt."


@pytest.fixture(autouse=True)
def _own_list(world: World) -> Iterator[None]:
    """No certificate of these tests is trusted by others afterwards."""
    yield
    with as_superuser() as connection:
        connection.exec_driver_sql("DELETE FROM trust_anchors WHERE name LIKE 'Musterdienst %%'")
        connection.commit()


def a_certificate(days: int = 900) -> tuple[str, bytes, bytes]:
    """A name, a certificate that vouches for itself (PEM), and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), f"Musterdienst {uuid.uuid4().hex[:8]}"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    first = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=2000)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first).not_valid_after(now() + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return name, made.public_bytes(Encoding.PEM), secret


def look_at(anke: OperatorVisitor, content: bytes, name: str = "stelle.pem") -> str:
    anke.get("/vertrauensliste/neu")
    return anke.post("/vertrauensliste/neu", {"certificate": (io.BytesIO(content), name)},
                     content_type="multipart/form-data").text


def pem_on(page: str) -> str:
    found = re.search(r'name="pem" value="([^"]+)"', page)
    assert found, page[:3000]
    return found[1].replace("&#34;", '"')


def the_anchor(name: str) -> TrustAnchor:
    with Here.world.no_scope("console"):
        row = next(row for row in trust_anchors(removed=True) if row.name == name)
        session().expunge(row)
        return row


def test_a_certificate_is_looked_at_taken_up_and_taken_off_with_a_reason() -> None:
    anke = an_operator()
    name, pem, _ = a_certificate()
    page = look_at(anke, pem)
    assert name in page
    assert "Vergleichen Sie den Fingerabdruck" in page
    with Here.world.no_scope("console"):
        assert pem not in trusted_certificates()
    assert anke.post("/vertrauensliste", {"name": name, "pem": pem_on(page)}).status_code == 303
    with Here.world.no_scope("console"):
        assert pem in trusted_certificates()
    row = the_anchor(name)
    shown = anke.get("/vertrauensliste").text
    assert row.fingerprint[:4].upper() in shown
    assert "gültig" in shown
    anke.get(f"/vertrauensliste/{row.id}/entfernen")
    refused = anke.post(f"/vertrauensliste/{row.id}/entfernen", {"reason": "weg"})
    assert refused.status_code == 422
    assert anke.post(f"/vertrauensliste/{row.id}/entfernen", {"reason": REASON}).status_code == 303
    assert REASON in anke.get("/vertrauensliste").text
    with Here.world.no_scope("console"):
        assert pem not in trusted_certificates()
    assert anke.get(f"/vertrauensliste/{row.id}/entfernen").status_code == 404


def test_trusting_asks_for_the_second_factor_and_keeps_what_was_typed() -> None:
    anke = an_operator()
    name, pem, _ = a_certificate()
    page = look_at(anke, pem)
    anke.let_time_pass(minutes=11)
    asked = anke.post("/vertrauensliste", {"name": name, "pem": pem_on(page)})
    assert "Bitte bestätigen" in asked.text
    assert name in asked.text
    with Here.world.no_scope("console"):
        assert pem not in trusted_certificates()
    done = anke.post("/vertrauensliste", {"name": name, "pem": pem_on(page), "fresh_code": anke.next_code()})
    assert done.status_code == 303
    assert the_anchor(name).removed_at is None


def test_one_that_is_about_to_end_and_one_that_has_ended_are_marked() -> None:
    anke = an_operator()
    name, pem, _ = a_certificate(days=20)
    page = look_at(anke, pem)
    anke.post("/vertrauensliste", {"name": name, "pem": pem_on(page)})
    assert "läuft bald ab" in anke.get("/vertrauensliste").text
    with as_superuser() as connection:
        connection.execute(
            text("UPDATE trust_anchors SET valid_to = now() - interval '1 day' WHERE name = :name"), {"name": name}
        )
        connection.commit()
    assert "abgelaufen" in anke.get("/vertrauensliste").text


def test_an_ended_certificate_is_shown_and_not_trusted() -> None:
    anke = an_operator()
    name, pem, _ = a_certificate(days=-1)
    page = look_at(anke, pem)
    assert "abgelaufen" in page
    refused = anke.post("/vertrauensliste", {"name": name, "pem": pem_on(page)})
    assert refused.status_code == 422


@pytest.mark.parametrize("content", [b"", b"kein Zertifikat", b"\x30\x82\x01\x00"])
def test_what_is_no_certificate_is_refused_with_a_sentence(content: bytes) -> None:
    page = look_at(an_operator(), content)
    assert "certificate-fehler" in page


def test_a_secret_key_is_refused() -> None:
    _, pem, secret = a_certificate()
    assert "geheimen Schlüssel" in look_at(an_operator(), pem + secret)


@pytest.mark.parametrize("role", ["support", "trainer", "reader"])
def test_others_see_the_list_and_change_nothing(role: str) -> None:
    reader = an_operator(role)
    assert "Zertifikat aufnehmen" not in reader.get("/vertrauensliste").text
    assert reader.get("/vertrauensliste/neu").status_code == 403
    name, pem, _ = a_certificate()
    reader.get("/vertrauensliste")
    assert reader.post("/vertrauensliste", {"name": name, "pem": pem.decode()}).status_code == 403
