"""The pages of a joining file, as its people use them."""

from tests.makers_joining import a_file
from tests.world import Mailbox

PAGES = ("/akte", "/akte/angaben", "/akte/personen", "/akte/personen/einladen", "/akte/geraet", "/akte/verlauf",
         "/akte/zurueckziehen")


def test_every_page_of_the_file_opens_for_its_contact(mailbox: Mailbox) -> None:
    person = a_file()
    for path in PAGES:
        answer = person.visitor.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
