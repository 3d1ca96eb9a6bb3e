"""The settings an operator reads about are the ones the code has."""

import runpy
from dataclasses import fields
from pathlib import Path

import pytest

from maerker.settings import Settings, SettingsProblem, derived_password
from maerker.web.host import host_of
from wsgi import Platform

EXAMPLE = Path(__file__).parents[2] / "config" / "maerker.env.example"
KEY = "k" * 40


def test_the_example_lists_every_setting_with_its_sentence_and_default() -> None:
    lines = EXAMPLE.read_text().splitlines()
    for item in fields(Settings):
        name = f"MAERKER_{item.name.upper()}"
        found = [line for line in lines if line.lstrip("# ").startswith(f"{name}=")]
        assert found, f"{name} is missing in config/maerker.env.example"
        assert item.metadata["sentence"] in EXAMPLE.read_text(), f"{name}: the sentence differs"
        default = "" if item.default is None else str(int(item.default)) if isinstance(item.default, bool) else str(
            item.default
        )
        assert found[0].partition("=")[2].strip() in (default, f"'{default}'"), f"{name}: the default differs"


def test_the_example_lists_nothing_that_does_not_exist() -> None:
    known = {f"MAERKER_{item.name.upper()}" for item in fields(Settings)}
    listed = {
        line.lstrip("# ").partition("=")[0] for line in EXAMPLE.read_text().splitlines()
        if line.lstrip("# ").startswith("MAERKER_") and "=" in line
    }
    assert listed <= known, listed - known


@pytest.mark.parametrize(("environment", "words"), [
    ({}, "MAERKER_SECRET_KEY"),
    ({"MAERKER_SECRET_KEY": "short"}, "32"),
    ({"MAERKER_SECRET_KEY": KEY}, "MAERKER_DATABASE_URL"),
    ({"MAERKER_SECRET_KEY": KEY, "MAERKER_DATABASE_URL": "postgresql:///x", "MAERKER_PUBLIC_PORT": "x"}, "number"),
    ({"MAERKER_SECRET_KEY": KEY, "MAERKER_DATABASE_URL": "postgresql:///x", "MAERKER_DEMO": "yes"}, "0 or 1"),
    ({"MAERKER_SECRET_KEY": KEY, "MAERKER_DATABASE_URL": "postgresql:///x", "MAERKER_PAGE_CACHE_SECONDS": "90"}, "60"),
    ({"MAERKER_SECRET_KEY": KEY, "MAERKER_DATABASE_URL": "postgresql:///x", "MAERKER_PUBLIC_SCHEME": "ftp"}, "'ftp'"),
])
def test_a_wrong_setting_is_named_in_one_sentence(environment: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsProblem, match=words):
        Settings.from_environment(environment)


@pytest.mark.parametrize(("host", "allowed"), [
    ("localhost", True), ("maerker.localhost", True), ("bench.test", True), ("Example.ORG.", True),
    ("maerker.de", False), ("localhost.maerker.de", False), ("notlocalhost", False), ("latest", False),
])
def test_without_encryption_only_names_that_lead_nowhere_are_served(host: str, allowed: bool) -> None:
    environment = {
        "MAERKER_SECRET_KEY": KEY, "MAERKER_DATABASE_URL": "postgresql:///x", "MAERKER_BASE_HOST": host,
        "MAERKER_PUBLIC_SCHEME": "http",
    }
    if allowed:
        assert Settings.from_environment(environment).base_host == host.lower().rstrip(".")
    else:
        with pytest.raises(SettingsProblem, match=f"must be https for {host.lower()}"):
            Settings.from_environment(environment)
    assert Settings.from_environment({**environment, "MAERKER_PUBLIC_SCHEME": "https"}).secure


@pytest.mark.parametrize("spelt", ["Maerker.Example.DE", "maerker.example.de.", " MAERKER.example.de. "])
def test_the_base_host_is_the_same_however_it_is_spelt(spelt: str) -> None:
    """Hosts of requests are compared with it, and links are made of it."""
    environment = {"MAERKER_SECRET_KEY": KEY, "MAERKER_DATABASE_URL": "postgresql:///x", "MAERKER_BASE_HOST": spelt,
                   "MAERKER_PUBLIC_SCHEME": "https", "MAERKER_PUBLIC_PORT": "443"}
    settings = Settings.from_environment(environment)
    assert settings.base_host == "maerker.example.de"
    names = Platform(settings)._names
    assert {host_of({"HTTP_HOST": f"{part}MAERKER.example.de"}) for part in ("", "beitritt.", "betrieb.")} == set(names)


@pytest.mark.parametrize("host", ["maerker.example.de:443", "https://maerker.example.de", ".", "maerker..de"])
def test_a_base_host_that_is_none_is_named(host: str) -> None:
    environment = {"MAERKER_SECRET_KEY": KEY, "MAERKER_DATABASE_URL": "postgresql:///x", "MAERKER_BASE_HOST": host,
                   "MAERKER_PUBLIC_SCHEME": "https"}
    with pytest.raises(SettingsProblem, match="MAERKER_BASE_HOST"):
        Settings.from_environment(environment)


def test_each_role_has_its_own_password_and_an_own_one_wins() -> None:
    settings = Settings(secret_key=KEY, database_url="postgresql:///x", database_password_relay="own")
    assert settings.role_password("relay") == "own"
    assert settings.role_password("tenants") == derived_password(KEY, "tenants") != derived_password(KEY, "owner")


def test_links_leave_out_the_usual_port() -> None:
    assert Settings(public_port=8000).public_url("cottbus.localhost") == "http://cottbus.localhost:8000"
    assert Settings(public_scheme="https", public_port=443).public_url("cottbus.de") == "https://cottbus.de"


def test_each_thread_of_the_web_server_keeps_its_connection() -> None:
    threads = runpy.run_path(str(EXAMPLE.with_name("gunicorn.conf.py")))["threads"]
    assert Settings().database_pool_size == threads
