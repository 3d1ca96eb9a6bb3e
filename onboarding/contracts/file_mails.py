"""Mails about signed copies that say more than one sentence: refused, taken back as a proof, an agreement complete."""

from typing import Any

from maerker.jobs.handlers import Handler
from maerker.settings import Settings
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.jobs import joining_url, kommune_of, send_to
from onboarding.applications.notices import FileNotice
from onboarding.applications.people import everybody_inside
from onboarding.contracts.file_actions import the_document
from onboarding.contracts.file_copies import the_copy
from onboarding.contracts.kinds import KINDS, DocumentKind


def mail_proof_withdrawn(posting: Any, settings: Settings) -> None:
    """To everybody in the file: the operator has taken back a proof, why, and what to do now."""
    copy = the_copy(posting.subject_id)
    label, file = _label(copy.document_id), this_file()
    send_to(everybody_inside(), FileNotice(
        subject=_("Ein Nachweis gilt nicht mehr: %(kommune)s", kommune=kommune_of(file)),
        heading=_("Ein Nachweis gilt nicht mehr"),
        paragraphs=(
            _("Der Betreiber hat die unterschriebene Fassung dieses Dokuments zurückgenommen: %(document)s.",
              document=label),
            _("Der Schritt ist damit wieder offen. Das ist der Grund:"),
        ),
        quote=copy.withdrawn_reason, facts=((_("Aktenzeichen"), file.reference),),
        action=(_("Zum Dokument"), f"{joining_url(settings)}/akte/dokumente/{copy.document_id}"),
    ), posting, settings)


def mail_copy_refused(posting: Any, settings: Settings) -> None:
    """To everybody in the file: which document is to be signed once more, and why."""
    copy = the_copy(posting.subject_id)
    label, file = _label(copy.document_id), this_file()
    send_to(everybody_inside(), FileNotice(
        subject=_("Bitte noch einmal: %(document)s, %(kommune)s", document=label, kommune=kommune_of(file)),
        heading=_("Die unterschriebene Fassung können wir nicht annehmen"),
        paragraphs=(
            _("Es geht um dieses Dokument: %(document)s.", document=label),
            _("Das ist der Grund:"),
        ),
        quote=copy.finding_text, facts=((_("Aktenzeichen"), file.reference),),
        action=(_("Zum Dokument"), f"{joining_url(settings)}/akte/dokumente/{copy.document_id}"),
    ), posting, settings)


def mail_countersigned(posting: Any, settings: Settings) -> None:
    """To everybody in the file: both sides have signed; the signed copies are in the file."""
    label, file = _label(posting.subject_id), this_file()
    send_to(everybody_inside(), FileNotice(
        subject=_("Von beiden Seiten unterschrieben: %(kommune)s", kommune=kommune_of(file)),
        heading=_("Von beiden Seiten unterschrieben"),
        paragraphs=(
            _("Der Betreiber hat gegengezeichnet. Damit ist geschlossen: %(document)s.", document=label),
            _("Beide unterschriebenen Fassungen liegen in Ihrer Akte und lassen sich dort herunterladen."),
        ),
        facts=((_("Aktenzeichen"), file.reference),),
        action=(_("Zum Dokument"), f"{joining_url(settings)}/akte/dokumente/{posting.subject_id}"),
    ), posting, settings)


def _label(document_id: int) -> str:
    return _(KINDS[DocumentKind(the_document(document_id).kind)].label)


HANDLERS = (
    Handler("mail_proof_withdrawn", "file_mail", mail_proof_withdrawn),
    Handler("mail_copy_refused", "file_mail", mail_copy_refused),
    Handler("mail_countersigned", "file_mail", mail_countersigned),
)
