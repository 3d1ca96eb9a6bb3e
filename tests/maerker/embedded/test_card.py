"""The card at the end of the start."""

import json
from pathlib import Path

from maerker.embedded.card import framed, read_card


def test_it_lists_addresses_with_the_port_in_use_and_the_logins(tmp_path: Path) -> None:
    file = tmp_path / "demo-card.json"
    content = {
        "addresses": [
            {"label": "Alle Kommunen", "url": "http://localhost:8000/"},
            {"label": "Cottbus", "url": "http://cottbus.localhost:8000/"},
        ],
        "logins": [
            {"label": "Redaktion Cottbus", "username": "redaktion", "password": "moor"},
            {"label": "Betrieb", "username": "betrieb", "password": "oder"},
        ],
    }
    file.write_text(json.dumps(content))
    assert read_card(file, 9001).splitlines() == [
        "Addresses",
        "  Alle Kommunen  http://localhost:9001/",
        "  Cottbus        http://cottbus.localhost:9001/",
        "",
        "Sign in",
        "  Redaktion Cottbus  redaktion  moor",
        "  Betrieb            betrieb  oder",
    ]
    content["logins"][1]["password"] = "moor"
    file.write_text(json.dumps(content))
    assert read_card(file, 9001).splitlines()[-3:] == [
        "Sign in, each with the password moor",
        "  Redaktion Cottbus  redaktion",
        "  Betrieb            betrieb",
    ]


def test_who_signs_in_by_mail_stands_apart(tmp_path: Path) -> None:
    file = tmp_path / "demo-card.json"
    file.write_text(json.dumps({"by_mail": [{"label": "Akte", "username": "a.berg@stadt.example"}]}))
    assert read_card(file, 9001).splitlines() == [
        "Sign in by a code that comes by mail", "  Akte  a.berg@stadt.example",
    ]


def test_without_a_demonstration_it_is_empty(tmp_path: Path) -> None:
    assert read_card(tmp_path / "none.json", 8000) == ""


def test_the_frame_is_as_wide_as_the_longest_line() -> None:
    assert framed("ab\nlonger") == "--------\n ab\n longer\n--------"
