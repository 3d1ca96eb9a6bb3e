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
