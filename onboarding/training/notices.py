"""Mails to people who are trained, as data. Each carries the personal link; none says anything of the file."""

from dataclasses import dataclass
from datetime import datetime

from maerker.clock import BERLIN
from maerker.wording import gettext as _
from maerker.wording import weekday_and_day
from onboarding.applications.notices import FileNotice
from onboarding.training.models import Course, CourseDate, CourseWay, Trainee
from onboarding.training.self_test import PASS_MARK, QUESTIONS


@dataclass(frozen=True)
class About:
    """Whom and what a mail is about; `url` is the personal link, `reason` what somebody wrote."""

    trainee: Trainee
    course: Course
    date: CourseDate | None
    kommune: str
    url: str
    reason: str = ""

    @property
    def is_study(self) -> bool:
        return self.course.way is CourseWay.self_study


def training_notice(kind: str, about: About) -> FileNotice:
    """The mail for one kind of posting."""
    subject, heading, words, button = _WORDS[kind](about)
    return FileNotice(
        subject=subject, heading=heading, paragraphs=(_("Guten Tag %(name)s,", name=about.trainee.name), *words),
        quote=about.reason, facts=_facts(about), action=(button, about.url) if button else None,
        footer=(
            _("Sie bekommen diese Nachricht, weil %(kommune)s Sie zur Schulung angemeldet hat.", kommune=about.kommune),
            *((_("Der Link gehört nur Ihnen. Bitte geben Sie ihn nicht weiter."),) if button else ()),
        ),
    )


Words = tuple[str, str, tuple[str, ...], str]


def _booked(about: About) -> Words:
    title = about.course.title
    if about.is_study:
        words = (
            _("Sie sind zum Selbststudium „%(title)s“ angemeldet. Sie brauchen dafür etwa eine Stunde und kein Konto.",
              title=title),
            _("Lesen Sie das Lernheft und machen Sie danach den Selbsttest: %(all)s Fragen, bestanden ab %(mark)s "
              "richtigen. Sie können ihn so oft wiederholen, wie Sie möchten.", all=QUESTIONS, mark=PASS_MARK),
        )
        return _("Ihr Selbststudium: %(title)s", title=title), _("Sie sind angemeldet"), words, _("Zum Selbststudium")
    words = (
        _("Sie sind zur Schulung „%(title)s“ angemeldet.", title=title),
        _("Zur Schulung gehört ein Selbsttest mit %(all)s Fragen. Machen Sie ihn am besten nach dem Termin. Der Link "
          "bleibt gültig.", all=QUESTIONS),
    )
    return _("Angemeldet zur Schulung: %(title)s", title=title), _("Sie sind angemeldet"), words, _("Meine Schulung")


def _changed(about: About) -> Words:
    title = about.course.title
    words = (_("der Termin der Schulung „%(title)s“ hat sich geändert. Es gilt, was hier steht. Sie bleiben "
               "angemeldet.", title=title),)
    return _("Termin geändert: %(title)s", title=title), _("Der Termin hat sich geändert"), words, _("Meine Schulung")


def _cancelled(about: About) -> Words:
    title = about.course.title
    words = (_("der Termin der Schulung „%(title)s“ fällt aus. Ihre Kommune kann Sie zu einem anderen Termin anmelden. "
               "Das ist der Grund:", title=title),)
    return _("Termin abgesagt: %(title)s", title=title), _("Der Termin fällt aus"), words, ""


def _unbooked(about: About) -> Words:
    title = about.course.title
    words = (_("Ihre Kommune hat Sie von der Schulung „%(title)s“ abgemeldet. Sie müssen nichts tun.", title=title),)
    return _("Abgemeldet: %(title)s", title=title), _("Sie sind abgemeldet"), words, ""


def _soon(about: About) -> Words:
    title = about.course.title
    words = (_("morgen findet die Schulung „%(title)s“ statt, zu der Sie angemeldet sind.", title=title),)
    return _("Morgen: %(title)s", title=title), _("Ihre Schulung ist morgen"), words, _("Meine Schulung")


def _test(about: About) -> Words:
    words = (
        _("zur Schulung gehört ein Selbsttest: %(all)s Fragen zu Serviceversprechen, Kürzen und Datenschutz. Bestanden "
          "ist er ab %(mark)s richtigen Antworten.", all=QUESTIONS, mark=PASS_MARK),
        _("Sie brauchen kein Konto und können ihn beliebig oft wiederholen. Danach bekommen Sie Ihren Nachweis."),
    )
    return (_("Ihr Selbsttest: %(title)s", title=about.course.title), _("Bitte machen Sie den Selbsttest"), words,
            _("Zum Selbsttest"))


def _reminder(about: About) -> Words:
    words = (
        _("Ihr Selbsttest zur Schulung „%(title)s“ ist noch offen. Erst mit ihm gelten Sie als geschult und dürfen "
          "Hinweise veröffentlichen.", title=about.course.title),
        _("Er dauert etwa zehn Minuten. Sie können ihn beliebig oft wiederholen."),
    )
    return (_("Erinnerung: Selbsttest zu „%(title)s“", title=about.course.title), _("Ihr Selbsttest ist noch offen"),
            words, _("Zum Selbsttest"))


def _certificate(about: About) -> Words:
    words = (
        _("Sie haben die Schulung „%(title)s“ abgeschlossen und den Selbsttest bestanden. Herzlichen Glückwunsch!",
          title=about.course.title),
        _("Ihr Nachweis steht als PDF bereit. Ihre Kommune sieht ihn in ihrer Beitrittsakte."),
    )
    return (_("Ihr Schulungsnachweis: %(title)s", title=about.course.title), _("Sie sind geschult"), words,
            _("Nachweis herunterladen"))


_WORDS = {
    "mail_course_booked": _booked, "mail_course_changed": _changed, "mail_course_cancelled": _cancelled,
    "mail_booking_cancelled": _unbooked, "mail_course_soon": _soon, "mail_test_link": _test,
    "mail_test_reminder": _reminder, "mail_certificate": _certificate,
}


def _facts(about: About) -> tuple[tuple[str, str], ...]:
    date = about.date
    if date is None:
        return ((_("Kurs"), about.course.title),)
    place = _("Ort") if about.course.way is CourseWay.on_site else _("Adresse im Netz")
    return (
        (_("Kurs"), about.course.title), (_("Termin"), when(date.starts_at, date.ends_at)), (place, date.place),
        *(((_("Schulung durch"), date.trainer_name),) if date.trainer_name else ()),
    )


def when(starts_at: datetime, ends_at: datetime) -> str:
    """'Mittwoch, 2. Dezember 2026, 9:00 bis 12:30 Uhr'; over several days both days are named."""
    first, last = starts_at.astimezone(BERLIN), ends_at.astimezone(BERLIN)
    begin, end = (f"{moment.hour}:{moment.minute:02d}" for moment in (first, last))
    if first.date() == last.date():
        return _("%(day)s, %(begin)s bis %(end)s Uhr", day=weekday_and_day(first.date()), begin=begin, end=end)
    return _("%(day)s, %(begin)s Uhr, bis %(last)s, %(end)s Uhr", day=weekday_and_day(first.date()), begin=begin,
             last=weekday_and_day(last.date()), end=end)
