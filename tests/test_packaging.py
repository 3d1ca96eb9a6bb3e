"""The explicit list of packages is complete: searching for them drops one of two source roots without a word."""

import configparser
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
ROOTS = (PROJECT / "platform", PROJECT)
TOP = (PROJECT / "platform" / "maerker", PROJECT / "tenants", PROJECT / "onboarding")


def the_configuration() -> configparser.ConfigParser:
    configuration = configparser.ConfigParser()
    configuration.read(PROJECT / "setup.cfg")
    return configuration


def packages_of_the_tree() -> list[str]:
    found = []
    for top in TOP:
        found += [".".join(file.parent.relative_to(top.parent).parts) for file in top.rglob("__init__.py")]
    return sorted(found)


def test_the_list_of_packages_is_that_of_the_tree() -> None:
    listed = the_configuration()["options"]["packages"].split()
    missing = sorted(set(packages_of_the_tree()) - set(listed))
    gone = sorted(set(listed) - set(packages_of_the_tree()))
    assert (missing, gone) == ([], []), "setup.cfg, packages: run `make packages`"


def test_every_folder_with_python_is_a_package() -> None:
    lost = {
        str(file.parent.relative_to(PROJECT))
        for top in TOP
        for file in top.rglob("*.py")
        if not (file.parent / "__init__.py").exists() and "versions" not in file.parts
    }
    assert lost == set(), "add an __init__.py with a docstring"


def test_every_other_file_of_a_package_is_in_the_wheel() -> None:
    patterns = [pattern.removeprefix("**/") for pattern in the_configuration()["options.package_data"]["*"].split(", ")]
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "platform", "tenants", "onboarding"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if tracked.returncode:
        pytest.skip("not a git work tree")
    lost = [
        name
        for name in tracked.stdout.splitlines()
        if not name.endswith((".py", ".md", ".pot")) and not any(fnmatch(name, pattern) for pattern in patterns)
    ]
    assert lost == [], "setup.cfg, options.package_data: add the kind of file"


def test_the_platform_folder_hides_no_module_of_the_standard_library() -> None:
    import platform

    assert not (PROJECT / "platform" / "__init__.py").exists()
    assert platform.python_version()
