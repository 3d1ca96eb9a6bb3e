"""A mail looks like the pages of whoever sends it."""

from email.message import EmailMessage

from maerker.mail.delivery import HOUSE
from maerker.web.colours import town_palette
from tests.makers import Here, a_report, a_tenant
from tests.makers_joining import applied
from tests.world import Mailbox

RED = ("#9b1830", "#1f5f8b")


def styled(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_a_towns_mail_has_the_towns_colours_by_day_and_by_night(mailbox: Mailbox) -> None:
    town = a_tenant(profile={"primary_colour": RED[0], "accent_colour": RED[1]})
    a_report(town)
    Here.world.work()
    palette = town_palette(*RED)
    mails = mailbox.to(town.slug)
    assert len(mails) == 2
    for mail in mails:
        by_day, by_night = styled(mail).split("@media (prefers-color-scheme: dark)")
        assert f"background: {palette.light.primary}; color: {palette.light.on_primary}" in by_day
        assert f"background: {palette.dark.primary}; color: {palette.dark.on_primary}" in by_night
        assert HOUSE[0] not in by_day + by_night


def test_a_mail_of_the_operator_has_the_colours_of_the_house(mailbox: Mailbox) -> None:
    applied(email="karla.nagel@neustadt.example")
    Here.world.work()
    (mail,) = mailbox.to("karla.nagel@neustadt.example")
    assert f"background: {HOUSE[0]}" in styled(mail)
