"""The page that shows the caught mails. It listens on the loopback interface and runs no word of a mail."""

import json
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
from flask import Flask, Response, abort, render_template, request
from markupsafe import Markup, escape

from maerker.embedded.mail_sink.store import Mail, MailStore

PER_PAGE = 50
CODE_SECONDS = 30  # RFC 6238, and what apps take for granted
PAGE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'"
# A mail brings its own styles; it may open links in a new tab and do nothing else.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]")


def mail_page(store: MailStore, card: Path | None = None) -> Flask:
    """The caught mails; with the demonstration's `card` also the codes that its people's apps would show."""
    app = Flask(__name__)
    app.config["TRUSTED_HOSTS"] = ["localhost", "127.0.0.1"]
    app.jinja_env.filters["linked"] = linked
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    def wanted(key: str) -> Mail:
        return store.find(key) or abort(404)

    @app.get("/")
    def mails() -> str:
        page = max(request.args.get("seite", 1, type=int), 1)
        recipient = request.args.get("an", "").strip()
        found = list(store.newest(recipient=recipient, first=(page - 1) * PER_PAGE, count=PER_PAGE + 1))
        return render_template(
            "mails.html", mails=found[:PER_PAGE], recipient=recipient, page=page, more=len(found) > PER_PAGE
        )

    @app.get("/mails/<key>")
    def mail(key: str) -> str:
        return render_template("mail.html", mail=wanted(key))

    @app.get("/mails/<key>/html")
    def html(key: str) -> Response:
        body = wanted(key).html or abort(404)
        answer = Response('<base target="_blank">' + body, mimetype="text/html")
        answer.headers["Content-Security-Policy"] = MAIL_POLICY
        return answer

    @app.get("/mails/<key>/quelltext")
    def source(key: str) -> Response:
        return Response(store.content(wanted(key).key), mimetype="text/plain")

    @app.get("/mails/<key>/anhang/<int:number>")
    def attachment(key: str, number: int) -> Response:
        attachments = wanted(key).attachments
        if number >= len(attachments):
            abort(404)
        answer = Response(attachments[number].content, mimetype="application/octet-stream")
        answer.headers.set("Content-Disposition", "attachment", filename=attachments[number].name)
        return answer

    @app.get("/codes")
    def codes() -> str:
        known = json.loads(card.read_text()).get("logins", []) if card is not None and card.exists() else []
        people = [item for item in known if item.get("totp")]
        left = CODE_SECONDS - int(time.time()) % CODE_SECONDS
        return render_template("codes.html", left=left, people=[
            (item["label"], item["username"], pyotp.TOTP(item["totp"]).now()) for item in people
        ])

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @app.after_request
    def guard(answer: Response) -> Response:
        answer.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    return app


def linked(text: str) -> Markup:
    """Plain text with its web addresses as links; everything else is escaped."""
    parts: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        parts.append(escape(text[end : found.start()]))
        address = found.group()
        if urlsplit(address).hostname:
            parts.append(Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(address))
        else:
            parts.append(escape(address))
        end = found.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)
