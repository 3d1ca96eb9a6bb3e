"""Which mails a report causes, returned as data; the mail job sends them.

Subjects name the Kommune, the number and the new state; no state is told by colour alone.
"""

from dataclasses import dataclass
from datetime import datetime

from maerker.calendar.deadlines import last_day
from maerker.clock import BERLIN
from maerker.wording import gettext as _
from maerker.wording import moment_in_figures, weekday_and_day
from tenants.profile.town import Town
from tenants.reports.models import Report, ReportEvent
from tenants.reports.status import (
    REASONS_NOT_PUBLIC,
    REASONS_REDACTED,
    REASONS_REJECTED,
    REASONS_REMOVED,
    REASONS_UNRESOLVED,
    Release,
    State,
    Verb,
)

REASONS = {
    Verb.reject: REASONS_REJECTED,
    Verb.work_without_publishing: REASONS_NOT_PUBLIC,
    Verb.publish_redacted: REASONS_REDACTED,
    Verb.remove: REASONS_REMOVED,
    Verb.close_unresolved: REASONS_UNRESOLVED,
}


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One mail before it has an address. `facts` are label and value, `action` the label of a link and the link.

    `quote` is what a person wrote, shown after the paragraphs as typed, in `quote_language` whatever the mail's is.
    """

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    quote: str = ""
    quote_language: str = "de"
    facts: tuple[tuple[str, str], ...] = ()
    action: tuple[str, str] | None = None
    footer: tuple[str, ...] = ()


def day_in_words(due: datetime) -> str:
    """'Mittwoch, 2. Dezember 2026' - the last day of a due moment, as people count."""
    return weekday_and_day(last_day(due))


def place_in_words(report: Report) -> str:
    """'Bahnhofstraße 12, Sandow' or what is known of it."""
    street = f"{report.street} {report.house_number}".strip()
    return ", ".join(part for part in (street, report.district) if part) or _("Punkt auf der Karte")


def _facts(report: Report, town: Town) -> tuple[tuple[str, str], ...]:
    return (
        (_("Nummer"), report.number),
        (_("Kategorie"), _(town.category_name(report.category))),
        (_("Ort"), place_in_words(report)),
        (_("Eingegangen"), moment_in_figures(report.received_at)),
    )


def _footer(town: Town, link: str) -> tuple[str, ...]:
    return (
        sender_line(town),
        _("Bitte geben Sie Link und Code nicht weiter. Mit dem Code sehen Sie den Stand auch hier: %(page)s",
          page=link.rpartition("/")[0]),
    )


def sender_line(town: Town) -> str:
    """Whose mail it is and whom to ask; without a telephone number the sentence about it is left out."""
    if not town.phone:
        return _("Absender: %(town)s.", town=town.profile["official_name"])
    return _("Absender: %(town)s. Fragen beantworten wir unter %(phone)s.", town=town.profile["official_name"],
             phone=town.phone)


def _code(link: str) -> tuple[str, str]:
    """The code at the end of the reporter's own link, in groups that can be read out and typed."""
    code = link.rpartition("/")[2]
    return _("Ihr Code"), " ".join((*(code[start:start + 5] for start in range(0, 20, 5)), code[20:]))


def receipt(report: Report, town: Town, link: str) -> Notice:
    """The confirmation to the reporter. Automatic, so it stops no clock."""
    due = day_in_words(report.first_answer_due_at)
    return Notice(
        subject=_("Maerker %(town)s: Ihr Hinweis %(number)s ist eingegangen", town=town.name, number=report.number),
        heading=_("Vielen Dank für Ihren Hinweis"),
        paragraphs=(
            _("Ihr Hinweis ist bei uns eingegangen. Die Redaktion prüft ihn und gibt ihn an den zuständigen "
              "Fachbereich."),
            _("Eine Antwort erhalten Sie bis %(day)s.", day=due),
            _("Das haben Sie geschrieben:"),
        ),
        quote=report.description, quote_language=report.language,
        facts=(*_facts(report, town), _code(link)), action=(_("Stand des Hinweises ansehen"), link),
        footer=_footer(town, link),
    )


def for_editors(report: Report, town: Town, link: str) -> Notice:
    """To the editors' mailbox: something came in, and who is usually asked about it. Holds no contact data."""
    usual = town.usual_department(report.category, report.district)
    asked = ((_("Sonst zuständig"), usual.name),) if usual else ()
    return Notice(
        subject=_("Neuer Hinweis %(number)s: %(category)s", number=report.number,
                  category=_(town.category_name(report.category))),
        heading=_("Ein neuer Hinweis wartet auf die Freigabe"),
        paragraphs=(
            _("Öffentlich bis %(day)s, erste Antwort bis %(answer)s.", day=day_in_words(report.publication_due_at),
              answer=day_in_words(report.first_answer_due_at)),
        ),
        quote=report.description,
        facts=(*_facts(report, town), *asked), action=(_("In der Redaktion öffnen"), link),
    )


def for_still_there(report: Report, event: ReportEvent, town: Town, link: str) -> Notice:
    """To the desk: the reporter of a closed report says that the defect is still there. Holds no contact data."""
    due = day_in_words(report.next_due_at) if report.told_still_there and report.next_due_at else ""
    return Notice(
        subject=_("Hinweis %(number)s: noch nicht behoben?", number=report.number),
        heading=_("Die meldende Person schreibt: Der Mangel ist noch da"),
        paragraphs=(
            _("Der Hinweis steht auf „%(state)s“. Bitte nehmen Sie ihn wieder auf, oder sagen Sie, warum es dabei "
              "bleibt.", state=_(report.state.label)),
            *((_("Eine Antwort ist bis %(day)s zugesagt.", day=due),) if due else ()),
        ),
        quote=event.internal_text, quote_language=report.language,
        facts=_facts(report, town), action=(_("In der Redaktion öffnen"), link),
    )


