"""Chromium for the tests that look at pages: Debian's, since nothing may be fetched from elsewhere.

The same engine comes as a browser with a window and as a shell without one; the shell takes less than half the time.
"""

import os
import shutil
import subprocess

PACKAGES = ("chromium-headless-shell", "chromium")


def ensure_chromium() -> str | None:
    """Install Chromium if it is missing, where root and apt-get can. Returns why it is missing, or None."""
    if chromium():
        return None
    if os.geteuid() != 0:
        return "Chromium is missing and only root can install it (apt-get install chromium-headless-shell)"
    if shutil.which("apt-get") is None:
        return "Chromium is missing and this system has no apt-get"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _apt_get(environment, "update")
    for package in PACKAGES:
        done = _apt_get(environment, "install", "-y", "--no-install-recommends", package)
        if not done.returncode:
            return None if chromium() else "Chromium was installed but is not on the path"
    reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return f"Chromium could not be installed: {reason}"


def chromium() -> str | None:
    """Where it is, the shell before the browser."""
    return next(filter(None, map(shutil.which, (*PACKAGES, "chromium-browser"))), None)


def _apt_get(environment: dict[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603
        ["apt-get", "-q", *command],  # noqa: S607
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )
