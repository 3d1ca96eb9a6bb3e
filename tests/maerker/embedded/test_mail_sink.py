"""Mails go in by real SMTP; the page shows them and runs no word of them."""

import http.client
import json
import re
import shutil
import signal
import smtplib
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from maerker.embedded.mail_sink.store import MailStore
from maerker.embedded.mail_sink.web import linked, mail_page
from maerker.embedded.ports import LOOPBACK, free_port
from maerker.embedded.processes import spawn, stop


def a_mail(subject: str = "Ihr Hinweis 2026-000123", to: str = "erika@example.org") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Stadt Cottbus/Chóśebuz <cottbus@maerker.localhost>"
    mail["To"] = to
    mail["Subject"] = subject
    mail.set_content("Guten Tag,\nhier: http://cottbus.localhost:8000/verfolgen/abc.\n<b>nicht fett</b>\n")
    mail.add_alternative("<p>Guten Tag</p><script>alert(1)</script>", subtype="html")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Antwort.pdf")
    return mail


@pytest.fixture
def store(tmp_path: Path) -> MailStore:
    return MailStore(tmp_path / "mail")


def test_a_mail_taken_by_smtp_is_kept_with_the_recipients_of_its_envelope(tmp_path: Path) -> None:
    smtp, web = free_port(), free_port()
    command = [sys.executable, "-m", "maerker.embedded.mail_sink", "--folder", str(tmp_path / "mail")]
    process = spawn(
        [*command, "--smtp-port", str(smtp), "--web-port", str(web)], log=tmp_path / "log", folder=tmp_path
    )
    try:
        for _ in _until_it_answers(process, web, tmp_path / "log"):
            pass
        with smtplib.SMTP(LOOPBACK, smtp) as client:
            client.send_message(a_mail(), to_addrs=["hidden@example.org", "erika@example.org"])
        page = _get(web, "/")
    finally:
        stop(process, by=signal.SIGINT)
    assert process.returncode == 0
    assert "Ihr Hinweis 2026-000123" in page
    [mail] = MailStore(tmp_path / "mail").newest()
    assert mail.recipients == "hidden@example.org, erika@example.org"
    assert mail.sender == "Stadt Cottbus/Chóśebuz <cottbus@maerker.localhost>"


def test_the_list_shows_the_newest_first_and_filters_by_recipient(store: MailStore) -> None:
    for number in range(60):
        store.add(a_mail(f"Mail {number}", to=f"person{number % 2}@example.org").as_bytes())
    client = mail_page(store).test_client()
    first = client.get("/").text
    assert first.index("Mail 59") < first.index("Mail 58")
    assert "Mail 9<" not in first
    assert "Mail 9<" in client.get("/?seite=2").text
    filtered = client.get("/?an=PERSON1").text
    assert "Mail 59<" in filtered
    assert "Mail 58<" not in filtered
    assert "ist keine Mail gegangen" in client.get("/?an=nobody").text


def test_an_empty_store_says_what_to_do(store: MailStore) -> None:
    assert "Es ist noch keine Mail gegangen." in mail_page(store).test_client().get("/").text


def test_nothing_in_a_mail_becomes_part_of_the_page(store: MailStore) -> None:
    key = store.add(a_mail("<script>alert(1)</script>").as_bytes())
    client = mail_page(store).test_client()
    for path in ("/", f"/mails/{key}"):
        answer = client.get(path)
        assert "<script" not in answer.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
        assert "<b>nicht fett" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    html = client.get(f"/mails/{key}/html")
    assert "<p>Guten Tag</p>" in html.text
    assert "sandbox allow-popups" in html.headers["Content-Security-Policy"]
    assert "script-src" not in html.headers["Content-Security-Policy"]


def test_source_and_attachments_can_be_fetched(store: MailStore) -> None:
    key = store.add(a_mail().as_bytes())
    client = mail_page(store).test_client()
    assert client.get(f"/mails/{key}/quelltext").content_type.startswith("text/plain")
    attachment = client.get(f"/mails/{key}/anhang/0")
    assert attachment.data == b"%PDF-1.7"
    assert attachment.headers["Content-Disposition"] == "attachment; filename=Antwort.pdf"
    assert client.get(f"/mails/{key}/anhang/1").status_code == 404


@pytest.mark.parametrize("path", ["/mails/nothing", "/mails/..%2f..%2fsecrets.env", "/mails/nothing/quelltext"])
def test_an_unknown_mail_is_a_404(store: MailStore, path: str) -> None:
    (store.folder.parent / "secrets.env").write_text("MAERKER_SECRET_KEY=x")
    assert mail_page(store).test_client().get(path).status_code == 404


def test_another_hosts_name_is_refused(store: MailStore) -> None:
    answer = mail_page(store).test_client().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400


def test_addresses_in_a_text_become_links_and_the_rest_is_escaped() -> None:
    assert linked("a <b> http://cottbus.localhost:8000/v/x?a=1&b=2.") == (
        'a &lt;b&gt; <a href="http://cottbus.localhost:8000/v/x?a=1&amp;b=2" rel="noreferrer">'
        "http://cottbus.localhost:8000/v/x?a=1&amp;b=2</a>."
    )
    assert linked("javascript:alert(1) http://[") == "javascript:alert(1) http://["


def test_a_removed_folder_is_not_needed_by_a_new_store(tmp_path: Path) -> None:
    shutil.rmtree(MailStore(tmp_path / "mail").folder)
    assert MailStore(tmp_path / "mail").keys() == []


def _get(port: int, path: str) -> str:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def _until_it_answers(process: object, port: int, log: Path) -> Iterator[None]:
    while True:
        assert process.poll() is None, log.read_text()  # type: ignore[attr-defined]
        try:
            _get(port, "/healthz")
        except OSError:
            yield
        else:
            return


def test_the_codes_of_the_demonstrations_people_stand_on_a_page(tmp_path: Path) -> None:
    card = tmp_path / "demo-card.json"
    card.write_text(json.dumps({"logins": [
        {"label": "Betrieb", "username": "betrieb", "password": "x", "totp": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"},
        {"label": "Redaktion", "username": "redaktion", "password": "x"},
    ]}))
    page = mail_page(MailStore(tmp_path), card).test_client().get("/codes").text
    assert re.search(r"<code>\d{3} \d{3}</code>", page)
    assert "redaktion" not in page
    without = mail_page(MailStore(tmp_path)).test_client().get("/codes")
    assert "Hier gibt es keine Codes" in without.text
