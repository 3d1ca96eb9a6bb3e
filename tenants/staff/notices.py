"""Mails to the people who work in a town, as data: invitation, new password, an account about to end."""

from datetime import date, datetime

from maerker.clock import BERLIN
from maerker.wording import gettext as _
from maerker.wording import weekday_and_day
from tenants.profile.town import Town
from tenants.reports.notices import Notice, sender_line


def invitation(display_name: str, username: str, expires_at: datetime, town: Town, link: str) -> Notice:
    """Someone is invited to work with the reports of a town."""
    return Notice(
        subject=_("Maerker %(town)s: Ihre Einladung", town=town.name),
        heading=_("Guten Tag %(name)s, Sie sind eingeladen", name=display_name),
        paragraphs=(
            _("%(town)s hat für Sie ein Konto bei Maerker eingerichtet. Mit Maerker beantwortet die Verwaltung die "
              "Hinweise der Bürgerinnen und Bürger.", town=town.profile["official_name"]),
            _("Bitte öffnen Sie den Link und legen Sie Ihr Passwort selbst fest. Der Link gilt einmal, bis "
              "%(day)s.", day=_day(expires_at)),
        ),
        facts=((_("Ihr Anmeldename"), username),),
        action=(_("Passwort festlegen"), link),
        footer=(*(sender_line(town),), _("Wenn Sie diese Einladung nicht erwartet haben, müssen Sie nichts tun.")),
    )


def new_password(display_name: str, username: str, town: Town, link: str) -> Notice:
    """Somebody, probably the person, has asked for a new password."""
    return Notice(
        subject=_("Maerker %(town)s: Neues Passwort festlegen", town=town.name),
        heading=_("Guten Tag %(name)s, hier legen Sie ein neues Passwort fest", name=display_name),
        paragraphs=(
            _("Für Ihr Konto wurde ein neues Passwort angefordert. Der Link gilt einmal und 24 Stunden lang."),
            _("Waren Sie das nicht? Dann müssen Sie nichts tun: Ihr bisheriges Passwort gilt weiter."),
        ),
        facts=((_("Ihr Anmeldename"), username),),
        action=(_("Neues Passwort festlegen"), link), footer=(sender_line(town),),
    )


def account_ends(display_name: str, ends_on: date, town: Town, link: str) -> Notice:
    """An account that nobody uses is about to be closed."""
    return Notice(
        subject=_("Maerker %(town)s: Ihr Konto endet bald", town=town.name),
        heading=_("Guten Tag %(name)s, Ihr Konto endet bald", name=display_name),
        paragraphs=(
            _("Sie haben sich seit längerer Zeit nicht angemeldet. Ungenutzte Konten schließen wir zum Schutz der "
              "Daten, Ihres am %(day)s.", day=weekday_and_day(ends_on)),
            _("Wenn Sie das Konto behalten möchten, melden Sie sich bitte vorher einmal an."),
        ),
        action=(_("Anmelden"), link), footer=(sender_line(town),),
    )


def _day(moment: datetime) -> str:
    return weekday_and_day(moment.astimezone(BERLIN).date())
