"""How many mails may be caused here: nobody's mailbox is flooded through this host, by strangers or from a file.

Everybody may type any address, before anybody looks at the application; so the address itself is counted, whoever asks
and whether or not it works in a file. What was mailed before the limit still opens the file.
"""

import uuid

from flask import current_app

from maerker.web.limits import Allowance, Hit
from maerker.wording import gettext as _

TO_ONE_ADDRESS = (Allowance("joining-mail-hour", 10, 60), Allowance("joining-mail-day", 30, 24 * 60))
FROM_ONE_FILE = Allowance("joining-file-mails", 100, 24 * 60)


def count_mail_to(address: str) -> None:
    """One more mail to an address that somebody typed. Raises TooMany, the same for known and unknown addresses."""
    limits = current_app.extensions["maerker_limits"]
    whose = (limits.hide(address.strip().lower()),)
    words = _("An diese Adresse gingen gerade viele Nachrichten. Die letzten gelten noch. Bitte warten Sie eine Weile.")
    limits.hit_in_turn(*(Hit(allowance, whose, words) for allowance in TO_ONE_ADDRESS))


def count_mail_from(file_id: uuid.UUID, address: str) -> None:
    """One more mail that somebody of a file sends to another person. Raises TooMany."""
    words = _("Aus dieser Akte gingen heute schon viele Einladungen. Bitte machen Sie morgen weiter.")
    current_app.extensions["maerker_limits"].hit(FROM_ONE_FILE, file_id.hex, explanation=words)
    count_mail_to(address)
