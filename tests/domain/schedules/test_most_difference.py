"""The most that a client can earn before and after a change. All amounts are worked out by hand."""

from typing import Any

import pytest

from cm_tracker.domain.schedules.most_difference import most_before_and_after
from cm_tracker.domain.schedules.schedule import parse
from tests.domain.schedules.documents import document, phase, track
from tests.domain.schedules.test_difference import BOWL, second

DRAWS = track(phase(base=1, step=0), behavior="draws", pays="draws")
LIMITED = {"ceilings": [{"scope": "enrollment", "cents": 2000}]}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # Eight visits pay 10, 15 ... 45 points: 220 points of 25 cents. Two points more for each: 236.
        (document(), document(track(phase(base=12))), [("points", "$55.00", "$59.00", "more")]),
        (document(), document(**LIMITED), [("points", "$55.00", "$20.00", "less")]),
        # What a lapse does changes nothing for a client who meets every target.
        (document(), document(track(reset_on=[])), [("points", "$55.00", "$55.00", "")]),
        # Eight draws; nine slips of $1 and one of $20 are worth $2.90 on average.
        (
            document(),
            document(track(), DRAWS, bowl=BOWL),
            [("points", "$55.00", "$55.00", ""), ("draws", "none", "8 draws, worth $23.20 on average", "more")],
        ),
        (
            document(DRAWS, bowl=BOWL),
            document(track()),
            [("points", "none", "$55.00", "more"), ("draws", "8 draws, worth $23.20 on average", "none", "less")],
        ),
        (
            document(DRAWS, bowl=BOWL),
            second(track(DRAWS["phases"][0], behavior="draws", pays="draws", most_paid=1), bowl=BOWL),
            [("draws", "8 draws, worth $23.20 on average", "1 draw, worth $2.90 on average", "less")],
        ),
        # The program exchanges no amount: 55 dollars are 55 pounds.
        (document(), second(currency="GBP"), [("points", "£55.00", "£55.00", "")]),
        (document(), second(track(phase(base=12)), currency="GBP"), [("points", "£55.00", "£59.00", "more")]),
        (second(track(phase(base=0, step=0, pays_nothing=True))), second(track(phase(base=0, step=0))), []),
    ],
)
def test_the_most_that_a_client_can_earn(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, str, str, str]]
) -> None:
    found = most_before_and_after(parse(before), parse(after))
    assert [(one.pays, one.before, one.after, one.gives) for one in found] == expected
