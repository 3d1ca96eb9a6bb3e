"""A session means something at one town, until it is over, and nowhere else."""

from tests.makers import MadeTown, a_tenant, a_visitor, signed_in


def test_a_cookie_replayed_after_signing_out_is_refused(town: MadeTown) -> None:
    editor = signed_in(town)
    stolen = editor.cookies()
    assert editor.get("/redaktion/").status_code == 200
    assert editor.post("/abmelden").status_code == 303
    thief = a_visitor(town)
    for name, value in stolen.items():
        thief.client.set_cookie(name, value, domain=town.host)
    assert thief.get("/redaktion/").status_code == 303


def test_a_cookie_of_one_town_is_refused_at_another(town: MadeTown) -> None:
    other = a_tenant()
    editor = signed_in(town)
    thief = a_visitor(other)
    for name, value in editor.cookies().items():
        thief.client.set_cookie(name, value, domain=other.host)
    assert thief.get("/redaktion/").status_code == 303


def test_a_form_token_of_one_town_opens_no_form_at_another(town: MadeTown) -> None:
    other = a_tenant()
    at_town, at_other = signed_in(town), signed_in(other)
    at_town.get("/redaktion/stil")
    foreign = at_town.token
    at_other.get("/redaktion/stil")
    assert at_other.post("/abmelden", {"csrf_token": foreign}).status_code == 400
    assert at_other.get("/redaktion/").status_code == 200


def test_a_form_sent_from_a_sister_subdomain_is_refused(town: MadeTown) -> None:
    """SameSite does not part sister subdomains, so the Origin is looked at, even with a right token."""
    sister = a_tenant()
    editor = signed_in(town)
    editor.get("/redaktion/stil")
    for headers in ({"Origin": f"http://{sister.host}"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"},
                    {"Origin": f"http://{town.host}:8080"}):
        assert editor.post("/abmelden", headers=headers).status_code == 400, headers
    assert editor.get("/redaktion/").status_code == 200
    assert editor.post("/abmelden", headers={"Origin": f"http://{town.host}"}).status_code == 303
