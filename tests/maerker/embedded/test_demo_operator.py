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


def test_each_is_a_setting_that_begins_empty() -> None:
    defaults = {f"MAERKER_{item.name.upper()}": item.default for item in fields(Settings)}
    assert {name: defaults[name] for name in DEMO_OPERATOR} == dict.fromkeys(DEMO_OPERATOR, "")


def test_a_demonstration_has_them(tmp_path: Path) -> None:
    assert DEMO_OPERATOR.items() <= _environment(tmp_path).items()


def test_what_somebody_set_wins(tmp_path: Path) -> None:
    assert _environment(tmp_path, MAERKER_OPERATOR_CITY="Cottbus")["MAERKER_OPERATOR_CITY"] == "Cottbus"


def test_no_other_instance_has_them(tmp_path: Path) -> None:
    assert not DEMO_OPERATOR.keys() & _environment(tmp_path, MAERKER_DEMO="0").keys()
