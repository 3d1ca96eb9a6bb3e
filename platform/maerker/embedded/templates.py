"""The compiled templates of this tree: made anew at set-up when one of them has changed."""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from maerker.embedded.assets import PROJECT
from maerker.embedded.problem import EmbeddedProblem
from maerker.web import templating
from maerker.web.compiled import COMPILED

STAMP = ".stamp"
ROOTS = ("platform", "tenants", "onboarding")


def keep_templates_compiled(folder: Path = COMPILED) -> bool:
    """Returns whether anything had to be done. Raises EmbeddedProblem where a template cannot be compiled."""
    stamp = _stamp()
    kept = folder / STAMP
    if kept.is_file() and kept.read_text() == stamp:
        return False
    fresh = folder.with_name(f"{folder.name}.new-{os.getpid()}")
    fresh.mkdir(exist_ok=True)
    try:
        command = [sys.executable, "-P", "-m", "onboarding.compile_templates", str(fresh)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise EmbeddedProblem(f"The templates cannot be compiled: {reason}")
        (fresh / STAMP).write_text(stamp)
        for path in fresh.iterdir():  # Jinja makes them for the user who sets up; another one serves
            path.chmod(0o644)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


def _stamp() -> str:
    """Changes with each template, with where they lie, with Jinja, Python and what we add to Jinja."""
    content = hashlib.sha256(f"{PROJECT} {version('jinja2')} {sys.version}".encode())
    templates = (path for root in ROOTS for path in (PROJECT / root).glob("**/templates/**/*") if path.is_file())
    for path in (Path(templating.__file__), *sorted(templates)):
        content.update(f"{path}\n".encode() + path.read_bytes())
    return content.hexdigest()
