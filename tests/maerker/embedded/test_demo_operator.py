"""The demonstration has an operator whose name and address can stand in an agreement; what is set wins."""

from dataclasses import fields
from pathlib import Path

from maerker.embedded.demo_operator import DEMO_OPERATOR
from maerker.embedded.supervisor import Supervisor
from maerker.settings import Settings


def _environment(tmp_path: Path, **settings: str) -> dict[str, str]:
    supervisor = Supervisor(tmp_path, port=8000, fresh=False, environment={"MAERKER_SECRET_KEY": "x" * 40, **settings})
    supervisor.fill_environment()
    return supervisor.environment


def test_each_is_a_setting_that_begins_as_nobodys() -> None:
    defaults = {f"MAERKER_{item.name.upper()}": item.default for item in fields(Settings)}
    begins = {name: defaults[name] for name in DEMO_OPERATOR}
    assert begins == {**dict.fromkeys(DEMO_OPERATOR, ""), "MAERKER_OPERATOR_NAME": "Betrieb der Plattform"}


def test_with_them_the_operator_is_a_complete_party_and_without_it_is_none() -> None:
    needed = {"MAERKER_SECRET_KEY": "x" * 40, "MAERKER_DATABASE_URL": "postgresql://localhost/maerker"}
    assert Settings.from_environment({**needed, **DEMO_OPERATOR}).operator_missing == ()
    assert "MAERKER_OPERATOR_NAME" in Settings.from_environment(needed).operator_missing


def test_a_demonstration_has_them(tmp_path: Path) -> None:
    assert DEMO_OPERATOR.items() <= _environment(tmp_path).items()


def test_what_somebody_set_wins(tmp_path: Path) -> None:
    assert _environment(tmp_path, MAERKER_OPERATOR_CITY="Cottbus")["MAERKER_OPERATOR_CITY"] == "Cottbus"


def test_no_other_instance_has_them(tmp_path: Path) -> None:
    assert not DEMO_OPERATOR.keys() & _environment(tmp_path, MAERKER_DEMO="0").keys()
