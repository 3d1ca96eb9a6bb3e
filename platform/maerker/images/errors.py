"""Why a file cannot be taken as a photo: each kind carries its sentence for beside the field."""

from maerker.errors import Invalid
from maerker.wording import gettext as _


class ImageProblem(Invalid):
    """A file was not taken; `explanation` is the sentence for the person who sent it, in their language."""


class NotAnImage(ImageProblem):
    """The file is something else, or a format that is not taken."""


class TooLarge(ImageProblem):
    """More bytes than allowed."""

    def __init__(self) -> None:
        super().__init__(_("Diese Datei ist größer als 15 MB. Bitte laden Sie ein kleineres Foto hoch."))


class TooManyPixels(ImageProblem):
    """More pixels than allowed: a very large picture, or a bomb that looks like one."""

    def __init__(self) -> None:
        super().__init__(
            _("Dieses Bild hat mehr als 50 Megapixel. Bitte verkleinern Sie es und laden Sie es noch einmal hoch.")
        )


class BrokenImage(ImageProblem):
    """Begins like a photo and cannot be read to its end."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Dieses Foto ist beschädigt oder wurde nicht vollständig übertragen. "
                "Bitte laden Sie es noch einmal hoch oder wählen Sie ein anderes."
            )
        )
