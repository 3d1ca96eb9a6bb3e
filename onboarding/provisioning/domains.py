"""A town's own domain: asked for in the file, looked up in the DNS by the worker, switched on by the operator."""

import ipaddress
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.database.scope import current_file
from maerker.errors import Invalid
from maerker.jobs.outbox import Posting
from maerker.settings import RESERVED, Settings
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.entries import values
from onboarding.applications.history import do_later, note
from onboarding.applications.models import FileEvent
from onboarding.operators.audit import note as note_for_operators
from onboarding.provisioning.from_file import town_of
from onboarding.provisioning.pages import forget_after_commit
from tenants.registry.models import Tenant, TenantHost

SECONDS = 3.0
GOOD_FOR = timedelta(days=7)
"""A look-up older than this is made again before the domain is switched on."""


@dataclass(frozen=True)
class LookUp:
    """What the DNS says. `found` are the records as they were answered, `expected` what they should lead to."""

    ok: bool
    found: tuple[str, ...]
    expected: str
    sentence: str


@dataclass(frozen=True)
class DomainNow:
    """Where an own domain stands: not asked for, not looked up, wrong, right, or switched on."""

    domain: str = ""
    problem: str = ""
    looked_up: FileEvent | None = None
    active: bool = False

    @property
    def right(self) -> bool:
        return self.looked_up is not None and bool(self.looked_up.details.get("ok"))


def domain_problem(domain: str, settings: Settings, tenant_id: uuid.UUID | None = None) -> str:
    """Why a town cannot have this domain, as a sentence; '' if it can."""
    base = settings.base_host.lower()
    if domain == base or domain.endswith(f".{base}"):
        return _("Diese Domain gehört der Plattform. Der Platz %(slug)s ist dafür da.", slug=f"<name>.{base}")
    if _is_address(domain) or any(domain == name or domain.endswith(f".{name}") for name in RESERVED):
        return _("Diese Domain führt im Netz nirgendwohin.")
    holder = session().scalar(select(TenantHost.tenant_id).where(TenantHost.host == domain))
    if holder is not None and holder != tenant_id:
        return _("Diese Domain ist schon bei einer anderen Kommune eingetragen.")
    return ""


def look_up(domain: str, target: str, base: str) -> LookUp:
    """Whether the domain leads to the platform: a CNAME to its host, or the same addresses as it has.

    Answers within some seconds, whatever the name servers do. `target` is the town's own host, `base` the platform's.
    """
    import dns.exception
    import dns.resolver

    resolver = dns.resolver.Resolver()
    resolver.timeout = resolver.lifetime = SECONDS
    wanted = {target.rstrip("."), base.rstrip(".")}
    try:
        names = [str(item.target).rstrip(".").lower() for item in resolver.resolve(domain, "CNAME", search=False)]
    except dns.exception.DNSException:
        names = []
    if wanted & set(names):
        return LookUp(True, tuple(names), target, _("Die Domain zeigt mit einem CNAME auf die Plattform."))
    own, platform = _addresses(domain), _addresses(target) or _addresses(base)
    if own and own <= platform:
        return LookUp(True, tuple(sorted(own)), target, _("Die Domain hat dieselben Adressen wie die Plattform."))
    found = tuple(names) or tuple(sorted(own))
    if not found:
        return LookUp(False, (), target, _("Im DNS steht nichts zu dieser Domain, oder der Server antwortet nicht."))
    return LookUp(False, found, target, _("Die Domain zeigt auf etwas anderes als die Plattform."))


def _addresses(host: str) -> set[str]:
    import dns.exception
    import dns.resolver

    resolver = dns.resolver.Resolver()
    resolver.timeout = resolver.lifetime = SECONDS
    found: set[str] = set()
    for kind in ("A", "AAAA"):
        try:
            found |= {str(ipaddress.ip_address(str(item))) for item in resolver.resolve(host, kind, search=False)}
        except dns.exception.DNSException:
            continue
    return found


