"""What a Kommune puts on its own home page: a link, a button, a press text. In German, to be copied as it is."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import escape

from maerker.clock import BERLIN

MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
          "Dezember")
_DAYS = {1: "innerhalb eines Arbeitstages", 2: "innerhalb von zwei Arbeitstagen", 3: "innerhalb von drei Arbeitstagen"}


@dataclass(frozen=True)
class ForHomePage:
    """HTML of a link and of a button, and the press text as plain text. Nothing is loaded from the platform."""

    link: str
    button: str
    press: str


def for_home_page(
    kommune: str, head_title: str, head_name: str, url: str, starts_at: datetime | None, answer_days: int
) -> ForHomePage:
    """The button carries its looks in itself, so that it works in every content management system."""
    address, name = escape(f"{url}/"), escape(kommune)
    link = f'<a href="{address}">Maerker {name}: Mängel melden</a>'
    button = (
        f'<a href="{address}" style="display:inline-block;padding:12px 20px;border-radius:4px;background:#171a2b;'
        f'color:#ffffff;font-weight:700;text-decoration:none">Mangel melden: Maerker {name}</a>'
    )
    return ForHomePage(str(link), str(button), _press(kommune, head_title, head_name, url, starts_at, answer_days))


def _press(
    kommune: str, head_title: str, head_name: str, url: str, starts_at: datetime | None, answer_days: int
) -> str:
    day = "[Datum]"
    if starts_at is not None:
        local = starts_at.astimezone(BERLIN)
        day = f"{local.day}. {MONTHS[local.month - 1]} {local.year}"
    who = ", ".join(part for part in (head_name, head_title) if part) or "[Name, Amtsbezeichnung]"
    plain = url.partition("://")[2]
    return "\n\n".join((
        f"{kommune}: Mängel melden mit Maerker ab {day}",
        f"Schlagloch, wilder Müll, dunkle Laterne: Wer in {kommune} einen Mangel im öffentlichen Raum sieht, kann ihn "
        f"ab dem {day} unter {plain} melden. Eine Anmeldung ist nicht nötig, ein Foto hilft.",
        f"Die Verwaltung antwortet öffentlich, {_DAYS.get(answer_days, _DAYS[3])}. Eine Ampel zeigt den "
        "Stand: Rot heißt eingetragen, gelb heißt in Arbeit, grün heißt erledigt. Gelb und grün zugleich heißt "
        "abschließend bearbeitet: Die Verwaltung kann den Mangel nicht selbst beheben und sagt, warum.",
        "Veröffentlicht wird ein Hinweis erst, nachdem die Redaktion ihn gelesen hat. Namen und Kontaktdaten derer, "
        "die etwas melden, werden nicht veröffentlicht. In Notfällen gilt weiter: Polizei 110, Feuerwehr und "
        "Rettung 112.",
        f"„[Zitat]“, sagt {who}.",
        f"Internet: {url}/",
    )) + "\n"
