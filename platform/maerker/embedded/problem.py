"""What can go wrong while an instance is set up or started, told in one sentence."""


class EmbeddedProblem(Exception):
    """One English sentence for the person at the terminal; the command ends with `exit_code`."""

    def __init__(self, sentence: str, *, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
