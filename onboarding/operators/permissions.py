"""What the operator's people may do at the console. None of it reaches a citizen's row (design, law 5)."""

import enum

from onboarding.operators.models import OperatorRole


class OperatorPermission(enum.StrEnum):
    """A right at the console. The sentence under each says what it means for people."""

    see_towns = "see_towns"
    """Sees which towns are on the platform, in which state, at which hosts, with how many public reports."""


ROLE_PERMISSIONS: dict[OperatorRole, frozenset[OperatorPermission]] = {
    OperatorRole.admin: frozenset({OperatorPermission.see_towns}),
    OperatorRole.support: frozenset({OperatorPermission.see_towns}),
}
