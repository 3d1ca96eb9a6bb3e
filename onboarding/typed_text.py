"""What is typed at the gate's two hosts is text: signs that nobody sees are left out before a view reads it."""

import re

from flask import request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter, Map, ValidationError

LARGEST_ID = 2**63 - 1
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def leave_out_what_is_no_text() -> None:
    """Before each view: the database holds no NUL, and no sign turns the words beside it round."""
    request.args = _plain(request.args)
    request.form = _plain(request.form)


class RowNumber(IntegerConverter):
    """`<int:...>` in an address: a number that a row can have; any other is nothing there (404)."""

    def to_python(self, value: str) -> int:
        number = int(value) if len(value) < 20 else LARGEST_ID + 1
        if number > LARGEST_ID:
            raise ValidationError
        return number


def take_row_numbers(addresses: Map) -> None:
    """From now on `<int:...>` means a row's number in these addresses."""
    addresses.converters["int"] = RowNumber


def _plain(given: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(name, _NO_TEXT.sub("", value)) for name, value in given.items(multi=True)])
