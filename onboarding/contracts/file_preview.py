"""A preview is the document with a word across each page, so that nobody signs it by mistake."""

_MARK = (
    "#set page(background: rotate(-52deg, text(size: 88pt, weight: \"bold\", font: \"Libertinus Serif\","
    " fill: rgb(\"#e9dcdc\"), tracking: 6pt, \"VORSCHAU\")))\n"
)


def as_preview(source: str) -> str:
    """The text with the mark behind each page; screen readers do not read it out."""
    return f"{_MARK}{source}"
