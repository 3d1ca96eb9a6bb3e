"""Which store of files this instance has: the one place that decides it."""

from maerker.settings import Settings
from maerker.storage.interface import Storage
from maerker.storage.local import LocalStorage


def storage_of(settings: Settings) -> Storage:
    """A folder of this machine, which web and workers share."""
    return LocalStorage(settings.storage_folder)
