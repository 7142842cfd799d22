"""What happens to an enrollment after it began: which records count, and from when to when it runs."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from cm_tracker.domain.clients.events import EnrollmentEvent, EnrollmentSpan, span_of, version_on
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.schedules.timeline import Move, Pause
from tests.domain.schedules.documents import document, phase, track

START = date(2026, 3, 2)  # a Monday
FOUR_WEEKS = parse(document(track(phase((1, 4)))))
SIX_WEEKS = parse(document(track(phase((1, 6)))))
EIGHT_WEEKS = parse(document(track(phase((1, 8)))))


def record(id: int, kind: str, from_day: date, to_day: date | None = None, **more: Any) -> Any:
    """A row of the table of enrollment events."""
    values = {"reason": None, "schedule_version_id": None, "replaces_id": None, "state": "counts", **more}
    return SimpleNamespace(id=id, kind=kind, from_day=from_day, to_day=to_day, **values)


def test_an_event_is_as_its_newest_record_has_it() -> None:
    span = span_of(
        START,
        FOUR_WEEKS,
        [
            record(11, "pause", date(2026, 3, 9)),
            record(12, "end", date(2026, 3, 20), reason="left"),
            record(13, "pause", date(2026, 3, 9), date(2026, 3, 12), replaces_id=11),
            record(14, "pause", date(2026, 3, 9), date(2026, 3, 13), replaces_id=13),
        ],
    )
    pause = EnrollmentEvent(11, 14, "pause", date(2026, 3, 9), date(2026, 3, 13), None, None)
    end = EnrollmentEvent(12, 12, "end", date(2026, 3, 20), None, "left", None)
    assert span.events == (pause, end)
    assert [span.event(id) for id in (11, 12, 13, 14, 15)] == [pause, end, pause, pause, None]
    assert (span.starts_on, span.schedule) == (START, FOUR_WEEKS)


def test_an_event_that_was_withdrawn_does_not_count() -> None:
    span = span_of(
        START,
        FOUR_WEEKS,
        [
            record(11, "end", date(2026, 3, 20), reason="left"),
            record(12, "end", date(2026, 3, 20), reason="left", replaces_id=11, state="withdrawn"),
        ],
    )
    assert (span.events, span.end, span.ended_on, span.event(11)) == ((), None, None, None)


def test_pauses_and_moves_are_those_of_the_timeline() -> None:
    span = span_of(
        START,
        FOUR_WEEKS,
        [
            record(11, "move", date(2026, 3, 16), schedule_version_id=2),
            record(12, "pause", date(2026, 3, 9), date(2026, 3, 12)),
            record(13, "end", date(2026, 4, 20), reason="completed"),
        ],
        {2: SIX_WEEKS},
    )
    assert span.timeline.pauses == (Pause(date(2026, 3, 9), date(2026, 3, 12)),)
    assert span.timeline.moves == (Move(date(2026, 3, 16), SIX_WEEKS),)
    # Six weeks from March 2 are over on April 12, and four days were paused.
    assert (span.last_day, span.ended_on) == (date(2026, 4, 16), date(2026, 4, 20))


@pytest.mark.parametrize(
    ("records", "ended_on", "last_day", "open_since"),
    [
        # Four weeks from March 2.
        ([], None, date(2026, 3, 29), None),
        ([record(1, "end", date(2026, 3, 20), reason="left")], date(2026, 3, 20), date(2026, 3, 20), None),
        ([record(1, "pause", date(2026, 3, 9))], None, None, date(2026, 3, 9)),
        ([record(1, "pause", date(2026, 3, 9), date(2026, 3, 10))], None, date(2026, 3, 31), None),
        (
            [record(1, "pause", date(2026, 3, 9)), record(2, "end", date(2026, 3, 20), reason="left")],
            date(2026, 3, 20),
            date(2026, 3, 20),
            date(2026, 3, 9),
        ),
    ],
)
def test_an_enrollment_ends_with_its_end_or_with_its_last_week(
    records: list[Any], ended_on: date | None, last_day: date | None, open_since: date | None
) -> None:
    span = span_of(START, FOUR_WEEKS, records)
    assert (span.ended_on, span.last_day) == (ended_on, last_day)
    assert (span.open_pause and span.open_pause.from_day) == open_since


@pytest.mark.parametrize(
    ("next_starts_on", "ended_on"),
    [
        (None, date(2026, 3, 20)),
        (date(2026, 3, 21), date(2026, 3, 20)),
        # Enrolled again on the day of the end: that day belongs to the next enrollment.
        (date(2026, 3, 20), date(2026, 3, 19)),
    ],
)
def test_the_day_of_the_end_belongs_to_the_next_enrollment_if_that_begins_on_it(
    next_starts_on: date | None, ended_on: date
) -> None:
    end = record(1, "end", date(2026, 3, 20), reason="moved_up")
    assert span_of(START, FOUR_WEEKS, [end], None, next_starts_on).ended_on == ended_on


def test_an_enrollment_that_was_entered_by_mistake_is_known() -> None:
    def ended(reason: str) -> EnrollmentSpan:
        return span_of(START, FOUR_WEEKS, [record(1, "end", START, reason=reason)])

    assert ended("mistake").is_mistake
    assert not ended("left").is_mistake
    assert not span_of(START, FOUR_WEEKS).is_mistake


def test_a_span_with_one_more_event_one_that_is_newer_and_one_less() -> None:
    pause = EnrollmentEvent(11, 11, "pause", date(2026, 3, 9), None, None, None)
    move = EnrollmentEvent(12, 12, "move", date(2026, 3, 16), None, None, 2)
    resumed = pause._replace(newest_id=13, to_day=date(2026, 3, 10))
    first = EnrollmentSpan(START, FOUR_WEEKS)
    paused = first.with_event(pause)
    both = paused.with_event(move, SIX_WEEKS)
    again = both.with_event(resumed)
    assert (first.events, paused.events, both.events) == ((), (pause,), (pause, move))
    assert (both.schedules, both.timeline.newest) == ({2: SIX_WEEKS}, SIX_WEEKS)
    assert (again.events, again.schedules) == ((move, resumed), {2: SIX_WEEKS})
    assert (both.without_event(pause).events, both.without_event(move).events) == ((move,), (pause,))
    assert both.without_event(move).timeline.newest == FOUR_WEEKS
    # A newer record of a move that is there keeps its version.
    later = both.with_event(move._replace(newest_id=14, from_day=date(2026, 3, 23)))
    assert (later.schedules, later.timeline.moves) == ({2: SIX_WEEKS}, (Move(date(2026, 3, 23), SIX_WEEKS),))


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2026, 3, 1), 1),
        (date(2026, 3, 15), 1),
        (date(2026, 3, 16), 3),
        (date(2026, 3, 22), 3),
        (date(2026, 3, 23), 2),
        (None, 2),
    ],
)
def test_the_version_of_a_day_is_that_of_the_newest_move_up_to_it(day: date | None, version: int) -> None:
    """Of two moves for one day the one that was entered later holds."""
    span = span_of(
        START,
        FOUR_WEEKS,
        [
            record(10, "pause", date(2026, 3, 9), date(2026, 3, 9)),
            record(11, "move", date(2026, 3, 23), schedule_version_id=2),
            record(12, "move", date(2026, 3, 16), schedule_version_id=4),
            record(13, "move", date(2026, 3, 16), schedule_version_id=3),
        ],
        {2: SIX_WEEKS, 3: EIGHT_WEEKS, 4: FOUR_WEEKS},
    )
    assert version_on(span, 1, day) == version


def test_a_move_for_a_day_before_the_first_one_holds_from_the_first_day_on() -> None:
    """Both moves hold from March 2 on: the one that was entered later counts, though its day is earlier."""
    span = span_of(
        START,
        FOUR_WEEKS,
        [
            record(11, "move", START, schedule_version_id=2),
            record(12, "move", date(2026, 2, 2), schedule_version_id=3),
        ],
        {2: SIX_WEEKS, 3: EIGHT_WEEKS},
    )
    assert (version_on(span, 1, START), span.timeline.schedule_on(START)) == (3, EIGHT_WEEKS)
