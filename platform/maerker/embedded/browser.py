"""Chromium for the tests that look at pages: Debian's, since nothing may be fetched from elsewhere."""

import os
import shutil
import subprocess


def ensure_chromium() -> str | None:
    """Install Chromium if it is missing, where root and apt-get can. Returns why it is missing, or None."""
    if chromium():
        return None
    if os.geteuid() != 0:
        return "Chromium is missing and only root can install it (apt-get install chromium)"
    if shutil.which("apt-get") is None:
        return "Chromium is missing and this system has no apt-get"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(  # noqa: S603
            ["apt-get", "-q", *command],  # noqa: S607
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode and command[0] == "install":
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            return f"Chromium could not be installed: {reason}"
    return None if chromium() else "Chromium was installed but is not on the path"


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")
