"""html-validate for the tests: whether pages keep to the HTML standard. Fetched from the lock, beside the environment.

A start of the demonstration does not fetch it: it is a package for development.
"""

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from maerker.embedded.assets import PROJECT, install_packages, node

FOLDER = Path(sys.prefix) / "html-checker"
PROGRAM = Path("node_modules") / "html-validate" / "bin" / "html-validate.mjs"


def fetch_checker(project: Path = PROJECT, folder: Path = FOLDER) -> Path:
    """Put the locked checker into its folder, once, however many processes ask: where its program is.

    Raises EmbeddedProblem where npm is missing or cannot reach its registry.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        locked = (project / "package-lock.json").read_bytes()
        stamp, wanted = folder / "stamp", hashlib.sha256(locked).hexdigest()
        if not (stamp.is_file() and stamp.read_text() == wanted):
            for name in ("package.json", "package-lock.json"):
                shutil.copy(project / name, folder / name)
            install_packages(folder)
            shutil.rmtree(folder / "cache", ignore_errors=True)
            stamp.write_text(wanted)
    return folder / PROGRAM


def complaints_about(pages: Path, config: Path) -> list[str]:
    """What the checker says about the ``*.html`` files in a folder: "file:line: rule: sentence", sorted."""
    command = [node() or "node", str(fetch_checker()), "--config", str(config), "--formatter", "json", str(pages)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode not in (0, 1) or not done.stdout.strip():
        raise RuntimeError(f"html-validate did not run: {done.stderr.strip()}")
    return sorted(
        f"{Path(file['filePath']).name}:{found['line']}: {found['ruleId']}: {found['message']}"
        for file in json.loads(done.stdout) for found in file["messages"]
    )
