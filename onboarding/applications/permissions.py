"""What people of a Kommune may do in their own file. The role is what they stand for, not a rank."""

import enum
from collections.abc import Iterable

from maerker.wording import marked
from onboarding.applications.models import FileRole


class FilePermission(enum.StrEnum):
    """A right in a joining file. The sentence under each says what it means for people."""

    see_file = "see_file"
    """Sees the whole file: steps, documents, people, history."""

    edit_entries = "edit_entries"
    """Fills in the details that the documents are made from."""

    edit_technical = "edit_technical"
    """Fills in the section on address and technology, and nothing else."""

    edit_release = "edit_release"
    """Fills in the section on the release: risk, impact assessment, what the data protection officer says."""

    invite_people = "invite_people"
    """Invites colleagues into the file, changes what they stand for, and removes them."""

    make_documents = "make_documents"
    """Looks at previews and has documents made."""

    hand_in = "hand_in"
    """Hands in signed documents, and takes a proof back."""

    book_training = "book_training"
    """Signs colleagues up for courses."""

    answer_changes = "answer_changes"
    """Agrees or objects to a planned change of a sub-processor."""

    withdraw = "withdraw"
    """Withdraws the application as a whole."""


_EVERYBODY = frozenset({FilePermission.see_file})

ROLE_PERMISSIONS: dict[FileRole, frozenset[FilePermission]] = {
    FileRole.subject: frozenset(FilePermission),
    FileRole.head: frozenset(FilePermission),
    FileRole.deputy: _EVERYBODY | {FilePermission.make_documents, FilePermission.hand_in},
    FileRole.technical: _EVERYBODY | {FilePermission.edit_technical},
    FileRole.privacy: _EVERYBODY | {
        FilePermission.answer_changes, FilePermission.make_documents, FilePermission.edit_release,
    },
    FileRole.press: _EVERYBODY,
}


def rights_of(roles: Iterable[str]) -> frozenset[str]:
    """All rights of someone who stands for these."""
    return frozenset(str(right) for role in roles for right in ROLE_PERMISSIONS[FileRole(role)])


ROLE_LABELS = {
    FileRole.subject: marked("Fachliche Ansprechperson"), FileRole.technical: marked("Technik"),
    FileRole.privacy: marked("Datenschutz"), FileRole.head: marked("Leitung der Verwaltung"),
    FileRole.deputy: marked("Stellvertretung der Leitung"), FileRole.press: marked("Presse"),
}
ROLE_HINTS = {
    FileRole.subject: marked("führt die Akte: füllt aus, lädt ein, reicht Dokumente ein"),
    FileRole.technical: marked("füllt Adresse und Technik aus, liest den Rest"),
    FileRole.privacy: marked("bereitet die Freigabe vor, lässt Dokumente erstellen und antwortet auf Änderungen bei "
                             "Unterauftragsverarbeitern"),
    FileRole.head: marked("darf alles, was die Ansprechperson darf, und unterschreibt"),
    FileRole.deputy: marked("lässt Dokumente erstellen, unterschreibt mit und reicht sie ein"),
    FileRole.press: marked("liest mit und bekommt die Nachrichten zum Start"),
}
