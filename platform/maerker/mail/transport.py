"""The way to the mail server, and what its answers mean for a mail.

Two ways to fail. `MailDelayed`: nothing is wrong with the mail, it is tried again later. `MailRefused`: this address
(or this very mail) is not taken and never will be, so that someone at the desk should know. In doubt a mail is delayed:
a wrong setting of ours must not make thousands of mails count as refused.
"""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from maerker.mail.message import BadMail, Mail, compose

_ENHANCED = re.compile(r"^5\.(\d{1,3})\.\d{1,3}\b")
_ABOUT_ADDRESS_OR_CONTENT = {"1", "2", "6"}
_NO_SUCH_MAILBOX = {550, 551, 552, 553}


class MailNotSent(Exception):
    """The mail was not taken. `code` is the server's number (0: none), `answer` its words, which may name the address.

    The exception's own text names nobody, so it may be logged.
    """

    def __init__(self, what: str, code: int = 0, answer: str = "") -> None:
        super().__init__(f"{what} ({code})" if code else what)
        self.code = code
        self.answer = answer


class MailDelayed(MailNotSent):
    """Not now: the server is away, busy, or does not want to talk to us. The mail is tried again."""


class MailRefused(MailNotSent):
    """Never: there is no such address, or this mail cannot be delivered as it is."""


@dataclass(frozen=True)
class SmtpServer:
    """Where mails are handed over; the values come from the settings. Without `user` nobody logs in."""

    host: str
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    timeout_seconds: float = 20.0


class Transport:
    """Hands over mails, one after the other, over one connection as long as it holds.

    Use it as a context for a batch, in one thread::

        with Transport(server) as transport:
            transport.send(mail)

    `tls` replaces the usual check of certificates, for a mail server with an authority of its own.
    """

    def __init__(self, server: SmtpServer, *, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._tls = tls
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def send(self, mail: Mail) -> None:
        """Hand over one mail. When this returns, the mail server is responsible for it.

        Raises MailDelayed or MailRefused. If the connection breaks after the text was sent, nobody knows whether it
        was taken: the mail counts as delayed, and its repetition carries the same Message-ID.
        """
        try:
            message = compose(mail)
            sender, recipient = message["From"].addresses[0].addr_spec, message["To"].addresses[0].addr_spec
        except BadMail as failure:
            raise MailRefused("the mail cannot be written down", answer=str(failure)) from failure
        try:
            self._connected().send_message(message, sender, [recipient])
        except smtplib.SMTPRecipientsRefused as failure:
            code, answer = next(iter(failure.recipients.values()))
            raise _meaning(code, answer, of_recipient=True) from failure
        except smtplib.SMTPSenderRefused as failure:
            raise MailDelayed("the mail server does not take our sender address", *_words(failure)) from failure
        except smtplib.SMTPDataError as failure:
            raise _meaning(failure.smtp_code, failure.smtp_error, of_recipient=False) from failure
        except (smtplib.SMTPException, OSError) as failure:
            self._drop()
            raise MailDelayed("the connection to the mail server broke", answer=str(failure)) from failure

    def close(self) -> None:
        """Take leave of the server, if there still is one."""
        if self._connection is not None:
            try:
                self._connection.quit()
            except (smtplib.SMTPException, OSError):
                self._connection.close()
            self._connection = None

    def _connected(self) -> smtplib.SMTP:
        """The open connection, asked whether it still lives, or a new one. Raises MailDelayed."""
        if self._connection is not None:
            try:
                if self._connection.noop()[0] == 250:
                    return self._connection
            except (smtplib.SMTPException, OSError):
                pass
            self._drop()
        try:
            self._connection = self._connect()
        except smtplib.SMTPResponseException as failure:
            raise MailDelayed("the mail server does not let us in", *_words(failure)) from failure
        except (smtplib.SMTPException, OSError) as failure:
            raise MailDelayed("the mail server cannot be reached", answer=str(failure)) from failure
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)
        try:
            if server.starttls:
                connection.starttls(context=self._tls or ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _meaning(code: int, answer: bytes | str, *, of_recipient: bool) -> MailNotSent:
    """What a refusal means (RFC 5321, RFC 3463): 4xx later; 5.1 address, 5.2 mailbox, 5.6 content: never.

    5.7 (policy, "relay access denied"), 5.3 and the rest speak of the servers, not of this mail: later. A server
    without the finer codes means the mailbox if it says 550 to 553 to the recipient.
    """
    words = _text(answer)
    finer = _ENHANCED.match(words)
    if finer:
        never = finer[1] in _ABOUT_ADDRESS_OR_CONTENT
    else:
        never = of_recipient and code in _NO_SUCH_MAILBOX
    if 500 <= code < 600 and never:
        return MailRefused("the mail server refused the mail", code, words)
    return MailDelayed("the mail server did not take the mail", code, words)


def _words(failure: smtplib.SMTPResponseException) -> tuple[int, str]:
    return failure.smtp_code, _text(failure.smtp_error)


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
