"""What a page says, and in which language each part says it is."""

from html.parser import HTMLParser
from typing import Any

SAID_BY_ATTRIBUTE = ("alt", "aria-label", "title", "placeholder")
EMPTY = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "use", "wbr"})
UNSEEN = frozenset({"script", "style", "path", "circle", "rect"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []

    @property
    def language(self) -> str:
        return self.open[-1][1] if self.open else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", self.language)
        for name, value in given.items():
            if value and (name in SAID_BY_ATTRIBUTE or name.startswith(("data-words-", "data-counter-"))):
                self.said.append((language, value))
        if tag not in EMPTY:
            self.open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self.open and self.open[-1][0] in UNSEEN):
            self.said.append((self.language, " ".join(data.split())))


def said_in(language: str, page: str) -> list[str]:
    """The texts of a page that are declared to be in this language: what is seen and what is read aloud."""
    reader = _Reader()
    reader.feed(page)
    return [words for spoken, words in reader.said if spoken == language]
