"""What an administration can be, in the words of the catalogue of municipalities; shown through `gettext`."""

from maerker.wording import marked

KINDS = (
    marked("kreisfreie Stadt"),
    marked("Stadt"),
    marked("Gemeinde"),
    marked("Amt"),
    marked("Verbandsgemeinde"),
    marked("mitverwaltende Stadt"),
    marked("Landkreis"),
)


def has_member_municipalities(kind: str) -> bool:
    """Whether the parts of such an administration are Gemeinden, and not Ortsteile."""
    return kind.startswith(("Amt", "Verbandsgemeinde", "Landkreis"))


def kind_and_name(kind: str, name: str) -> str:
    """'Stadt Cottbus', 'Amt Peitz', 'Gemeinde Kolkwitz': the official name where nobody has said another."""
    short = "Stadt" if kind.endswith("Stadt") else kind
    return name if name.startswith(f"{short} ") else f"{short} {name}"
