"""Handing over mails to a real SMTP server, and what its refusals mean."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from maerker.mail.message import Mail
from maerker.mail.transport import MailDelayed, MailRefused, SmtpServer, Transport

A_MAIL = Mail(
    sender_name="Maerker Cottbus/Chóśebuz",
    sender_address="cottbus@maerker.localhost",
    to="erika@example.org",
    subject="Grüße aus Cottbus",
    text="Der Text\n.\nmit einem Punkt",
    html="<p>Der Text</p>",
    message_id="<posting.7.cottbus@maerker.localhost>",
)


@dataclass
class Postbox:
    """What the mail server does and has seen. `answers`: its words at a command, instead of taking the mail."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[Envelope] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    connections: list["CountingSMTP"] = field(default_factory=list)
    hang_up_at_data: bool = False

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" not in self.answers:
            envelope.mail_from, envelope.mail_options = address, options
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_NOOP(self, *_: object) -> str:  # noqa: N802
        return self.answers.get("NOOP", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.hang_up_at_data:
            server.transport.abort()
        if "DATA" not in self.answers:
            self.mails.append(envelope)
            self.encrypted.append(session.ssl is not None)
        return self.answers.get("DATA", "250 OK")

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        self.logins.append(f"{data.login.decode()}:{data.password.decode()}")
        return AuthResult(success=data.password == b"right", handled=False)


class CountingSMTP(SMTP):
    gone: threading.Event

    def connection_made(self, transport: Any) -> None:
        if not hasattr(self, "gone"):
            self.gone = threading.Event()
            self.event_handler.connections.append(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.gone.set()


class PostController(Controller):
    def factory(self) -> SMTP:
        return CountingSMTP(self.handler, **self.SMTP_kwargs)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def serve(postbox: Postbox, **options: Any) -> Iterator[SmtpServer]:
    controller = PostController(postbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    postbox.connections.clear()  # the controller itself looked whether the server is up
    yield SmtpServer("127.0.0.1", controller.port, timeout_seconds=10)
    controller.stop()


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[SmtpServer]:
    yield from serve(postbox)


def test_a_mail_is_handed_over_as_it_is(server: SmtpServer, postbox: Postbox):
    with Transport(server) as transport:
        transport.send(A_MAIL)
    (mail,) = postbox.mails
    assert (mail.mail_from, mail.rcpt_tos) == ("cottbus@maerker.localhost", ["erika@example.org"])
    assert isinstance(mail.content, bytes)
    assert b"Message-ID: <posting.7.cottbus@maerker.localhost>\r\n" in mail.content
    assert b"\r\n.\r\nmit einem Punkt" in mail.content
    assert b"Bcc" not in mail.content


def test_a_batch_takes_one_connection(server: SmtpServer, postbox: Postbox):
    with Transport(server) as transport:
        for n in range(5):
            transport.send(replace(A_MAIL, to=f"person{n}@example.org"))
    assert [mail.rcpt_tos for mail in postbox.mails] == [[f"person{n}@example.org"] for n in range(5)]
    assert len(postbox.connections) == 1
    assert postbox.connections[0].gone.wait(10)


@pytest.mark.parametrize(
    ("command", "answer", "code"),
    [
        ("RCPT", "550 5.1.1 No such user", 550),
        ("RCPT", "550 no such user here", 550),
        ("RCPT", "553 mailbox name not allowed", 553),
        ("RCPT", "552 5.2.2 mailbox full for good", 552),
        ("DATA", "550 5.1.1 No such user", 550),
        ("DATA", "554 5.6.0 cannot be converted", 554),
    ],
)
def test_an_address_that_is_refused_for_good(
    server: SmtpServer, postbox: Postbox, command: str, answer: str, code: int
):
    postbox.answers[command] = answer
    with Transport(server) as transport, pytest.raises(MailRefused) as refused:
        transport.send(A_MAIL)
    assert refused.value.code == code
    assert refused.value.answer == answer[4:]
    assert "user" not in str(refused.value)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "450 4.2.0 greylisted, come back later"),
        ("RCPT", "451 try later"),
        ("RCPT", "421 closing"),
        ("RCPT", "554 5.7.1 relay access denied"),
        ("RCPT", "550 5.7.1 we do not like your address"),
        ("RCPT", "554 no"),
        ("RCPT", "530 5.7.0 authenticate first"),
        ("MAIL", "451 busy"),
        ("MAIL", "550 5.1.8 bad sender"),
        ("DATA", "452 4.3.1 disk full"),
        ("DATA", "554 5.7.1 looks like spam"),
        ("DATA", "554 transaction failed"),
        ("DATA", "552 5.3.4 too much"),
    ],
)
def test_what_says_nothing_about_the_address_is_tried_again(
    server: SmtpServer, postbox: Postbox, command: str, answer: str
):
    postbox.answers[command] = answer
    with Transport(server) as transport:
        with pytest.raises(MailDelayed) as delayed:
            transport.send(A_MAIL)
        assert delayed.value.code == int(answer[:3])
        postbox.answers.clear()
        transport.send(A_MAIL)
    assert len(postbox.mails) == 1


