"""What the operator's people may do at the console. None of it reaches a citizen's row (design, law 5)."""

import enum

from onboarding.operators.models import OperatorRole


class OperatorPermission(enum.StrEnum):
    """A right at the console. The sentence under each says what it means for people."""

    see_towns = "see_towns"
    """Sees which towns are on the platform, in which state, at which hosts, with how many public reports."""

    see_files = "see_files"
    """Reads the files of joining municipalities: their proofs, documents, people and what waits for whom."""

    work_files = "work_files"
    """Releases or refuses what a municipality handed in, reminds, invites people into a file."""

    release_texts = "release_texts"
    """Writes and releases the texts of the documents that municipalities sign."""

    manage_trust = "manage_trust"
    """Keeps the list of certificates whose electronic signatures are trusted."""

    manage_subprocessors = "manage_subprocessors"
    """Keeps the register of sub-processors and announces changes to the municipalities."""

    declare_changes = "declare_changes"
    """Declares an essential change of the platform, for which each municipality releases the processing anew."""

    override_gates = "override_gates"
    """Lets a municipality start although a proof is missing, together with a second person and with a reason."""

    fix_start = "fix_start"
    """Sets and moves the date and hour at which a municipality goes live."""

    provision = "provision"
    """Sets up a municipality's place on the platform from its file."""

    run_trainings = "run_trainings"
    """Plans courses and dates, and says who took part."""

    manage_operators = "manage_operators"
    """Invites the operator's people, changes their roles, renews their access, closes their accounts."""

    see_audit = "see_audit"
    """Reads the record of what the operator's people did."""

    export_lists = "export_lists"
    """Takes the lists of municipalities and files out as CSV."""


_READS = frozenset({OperatorPermission.see_towns, OperatorPermission.see_files})

ROLE_PERMISSIONS: dict[OperatorRole, frozenset[OperatorPermission]] = {
    OperatorRole.admin: frozenset(OperatorPermission),
    OperatorRole.support: _READS | {
        OperatorPermission.work_files, OperatorPermission.fix_start, OperatorPermission.provision,
        OperatorPermission.run_trainings, OperatorPermission.export_lists,
    },
    OperatorRole.trainer: _READS | {OperatorPermission.run_trainings},
    OperatorRole.reader: _READS,
}


def may_grant(role: OperatorRole, held: frozenset[str]) -> bool:
    """Nobody grants more than they hold (domain, section 6)."""
    return {str(right) for right in ROLE_PERMISSIONS[role]} <= held
