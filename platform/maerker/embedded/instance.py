"""The folder of one instance: its secret, its databases, mails and logs, and who may use it."""

import fcntl
import os
import secrets
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from maerker.embedded.problem import EmbeddedProblem

ENOUGH_ROOM = 400 * 1024**2  # bytes; an empty database with its log takes 120 MB


class Instance:
    """Everything below `data`. Two processes never use one folder at the same time."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.postgres = data / "postgres"
        self.mails = data / "mail"
        self.logs = data / "logs"
        self.secrets = data / "secrets.env"
        self.environment = data / "instance.env"
        self.card = data / "demo-card.json"
        self.loading = data / "demo-loading"
        self._sockets = data / "sockets"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder. Raises EmbeddedProblem if it cannot be made, is full or another process holds it."""
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = (self.data / "lock").open("a")
        except PermissionError:
            raise EmbeddedProblem(f"The folder {self.data} cannot be written to by this user.") from None
        except (FileExistsError, NotADirectoryError):
            raise EmbeddedProblem(f"{self.data} is not a folder.") from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise EmbeddedProblem(f"Another instance is already running on the data in {self.data}.") from None
            if shutil.disk_usage(self.data).free < ENOUGH_ROOM:
                raise EmbeddedProblem(
                    f"The disk is full: {self.data} needs {ENOUGH_ROOM // 1024**2} MB of free room."
                )
            yield

    def clear(self) -> None:
        """Start over: remove what instances write, and nothing else that may lie in the folder."""
        for folder in (self.postgres, self.mails, self.logs, self.data / "files"):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (self.secrets, self.environment, self.card, self.loading):
            file.unlink(missing_ok=True)

    def secret_key(self) -> str:
        """Made at the first start, readable by this user alone."""
        if not self.secrets.exists():
            _write_privately(self.secrets, {"MAERKER_SECRET_KEY": secrets.token_hex(32)})
        for line in self.secrets.read_text().splitlines():
            name, _, value = line.partition("=")
            if name == "MAERKER_SECRET_KEY":
                return value
        raise EmbeddedProblem(f"{self.secrets} has no MAERKER_SECRET_KEY.")

    def note_environment(self, values: Mapping[str, str]) -> None:
        """For whoever wants to run `maerker ...` by hand: ``set -a; . var/instance.env``."""
        self.environment.unlink(missing_ok=True)
        _write_privately(self.environment, {name: shlex.quote(value) for name, value in values.items()})

    @contextmanager
    def socket_folder(self) -> Iterator[Path]:
        """A folder with a short name, since the address of a Unix socket has 107 bytes at most."""
        if self._sockets.is_symlink():  # of an instance that was killed
            shutil.rmtree(self._sockets.readlink(), ignore_errors=True)
            self._sockets.unlink()
        folder = short_folder()
        try:
            self._sockets.symlink_to(folder)
            yield folder
        finally:
            self._sockets.unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)


def short_folder() -> Path:
    """A new private folder for sockets. Raises EmbeddedProblem where no temporary folder is writable."""
    for base in (os.environ.get("XDG_RUNTIME_DIR"), os.environ.get("TMPDIR"), "/tmp", "/var/tmp"):  # noqa: S108
        if base and len(base) < 60 and os.access(base, os.W_OK | os.X_OK):
            folder = Path(base) / f"maerker-{secrets.token_hex(4)}"
            folder.mkdir(mode=0o700)
            return folder
    raise EmbeddedProblem("No temporary folder can be written to: set TMPDIR to one with a short name.")


def _write_privately(path: Path, values: Mapping[str, str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.writelines(f"{name}={value}\n" for name, value in values.items())
