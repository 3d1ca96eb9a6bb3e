"""The look keeps its own rules: what docs/look.md promises is there, and nothing goes round the strict policy."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from maerker.web.colours import contrast

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "platform" / "maerker" / "web"
COMPONENTS = WEB / "templates" / "maerker" / "components"
PAGES = sorted(
    page
    for folder in (WEB, ROOT / "tenants", ROOT / "onboarding")
    for page in folder.glob("**/templates/**/*.html")
    if page.name != "mail.html"
)
HANDLER = r"\son(?:click|change|submit|load|input|focus)="
INLINE = re.compile(rf"<style|<script(?![^>]*\ssrc=)|\sstyle=|{HANDLER}|javascript:", re.I)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_template_carries_inline_script_or_style(page: Path) -> None:
    found = INLINE.search(page.read_text())
    assert found is None, f"the policy would block it; put it in static/css or static/js: {found and found.group()}"


def test_every_macro_in_the_documentation_exists() -> None:
    said = _macros_in_the_documentation()
    assert len(said) > 60
    for file, name in said:
        assert re.search(rf"macro {name}\(", (COMPONENTS / file).read_text()), f"docs/look.md names {name} in {file}"


def test_the_style_page_shows_every_icon() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (WEB / "static" / "icons" / "maerker.svg").read_text()))
    page = (WEB / "templates" / "maerker" / "style_page.html").read_text()
    shown = set(re.findall(r"'([^']+)'", page[page.index('class="m-iconlist"') :].split("%}")[0]))
    assert shown == sprite


def test_every_label_and_description_on_the_style_page_points_to_something() -> None:
    page = _Ties()
    page.feed(_style_page())
    assert len(page.ids) == len(set(page.ids)), "an id is given twice"
    assert page.points_to <= set(page.ids)
    assert page.fields_without_label == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_fixed_colours_can_be_read(scheme: str) -> None:
    tokens = _tokens(scheme)
    for ground in ("paper", "surface", "tint", "field"):
        assert contrast(tokens["text"], tokens[ground]) >= 7
        assert contrast(tokens["muted"], tokens[ground]) >= 4.5
        assert contrast(tokens["line-strong"], tokens[ground]) >= 3
    for kind in ("info", "success", "warning", "danger"):
        assert contrast(tokens["text"], tokens[f"{kind}-ground"]) >= 7
        assert contrast(tokens[kind], tokens["surface"]) >= 4.5
        assert contrast(tokens[kind], tokens[f"{kind}-ground"]) >= 4.5
    for colour in ("red", "yellow", "green"):
        assert contrast(tokens[f"light-on-{colour}"], tokens[f"light-{colour}"]) >= 4.5
    assert contrast(tokens["on-danger"], tokens["danger"]) >= 4.5


class _Ties(HTMLParser):
    """Collects which ids a page has and which ones its labels and descriptions name."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.points_to: set[str] = set()
        self.labelled: set[str] = set()
        self.fields: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.points_to.update(given.get(name, "").split())
        if tag == "label":
            self.labelled.add(given.get("for", ""))
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.fields.append(given.get("id", ""))

    @property
    def fields_without_label(self) -> list[str]:
        return [field for field in self.fields if field not in self.labelled]


def _style_page() -> str:
    app = Flask("look", static_folder=str(WEB / "static"), template_folder=str(WEB / "templates"))
    app.config["BABEL_DEFAULT_LOCALE"] = "de"
    Babel(app)
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    with app.test_request_context("/redaktion/stil"):
        account = {"display_name": "Anna Nowak", "role_label": "Redakteurin"}
        return app.jinja_env.get_template("maerker/style_page.html").render(current_account=account, town=None)


def _macros_in_the_documentation() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    file = ""
    for line in (ROOT / "docs" / "look.md").read_text().splitlines():
        heading = re.match(r"### (\w+\.html)", line)
        if heading:
            file = heading.group(1)
        elif line.startswith("## "):
            file = ""
        elif file:
            found += [(file, name) for name in re.findall(r"`(?:\{% call )?(\w+)\(", line)]
    return found


def _tokens(scheme: str) -> dict[str, str]:
    sheet = (WEB / "static" / "css" / "tokens.css").read_text()
    day, night = sheet.split("@media screen and (prefers-color-scheme: dark)")
    values = dict(re.findall(r"--m-([\w-]+): (#[0-9a-f]{6});", day))
    return values if scheme == "light" else values | dict(re.findall(r"--m-([\w-]+): (#[0-9a-f]{6});", night))
