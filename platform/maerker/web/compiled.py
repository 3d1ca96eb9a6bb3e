"""Templates that were compiled at set-up: two fifths of the way to a process's first page.

What lies in the folder is run as code, like Python's own compiled modules: the set-up writes it, the processes that
serve people only read it. A template that has changed since is compiled by each process for itself.
"""

import pickle
from importlib.metadata import version
from pathlib import Path

from jinja2.bccache import Bucket, FileSystemBytecodeCache

COMPILED = Path(__file__).parent / "compiled"
_JINJA = version("jinja2")


class CompiledTemplates(FileSystemBytecodeCache):
    """Reads what the set-up has left; passes over what is missing, damaged or older than its template."""

    def __init__(self, folder: Path = COMPILED) -> None:
        super().__init__(str(folder), pattern="%s")

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(f"{_JINJA} {source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, pickle.UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Nothing is written by a process that serves people."""


class TemplateCompiler(CompiledTemplates):
    """The set-up's: keeps what it compiles."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        FileSystemBytecodeCache.dump_bytecode(self, bucket)
