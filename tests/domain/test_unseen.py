"""Characters that nobody sees are refused, and those that names need are not."""

import pytest

from cm_tracker.domain.unseen import check_seen
from tests.domain.refused import refused


@pytest.mark.parametrize(
    "text",
    ["Inés", "Nguyễn", "O’Brien", "李雷", "عمر", "نیم\u200cفاصله", "क्\u200dष", "Amir 😀", "👩\u200d⚕️", ""],
)
def test_names_of_every_writing_are_taken(text: str) -> None:
    check_seen(text)


@pytest.mark.parametrize(
    "one",
    [
        "\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c", "\u200b", "\ufeff", "\u00ad", "\u2028", "\u2029",
        "\x00", "\x07", "\x1b", "\x7f", "\x85",
    ],
)  # fmt: skip
@pytest.mark.parametrize("has_lines", [True, False])
def test_what_turns_a_text_around_or_hides_is_refused(one: str, has_lines: bool) -> None:
    with refused("This has hidden characters in it, as copied text can have. Type it anew.", "name"):
        check_seen(f"Amir{one}rimA", "name", has_lines=has_lines)


def test_lines_belong_to_a_note_and_not_to_a_name() -> None:
    check_seen("She came by bus.\r\nIt was late.\n\tAsk why.", has_lines=True)
    with refused("This has hidden characters in it, as copied text can have. Type it anew."):
        check_seen("Amir\nBea")
