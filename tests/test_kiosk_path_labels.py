"""The path of the kiosk as a drawing: every stone lies on the trail, and none lies on another."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from cm_tracker.domain.kiosk.path import Path, Stone
from cm_tracker.i18n import using_language
from cm_tracker.labels import kiosk_path
from cm_tracker.labels.kiosk_path import Drawing

FRIDAY = date(2026, 11, 27)
NEW = Path(0, 0, (), (Stone(10), Stone(15), Stone(20, 40), Stone(185, 40, is_top=True, has_gap=True)))
# As much as a path can have: pebbles on the left, and gaps before the step that restores and before the top.
LONGEST = Path(
    40,
    7,
    (1000, 1005),
    (
        Stone(1010, 0, FRIDAY),
        Stone(1015, 0, FRIDAY + timedelta(days=3)),
        Stone(1060, 40, FRIDAY + timedelta(days=7), is_restoring=True, has_gap=True),
        Stone(1185, 40, is_top=True, has_gap=True),
    ),
)
SHORT = Path(1, 0, (4,), (Stone(4), Stone(4), Stone(4)))


def drawings(path: Path) -> tuple[Drawing, Drawing]:
    return kiosk_path.wide(path, "top", "Joined"), kiosk_path.narrow(path)


@pytest.mark.parametrize("path", [NEW, LONGEST, SHORT], ids=["new", "longest", "short"])
def test_stones_lie_beside_one_another_within_the_drawing(path: Path) -> None:
    for drawing in drawings(path):
        stones = drawing.stones
        assert stones[0].x - stones[0].radius >= 0
        assert stones[-1].x + stones[-1].radius <= drawing.width
        for left, right in pairwise(stones):
            assert left.x + left.radius < right.x - right.radius
            assert left.y >= right.y, "the trail rises to the right"
        assert all(one.y - one.radius > 0 and one.below < drawing.height for one in stones)


def test_the_longest_path_has_these_stones() -> None:
    wide, narrow = drawings(LONGEST)
    kinds = ["joined", *["pebble"] * 7, "done", "done", "next", "ahead", *["to-come"] * 3, "restoring"]
    assert [one.kind for one in wide.stones] == [*kinds, *["to-come"] * 3, "top"]
    assert [one.kind for one in narrow.stones] == [
        "joined", *["pebble"] * 3, "done", "next", "ahead", *["to-come"] * 2, "restoring", *["to-come"] * 2,
    ]  # fmt: skip
    assert [one.number for one in wide.stones if one.number] == ["1,000", "1,005", "1,010", "1,015", "1,060", "1,185"]
    # A second Friday says which one it is.
    assert [one.label for one in wide.stones if one.label] == ["Joined", "Fri", "Mon", "Fri 4", "top"]
    assert [one.flag for one in wide.stones if one.flag] == ["+40", "★"]
    assert (wide.here.number, wide.next.number) == ("1,005", "1,010")


def test_a_newcomer_stands_at_the_first_stone() -> None:
    for drawing in drawings(NEW):
        assert (drawing.here.kind, drawing.next.number) == ("joined", "10")


def test_weekdays_are_in_the_clients_language() -> None:
    with using_language("es"):
        assert [one.label for one in kiosk_path.wide(LONGEST, "cima", "Inicio").stones if one.label] == [
            "Inicio", "vie", "lun", "vie 4", "cima",
        ]  # fmt: skip
