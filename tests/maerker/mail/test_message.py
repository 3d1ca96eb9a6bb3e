"""Mails as they go over the wire: readable umlauts, kept threads, and no header that a citizen smuggled in."""

import email
import email.policy
import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from maerker.mail.message import BadMail, Mail, compose, on_one_line
from maerker.mail.wire import WIRE

A_MAIL = Mail(
    sender_name="Maerker Cottbus/Chóśebuz",
    sender_address="cottbus@maerker.localhost",
    to="erika.mustermann@example.org",
    subject="Ihr Hinweis 2026-000123 ist eingegangen",
    text="Guten Tag,\n\nvielen Dank für Ihren Hinweis.\n.\nMit freundlichen Grüßen",
    html="<p>Vielen Dank für Ihren Hinweis.</p>",
    message_id="<posting.7.cottbus@maerker.localhost>",
)
anything = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)
awkward = st.text(alphabet='aäß,;:"()<>@\\. =?_-\r\n\t', max_size=250)


def wire(**changes: object) -> bytes:
    return compose(replace(A_MAIL, **changes)).as_bytes()  # type: ignore[arg-type]


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def headers(raw: bytes) -> dict[str, str]:
    """The headers as any mail program reads them: unfolded, then decoded as RFC 2047 says."""
    head = raw.split(b"\r\n\r\n", 1)[0].decode("ascii")
    lines = re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n")
    return {name: value.removeprefix(" ") for name, _, value in (line.partition(":") for line in lines)}


def decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


def test_text_and_html_in_utf_8():
    message = read(wire())
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert text.get_content_charset() == html.get_content_charset() == "utf-8"
    assert text.get_content().replace("\r\n", "\n") == A_MAIL.text + "\n"
    assert html.get_content_type() == "text/html"
    assert "für Ihren Hinweis" in html.get_content()


def test_without_html_it_is_plain():
    assert read(wire(html="")).get_content_type() == "text/plain"


def test_who_writes_to_whom_and_where_an_answer_goes():
    message = read(wire(reply_to="stadt@cottbus.example"))
    assert (message["From"].addresses[0].display_name, message["From"].addresses[0].addr_spec) == (
        "Maerker Cottbus/Chóśebuz",
        "cottbus@maerker.localhost",
    )
    assert message["To"] == "erika.mustermann@example.org"
    assert message["Reply-To"] == "stadt@cottbus.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Reply-To" not in read(wire())


@pytest.mark.parametrize("length", [10, 64, 78, 120, 250])
def test_a_thread_holds_together_however_long_its_ids(length: int):
    first = f"<{'a' * (length - 6)}@b.c>"
    raw = wire(message_id=first, in_reply_to=first, references=(first, A_MAIL.message_id))
    found = headers(raw)
    assert found["Message-ID"] == found["In-Reply-To"] == first
    assert found["References"] == f"{first} {A_MAIL.message_id}"
    assert max(map(len, raw.split(b"\r\n"))) < 300


def test_it_is_dated_now_or_as_said():
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False):
        assert headers(wire())["Date"] == "Sun, 22 Nov 2026 12:00:00 +0000"
    assert headers(wire(date=datetime(2026, 1, 2, 3, tzinfo=UTC)))["Date"] == "Fri, 02 Jan 2026 03:00:00 +0000"


def test_further_headers():
    found = headers(wire(headers={"List-Id": "<cottbus.maerker>", "X-Report": "2026-000123"}))
    assert (found["List-Id"], found["X-Report"]) == ("<cottbus.maerker>", "2026-000123")


@pytest.mark.parametrize("name", ["Bcc", "From", "Subject", "X-A\r\nBcc", "X-A: b", "", "List-", "Content-Type"])
def test_headers_that_a_mail_may_not_carry(name: str):
    with pytest.raises(BadMail):
        wire(headers={name: "evil@example.org"})


SMUGGLED = "Loch\r\nBcc: all@example.org\r\n\r\n<script>"
ENCODED = "=?utf-8?q?Loch=0D=0ABcc:_all=40example.org=0D=0A=0D=0A<script>?="


