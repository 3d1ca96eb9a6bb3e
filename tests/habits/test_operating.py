"""What docs/operating.md promises to whoever runs an instance is what the code does."""

import re

from tests.habits.test_layout import PRODUCT, ROOT

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
