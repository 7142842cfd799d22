"""A schedule document as values: what a phase and a track say about a week, and what is left out of a document."""

import pytest

from cm_tracker.domain.schedules.readings import ReadingRule
from cm_tracker.domain.schedules.schedule import Track, parse
from tests.domain.schedules.documents import document, phase, track


def of(*phases: dict[str, object], **more: object) -> Track:
    return parse(document(track(*phases, **more), format="cm-schedule/2")).tracks[0]


@pytest.mark.parametrize(
    ("visits", "period_weeks", "places"),
    [(1, 1, 1), (7, 1, 1), (8, 1, 2), (14, 1, 2), (15, 1, 3), (21, 1, 3), (14, 2, 1), (15, 2, 2), (21, 3, 1)],
)
def test_a_day_has_more_than_one_place_where_more_than_one_visit_a_day_is_paid(
    visits: int, period_weeks: int, places: int
) -> None:
    found = of(phase((1, 4), visits_per_week=visits, period_weeks=period_weeks))
    assert [found.places_in_day(week) for week in (0, 1, 4, 5)] == [1, places, places, 1]


def test_a_phase_has_a_target_and_a_reading_of_its_own_or_those_of_the_track() -> None:
    targets = of(phase((1, 2), target=["cocaine", "thc"]), phase((3, 4)))
    assert [targets.in_week(week).target for week in (1, 2, 3, 5)] == [
        ("cocaine", "thc"),
        ("cocaine", "thc"),
        ("cocaine",),
        ("cocaine",),
    ]
    assert targets.analytes == ("cocaine", "thc")
    readings = of(
        phase((1, 2), reading={"unit": "ppm", "at_most": 10}),
        phase((3, 4)),
        evidence="reading",
        target=[],
        reading={"unit": "ppm", "at_most": 6},
    )
    ten, six = ReadingRule("ppm", 10), ReadingRule("ppm", 6)
    assert [readings.reading_in(week) for week in (1, 2, 3, 4, 5)] == [ten, ten, six, six, six]


@pytest.mark.parametrize(
    ("more", "in_phase", "is_by_week"),
    [({}, {}, True), ({"most_paid": 5}, {}, False), ({}, {"most_paid": 5}, False), ({}, {"period_weeks": 2}, False)],
)
def test_whether_only_the_week_limits_how_many_visits_are_paid(
    more: dict[str, object], in_phase: dict[str, object], is_by_week: bool
) -> None:
    assert of(phase((1, 2)), phase((3, 4), **in_phase), **more).counts_by_week is is_by_week


@pytest.mark.parametrize(
    ("base", "step", "cap", "top"),
    [
        (10, 5, None, None),
        (10, 5, 25, 3),
        (10, 5, 26, 4),
        (10, 5, 29, 4),
        (10, 5, 10, 0),
        (10, 0, 10, 0),
        (10, 0, 12, None),
    ],
)
def test_the_top_level_is_the_first_one_whose_value_reaches_the_cap(
    base: int, step: int, cap: int | None, top: int | None
) -> None:
    (found,) = of(phase((1, 4), base=base, step=step, cap=cap)).phases
    assert found.top_level == top


def test_the_periods_of_a_phase_are_counted_from_its_first_week_and_the_last_one_may_be_shorter() -> None:
    _, found = of(phase((1, 2)), phase((3, 7), period_weeks=2)).phases
    assert [found.period_of(week) for week in range(3, 8)] == [0, 0, 1, 1, 2]
    assert [list(found.weeks_of_period(week)) for week in (3, 4, 6, 7)] == [[3, 4], [3, 4], [5, 6], [7]]


def test_what_a_document_leaves_out_changes_nothing() -> None:
    doc = document()
    for key in ("bowl", "ceilings"):
        del doc[key]
    of_track, of_phase = doc["tracks"][0], doc["tracks"][0]["phases"][0]
    for key in ("restore", "side_bonus", "min_hours_between"):
        of_track.pop(key)
    for key in ("cap", "run_bonus"):
        of_phase.pop(key)
    assert parse(doc) == parse(document())
    found = parse(doc)
    (goal,) = found.tracks
    assert (found.currency, found.ceilings, found.bowl, found.last_week) == ("USD", (), None, 4)
    assert (goal.start_level, goal.drop, goal.most_paid, goal.hours, goal.reading) == (0, None, None, None, None)
    (only,) = goal.phases
    assert (only.values, only.period_weeks, only.week_bonus, only.most_paid, only.pays_nothing) == (
        (),
        1,
        None,
        None,
        False,
    )


def test_the_longest_track_says_how_long_a_schedule_is() -> None:
    found = parse(document(track(phase((1, 4))), track(phase((1, 9)), behavior="came")))
    assert found.last_week == 9
    assert [track.behavior for track in (found.track("came"), found.track("goal")) if track] == ["came", "goal"]
    assert found.track("other") is None


def test_a_level_beyond_the_top_is_worth_what_the_top_is_worth() -> None:
    listed = {key: value for key, value in phase().items() if key not in ("base", "step", "cap")}
    values, capped = of({**listed, "values": [5, 10, 15]}), of(phase(cap=22))
    assert (values.phases[0].base, values.phases[0].step, values.phases[0].cap) == (0, 0, None)
    assert [values.phases[0].value(level) for level in (0, 2, 3, 9)] == [5, 15, 15, 15]
    assert [capped.phases[0].value(level) for level in (0, 2, 3, 9)] == [10, 20, 22, 22]


def test_a_phases_own_resets_hold_in_its_weeks() -> None:
    own = parse(document(track(phase((1, 2)), phase((3, 4), reset_on=["refused"])), format="cm-schedule/2")).tracks[0]
    assert [sorted(own.in_week(week).reset_on) for week in (3, 4)] == [["refused"], ["refused"]]
    assert own.in_week(1) is own and own.in_week(9) is own