@pytest.mark.parametrize("words", [ENCODED, f"Straße {ENCODED}", f"x {ENCODED} {ENCODED}", f"=?{ENCODED}?="])
@pytest.mark.parametrize("field", ["subject", "sender_name", "header"])
def test_a_line_break_hidden_in_an_encoded_word_stays_hidden(words: str, field: str):
    raw = wire(headers={"X-Report": words}) if field == "header" else wire(**{field: words})
    assert "Bcc" not in headers(raw)
    assert read(raw)["Bcc"] is None
    assert read(raw)["Date"]


def test_the_last_guard_against_a_second_header():
    with pytest.raises(ValueError, match="line break"):
        WIRE.fold("X-Report", SMUGGLED)


def test_an_encoded_line_break_is_refused_or_stays_encoded():
    """Older Pythons decode it and would write it out; newer ones, and Debian's, encode it again (CVE-2024-6923)."""
    message = EmailMessage(policy=WIRE)
    message["Subject"] = ENCODED
    raw = b""
    with suppress(ValueError):
        raw = message.as_bytes()
    assert b"\r\nBcc:" not in raw


@pytest.mark.parametrize(
    "change",
    [{"subject": SMUGGLED}, {"sender_name": SMUGGLED}, {"headers": {"X-Report": SMUGGLED}}],
)
def test_a_line_break_becomes_a_space(change: dict[str, object]):
    raw = wire(**change)
    assert "Bcc" not in headers(raw)
    message = read(raw)
    assert message["Bcc"] is None
    found = [str(message[name]) for name in ("Subject", "From", "X-Report")]
    assert any("Loch Bcc: all@example.org <script>" in value for value in found)


@pytest.mark.parametrize(
    "address",
    [
        "", "erika", "@example.org", "erika@", "a@b@c@", "a@b\r\nBcc: c@d", "a b@example.org", "a@exa mple.org",
        "a,b@example.org", "a@example.org,c@example.org", "a@-ü.de", "a@ü..de", "<a@example.org>", "a\x00@example.org",
        "a@example.org\n", "a;b@example.org", "jürgen@example.org", "=?utf-8?q?a=0D=0ABcc:_c=40d?=@example.org",
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["to", "sender_address", "reply_to"])
def test_what_is_no_address_is_refused(address: str, field: str):
    if field == "reply_to" and not address:
        return
    with pytest.raises(BadMail):
        wire(**{field: address})


def test_domains_with_umlauts_are_written_as_servers_know_them():
    assert headers(wire(to="erika@straße.de"))["To"] == "erika@xn--strae-oqa.de"
    assert headers(wire(to="erika@münchen.de"))["To"] == "erika@xn--mnchen-3ya.de"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a@b",
        "<a>",
        "<a@b",
        "<a@b>\r\nBcc: x",
        "<a b@c>",
        "<a@b><c@d>",
        "<=?utf-8?q?=0D=0A?=@b>",
        f"<{'a' * 250}@b>",
    ],
)
def test_what_is_no_message_id_is_refused(value: str):
    with pytest.raises(BadMail):
        wire(message_id=value)


@given(st.one_of(anything, awkward))
def test_every_subject_arrives_as_it_was_typed(subject: str):
    assert decoded(headers(wire(subject=subject))["Subject"]) == on_one_line(subject)


@given(st.one_of(anything, awkward))
def test_every_name_arrives_as_it_was_typed(name: str):
    shown, address = parseaddr(headers(wire(sender_name=name))["From"])
    assert (decoded(shown), address) == (on_one_line(name), A_MAIL.sender_address)


@given(anything, anything)
def test_no_text_changes_the_headers(text: str, words: str):
    assert set(headers(wire(text=text, html=f"<p>{text}", subject=words, sender_name=words))) == set(headers(wire()))


@given(st.one_of(anything, awkward))
def test_no_line_is_longer_than_servers_take(words: str):
    raw = wire(subject=words * 5, sender_name=words, text=words * 20, html=words * 20)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
