"""Habits of the tree: what rots elsewhere is refused here, with a sentence that says what to do."""

import ast
import platform
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = [
    path
    for folder in ("platform/maerker", "tenants", "onboarding")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "/static/" not in str(path)
]
TEMPLATES = sorted((ROOT / "platform").rglob("*.html")) + sorted((ROOT / "tenants").rglob("*.html")) + sorted(
    (ROOT / "onboarding").rglob("*.html")
)
WAITS = frozenset({"relay.py", "schedule.py", "priority.py"})
DIRECT = (
    "platform/maerker/database/scope.py", "tenants/registry/queries.py", "tenants/reports/drafts.py",
    "tenants/reports/intake.py", "tenants/portal/report_send.py",
)
CONTACT_READERS = {
    "tenants/reports/jobs.py": "mails to the reporter",
    "tenants/reports/desk_report.py": "the desk",
    "tenants/reports/own_report.py": "the tracking page",
    "platform/maerker/database/scope.py": "its definition",
}
DRAFT_READERS = {
    "tenants/reports/drafts.py": "finds, takes and erases them",
    "tenants/reports/intake.py": "makes the report of one, in the database",
    "tenants/reports/trial_end.py": "erases those of a trial; reads the names of their photos",
    "tenants/portal/report_photos.py": "how much room the photos of started forms take",
    "tenants/portal/report_steps.py": "the steps of the form, for the browser that holds its cookie",
    "tenants/portal/report_send.py": "the sending",
}


def test_platform_is_no_package_and_hides_nothing() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists(), "It would hide the standard library's platform."
    assert platform.python_version()


def test_no_room_for_everything() -> None:
    wrong = [str(path) for path in PRODUCT if path.name in ("util.py", "utils.py", "helpers.py", "common.py")]
    assert not wrong, f"{wrong}: put each helper beside its one user, or give it a name in maerker."


def test_actions_queries_and_models_never_commit() -> None:
    names = ("actions.py", "queries.py", "models.py", "notices.py")
    wrong = [str(path) for path in PRODUCT if path.name.endswith(names) and ".commit()" in path.read_text()]
    assert not wrong, f"{wrong}: the request or the job commits (law 6)."


def test_only_listed_places_read_contact_data() -> None:
    callers = {
        str(path.relative_to(ROOT)) for path in PRODUCT if re.search(r"\bcontacts_scope\(", path.read_text())
    }
    assert callers <= set(CONTACT_READERS), f"{callers - set(CONTACT_READERS)}: may contact data be read here? (law 5)"


def test_only_listed_places_read_started_forms() -> None:
    """Until they are sent, their answers hold name, address and telephone outside the contacts' role (ADR 0012)."""
    reading = re.compile(r"\b(find_draft|take_draft)\(|\bselect\(\s*ReportDraft\b|FROM report_drafts")
    callers = {str(path.relative_to(ROOT)) for path in PRODUCT if reading.search(path.read_text())}
    assert callers == set(DRAFT_READERS), f"{callers ^ set(DRAFT_READERS)}: may started forms be read here? (law 5)"


def test_only_listed_places_go_past_the_second_wall() -> None:
    callers = {str(path.relative_to(ROOT)) for path in PRODUCT if "maerker.database.direct import" in path.read_text()}
    assert callers <= set(DIRECT), f"{callers - set(DIRECT)}: does it pay, and does it name its town? (ADR 0028)"


def test_one_place_decides_which_store_of_files_there_is() -> None:
    builders = {str(path.relative_to(ROOT)) for path in PRODUCT if "LocalStorage(" in path.read_text()}
    wrong = builders - {"platform/maerker/storage/store.py"}
    assert not wrong, f"{wrong}: ask maerker.storage.store.storage_of."


def test_doors_for_the_public_never_touch_reports() -> None:
    """Portal and bare host read publications; the report behind them is for the tracking page and the form."""
    allowed = {"report_send.py", "report_check.py", "report_steps.py", "track.py", "own_words.py", "report_form.py"}
    for path in [*(ROOT / "tenants/portal").glob("*.py"), *(ROOT / "tenants/overview").glob("*.py")]:
        if path.name not in allowed:
            assert not re.search(r"import .*\bReport\b|desk_queries", path.read_text()), f"{path.name}: law 4"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    if path.name == "mail.html":
        return
    words = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=\"|\son[a-z]+=\"", words), (
        "The policy forbids inline script and style: put it into a file of maerker/web/static."
    )
    assert not re.search(r"(src|srcset)=\"https?://|@import", words), "Law 10: served by the platform itself."
    assert "| safe" not in words, "Say in a comment why this is safe, or better let Jinja escape it."


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), "Begin with a docstring: what is it for people?"


def test_no_print_and_no_sleep_in_the_product() -> None:
    for path in PRODUCT:
        if "embedded" in str(path):
            continue
        assert not re.search(r"\bprint\(|\bsleep\(", path.read_text()) or path.name in WAITS, f"{path}: use structlog."
