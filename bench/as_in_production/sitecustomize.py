"""The bench's web servers see what production has. Python reads this file by itself at the start of a process.

structlog and limits load these for the developer at the terminal wherever they are installed; they stand in no lock but
that of the developers and of the demonstration, and are 6 MB of each process.
"""

import sys

for name in ("pygments", "rich", "valkey"):
    sys.modules[name] = None  # type: ignore[assignment]
