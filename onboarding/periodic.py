"""All periodic jobs of the platform, each with the database role it works as."""

from maerker.jobs.schedule import Slot
from tenants.reports import periodic as reports
from tenants.staff import periodic as staff

SLOTS: tuple[Slot, ...] = (*reports.SLOTS, *staff.SLOTS)
