"""What is typed at the gate's two hosts is text: signs that nobody sees are left out before a view reads it."""

import re

from flask import request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def leave_out_what_is_no_text() -> None:
    """Before each view: the database holds no NUL, and no sign turns the words beside it round."""
    request.args = _plain(request.args)
    request.form = _plain(request.form)


def _plain(given: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(name, _NO_TEXT.sub("", value)) for name, value in given.items(multi=True)])
