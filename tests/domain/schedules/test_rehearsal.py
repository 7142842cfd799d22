"""A schedule tried without a client: on which days the outcomes fall, and what they earn."""

from datetime import date, timedelta
from typing import Any

import pytest

from cm_tracker.domain.schedules.engine import Visit
from cm_tracker.domain.schedules.rehearsal import START, lay_out, most_earned, rehearse, weeks_of
from cm_tracker.domain.schedules.schedule import Track, parse
from tests.domain.schedules.documents import document, phase, track


def of(*phases: dict[str, Any], **more: Any) -> Track:
    return parse(document(track(*phases, **more), format="cm-schedule/2")).tracks[0]


@pytest.mark.parametrize(
    ("found", "count", "weeks"),
    [
        (of(phase(visits_per_week=3)), 7, [3, 3, 1]),
        (of(phase((1, 1), visits_per_week=3), phase((2, 4))), 7, [3, 2, 2]),
        # A period of two weeks has three visits: two in its first week.
        (of(phase(visits_per_week=3, period_weeks=2)), 6, [2, 1, 2, 1]),
        (of(phase(visits_per_week=1, period_weeks=2)), 2, [1, 0, 1, 0]),
        # The last period is a single week.
        (of(phase((1, 3), visits_per_week=4, period_weeks=2)), 8, [2, 2, 4]),
        # Beyond the last week the last phase goes on.
        (of(phase((1, 1))), 5, [2, 2, 1]),
        (of(phase((1, 2), visits_per_week=2, period_weeks=2)), 4, [1, 1, 1, 1]),
        (of(phase()), 0, []),
    ],
)
def test_as_many_outcomes_as_are_paid_fill_a_period(found: Track, count: int, weeks: list[int]) -> None:
    split = weeks_of(found, [str(n) for n in range(count)])
    assert [len(week) for week in split] == weeks
    assert [outcome for week in split for outcome in week] == [str(n) for n in range(count)]


def test_visits_are_spread_evenly_over_their_week() -> None:
    visits = lay_out(of(phase()), [["met"] * 3, [], ["positive", "met"]], [[True, False, True], [], [False, True]])
    days = [START + timedelta(days=day) for day in (0, 2, 4, 14, 17)]
    outcomes, also = ["met", "met", "met", "positive", "met"], [True, False, True, False, True]
    assert visits == [Visit(*one) for one in zip(days, ["goal"] * 5, outcomes, also, strict=True)]
    assert [(v.day, v.also_negative) for v in lay_out(of(phase()), [["met"]], starts_on=date(2026, 3, 2))] == [
        (date(2026, 3, 2), False)
    ]


SIDE = {"also_negative": ["thc"], "amount": 2}


def test_a_rehearsal_has_every_visit_met_with_its_side_bonus() -> None:
    schedule = parse(document(track(phase((1, 2)), side_bonus=SIDE)))
    assert [result.paid for result in rehearse(schedule, schedule.tracks[0])] == [12, 17, 22, 27]


def test_one_lapse_of_a_rehearsal_resets_the_ladder() -> None:
    schedule = parse(document(track(phase((1, 2)), side_bonus=SIDE)))
    found = rehearse(schedule, schedule.tracks[0], lapse_at=2)
    assert [(result.outcome, result.paid) for result in found] == [
        ("met", 12),
        ("positive", 0),
        ("met", 12),
        ("met", 17),
    ]
    # Where a positive test does not reset, an absence is the lapse.
    absence = parse(document(track(phase((1, 2)), reset_on=["unexcused"])))
    assert rehearse(absence, absence.tracks[0], lapse_at=1)[0].outcome == "unexcused"


def test_a_rehearsal_of_readings_has_the_best_one_or_one_that_no_rule_takes() -> None:
    scale = {"unit": "ppm", "scale": [{"at_most": 6, "amount": 12}, {"at_most": 13, "amount": 6}]}
    schedule = parse(
        document(track(phase((1, 1)), evidence="reading", target=[], reading=scale), format="cm-schedule/2")
    )
    found = [(r.outcome, r.paid) for r in rehearse(schedule, schedule.tracks[0], lapse_at=2)]
    assert found == [("met", 12), ("positive", 0)]


def test_the_most_that_a_client_can_earn_is_that_of_all_tracks_under_their_ceilings() -> None:
    tracks = [
        track(phase((1, 2)), side_bonus=SIDE),
        track(phase((1, 1)), behavior="came", evidence="attendance", target=[]),
        track(phase((1, 1)), behavior="draws", evidence="attendance", target=[], pays="draws"),
    ]
    bowl = {"name": "B", "slips": [{"tier": "small", "count": 1, "cents": 100}]}
    # 12 + 17 + 22 + 27 and 10 + 15 points, and 25 draws.
    assert most_earned(parse(document(*tracks, bowl=bowl))) == {"points": 103, "draws": 25, "cents": 2575}
    ceilings = [{"scope": "enrollment", "cents": 1000}]
    assert most_earned(parse(document(*tracks, bowl=bowl, ceilings=ceilings))) == {
        "points": 40,
        "draws": 25,
        "cents": 1000,
    }


def test_a_last_period_that_is_shorter_has_all_of_its_visits_too() -> None:
    schedule = parse(document(track(phase((1, 3), period_weeks=2)), format="cm-schedule/2"))
    assert [result.paid for result in rehearse(schedule, schedule.tracks[0])] == [10, 15, 20, 25]
