"""A date as people type it."""

from datetime import date
from typing import Any

from marshmallow import fields


class GermanDate(fields.Date):
    """'2026-12-31' from a date field, or '31.12.2026' typed where the browser has none."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> date:
        parts = str(value).strip().split(".")
        if len(parts) == 3 and all(part.strip().isdecimal() for part in parts):
            value = f"{parts[2].strip():0>4}-{parts[1].strip():0>2}-{parts[0].strip():0>2}"
        return super()._deserialize(value, attr, data, **more)
