"""From a notice (data) to a mail on its way: rendered as text and HTML, in the town's name, threaded."""

import threading
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import force_locale

from maerker.mail.message import Mail
from maerker.mail.transport import MailRefused, SmtpServer, Transport
from maerker.settings import Settings
from maerker.web.colours import town_palette

__all__ = ["Letter", "MailRefused", "deliver"]

HOUSE = ("#1d4693", "#1d4693")  # of mails that no town sends
_open = threading.local()


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A notice with its address. `message_name` and `thread_name` become Message-ID and References; `colours` are the
    sender's main and second colour as ``#rrggbb``."""

    town: Any
    notice: Any
    to: str
    language: str
    message_name: str
    thread_name: str
    sender_name: str
    sender_local: str
    reply_to: str
    colours: tuple[str, str] = HOUSE


def deliver(letter: Letter, settings: Settings) -> None:
    """Hand the mail to the mail server. Raises MailDelayed (try again) or MailRefused (this address: never)."""
    domain = settings.mail_from_domain
    thread = f"<{letter.thread_name}@{domain}>" if letter.thread_name else ""
    notice = letter.notice
    with force_locale(letter.language):
        values = {
            "subject": notice.subject,
            "town": letter.town,
            "heading": notice.heading,
            "paragraphs": notice.paragraphs,
            "quote": notice.quote,
            "quote_language": notice.quote_language,
            "facts": notice.facts,
            "action": notice.action,
            "footer": notice.footer,
            "palette": town_palette(*letter.colours),
            "page_language": letter.language,
        }
        text = render_template("maerker/mail.txt.jinja", **values)
        html = render_template("maerker/mail.html", **values)
    mail = Mail(
        sender_name=letter.sender_name,
        sender_address=f"{letter.sender_local}@{domain}",
        to=letter.to,
        subject=notice.subject,
        text=text,
        html=html,
        message_id=f"<{letter.message_name}@{domain}>",
        in_reply_to=thread,
        references=(thread,) if thread else (),
        reply_to=letter.reply_to,
        headers={"Auto-Submitted": "auto-generated"},
    )
    _transport(settings).send(mail)


def _transport(settings: Settings) -> Transport:
    """One connection a process, kept between mails."""
    transport: Transport | None = getattr(_open, "transport", None)
    if transport is None:
        transport = _open.transport = Transport(
            SmtpServer(
                host=settings.smtp_host,
                port=settings.smtp_port,
                user=settings.smtp_user,
                password=settings.smtp_password,
                starttls=settings.smtp_starttls,
            )
        )
    return transport
