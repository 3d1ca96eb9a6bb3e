"""The style sheets, scripts and fonts that were fetched, and what is told when they cannot be."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from maerker.embedded import assets
from maerker.embedded.problem import EmbeddedProblem

LOCKS = assets.PROJECT / "config" / "locks"


def a_delivery(work: Path) -> None:
    """What npm would have put there."""
    faces = "".join(f"@font-face {{ src: url('./fira-sans/{name}'); font-style: normal; }}" for name in assets.FONTS)
    for source in (*assets.FILES, assets.FONT_SHEET):
        file = work / "node_modules" / source
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(faces if source == assets.FONT_SHEET else source)


def test_the_files_are_put_in_place_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "_install", a_delivery)
    vendor = tmp_path / "static" / "vendor"
    assert assets.fetch_assets(vendor=vendor)
    assert {str(file.relative_to(vendor)) for file in vendor.rglob("*") if file.is_file()} == {
        *assets.FILES.values(),
        "kern/fonts/fira-sans.css",
        ".stamp",
    }
    assert (vendor / "kern/fonts/fira-sans.css").read_text().count("font-display: swap") == len(assets.FONTS)
    assert not assets.fetch_assets(vendor=vendor)


def test_a_package_without_a_needed_file_leaves_the_old_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "_install", lambda work: (work / "node_modules").mkdir())
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    (vendor / "old.css").touch()
    with pytest.raises(EmbeddedProblem, match="The npm packages lack the file"):
        assets.fetch_assets(vendor=vendor)
    assert (vendor / "old.css").exists()


def test_what_npm_complains_about_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, stdout="", stderr="npm error network timeout\nmore\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(EmbeddedProblem, match="could not be fetched by npm: npm error network timeout"):
        assets.fetch_assets(vendor=tmp_path / "vendor")


def test_the_lock_names_versions_and_hashes_but_no_address() -> None:
    wanted = json.loads((assets.PROJECT / "package.json").read_text())["dependencies"]
    text = (assets.PROJECT / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in package for name, package in packages.items() if name)
    assert not re.search(r"https?://|\"resolved\"", text)


@pytest.mark.parametrize("file", sorted(LOCKS.glob("*.txt")), ids=lambda file: file.name)
def test_the_python_locks_have_hashes_and_no_address(file: Path) -> None:
    text = file.read_text()
    packages = re.findall(r"^[a-z0-9._-]+==\S+.*\\$", text, re.M)
    assert packages
    assert len(packages) == len(re.findall(r"^[a-z0-9._-]+==", text, re.M))
    assert not re.search(r"https?://|file:|--index-url|--find-links", text)
