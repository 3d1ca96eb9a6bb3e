"""Chromium: installed where that is possible; where it is missing, the tests that need it say so by name."""

import os
import shutil
import subprocess

import pytest

from maerker.embedded import browser

pytest_plugins = ["pytester"]


def without_programs(monkeypatch: pytest.MonkeyPatch, *, user: int, there: tuple[str, ...] = ()) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name in there else None)
    monkeypatch.setattr(os, "geteuid", lambda: user)


def test_one_that_is_there_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    without_programs(monkeypatch, user=1000, there=("chromium",))
    assert browser.ensure_chromium() is None


@pytest.mark.parametrize(("user", "reason"), [(1000, "only root can install it"), (0, "this system has no apt-get")])
def test_why_it_cannot_be_installed_is_told(monkeypatch: pytest.MonkeyPatch, user: int, reason: str) -> None:
    without_programs(monkeypatch, user=user)
    assert reason in (browser.ensure_chromium() or "")


def test_what_apt_complains_about_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    without_programs(monkeypatch, user=0, there=("apt-get",))
    failed = subprocess.CompletedProcess([], 100, stdout="", stderr="E: Unable to locate package chromium\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    assert browser.ensure_chromium() == "Chromium could not be installed: E: Unable to locate package chromium"


def test_tests_that_need_it_are_skipped_by_name(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makeini("[pytest]\nmarkers = browser")
    pytester.makepyfile("import pytest\n@pytest.mark.browser\ndef test_page(): pass\ndef test_pure(): pass")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    result = pytester.runpytest("-ra", "-p", "maerker.embedded.without_browser")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*test_tests_that_need_it*Chromium is missing: apt-get install chromium*"])
