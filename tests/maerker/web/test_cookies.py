"""Flask's own session is not used: nothing is read from its cookie, nothing can be put into it."""

import pytest
from flask import session
from flask.sessions import SecureCookieSessionInterface

from tests.makers import Here, MadeTown, a_visitor, signed_in
from tests.security.test_nonsense import raw


def test_a_signed_flask_session_means_nothing(town: MadeTown) -> None:
    app = Here.world.platform.app("town")
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    cookie = f"session={signer.dumps({'_user_id': '1', '_fresh': True})}"
    answer = raw(a_visitor(town), "/redaktion/", HTTP_COOKIE=cookie)
    assert answer.status_code == 303
    assert "/anmelden" in answer.headers["Location"]


def test_nothing_can_be_put_into_it(town: MadeTown) -> None:
    app = Here.world.platform.app("town")
    with app.test_request_context(base_url=f"http://{town.host}"), pytest.raises(RuntimeError):
        session["name"] = "value"


def test_no_page_sets_its_cookie(town: MadeTown) -> None:
    editor = signed_in(town)
    for path in ("/", "/redaktion/", "/anmelden", "/hinweise/neu"):
        assert "session=" not in editor.get(path).headers.get("Set-Cookie", "").replace("maerker_session=", "")
