"""Wiring of a town's application and of the bare host: who asks from where, and which doors there are."""

from flask import Flask, g, request
from flask_login import LoginManager
from sqlalchemy.exc import DBAPIError

from maerker.application import Kind
from maerker.database.base import session
from maerker.database.scope import enter_tenant
from maerker.errors import NotThere
from maerker.jobs.handlers import Outbox
from maerker.web.host import host_of
from maerker.wording import gettext as _
from tenants.admin import views as admin
from tenants.desk import views as desk
from tenants.overview import views as overview
from tenants.portal import views as portal
from tenants.portal.trial import look_for_pass
from tenants.profile.town import town_of
from tenants.registry.models import TenantState
from tenants.registry.queries import HostFound, town_at_host
from tenants.reports.actions import OUTBOX
from tenants.reports.jobs import HANDLERS
from tenants.reports.permissions import Permission
from tenants.staff.jobs import HANDLERS as STAFF_HANDLERS
from tenants.staff.signed_in import load_signed_in
from tenants.staff_door import signed_in_account

OUTBOXES = (Outbox("reports", OUTBOX, HANDLERS + STAFF_HANDLERS),)
OFFICE = frozenset({Permission.manage_town, Permission.manage_people})
_WITHOUT_TOWN = frozenset({"static", "healthz", "readyz"})


def find_town() -> None:
    """Before each request: the town from the Host header by exact match, or 404 (law 1)."""
    if request.endpoint in _WITHOUT_TOWN:
        return
    found = _look_up(host_of(request.environ))
    if found is None:
        raise NotThere(_("Unter dieser Adresse gibt es keine Kommune. Vielleicht hilft die Übersicht aller Kommunen."))
    enter_tenant(found.tenant_id)
    g.town = town_of(found)
    if found.state is TenantState.trial:
        look_for_pass()


def _look_up(host: str) -> HostFound | None:
    """The first statement of a request: a connection that died with a restarted server is replaced once, unseen."""
    try:
        return town_at_host(host)
    except DBAPIError as lost:
        if not lost.connection_invalidated:
            raise
        session().rollback()
        return town_at_host(host)


def _register_town(app: Flask) -> None:
    login: LoginManager = app.extensions["maerker_login"]
    login.request_loader(load_signed_in)
    app.context_processor(lambda: {"trial": g.get("in_trial", False)})
    app.extensions["maerker_ways_on"] = _ways_on
    portal.register(app)
    desk.register(app)
    admin.register(app)


def _ways_on(path: str) -> list[tuple[str, str]]:
    """From a page of the desk or the office that could not be shown, staff go back there and not to the citizens'."""
    if path.startswith("/verwaltung") and _may_see_office():
        return [(_("Zur Verwaltung"), "/verwaltung/"), (_("Zum Posteingang"), "/redaktion/")]
    if path.startswith(("/redaktion", "/verwaltung")):
        return [(_("Zum Posteingang"), "/redaktion/")]
    return []


def _may_see_office() -> bool:
    """Whoever has not been looked for on this request may: a page that says why nothing works asks no database."""
    known = signed_in_account()
    return known is None or bool(OFFICE & known.permissions)


def _register_bare_host(app: Flask) -> None:
    overview.register(app)


TOWN = Kind(
    name="town", role="tenants", register=_register_town, before=find_town, keeps_pages=True, asks_connections=False
)
BARE_HOST = Kind(name="bare", role="tenants", register=_register_bare_host, keeps_pages=True)

