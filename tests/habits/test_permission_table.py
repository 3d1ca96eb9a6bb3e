"""docs/permissions.md says what the code says."""

from pathlib import Path

from onboarding.permission_table import page
from tenants.reports.permissions import Permission

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"


def test_the_page_of_rights_is_the_one_the_code_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "Rights or addresses have changed: run `make permissions`."


def test_every_right_has_its_sentence() -> None:
    for right in Permission:
        assert f". | {right} |" in page(), f"{right}: say under it, in one line, what it means for people."
