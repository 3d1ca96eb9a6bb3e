"""A comparison for the eye: lines that belong together show which words are others."""

from onboarding.console.text_differences import ShownLine, shown_lines
from onboarding.contracts.queries import DiffLine


def test_the_words_of_a_changed_line_are_marked_on_both_sides() -> None:
    old = DiffLine("old", "innerhalb von drei Arbeitstagen", old_number=4)
    new = DiffLine("new", "innerhalb von zwei Arbeitstagen", new_number=4)
    assert shown_lines([old, new]) == [
        ShownLine("old", 4, None, (("innerhalb von ", False), ("drei", True), (" Arbeitstagen", False))),
        ShownLine("new", None, 4, (("innerhalb von ", False), ("zwei", True), (" Arbeitstagen", False))),
    ]


def test_lines_that_have_nothing_in_common_are_not_compared_word_by_word() -> None:
    lines = shown_lines([DiffLine("old", "= Geltung"), DiffLine("new", "#table(columns: 2)[a][b]")])
    assert [line.pieces for line in lines] == [(("= Geltung", False),), (("#table(columns: 2)[a][b]", False),)]


def test_more_lines_on_one_side_stay_whole_and_all_lines_stay_in_order() -> None:
    kinds = zip(("same", "old", "new", "new", "gap"), ("a", "b", "c", "d", ""), strict=True)
    lines = [DiffLine(kind, words) for kind, words in kinds]  # type: ignore[arg-type]
    assert [(line.kind, line.pieces) for line in shown_lines(lines)] == [
        ("same", (("a", False),)), ("old", (("b", False),)), ("new", (("c", False),)), ("new", (("d", False),)),
        ("gap", (("", False),)),
    ]
