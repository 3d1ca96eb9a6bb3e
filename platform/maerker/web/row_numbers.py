"""Numbers in addresses: `<int:...>` is a number that a row can have; any other is nothing there (404), never a 500."""

from collections.abc import Iterable

from werkzeug.routing import IntegerConverter, ValidationError

LARGEST_ID = 2**63 - 1
_DIGITS = len(str(LARGEST_ID))


class RowNumber(IntegerConverter):
    """What `<int:...>` means in every application; `<int(max=...):...>` narrows it further."""

    def to_python(self, value: str) -> int:
        if len(value) > _DIGITS or int(value) > LARGEST_ID:
            raise ValidationError
        number: int = super().to_python(value)
        return number


def is_row_number(text: str) -> bool:
    """Whether something typed or sent along can be a row's number."""
    return text.isascii() and text.isdigit() and len(text) < _DIGITS


def row_numbers(texts: Iterable[str]) -> list[int]:
    """Those that can be numbers of rows; whatever else was sent is left out."""
    return [int(text) for text in texts if is_row_number(text)]
