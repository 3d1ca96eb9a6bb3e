"""A report is handed to a department: its mailbox is told, the reporter is not (docs/make-a-feature.md)."""

from tenants.reports.status import Verb
from tests.makers import Here, MadeTown, a_report, move
from tests.world import Mailbox


def test_the_department_gets_a_mail(town: MadeTown, mailbox: Mailbox) -> None:
    department = next(item for item in town.town.departments if item.short_name == "Tiefbau")
    number = a_report(town, email="")
    move(town, number, Verb.assign, department_id=department.id, internal_text="Bitte bis Freitag ansehen.")
    Here.world.work()
    (mail,) = mailbox.to(department.mailbox)
    assert number in str(mail["Subject"])
    assert "Bitte bis Freitag ansehen." in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_handing_it_to_the_same_department_again_sends_nothing(town: MadeTown, mailbox: Mailbox) -> None:
    department = next(item for item in town.town.departments if item.short_name == "Tiefbau")
    number = a_report(town, email="")
    for _ in range(2):
        move(town, number, Verb.assign, department_id=department.id)
    Here.world.work()
    assert len(mailbox.to(department.mailbox)) == 1


def test_the_reporter_is_not_told_who_passes_it_to_whom(town: MadeTown, mailbox: Mailbox) -> None:
    department = next(item for item in town.town.departments if item.short_name == "Grün")
    number = a_report(town)
    move(town, number, Verb.assign, department_id=department.id)
    Here.world.work()
    assert [str(mail["Subject"]) for mail in mailbox.to(f"karin.melder@{town.slug}.example")] == [
        f"Maerker {town.town.name}: Ihr Hinweis {number} ist eingegangen"
    ]
