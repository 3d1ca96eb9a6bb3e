"""``python -m maerker.embedded.mail_sink --folder DIR --smtp-port N --web-port N``: run until told to stop."""

import argparse
import logging
import signal
import threading
from pathlib import Path
from types import FrameType

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from werkzeug.serving import make_server

from maerker.embedded.mail_sink.store import MailStore
from maerker.embedded.mail_sink.web import mail_page
from maerker.embedded.ports import LOOPBACK

LARGEST_MAIL = 40 * 1024**2  # bytes


class Catch:
    """Takes every mail; the envelope's recipients are kept, which a mail's own lines may not name."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        line = "X-Envelope-To: " + ", ".join(envelope.rcpt_tos) + "\r\n"
        self._store.add(line.encode() + (envelope.original_content or b""))
        return "250 OK"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m maerker.embedded.mail_sink", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--card", type=Path, help="the demonstration's card, for its people's codes")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--web-port", type=int, required=True)
    options = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    store = MailStore(options.folder)
    smtp = Controller(Catch(store), hostname=LOOPBACK, port=options.smtp_port, data_size_limit=LARGEST_MAIL)
    web = make_server(LOOPBACK, options.web_port, mail_page(store, options.card), threaded=True)

    def end(signal_number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        threading.Thread(target=web.shutdown).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    smtp.start()
    try:
        web.serve_forever(poll_interval=0.2)
    finally:
        smtp.stop()


if __name__ == "__main__":
    main()
