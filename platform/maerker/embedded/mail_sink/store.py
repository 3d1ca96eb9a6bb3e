"""The caught mails on disk, one file each (Maildir), and what a reader wants to see of one."""

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

_BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One mail as it was received; `received` in German time."""

    key: str
    received: datetime
    message: EmailMessage
    recipients: str

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "(ohne Betreff)")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str | None:
        return self._body("plain")

    @property
    def html(self) -> str | None:
        return self._body("html")

    @property
    def attachments(self) -> list[Attachment]:
        return [
            Attachment(
                name=part.get_filename() or "Anhang",
                content_type=part.get_content_type(),
                content=part.get_payload(decode=True) or b"",  # type: ignore[arg-type]
            )
            for part in self.message.iter_attachments()
        ]

    def _body(self, kind: str) -> str | None:
        part = self.message.get_body((kind,))
        return None if part is None else str(part.get_content())


class MailStore:
    """A Maildir; several processes may write and read it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._maildir = mailbox.Maildir(folder, create=True)

    def add(self, content: bytes) -> str:
        return self._maildir.add(content)

    def keys(self) -> list[str]:
        """The newest first."""
        files = [file for name in ("new", "cur") for file in (self.folder / name).iterdir()]
        files.sort(key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)
        return [file.name.partition(":")[0] for file in files]

    def find(self, key: str) -> Mail | None:
        """None if there is no such mail; the key is compared, never used as a path."""
        for name in ("new", "cur"):
            for file in (self.folder / name).iterdir():
                if file.name.partition(":")[0] == key:
                    return _read(key, file)
        return None

    def content(self, key: str) -> bytes:
        return self._maildir.get_bytes(key)

    def newest(self, *, recipient: str = "", first: int = 0, count: int = 50) -> Iterator[Mail]:
        """Mails whose recipients contain `recipient`, without regard to capitals."""
        passed = 0
        for key in self.keys():
            mail = self.find(key)
            if mail is None or recipient.lower() not in mail.recipients.lower():
                continue
            passed += 1
            if passed > first:
                yield mail
            if passed == first + count:
                return


def _read(key: str, file: Path) -> Mail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    recipients = str(message["X-Envelope-To"] or message["To"] or "")
    received = datetime.fromtimestamp(file.stat().st_mtime, UTC).astimezone(_BERLIN)
    return Mail(key=key, received=received, message=message, recipients=recipients)