def ask_for_look_up(*, by: Actor, at: datetime) -> None:
    """Have the worker look the domain of the current file up. Raises Invalid if the file names none."""
    if not values().get("own_domain"):
        raise Invalid(_("In der Akte steht keine eigene Domain."))
    note("domain_check_asked", by=by, at=at, step="set_up")
    do_later(Posting("check_domain", 0), at=at)


def check_domain(settings: Settings, *, by: Actor, at: datetime) -> LookUp | None:
    """Look the domain of the current file up and keep the answer in its history. In the worker; None: there is none."""
    domain, tenant = str(values().get("own_domain") or ""), town_of(this_file())
    if not domain:
        return None
    target = f"{tenant.slug if tenant else values().get('slug') or ''}.{settings.base_host}".lstrip(".")
    problem = domain_problem(domain, settings, tenant.id if tenant else None)
    answer = LookUp(False, (), target, problem) if problem else look_up(domain, target, settings.base_host)
    note("domain_checked", by=by, at=at, step="set_up", domain=domain, ok=answer.ok, found=list(answer.found),
         expected=target, text=answer.sentence)
    return answer


def domain_now(settings: Settings) -> DomainNow:
    """The current file's own domain as both sides see it."""
    domain, tenant = str(values().get("own_domain") or ""), town_of(this_file())
    if not domain:
        return DomainNow()
    last = session().scalars(
        select(FileEvent).where(
            FileEvent.file_id == current_file(), FileEvent.act == "domain_checked",
            FileEvent.details["domain"].astext == domain,
        ).order_by(FileEvent.id.desc()).limit(1)
    ).one_or_none()
    active = tenant is not None and session().scalar(
        select(TenantHost.host).where(TenantHost.host == domain, TenantHost.tenant_id == tenant.id)
    ) is not None
    return DomainNow(domain, domain_problem(domain, settings, tenant.id if tenant else None), last, active)


def add_domain(settings: Settings, *, by: Actor, at: datetime) -> str:
    """The operator switches the own domain of the current file on: the town answers there as well. Returns it.

    Raises Invalid: no town yet, no domain, taken, or the DNS does not lead here (looked up within a week).
    """
    tenant, state = town_of(this_file()), domain_now(settings)
    if tenant is None:
        raise Invalid(_("Diese Kommune ist noch nicht eingerichtet."))
    if not state.domain or state.problem:
        raise Invalid(state.problem or _("In der Akte steht keine eigene Domain."))
    if state.active:
        return state.domain
    if not state.right or state.looked_up is None or state.looked_up.at < at - GOOD_FOR:
        raise Invalid(_("Die Domain führt noch nicht auf die Plattform, oder die letzte Prüfung ist zu lange her."))
    session().add(TenantHost(host=state.domain, tenant_id=tenant.id, is_main=False))
    _renew(tenant)
    note("domain_added", by=by, at=at, step="set_up", domain=state.domain)
    note_for_operators("domain_added", by=by, at=at, domain=state.domain, tenant=str(tenant.id))
    return state.domain


def remove_domain(settings: Settings, *, by: Actor, at: datetime) -> None:
    """The town no longer answers at its own domain; at its place on the platform it does. Nothing else changes."""
    tenant = town_of(this_file())
    rows = [] if tenant is None else session().scalars(
        select(TenantHost).where(TenantHost.tenant_id == tenant.id, TenantHost.is_main.is_(False))
    ).all()
    if tenant is not None and rows:
        forget_after_commit(tenant.id, settings)  # while its hosts still stand there: pages kept for them go as well
    for row in rows:
        session().delete(row)
        note("domain_removed", by=by, at=at, step="set_up", domain=row.host)
        note_for_operators("domain_removed", by=by, at=at, domain=row.host)
    if tenant is not None and rows:
        _renew(tenant)


def _renew(tenant: Tenant) -> None:
    tenant.config_version = Tenant.config_version + 1
    session().flush()


def _is_address(domain: str) -> bool:
    try:
        ipaddress.ip_address(domain)
    except ValueError:
        return False
    return True
