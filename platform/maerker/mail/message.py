"""A mail as data, and the message made of it.

The domain returns a `Mail`; nobody but `compose` knows about headers, encodings and what could be smuggled in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import idna

from maerker import clock
from maerker.mail.wire import WIRE

_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_HEADER_NAME = re.compile(r"(Auto-Submitted|Precedence|List-[A-Za-z-]+|X-[A-Za-z0-9-]+)")
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONGEST_MESSAGE_ID = 250


class BadMail(ValueError):
    """This mail cannot be written down: an address or a message id that is none. Trying again does not help."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail to one person.

    `sender_name` is the town's, `sender_address` the platform's address for it, `reply_to` where an answer goes.
    `message_id` (`<...@domain>`) stays the same when the mail is tried again; `in_reply_to` and `references` (oldest
    first) keep the mails of one report together. `headers` are further ones: `Auto-Submitted` tells absence assistants
    that no person waits for their answer; `List-...` and `X-...` are possible, nothing that this class says itself.
    """

    sender_name: str
    sender_address: str
    to: str
    subject: str
    text: str
    html: str = ""
    message_id: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: {"Auto-Submitted": "auto-generated"})
    date: datetime | None = None


def compose(mail: Mail) -> EmailMessage:
    """The message as it goes over the wire: UTF-8, text first, HTML as its alternative.

    Line breaks and control characters in names, subject and headers become one space, so nothing typed by a citizen
    can add a header. Without `date` it is dated now. Raises BadMail.
    """
    message = EmailMessage(policy=WIRE)
    message["From"] = _address(mail.sender_address, mail.sender_name)
    message["To"] = _address(mail.to)
    if mail.reply_to:
        message["Reply-To"] = _address(mail.reply_to)
    message["Subject"] = on_one_line(mail.subject)
    message["Date"] = format_datetime(mail.date or clock.now())
    message["Message-ID"] = _message_id(mail.message_id)
    if mail.in_reply_to:
        message["In-Reply-To"] = _message_id(mail.in_reply_to)
    if mail.references:
        message["References"] = " ".join(map(_message_id, mail.references))
    for name, value in mail.headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise BadMail(f"a mail may not carry the header {name!r}")
        message[name] = on_one_line(value)
    message.set_content(_lines(mail.text))
    if mail.html:
        message.add_alternative(_lines(mail.html), subtype="html")
    return message


def on_one_line(value: str) -> str:
    """The same words on one line: for a subject or a name, whatever was typed.

    `=?` begins an encoded word, in which a line break can hide: the standard library decodes it when the header is
    set and (up to Python 3.11.9, CVE-2024-6923) writes the break out. A space takes its meaning away.
    """
    return _UNSEEN.sub(" ", value).replace("=?", "= ?").strip()


def _address(address: str, name: str = "") -> Address:
    """An address with its domain in ASCII (IDNA 2008: `straße.de` is not `strasse.de`).

    Before the @ only ASCII is taken: few mail servers carry anything else.
    """
    local, at, domain = address.rpartition("@")
    if not at or not local or _UNSEEN.search(address) or "=?" in address:
        raise BadMail("not a mail address")
    try:
        if not domain.isascii():
            domain = idna.encode(domain, uts46=True).decode("ascii")
        return Address(on_one_line(name), addr_spec=f"{local}@{domain}")
    except Exception as failure:  # the standard library's parser raises nearly anything on odd addresses
        raise BadMail("not a mail address") from failure


def _message_id(value: str) -> str:
    if len(value) > _LONGEST_MESSAGE_ID or "=?" in value or not _MESSAGE_ID.fullmatch(value):
        raise BadMail("not a message id")
    return value


def _lines(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
