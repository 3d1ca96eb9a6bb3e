"""Problems a person can be told about: a title in their language and an HTTP status.

Doors show them as a page, JSON or XML; everything else that goes wrong is a fault of ours (500).
"""

from collections.abc import Mapping

from maerker.wording import marked


class Problem(Exception):
    """Something was refused. `title` (marked) and `explanation` (translated) are sentences for the person concerned."""

    status = 400
    title = marked("Das hat nicht geklappt")

    def __init__(self, explanation: str = "", *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(explanation or self.title)
        self.explanation = explanation
        self.fields: Mapping[str, str] = fields or {}


class NotThere(Problem):
    """Not there, or not yours: the same answer."""

    status = 404
    title = marked("Diese Seite gibt es hier nicht")


class NotAllowed(Problem):
    status = 403
    title = marked("Dafür fehlt Ihnen die Berechtigung")


class Invalid(Problem):
    """Input that cannot be taken; `fields` names the sentence for each field."""

    status = 422
    title = marked("Bitte prüfen Sie Ihre Angaben")


class Stale(Problem):
    """Someone else was faster; both versions are shown and nothing typed is lost."""

    status = 409
    title = marked("Der Hinweis wurde inzwischen geändert")


class TooMany(Problem):
    status = 429
    title = marked("Im Augenblick sind es zu viele Anfragen")

    def __init__(self, explanation: str = "", *, retry_after: int = 600) -> None:
        super().__init__(explanation)
        self.retry_after = retry_after