def test_after_a_refusal_the_next_mail_goes_out(server: SmtpServer, postbox: Postbox):
    with Transport(server) as transport:
        postbox.answers["RCPT"] = "550 5.1.1 No such user"
        with pytest.raises(MailRefused):
            transport.send(A_MAIL)
        postbox.answers.clear()
        transport.send(replace(A_MAIL, to="other@example.org"))
    assert [mail.rcpt_tos for mail in postbox.mails] == [["other@example.org"]]
    assert len(postbox.connections) == 1


def test_what_is_no_address_is_refused_before_anyone_is_asked():
    with pytest.raises(MailRefused):
        Transport(SmtpServer("127.0.0.1", 1)).send(replace(A_MAIL, to="no address"))


def test_a_domain_with_umlauts_is_asked_for_in_ascii(server: SmtpServer, postbox: Postbox):
    with Transport(server) as transport:
        transport.send(replace(A_MAIL, to="erika@straße.de"))
    assert postbox.mails[0].rcpt_tos == ["erika@xn--strae-oqa.de"]


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again(server: SmtpServer, postbox: Postbox):
    with Transport(server) as transport:
        transport.send(A_MAIL)
        first = postbox.connections[0]
        first.loop.call_soon_threadsafe(first.transport.abort)
        assert first.gone.wait(10)
        transport.send(A_MAIL)
    assert (len(postbox.mails), len(postbox.connections)) == (2, 2)


def test_a_connection_that_has_had_enough_is_opened_again(server: SmtpServer, postbox: Postbox):
    with Transport(server) as transport:
        transport.send(A_MAIL)
        postbox.answers["NOOP"] = "421 too many mails in one go"
        transport.send(A_MAIL)
    assert (len(postbox.mails), len(postbox.connections)) == (2, 2)


def test_a_connection_that_breaks_at_the_text_leaves_a_mail_to_be_repeated(server: SmtpServer, postbox: Postbox):
    with Transport(server) as transport:
        postbox.hang_up_at_data = True
        with pytest.raises(MailDelayed):
            transport.send(A_MAIL)
        postbox.hang_up_at_data = False
        transport.send(A_MAIL)
    first, repeated = (mail.content for mail in postbox.mails)
    assert isinstance(first, bytes)
    assert isinstance(repeated, bytes)
    assert A_MAIL.message_id.encode() in first
    assert A_MAIL.message_id.encode() in repeated


def test_nobody_listens():
    with Transport(SmtpServer("127.0.0.1", free_port())) as transport, pytest.raises(MailDelayed):
        transport.send(A_MAIL)


def test_the_server_cannot_be_found():
    with Transport(SmtpServer("mail.invalid")) as transport, pytest.raises(MailDelayed):
        transport.send(A_MAIL)


def test_a_server_that_never_speaks_does_not_hold_the_worker():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = SmtpServer("127.0.0.1", silent.getsockname()[1], timeout_seconds=0.2)
        with Transport(server) as transport, pytest.raises(MailDelayed):
            transport.send(A_MAIL)


def test_the_password_is_not_in_the_words_of_the_setting():
    assert "secret" not in repr(SmtpServer("h", user="u", password="secret"))


def test_encryption_that_the_server_does_not_offer_is_not_left_out(server: SmtpServer, postbox: Postbox):
    with Transport(replace(server, starttls=True)) as transport, pytest.raises(MailDelayed):
        transport.send(A_MAIL)
    assert postbox.mails == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the program openssl is needed to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", key, "-out", certificate, "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@pytest.fixture
def secure_server(postbox: Postbox, certificate: tuple[Path, Path]) -> Iterator[SmtpServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    for server in serve(
        postbox,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=postbox.authenticate,
    ):
        yield replace(server, starttls=True, user="maerker", password="right")


def test_encrypted_and_logged_in(secure_server: SmtpServer, postbox: Postbox, certificate: tuple[Path, Path]):
    trusting = ssl.create_default_context(cafile=certificate[0])
    with Transport(secure_server, tls=trusting) as transport:
        transport.send(A_MAIL)
        transport.send(A_MAIL)
    assert postbox.encrypted == [True, True]
    assert postbox.logins == ["maerker:right"]


def test_a_wrong_password_delays(secure_server: SmtpServer, postbox: Postbox, certificate: tuple[Path, Path]):
    trusting = ssl.create_default_context(cafile=certificate[0])
    wrong = replace(secure_server, password="wrong")
    with Transport(wrong, tls=trusting) as transport, pytest.raises(MailDelayed) as delayed:
        transport.send(A_MAIL)
    assert delayed.value.code == 535
    assert postbox.mails == []


def test_no_password_for_a_server_nobody_vouches_for(secure_server: SmtpServer, postbox: Postbox):
    with Transport(secure_server) as transport, pytest.raises(MailDelayed):
        transport.send(A_MAIL)
    assert (postbox.logins, postbox.mails) == ([], [])
