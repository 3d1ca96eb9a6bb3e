"""Kept pages of a town are forgotten once its new state stands: nobody is shown "soon here" after the start."""

import uuid

from sqlalchemy import event

from maerker.application import redis_client
from maerker.database.base import session
from maerker.settings import Settings
from maerker.web.page_cache import forget_pages
from tenants.registry.queries import hosts_of


def forget_after_commit(tenant_id: uuid.UUID, settings: Settings) -> None:
    """After the commit of the running transaction, whoever commits it."""
    hosts = [*hosts_of(tenant_id), settings.base_host]

    def forget(_session: object) -> None:
        forget_pages(redis_client(settings), hosts)

    event.listen(session(), "after_commit", forget, once=True)
