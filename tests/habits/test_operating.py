"""What docs/operating.md promises to whoever runs an instance is what the code does."""

import re

from onboarding.periodic import SLOTS
from tenants.portal.legal import DEFAULTS
from tests.habits.test_layout import PRODUCT, ROOT

CONFIG = ROOT / "config"
OPERATING = ROOT / "docs" / "operating.md"


def chapter(title: str) -> str:
    """The text below one heading, up to the next of its rank."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", OPERATING.read_text(), re.DOTALL | re.MULTILINE)
    assert found, f"docs/operating.md has no chapter {title}."
    return found.group(1)


def test_all_that_hangs_on_the_secret_key_is_named_where_its_change_is_described() -> None:
    text = "".join(path.read_text() for path in PRODUCT)
    purposes = set(re.findall(r"\.derive\(\s*\"([^\"]+)\"", text))
    assert len(purposes) == text.count(".derive("), "Write the purpose of derive() as a text: this test reads it."
    missing = {name for name in purposes if f"`{name}`" not in chapter("Changing the secret key")}
    assert not missing, f"{missing}: say in docs/operating.md what becomes of it when the secret key changes."


def test_logs_are_gone_after_the_seven_days_that_the_privacy_notice_says() -> None:
    """Today's log and the six before it; also on days without a visitor, and never twice by the package's own rule."""
    assert DEFAULTS["log_retention"] == "sieben Tage"
    rotation = (CONFIG / "logrotate" / "maerker").read_text()
    written = set(re.findall(r"^\s*(?:access|error)_log (/\S+)", (CONFIG / "nginx" / "maerker.conf").read_text(), re.M))
    assert written == set(re.findall(r"^(/\S+)", rotation, re.M))
    assert not [path for path in written if path.startswith("/var/log/nginx/")], "Debian keeps those for 14 days."
    words = [line.split() for line in rotation.splitlines()]
    assert ["daily"] in words
    assert ["rotate", "6"] in words
    assert ["notifempty"] not in words
    journal = (CONFIG / "journald" / "maerker.conf").read_text()
    assert "MaxRetentionSec=7day" in journal
    assert "MaxFileSec=1day" in journal


def test_the_privacy_notice_promises_no_erasing_that_nothing_does() -> None:
    """Contact data goes by itself; reports do not, as long as no job erases them (docs/architecture.md)."""
    names = {slot.name for slot in SLOTS}
    assert "erase_contacts" in names
    assert "erase_reports" not in names
    assert "nicht selbsttätig" in DEFAULTS["report_retention"]
