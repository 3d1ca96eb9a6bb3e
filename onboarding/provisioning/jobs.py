"""What the console's worker does for a Kommune's own place. Each may run twice and does it once."""

from typing import Any

from sqlalchemy import select

from maerker.audit.actor import SYSTEM
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import current_file, tenant_scope
from maerker.errors import Problem
from maerker.jobs.handlers import FinishedWithProblem, Handler
from maerker.settings import Settings
from onboarding.applications.actions import this_file
from onboarding.applications.console_jobs import moment_in_words
from onboarding.applications.jobs import joining_url, kommune_of, send_to
from onboarding.applications.models import FileEvent
from onboarding.applications.people import everybody_inside
from onboarding.applications.start import drop_start_of_withdrawn
from onboarding.provisioning import notices
from onboarding.provisioning.domains import check_domain
from onboarding.provisioning.from_file import town_of
from onboarding.provisioning.promise import hand_promise_over
from onboarding.provisioning.set_up import refresh_set_up
from onboarding.provisioning.start import begin_trial_of, moment_of
from tenants.profile.models import Profile
from tenants.registry.queries import hosts_of


def look_at_set_up(_posting: Any, settings: Settings) -> None:
    """Run the check of the town's own rooms, as the schedule does: not once the town is live or the file has ended,
    also if it was asked for before. The way of a live town does not open again."""
    file = this_file()
    if not (file.started_at or file.withdrawn_at or file.refused_at):
        refresh_set_up(current_file(), settings=settings, at=now())


def hand_over_promise(_posting: Any, _settings: Settings) -> None:
    """The promise was signed, or a new version of it: the town's clocks follow."""
    hand_promise_over(by=SYSTEM, at=now())


def drop_start(_posting: Any, _settings: Settings) -> None:
    """The application was withdrawn: the agreed date does not hold any more, also if it is taken up again."""
    drop_start_of_withdrawn(current_file(), at=now())


def look_domain_up(_posting: Any, settings: Settings) -> None:
    """Ask the DNS for the town's own domain."""
    check_domain(settings, by=SYSTEM, at=now())


def begin_trial(_posting: Any, settings: Settings) -> None:
    """Switch the trial on that the Kommune asked for."""
    try:
        begin_trial_of(current_file(), settings, by=SYSTEM, at=now())
    except Problem as problem:
        raise FinishedWithProblem(problem.explanation[:300]) from None


def mail_provisioned(posting: Any, settings: Settings) -> None:
    """To everybody in the file."""
    file = this_file()
    send_to(everybody_inside(), notices.provisioned(
        file, kommune_of(file), town_url=_town_url(settings), file_url=f"{joining_url(settings)}/akte/start",
    ), posting, settings)


def mail_started(posting: Any, settings: Settings) -> None:
    """To everybody in the file and to the town's editors."""
    file = this_file()
    notice = notices.started(file, kommune_of(file), town_url=_town_url(settings))
    send_to(everybody_inside(), notice, posting, settings, mailboxes=[_editors_mailbox()])


def mail_started_operator(posting: Any, settings: Settings) -> None:
    """To the operator, in words of its own."""
    file = this_file()
    notice = notices.started_for_operator(file, kommune_of(file), town_url=_town_url(settings))
    send_to([], notice, posting, settings, mailboxes=[settings.operator_email])


def mail_start_refused(posting: Any, settings: Settings) -> None:
    """To everybody in the file and to the operator."""
    file = this_file()
    event = session().get_one(FileEvent, (current_file(), posting.detail_id))
    planned = moment_of(event)
    notice = notices.start_refused(
        file, kommune_of(file), missing=event.details["missing"], planned=moment_in_words(planned) if planned else "",
        file_url=f"{joining_url(settings)}/akte/start",
    )
    send_to(everybody_inside(), notice, posting, settings, mailboxes=[settings.operator_email])


def _town_url(settings: Settings) -> str:
    tenant = town_of(this_file())
    hosts = hosts_of(tenant.id) if tenant else []
    main = next((host for host in hosts if host.endswith(f".{settings.base_host}")), settings.base_host)
    return settings.public_url(main)


def _editors_mailbox() -> str:
    tenant = town_of(this_file())
    if tenant is None:
        return ""
    with tenant_scope(tenant.id):
        return str(session().scalar(select(Profile.editors_mailbox)) or "")


HANDLERS = (
    Handler("look_at_set_up", "file_mail", look_at_set_up),
    Handler("drop_start", "file_mail", drop_start),
    Handler("hand_promise_over", "file_mail", hand_over_promise),
    Handler("check_domain", "file_mail", look_domain_up), Handler("begin_trial", "file_mail", begin_trial),
    Handler("mail_provisioned", "file_mail", mail_provisioned), Handler("mail_started", "file_mail", mail_started),
    Handler("mail_started_operator", "file_mail", mail_started_operator),
    Handler("mail_start_refused", "file_mail", mail_start_refused),
)