def for_department(report: Report, event: ReportEvent, town: Town, link: str) -> Notice:
    """To a department's function mailbox: a report was handed over."""
    department = town.department(report.department_id)
    note = (event.internal_text,) if event.internal_text else ()
    return Notice(
        subject=_("Hinweis %(number)s an %(department)s", number=report.number,
                  department=department.name if department else ""),
        heading=_("Ein Hinweis wurde Ihrem Fachbereich übergeben"),
        paragraphs=(
            _("Die erste Antwort ist bis %(day)s zugesagt.", day=day_in_words(report.first_answer_due_at)),
            report.description, *note,
        ),
        facts=_facts(report, town), action=(_("In der Redaktion öffnen"), link),
    )


def for_step(report: Report, event: ReportEvent, town: Town, link: str) -> Notice:
    """To the reporter: what has happened with the report, with the words a person wrote."""
    heading, paragraphs = _step_words(report, event, town)
    words = report.public_text if event.verb == Verb.publish_redacted else event.public_text
    state = _stand(event)
    return Notice(
        subject=_("Maerker %(town)s: Hinweis %(number)s – %(state)s", town=town.name, number=report.number,
                  state=state),
        heading=heading, paragraphs=paragraphs, quote=words,
        facts=((_("Stand"), state), *_planned(report, event), *_facts(report, town), _code(link)),
        action=(_("Stand des Hinweises ansehen"), link),
        footer=(*_still_there(report, event, town), *_footer(town, link)),
    )


def _stand(event: ReportEvent) -> str:
    if event.release_after is Release.rejected:
        return _("abgelehnt")
    if event.verb in (Verb.publish, Verb.publish_redacted):
        return _("veröffentlicht")
    return _(State(event.state_after).label)


def _step_words(report: Report, event: ReportEvent, town: Town) -> tuple[str, tuple[str, ...]]:
    department = town.department(event.department_id)
    due = day_in_words(report.first_answer_due_at)
    match event.verb:
        case Verb.publish:
            waits = report.first_answer_stopped_at is None
            return _("Ihr Hinweis ist jetzt öffentlich"), (
                _("Jede und jeder kann ihn lesen. Unsere Antwort erhalten Sie bis %(day)s.", day=due) if waits else
                _("Jede und jeder kann ihn und unsere Antwort lesen."),
            )
        case Verb.publish_redacted:
            return _("Ihr Hinweis ist gekürzt veröffentlicht"), (
                _("Wir haben ihn gekürzt. Grund: %(reason)s.", reason=reason_in_words(event)),
                _("So ist er zu lesen:"),
            )
        case Verb.work_without_publishing:
            return _("Wir bearbeiten Ihren Hinweis, ohne ihn zu veröffentlichen"), (
                _("Grund: %(reason)s. Unsere Antwort erhalten nur Sie, bis %(day)s.", reason=reason_in_words(event),
                  day=due),
            )
        case Verb.reject:
            return _("Wir können Ihren Hinweis nicht bearbeiten"), (
                _("Grund: %(reason)s.", reason=reason_in_words(event)),
            )
        case Verb.remove:
            return _("Ihr Hinweis ist nicht mehr öffentlich"), (
                _("Grund: %(reason)s. Die Bearbeitung geht weiter.", reason=reason_in_words(event)),
            )
        case Verb.accept:
            return _("Ihr Hinweis ist angenommen"), (
                _("Zuständig ist: %(department)s. Eine Antwort erhalten Sie bis %(day)s.",
                  department=department.name if department else town.name, day=due),
            )
        case Verb.finish:
            return _("Ihr Hinweis ist erledigt"), ()
        case Verb.close_unresolved:
            return _("Ihr Hinweis ist abschließend bearbeitet"), (
                _("Wir können das Problem nicht beheben. Grund: %(reason)s.", reason=reason_in_words(event)),
            )
        case Verb.stand_by:
            return _("Wir haben noch einmal nachgesehen"), (
                _("Es bleibt beim Stand „%(state)s“.", state=_(State(event.state_after).label)),
            )
        case Verb.reopen:
            return _("Ihr Hinweis ist wieder in Arbeit"), ()
        case _:
            return _("Es gibt eine Antwort auf Ihren Hinweis"), ()


def _planned(report: Report, event: ReportEvent) -> tuple[tuple[str, str], ...]:
    if report.planned_for is None or event.verb != Verb.answer:
        return ()
    return ((_("Voraussichtlich bis"), weekday_and_day(report.planned_for.astimezone(BERLIN).date())),)


def _still_there(report: Report, event: ReportEvent, town: Town) -> tuple[str, ...]:
    """After the end: how to say that it is not so."""
    if event.verb not in (Verb.finish, Verb.close_unresolved, Verb.stand_by):
        return ()
    contact = _(" oder ").join(filter(None, (town.phone, town.email)))
    return (
        _("Sehen Sie das anders, oder ist der Mangel noch da? Schreiben Sie es uns auf der Seite Ihres Hinweises."),
        *((_("Oder sagen Sie es uns mit der Nummer %(number)s: %(contact)s.", number=report.number,
             contact=contact),) if contact else ()),
    )


def reason_in_words(event: ReportEvent) -> str:
    """The sentence for the event's reason."""
    return _(REASONS.get(Verb(event.verb), {}).get(event.reason, event.reason))
