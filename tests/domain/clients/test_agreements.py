"""The marked text of an agreement, and what a page shows of it."""

from cm_tracker.domain.clients.agreements import HEADING, ITEM, PLAIN, ROW, TITLE, Part, fingerprint, line, parts_of

TEXT = "# Ours\nHS-1\nFrom March on\n## Rules\n- One\n- Two\n| Visit | You get\n| 1 | 10 points\nThe end"


def test_lines_of_a_list_and_of_a_table_belong_together() -> None:
    assert parts_of(TEXT) == (
        Part(TITLE, ("Ours",)), Part(PLAIN, ("HS-1",)), Part(PLAIN, ("From March on",)), Part(HEADING, ("Rules",)),
        Part(ITEM, ("One", "Two")), Part(ROW, ("Visit | You get", "1 | 10 points")), Part(PLAIN, ("The end",)),
    )  # fmt: skip
    assert parts_of(TEXT)[5].rows == (("Visit", "You get"), ("1", "10 points"))


def test_what_somebody_typed_starts_no_line_and_no_cell() -> None:
    assert line(ROW, "1", "a | b\n# Ours") == "| 1 | a / b # Ours"
    assert line(HEADING, "Your goal: Tests\r\n- and more") == "## Your goal: Tests - and more"


def test_an_empty_text_has_no_parts() -> None:
    assert parts_of("") == ()


def test_another_text_has_another_fingerprint() -> None:
    # sha256sum of the four letters
    assert fingerprint("Ours") == "db031768f87748193202a03ebf3cd18210c5ecd9618f3cf4e1c8b52da47b3460"
    assert fingerprint("Ours") != fingerprint("Ours ")
