"""What the tests of the office share: forms with their version, sentences after saving, ids by name."""

import html
import re

from werkzeug.test import TestResponse

from tests.makers import MadeTown
from tests.world import Visitor


def version_on(page: TestResponse) -> str:
    """The version that the first form of the page carries."""
    found = re.search(r'name="version" value="(\d+)"', page.text)
    assert found, page.text[-3000:]
    return found.group(1)


def after(visitor: Visitor, answer: TestResponse) -> str:
    """The text of the page that a saved form leads to."""
    assert answer.status_code == 303, html.unescape(answer.text)[-3000:]
    return words(visitor.get(answer.headers["Location"]))


def words(page: TestResponse) -> str:
    """What someone reads on a page, without tags and with single blanks."""
    assert page.status_code < 500, page.text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def department_id(town: MadeTown, short_name: str) -> int:
    return next(item.id for item in town.town.departments if item.short_name == short_name)
