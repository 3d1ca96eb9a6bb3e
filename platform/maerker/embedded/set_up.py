"""What the set-up makes beside the environment and nobody commits: fetched assets, translations, compiled templates."""

from maerker.embedded.assets import fetch_assets
from maerker.embedded.catalogues import compile_catalogues
from maerker.embedded.progress import step
from maerker.embedded.templates import keep_templates_compiled


def set_up() -> None:
    """Each is made anew only where its source has changed. Raises EmbeddedProblem with one sentence."""
    with step("Style sheets, scripts and fonts"):
        fetch_assets()
    with step("Translations"):
        compile_catalogues()
    with step("Templates"):
        keep_templates_compiled()
