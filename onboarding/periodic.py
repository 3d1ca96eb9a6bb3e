"""All periodic jobs of the platform, each with the database role it works as."""

from maerker.jobs.schedule import Slot
from onboarding.applications import periodic as applications
from onboarding.contracts import file_periodic as documents
from onboarding.contracts import periodic as contracts
from onboarding.provisioning import periodic as provisioning
from tenants.reports import periodic as reports
from tenants.staff import periodic as staff

SLOTS: tuple[Slot, ...] = (
    *reports.SLOTS, *staff.SLOTS, *applications.SLOTS, *documents.SLOTS, *contracts.SLOTS, *provisioning.SLOTS,
)
