"""What a web process carries: heavy libraries stay in the workers."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.makers import Here

ROOT = Path(__file__).parents[3]
WORKERS_ONLY = (
    "shapely", "pyhanko", "typst", "pypdfium2", "dns", "lxml", "aiohttp", "webauthn", "boto3", "hypothesis", "pytest",
    "aiosmtpd", "playwright",
)
LOOK = """
import json, sys, wsgi
wsgi.application
print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))
"""


def test_workers_libraries_are_not_in_a_web_process() -> None:
    environment = {
        **os.environ, "MAERKER_SECRET_KEY": Here.world.settings.secret_key,
        "MAERKER_DATABASE_URL": Here.world.settings.database_url, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "flask" in loaded
    assert not loaded & set(WORKERS_ONLY)
