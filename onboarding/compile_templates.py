"""Compile the templates of all applications: `python -m onboarding.compile_templates FOLDER`, called at set-up.

By the applications themselves, since what a template becomes depends on their filters and settings.
"""

import sys
from pathlib import Path

from maerker.application import create_application
from maerker.settings import Settings
from maerker.web.compiled import TemplateCompiler
from onboarding.application import CONSOLE, JOINING
from tenants.application import BARE_HOST, TOWN


def compile_templates(folder: Path) -> None:
    """Leave each template of pages and mails, compiled, in this folder. Asks no database."""
    compiler = TemplateCompiler(folder)
    settings = Settings(secret_key="0" * 32, database_url="postgresql:///nowhere")
    for kind in (TOWN, BARE_HOST, JOINING, CONSOLE):
        environment = create_application(settings, kind).jinja_env
        environment.bytecode_cache = compiler
        for name in environment.list_templates(extensions=["html", "jinja"]):
            environment.get_template(name)


if __name__ == "__main__":
    compile_templates(Path(sys.argv[1]))
