"""Which mails a report causes, returned as data; the mail job sends them.

Subjects name the Kommune, the number and the new state; no state is told by colour alone.
"""

from dataclasses import dataclass
from datetime import datetime, time

from maerker.calendar.deadlines import is_overdue, last_day
from maerker.clock import BERLIN
from maerker.wording import gettext as _
from maerker.wording import moment_in_figures, weekday_and_day
from tenants.profile.town import Town
from tenants.reports.models import Report, ReportEvent
from tenants.reports.reasons import reason_in_words, unresolved_sentence
from tenants.reports.status import OPEN, Release, State, Verb


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


def moment_in_words(due: datetime) -> str:
    """'Mittwoch, 2. Dezember 2026, 18:00 Uhr'; a period that ends with its day is named by the day alone."""
    local = due.astimezone(BERLIN)
    if local.time() == time():
        return day_in_words(due)
    return _("%(day)s, %(time)s Uhr", day=day_in_words(due), time=f"{local:%H:%M}")


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
            _("Öffentlich bis %(moment)s, erste Antwort bis %(answer)s.",
              moment=moment_in_words(report.publication_due_at), answer=day_in_words(report.first_answer_due_at)),
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
    department = town.department(event.department_id)
    note = (event.internal_text,) if event.internal_text else ()
    promised = (_promised(report, event),) if not _answered_by(report, event) else ()
    return Notice(
        subject=_("Hinweis %(number)s an %(department)s", number=report.number,
                  department=department.name if department else ""),
        heading=_("Ein Hinweis wurde Ihrem Fachbereich übergeben"),
        paragraphs=(
            *promised, report.description, *note,
        ),
        facts=_facts(report, town), action=(_("In der Redaktion öffnen"), link),
    )


def _answered_by(report: Report, event: ReportEvent) -> bool:
    """Whether the first answer had been given when this happened."""
    return report.first_answer_stopped_at is not None and report.first_answer_stopped_at <= event.at


def _promised(report: Report, event: ReportEvent) -> str:
    day = day_in_words(report.first_answer_due_at)
    if is_overdue(report.first_answer_due_at, event.at):
        return _("Die erste Antwort war bis %(day)s zugesagt und steht noch aus.", day=day)
    return _("Die erste Antwort ist bis %(day)s zugesagt.", day=day)


def _answer_by(report: Report, event: ReportEvent) -> str:
    """By when the reporter is answered; no day is promised that is over. '' if the answer has been given."""
    if _answered_by(report, event):
        return ""
    if is_overdue(report.first_answer_due_at, event.at):
        return _("Unsere Antwort kommt später als zugesagt. Dafür bitten wir um Entschuldigung.")
    return _("Unsere Antwort erhalten Sie bis %(day)s.", day=day_in_words(report.first_answer_due_at))


def for_step(report: Report, event: ReportEvent, town: Town, link: str) -> Notice:
    """To the reporter: what has happened with the report, with the words a person wrote."""
    heading, paragraphs = _step_words(report, event, town)
    words = event.public_text
    stand, state = _stand(event)
    return Notice(
        subject=_("Maerker %(town)s: Hinweis %(number)s – %(state)s", town=town.name, number=report.number,
                  state=state),
        heading=heading, paragraphs=paragraphs, quote=words,
        facts=((stand, state), *_planned(event), *_facts(report, town), _code(link)),
        action=(_("Stand des Hinweises ansehen"), link),
        footer=(*_still_there(report, event, town), *_footer(town, link)),
    )


def _stand(event: ReportEvent) -> tuple[str, str]:
    """What the step has changed, and to what: whether the public may see it, or how far the work is."""
    if event.release_before != event.release_after or event.verb == Verb.revise:
        return _("Veröffentlichung"), _(Release(event.release_after).label)
    return _("Stand"), _(State(event.state_after).label)


def _step_words(report: Report, event: ReportEvent, town: Town) -> tuple[str, tuple[str, ...]]:
    reason = reason_in_words(event)
    match event.verb:
        case Verb.publish:
            return _("Ihr Hinweis ist jetzt öffentlich"), (
                _("Jede und jeder kann ihn und unsere Antwort lesen.") if _answered_by(report, event) else
                _("Jede und jeder kann ihn lesen."), *_filled(_answer_by(report, event)),
            )
        case Verb.publish_redacted:
            return _("Ihr Hinweis ist gekürzt veröffentlicht"), (
                *_filled(_answer_by(report, event)),
                _("Wir haben ihn gekürzt. Grund: %(reason)s.", reason=reason), _("So ist er zu lesen:"),
            )
        case Verb.work_without_publishing:
            return _("Wir bearbeiten Ihren Hinweis, ohne ihn zu veröffentlichen"), (
                _("Grund: %(reason)s. Unsere Antworten erhalten nur Sie.", reason=reason),
                *_filled(_answer_by(report, event)),
            )
        case Verb.reject:
            return _("Wir können Ihren Hinweis nicht bearbeiten"), (_("Grund: %(reason)s.", reason=reason),)
        case Verb.take_back:
            return _("Wir sehen uns Ihren Hinweis doch an"), (_("Wir haben die Ablehnung zurückgenommen."),)
        case Verb.revise:
            return _("Ihr Hinweis ist anders zu lesen als bisher"), (
                _("Wir haben die öffentliche Fassung geändert. Grund: %(reason)s.", reason=reason),
                _("So ist er zu lesen:"),
            )
        case Verb.remove:
            goes_on = (_("Die Bearbeitung geht weiter."),) if event.state_after in OPEN else ()
            return _("Ihr Hinweis ist nicht mehr öffentlich"), (_("Grund: %(reason)s.", reason=reason), *goes_on)
        case Verb.restore:
            return _("Ihr Hinweis ist wieder öffentlich"), (
                _("Grund: %(reason)s.", reason=reason), _("So ist er zu lesen:"),
            )
        case _:
            return _work_words(report, event, town)


def _work_words(report: Report, event: ReportEvent, town: Town) -> tuple[str, tuple[str, ...]]:
    match event.verb:
        case Verb.accept:
            department = town.department(event.department_id)
            return _("Ihr Hinweis ist angenommen"), (
                _("Zuständig ist: %(department)s.", department=department.name if department else town.name),
                *_filled(_answer_by(report, event)),
            )
        case Verb.finish:
            return _("Ihr Hinweis ist erledigt"), ()
        case Verb.close_unresolved:
            return _("Ihr Hinweis ist abschließend bearbeitet"), (unresolved_sentence(event.reason),)
        case Verb.stand_by:
            return _("Wir haben noch einmal nachgesehen"), (
                _("Es bleibt beim Stand „%(state)s“.", state=_(State(event.state_after).label)),
            )
        case Verb.reopen:
            return _("Ihr Hinweis ist wieder in Arbeit"), ()
        case _:
            return _("Es gibt eine Antwort auf Ihren Hinweis"), ()


def _filled(sentence: str) -> tuple[str, ...]:
    return (sentence,) if sentence else ()


def _planned(event: ReportEvent) -> tuple[tuple[str, str], ...]:
    if event.planned_for is None:
        return ()
    return ((_("Voraussichtlich bis"), weekday_and_day(event.planned_for.astimezone(BERLIN).date())),)


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
