"""German source texts and their translations, for doors and domain alike.

The domain imports these names from here, so that it knows no Flask; outside a request or a job's
`force_locale` the German source text comes back.
"""

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as lazy

__all__ = ["gettext", "lazy", "ngettext"]
