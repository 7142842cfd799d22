"""Program weeks with pauses, and which version holds on a day: counted by hand on a calendar."""

from datetime import date

import pytest

from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.domain.schedules.timeline import Move, Pause, Timeline, timeline_of
from tests.domain.schedules.documents import document, phase, track


def schedule(name: str, last_week: int = 4) -> Schedule:
    return parse(document(track(phase((1, last_week))), name=name))


def day(number: int, month: int = 3) -> date:
    return date(2026, month, number)


START = day(2)  # a Monday
FIRST, SECOND, THIRD = schedule("first"), schedule("second"), schedule("third", last_week=6)


def paused(*pauses: tuple[int, int | None]) -> Timeline:
    return timeline_of(START, FIRST, pauses=[Pause(day(a), None if b is None else day(b)) for a, b in pauses])


@pytest.mark.parametrize(
    ("pauses", "weeks"),
    [
        ((), {2: 1, 8: 1, 9: 2, 15: 2, 16: 3}),
        # 9 to 15 do not count: what follows is one week later. A paused day has the week of the day before which it lies.
        (((9, 15),), {8: 1, 9: 2, 12: 2, 15: 2, 16: 2, 22: 2, 23: 3}),
        (((4, 5),), {3: 1, 4: 1, 5: 1, 6: 1, 10: 1, 11: 2}),
        (((4, None),), {3: 1, 4: 1, 31: 1}),
        # Overlapping pauses count once: 4 to 8 are five days.
        (((4, 6), (5, 8)), {9: 1, 13: 1, 14: 2}),
        (((5, 8), (4, 6), (5, 5)), {13: 1, 14: 2}),
        (((4, None), (6, 8)), {9: 1, 31: 1}),
        (((4, 5), (4, None)), {9: 1, 31: 1}),
        (((4, None), (4, 5)), {9: 1, 31: 1}),
    ],
)
def test_days_of_a_pause_do_not_count(pauses: tuple[tuple[int, int | None], ...], weeks: dict[int, int]) -> None:
    timeline = paused(*pauses)
    assert {of: timeline.week_of(day(of)) for of in weeks} == weeks


def test_the_first_and_the_last_day_of_a_pause_are_paused() -> None:
    timeline = paused((4, 6), (20, None))
    assert [of for of in range(2, 32) if timeline.is_paused(day(of))] == [4, 5, 6, *range(20, 32)]


def test_pauses_that_follow_one_another_are_one() -> None:
    assert paused((4, 6), (7, 9), (11, 12)).pauses == (Pause(day(4), day(9)), Pause(day(11), day(12)))


def test_a_pause_moves_the_last_day_and_the_first_days_of_weeks() -> None:
    assert paused().last_day() == day(29)
    assert paused((9, 15)).last_day() == day(5, month=4)
    assert paused((29, 29)).last_day() == day(30)
    assert paused((30, 31)).last_day() == day(29)
    assert paused((9, None)).last_day() is None
    assert [paused((9, 15)).first_day_of(week) for week in (1, 2, 3)] == [day(2), day(16), day(23)]
    assert paused((9, None)).first_day_of(1) == day(2)
    assert paused((9, None)).first_day_of(2) is None


def test_of_two_moves_for_one_day_the_one_recorded_later_holds() -> None:
    moves = [Move(day(16), FIRST), Move(day(9), SECOND), Move(day(9), THIRD)]
    timeline = timeline_of(START, FIRST, moves)
    assert [timeline.schedule_on(day(of)).name for of in (2, 8, 9, 15, 16, 30)] == [
        "first", "first", "third", "third", "first", "first",
    ]  # fmt: skip
    assert (timeline.newest.name, timeline.last_day()) == ("first", day(29))


def test_a_move_from_the_first_day_or_before_holds_from_the_start() -> None:
    timeline = timeline_of(START, FIRST, [Move(day(2), SECOND), Move(day(1), THIRD)])
    assert (timeline.schedule.name, timeline.moves) == ("third", ())
    assert timeline.last_day() == day(12, month=4)


def test_the_tracks_of_a_behavior_are_those_of_the_versions_that_have_it() -> None:
    other = parse(document(track(behavior="came", title="Came", evidence="attendance", target=[])))
    timeline = timeline_of(START, FIRST, [Move(day(9), other), Move(day(16), SECOND)])
    assert [of.title for of in timeline.tracks_of("goal")] == ["Goal", "Goal"]
    assert timeline.track_on("goal", day(10)) is None
    assert timeline.track_on("came", day(10)) == other.tracks[0]
