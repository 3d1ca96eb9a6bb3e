"""Training in words: how a course is held, where somebody stands."""

from datetime import datetime

from maerker.wording import gettext as _
from maerker.wording import marked
from onboarding.training.models import CourseWay
from onboarding.training.queries import Taking

WAY_LABELS = {
    CourseWay.on_site: marked("vor Ort"), CourseWay.online: marked("online"),
    CourseWay.self_study: marked("Selbststudium"),
}
WAY_HINTS = {
    CourseWay.on_site: marked("mit Terminen an einem Ort"),
    CourseWay.online: marked("mit Terminen als Videokonferenz"),
    CourseWay.self_study: marked("ohne Termin: Lernheft lesen und Selbsttest bestehen"),
}


def state_words(one: Taking, at: datetime) -> tuple[str, str]:
    """Where somebody stands, with the tone of its badge."""
    if one.is_trained:
        return _("geschult"), "success"
    if one.trainee.attended_at is not None:
        return _("Selbsttest offen"), "warning"
    if one.date is None:
        return _("lernt selbst"), "info"
    if one.date.starts_at > at:
        return _("angemeldet"), "info"
    return _("Teilnahme noch nicht bestätigt"), "warning"
