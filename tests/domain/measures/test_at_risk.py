"""Who is at risk: each rule at its boundary."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cm_tracker.domain.measures.at_risk import (
    Lapse,
    Missed,
    Near,
    Run,
    Waits,
    in_a_row,
    lapse,
    missed,
    near,
    run,
    waits,
)
from cm_tracker.domain.measures.facts import Stay
from cm_tracker.domain.measures.sequences import Course, Expected
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.schedule import Ceiling, parse
from cm_tracker.domain.schedules.timeline import Timeline
from tests.domain.schedules.documents import document

NAMES = {
    "N": "negative", "P": "positive", "M": "missed", "E": "excused", "R": "refused", "T": "tampered", "D": "dilute",
    "W": "waiting", "?": "no_outcome", "A": "attended",
}  # fmt: skip
URINE = "cocaine-negative"


def expected(letters: str, **more: Any) -> tuple[Expected, ...]:
    """Tests on days in a row, from March 1, 2026 on."""
    of = {"behavior": URINE, **more}
    return tuple(Expected(date(2026, 3, day), 1, 1, NAMES[letter], **of) for day, letter in enumerate(letters, 1))


def course(letters: str = "", *also: Expected, starts_on: date = date(2026, 3, 1)) -> Course:
    in_order = tuple(sorted((*expected(letters), *also), key=lambda one: one.on_day))
    timeline = Timeline(starts_on, parse(document()))
    return Course(
        1, 1, "HS-1", 1, (Stay(1, date.min, date.max),), "en", None, "Ladder", timeline, None, None, URINE, 0, 4, 0, (), (), in_order
    )  # fmt: skip


def march(*days: int) -> tuple[date, ...]:
    return tuple(date(2026, 3, day) for day in days)


@pytest.mark.parametrize(
    ("letters", "days"),
    [
        ("NM", None),
        ("NMM", march(2, 3)),
        ("MMMM", march(1, 2, 3, 4)),
        ("MMN", None),
        ("MNM", None),
        # What was excused, or of which nobody said anything, counts neither way.
        ("MEM", march(1, 3)),
        ("M?M?", march(1, 3)),
        # Whoever comes has not missed the visit, whatever the test shows.
        ("MMP", None),
        ("MMW", None),
        ("MMR", None),
        ("", None),
    ],
)
def test_two_visits_missed_in_a_row(letters: str, days: tuple[date, ...] | None) -> None:
    assert missed(course(letters)) == (Missed(days) if days else None)


def test_a_day_is_not_missed_by_whoever_came_to_something_else_on_it() -> None:
    group = Expected(date(2026, 3, 2), 1, 1, "attended", is_test=False)
    assert missed(course("MMM", group)) is None
    missed_group = Expected(date(2026, 3, 3), 1, 1, "missed", is_test=False)
    assert missed(course("NM", missed_group)) == Missed(march(2, 3))


def test_two_services_missed_on_one_day_are_one_missed_visit() -> None:
    assert missed(course("NM", Expected(date(2026, 3, 2), 1, 1, "missed", is_test=False))) is None


def test_an_absence_that_only_the_version_expects_is_no_missed_visit() -> None:
    assert missed(course("", *expected("MM", is_estimated=True))) is None
    assert missed(course("", *expected("MM", is_estimated=True, visit_id=7))) == Missed(march(1, 2))


@pytest.mark.parametrize(
    ("letters", "found"),
    [
        ("NNNNP", None),
        ("NNNNNP", Lapse(5, date(2026, 3, 6))),
        ("PNNNNNR", Lapse(5, date(2026, 3, 7))),
        ("NNNNNNT", Lapse(6, date(2026, 3, 7))),
        # The lapse began the days without a negative test; what came after it changes nothing.
        ("NNNNNPPM", Lapse(5, date(2026, 3, 6))),
        ("NNNNNPN", None),
        # A missed test ends the run, and is no lapse.
        ("NNNNNM", None),
        ("NNNNNMP", None),
        ("NNMNNNP", None),
        # Neither end the run nor make it longer.
        ("NNENN?ND", None),
        ("NNENN?NWDP", Lapse(5, date(2026, 3, 10))),
        ("P", None),
        ("", None),
    ],
)
def test_a_lapse_after_a_run_of_five(letters: str, found: Lapse | None) -> None:
    assert lapse(course(letters)) == found


def test_every_track_has_its_own_run() -> None:
    other = expected("NNNN", behavior="opioid-negative")
    assert (
        lapse(course("", *expected("NNN"), *other, Expected(date(2026, 3, 9), 2, 1, "positive", behavior=URINE)))
        is None
    )
    assert lapse(
        course("", *expected("NNNNN"), *other, Expected(date(2026, 3, 9), 2, 1, "positive", behavior=URINE))
    ) == Lapse(5, date(2026, 3, 9))


def test_a_run_that_began_before_what_was_looked_at_may_be_longer() -> None:
    since = date(2026, 3, 1)
    began = date(2026, 2, 1)
    assert lapse(course("NNNNNP", starts_on=began), since) == Lapse(5, date(2026, 3, 6), or_more=True)
    assert lapse(course("PNNNNNP", starts_on=began), since) == Lapse(5, date(2026, 3, 7))
    assert lapse(course("NNNNNP"), since) == Lapse(5, date(2026, 3, 6))


@pytest.mark.parametrize(
    ("letters", "length"), [("", 0), ("N", 1), ("PNN", 2), ("NNP", 0), ("NNM", 0), ("NEN?", 2), ("NNMN", 1)]
)
def test_the_run_of_now(letters: str, length: int) -> None:
    assert run(course(letters)) == Run(length)


def test_a_run_is_told_with_or_more_where_it_reaches_back_beyond_the_first_day() -> None:
    assert run(course("NN", starts_on=date(2026, 2, 1)), date(2026, 3, 1)) == Run(2, or_more=True)
    assert run(course("PN", starts_on=date(2026, 2, 1)), date(2026, 3, 1)) == Run(1)


@pytest.mark.parametrize(("used", "is_risk"), [(0, False), (59_999, False), (60_000, True), (75_000, True)])
def test_four_fifths_of_a_ceiling(used: int, is_risk: bool) -> None:
    use = CeilingUse(Ceiling("calendar_year", 75_000), used)
    assert near([use]) == (Near(use) if is_risk else None)


def test_the_ceiling_that_is_used_most_is_named() -> None:
    month, year = CeilingUse(Ceiling("month", 1_000), 950), CeilingUse(Ceiling("calendar_year", 75_000), 61_500)
    assert near([year, month]) == Near(month)
    assert near([]) is None


def test_a_laboratory_has_a_day() -> None:
    since = datetime(2026, 3, 9, 14, 10, tzinfo=UTC)
    assert waits(7, since, since + timedelta(hours=24)) is None
    assert waits(7, since, since + timedelta(hours=24, seconds=1)) == Waits(7, since, 24)
    assert waits(7, since, since + timedelta(hours=31, minutes=59)) == Waits(7, since, 31)


@pytest.mark.parametrize(
    ("letters", "came", "days"),
    [("NNMPW", True, march(4, 5)), ("NNM", True, ()), ("NMM", False, march(2, 3)), ("A?E", True, march(1))],
)
def test_days_in_a_row(letters: str, came: bool, days: tuple[date, ...]) -> None:
    assert in_a_row(expected(letters), came=came) == days
