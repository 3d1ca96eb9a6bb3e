"""Answers that prove nothing. What a real device answers is tried in a browser (tests/journeys)."""

import json

import pytest

from maerker.identity.passkeys import (
    LONGEST_ANSWER,
    PasskeyRefused,
    Site,
    creation_options,
    made_passkey,
    named_credential,
    new_challenge,
    request_options,
    used_passkey,
)

SITE = Site("betrieb.example.test", "https://betrieb.example.test", "Maerker")
ODD = ["", "null", "[]", "{}", '{"rawId": 1}', "x" * (LONGEST_ANSWER + 1),
       '{"id":"AA","rawId":"AA","type":"public-key",'
       '"response":{"clientDataJSON":"AA","attestationObject":"AA","authenticatorData":"AA","signature":"AA"}}', "\x00"]


def test_the_question_is_for_this_host_and_demands_finger_or_pin() -> None:
    challenge = new_challenge()
    made = creation_options(SITE, challenge, handle=b"7", username="bea", display_name="Bea", known=[b"old"])
    assert made["rp"] == {"name": "Maerker", "id": "betrieb.example.test"}
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert [item["id"] for item in made["excludeCredentials"]] == ["b2xk"]
    asked = request_options(SITE, challenge, known=[b"old"])
    assert (asked["rpId"], asked["userVerification"]) == ("betrieb.example.test", "required")
    assert asked["challenge"] == made["challenge"]


def test_no_question_is_asked_twice() -> None:
    assert len({new_challenge() for _ in range(50)}) == 50


@pytest.mark.parametrize("answer", ODD)
def test_an_odd_answer_is_refused_and_breaks_nothing(answer: str) -> None:
    with pytest.raises(PasskeyRefused):
        made_passkey(SITE, b"c" * 32, answer)
    with pytest.raises(PasskeyRefused):
        used_passkey(SITE, b"c" * 32, answer, public_key=b"", sign_count=0)


def test_which_passkey_is_meant_is_read_from_the_answer() -> None:
    assert named_credential(json.dumps({"rawId": "b2xk"})) == b"old"
    for odd in ("", "{}", '["rawId"]', '{"rawId": "A"}'):
        with pytest.raises(PasskeyRefused):
            named_credential(odd)
