"""All tables of the platform, for migrations and the habit test that reads the three lists."""

from sqlalchemy import MetaData

import onboarding.applications.models
import onboarding.contracts.file_models
import onboarding.contracts.models
import onboarding.operators.models
import onboarding.training.models  # noqa: F401
import tenants.categories.models
import tenants.departments.models
import tenants.places.models
import tenants.profile.models
import tenants.registry.models
import tenants.reports.models
import tenants.staff.models  # noqa: F401
from maerker.database.base import Model


def metadata() -> MetaData:
    """Every table, of every list."""
    return Model.metadata


def models() -> list[type[Model]]:
    """Every model class; `owned_by` says on which list it stands: tenant, file or global."""
    return [mapper.class_ for mapper in Model.registry.mappers]
