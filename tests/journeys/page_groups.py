"""The pages of `every_page.py` by groups, and their answers, kept once somebody has looked at them."""

from collections.abc import Callable, Iterator

from tests.journeys.every_page import (
    Shown,
    desk_pages,
    form_pages,
    office_people_and_words,
    office_structure,
    pages_of_a_trial,
    pages_of_documents,
    pages_of_joining,
    pages_of_other_hosts,
    pages_of_the_console,
    pages_of_the_first_day,
    pages_of_the_registers,
    pages_of_training,
    public_pages,
)

GROUPS: dict[str, Callable[[], Iterator[Shown]]] = {
    "public": public_pages, "form": form_pages, "desk": desk_pages, "other hosts": pages_of_other_hosts,
    "office, people and words": office_people_and_words, "office, structure": office_structure,
    "trial": pages_of_a_trial,
    "joining": pages_of_joining, "training": pages_of_training,
    "documents": pages_of_documents, "first day": pages_of_the_first_day,
    "console": pages_of_the_console, "console, registers": pages_of_the_registers,
}
_shown: dict[str, list[Shown]] = {}


def pages_of(group: str) -> Iterator[Shown]:
    """The pages of one group. Once somebody has looked at all of them, their answers are kept for `every_page`."""
    shown = []
    for page in GROUPS[group]():
        shown.append(page)
        yield page
    _shown[group] = shown


def every_page() -> list[Shown]:
    """The answers of all groups; those that nobody has looked at yet are asked for."""
    for group in GROUPS:
        if group not in _shown:
            list(pages_of(group))
    return [page for group in GROUPS for page in _shown[group]]
