"""The page that tells a Kommune how to join."""

from urllib.parse import urlsplit

from tests.makers import Here
from tests.world import BASE, Visitor


def test_the_way_is_told_step_by_step_and_needs_no_cookie() -> None:
    visitor = Visitor(Here.world.platform, f"beitritt.{BASE}")
    answer = visitor.get("/")
    assert answer.status_code == 200
    steps = ("Antrag", "Beschluss", "Beitrittserklärung", "Serviceversprechen", "Auftragsverarbeitung",
             "Freigabe des Verfahrens", "Schulung", "Einrichtung", "Starttermin", "In Betrieb")
    places = [answer.text.index(f"<strong>{step}</strong>") for step in steps]
    assert places == sorted(places)
    assert Here.world.settings.operator_name in answer.text
    assert not visitor.cookies()


def test_every_link_of_the_page_leads_somewhere() -> None:
    visitor = Visitor(Here.world.platform, f"beitritt.{BASE}")
    own = visitor.get("/datenschutz")
    assert "Funktion, dienstliche E-Mail-Adresse" in own.text, "here people do leave their details"
    for path in ("/impressum", "/barrierefreiheit"):
        target = urlsplit(visitor.get(path).headers["Location"])
        assert (target.hostname, target.path) == (BASE, path)
    assert visitor.get("/redaktion/").status_code == 404
