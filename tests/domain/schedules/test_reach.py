"""What no client can reach is a problem with its path and the number that can be reached. Numbers are counted by hand."""

from typing import Any

import pytest

from cm_tracker.domain.money import ProgramMoney
from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.point_value import draft_problems
from cm_tracker.domain.schedules.reach import reach_problems
from cm_tracker.queries.schedules.presets import presets
from tests.domain.schedules.documents import document, phase, track
from tests.domain.schedules.test_difference import listed_phase, second

NOTHING = phase((1, 2), base=0, step=0, pays_nothing=True)
RESTORE = {"after": 5, "takes_effect": "next", "to": "last_paid"}


def found(*phases: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    doc = second(track(*phases, **more))
    assert problems(doc) == (), "it is right in all else"
    return [(one.path.removeprefix("tracks[0]."), one.says) for one in reach_problems(doc)]


@pytest.mark.parametrize(
    ("phases", "most", "says"),
    [
        # Three listed values are levels 0 to 2; 10 to 30 by steps of 5 are levels 0 to 4.
        ([listed_phase((1, 4), [10, 15, 20])], 2, "is {}; the highest level of this ladder is 2."),
        ([phase(cap=30)], 4, "is {}; the highest level of this ladder is 4."),
        ([phase(cap=10)], 0, "is {}; the highest level of this ladder is 0."),
        # Only the first phase that pays takes the level.
        ([phase(cap=30), phase((5, 8), cap=80)], 4, "is {}; the highest level of this ladder is 4."),
        ([NOTHING, listed_phase((3, 4), [10, 15], carry_level=True)], 1, "is {}; the highest level of this ladder is 1."),
        ([NOTHING, phase((3, 4))], 0, "is {}; the weeks from 3 on start the ladder again, so nobody begins there."),
        # Eight visits are paid at levels 0 to 7; four full weeks at levels 0 to 3.
        ([phase()], 7, "is {}; the highest level is 7 for a client who begins at 0 and meets every target."),
        ([phase(rises="week")], 3, "is {}; the highest level is 3 for a client who begins at 0 and meets every target."),
        ([phase(), phase((5, 5), carry_level=True)], 9,
         "is {}; the highest level is 9 for a client who begins at 0 and meets every target."),
        ([phase(most_paid=3)], 2, "is {}; the highest level is 2 for a client who begins at 0 and meets every target."),
    ],
)  # fmt: skip
def test_a_ladder_begins_at_one_of_its_levels(phases: list[dict[str, Any]], most: int, says: str) -> None:
    assert found(*phases, start_level=most) == []
    for level in (most + 1, 99, 2_000):
        assert found(*phases, start_level=level) == [("start_level", says.format(f"{level:,}"))]


def test_a_drop_is_not_below_all_levels() -> None:
    assert found(listed_phase((1, 4), [10, 15, 20]), reset_to={"drop": 2}) == []
    assert found(listed_phase((1, 4), [10, 15, 20]), reset_to={"drop": 3}) == [
        ("reset_to.drop", "is 3; the highest level of this ladder is 2.")
    ]
    # Eight visits from level 5 on.
    assert found(start_level=5, reset_to={"drop": 12}) == []
    assert found(start_level=5, reset_to={"drop": 13}) == [
        ("reset_to.drop", "is 13; the highest level of this ladder is 12.")
    ]
    assert found(phase(cap=10), reset_to={"drop": 1}) == [], "one level is the smallest drop"


def test_a_bonus_is_for_as_many_visits_in_a_row_as_there_are() -> None:
    def bonus(every: int) -> dict[str, Any]:
        return {"run_bonus": {"every": every, "amount": 1}}

    assert found(phase(**bonus(8)), phase((5, 6), **bonus(12))) == []
    assert found(phase(**bonus(9)), phase((5, 6), **bonus(13))) == [
        ("phases[0].run_bonus.every", "is 9; until week 4 there are no more than 8 visits in a row."),
        ("phases[1].run_bonus.every", "is 13; until week 6 there are no more than 12 visits in a row."),
    ]
    assert found(phase(most_paid=2, **bonus(3))) == [
        ("phases[0].run_bonus.every", "is 3; until week 4 there are no more than 2 visits in a row.")
    ]


def test_a_level_is_restored_by_visits_that_can_follow_a_lapse() -> None:
    assert found(restore={**RESTORE, "after": 7}) == []
    assert found(restore={**RESTORE, "after": 8}) == [
        ("restore.after", "is 8; no more than 7 paid visits can follow a lapse.")
    ]


def test_every_preset_keeps_within_reach() -> None:
    for name, preset in presets().items():
        assert reach_problems(preset) == (), name


def test_a_draft_says_it_beside_its_other_problems() -> None:
    doc = second(track(phase(cap=30), start_level=5, title=""))
    assert [(one.path, one.says) for one in draft_problems(doc, ProgramMoney(25, "USD"))] == [
        ("tracks[0].title", "must be text and not empty."),
        ("tracks[0].start_level", "is 5; the highest level of this ladder is 4."),
    ]


@pytest.mark.parametrize(
    "broken",
    [
        None, [], {}, {"tracks": 1}, {"tracks": [1]}, {"tracks": [{}]}, {"tracks": [{"phases": 1}]},
        {"tracks": [{"phases": [1]}]}, document(track(phase(base="x"), restore={"after": 99})),
        document(track(start_level="x", restore={"after": None}, reset_to="zero")),
        document(track(phase(run_bonus={"every": "x"}, base=1), restore=7, reset_to={"drop": "x"})),
        document(track(NOTHING, start_level=5)), document(track(pays=7, evidence=7, start_level=-1)),
    ],
)  # fmt: skip
def test_what_is_wrong_in_other_ways_is_left_to_the_check(broken: Any) -> None:
    assert reach_problems(broken) == ()
