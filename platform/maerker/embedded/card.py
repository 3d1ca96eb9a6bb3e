"""The short card at the end of the start: where to look, whom to be, where the mails are."""

import json
from pathlib import Path
from urllib.parse import urlsplit


def read_card(file: Path, port: int) -> str:
    """The card as text. `file` is what `maerker demo load` wrote; its addresses get the port that is used now."""
    content = json.loads(file.read_text()) if file.exists() else {}
    lines: list[str] = []
    addresses = [(item["label"], _with_port(item["url"], port)) for item in content.get("addresses", [])]
    logins = content.get("logins", [])
    passwords = {item["password"] for item in logins}
    heading, people = "Sign in", [(item["label"], f"{item['username']}  {item['password']}") for item in logins]
    if len(passwords) == 1:
        heading = f"Sign in, each with the password {passwords.pop()}"
        people = [(item["label"], item["username"]) for item in logins]
    by_mail = [(item["label"], item["username"]) for item in content.get("by_mail", [])]
    codes = "Sign in by a code that comes by mail"
    for title, rows in (("Addresses", addresses), (heading, people), (codes, by_mail)):
        if rows:
            lines += [title, *_columns(rows), ""]
    return "\n".join(lines).rstrip()


def framed(text: str) -> str:
    lines = text.splitlines()
    width = max(map(len, lines), default=0)
    return "\n".join(["-" * (width + 2), *(f" {line}" for line in lines), "-" * (width + 2)])


def _columns(rows: list[tuple[str, str]]) -> list[str]:
    width = max(len(label) for label, _ in rows)
    return [f"  {label.ljust(width)}  {value}" for label, value in rows]


def _with_port(url: str, port: int) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.hostname}:{port}").geturl()
