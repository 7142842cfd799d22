"""The words of a lead's first page: the sentence of the chart, reasons, and what needs a hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cm_tracker.domain.measures.at_risk import Lapse, Missed, Near, Run, Waits
from cm_tracker.domain.measures.negatives import NegativeCounts, WeekOfNegatives
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.schedule import Ceiling
from cm_tracker.labels.desk import Words, greeting, hand, reason, result, run
from cm_tracker.labels.weeks_chart import weeks_chart
from cm_tracker.queries.reports.hands import Hand

ZONE = "America/New_York"
FIRST = date(2026, 9, 7)


def weeks(*counts: tuple[int, int]) -> list[WeekOfNegatives]:
    """Weeks from September 7 on, each with its negative and its expected tests. The last one is not over."""
    return [
        WeekOfNegatives(
            FIRST + timedelta(weeks=n), NegativeCounts(expected, negative, 0, 0), is_over=n < len(counts) - 1
        )
        for n, (negative, expected) in enumerate(counts)
    ]


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        # As in the picture: 52 and 71 of a hundred.
        ([(50, 96), *[(60, 100)] * 9, (88, 124), (45, 66)], "7 in 10 expected tests are negative now; in September it was 5 in 10"),
        ([(80, 100), (70, 100), (9, 10)], "7 in 10 expected tests are negative now; in the week of Monday, September 7 it was 8 in 10"),
        # A change of less than ten of a hundred is small.
        ([(61, 100), (70, 100), (9, 10)], "7 in 10 expected tests are negative, about as many as in the week of Monday, September 7"),
        ([(60, 100), (70, 100), (9, 10)], "7 in 10 expected tests are negative now; in the week of Monday, September 7 it was 6 in 10"),
        ([(0, 30), (3, 30), (0, 0)], "1 in 10 expected tests is negative now; in the week of Monday, September 7 it was 0 in 10"),
        # Few tests compare nothing.
        ([(0, 19), (90, 100), (9, 10)], "Negative tests in the last 12 weeks"),
        ([(0, 100), (19, 19), (9, 10)], "Negative tests in the last 12 weeks"),
        ([(0, 0), (90, 100), (9, 10)], "Negative tests in the last 12 weeks"),
        ([(0, 0), (0, 0)], "No test was expected in these 12 weeks"),
    ],
)  # fmt: skip
def test_the_title_of_the_chart_says_its_result(counts: list[tuple[int, int]], says: str) -> None:
    assert result(weeks(*counts)) == says


def test_the_chart_has_the_first_and_the_last_full_week_dark_and_this_week_hatched() -> None:
    chart = weeks_chart(weeks((0, 0), (50, 96), (60, 100), (88, 124), (45, 66)))
    assert [(bar.kind, bar.percent, bar.tests, bar.label, bar.says) for bar in chart.bars] == [
        ("middle", None, 0, "Sep 7", "–"),
        ("dark", 52, 96, "14", "52"),
        ("middle", 60, 100, "21", "60"),
        ("dark", 71, 124, "28", "71"),
        ("open", 68, 66, "Oct 5", "68 so far"),
    ]
    # The ground is at 200, and 100 % at 22.
    assert [(bar.y, bar.height) for bar in chart.bars[:3]] == [(200, 0), (107.4, 92.6), (93.2, 106.8)]
    assert chart.shares == ((0, 200), (25, 155.5), (50, 111), (75, 66.5), (100, 22))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Missed((date(2026, 11, 20), date(2026, 11, 23))), ("Two visits missed in a row", "Nov 20, Nov 23", "Call")),
        (Missed(tuple(date(2026, 11, day) for day in range(10, 14))), ("Four visits missed in a row", "Nov 11, Nov 12, Nov 13", "Call")),
        (Lapse(11, date(2026, 11, 24)), ("Lapse after 11 negative in a row", "Nov 24", "Open")),
        (Lapse(24, date(2026, 11, 24), or_more=True), ("Lapse after 24 or more negative in a row", "Nov 24", "Open")),
        (Near(CeilingUse(Ceiling("calendar_year", 75_000), 61_250)), ("81% of $750.00 used for this calendar year", "$612.50", "Open")),
        (Waits(7, datetime(2026, 11, 24, 14, 10, tzinfo=UTC), 31), ("Laboratory answer waits 31 hours", "since Nov 24, 9:10 AM", "Ask")),
        (Waits(7, datetime(2026, 11, 24, 14, 10, tzinfo=UTC), 80), ("Laboratory answer waits 3 days", "since Nov 24, 9:10 AM", "Ask")),
    ],
)  # fmt: skip
def test_each_reason_has_its_words_and_one_verb(
    given: Missed | Lapse | Near | Waits, words: tuple[str, str, str]
) -> None:
    assert reason(given, ZONE) == Words(*words)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Hand("returned", name="Ladder", more="Daniel", id=4), ("A draft came back with a note", "Ladder · Daniel", "Read")),
        (Hand("to_decide", name="Ladder", more="Daniel", id=4), ("A schedule to approve", "Ladder · Daniel", "Decide")),
        (Hand("adjustments", 1), ("An adjustment waits for a second lead", "", "Decide")),
        (Hand("merges", 3), ("3 merges wait for a second lead", "", "Decide")),
        (Hand("losses", 2, more="Mill Road", cents=1000), ("2 prizes are missing from the cabinet", "Mill Road · worth $10.00", "Decide")),
        (Hand("empty_tier", 4, "jumbo", "Mill Road"), ("No jumbo prize in the cabinet", "Mill Road · 4 needed", "Order")),
        (Hand("near_limit"), ("A client is near the limit of their source", "", "Look")),
        (Hand("near_limit", 12), ("12 clients are near the limit of their source", "", "Look")),
        (Hand("training", 1, more="Mill Road", id=2), ("Training of one person is due", "Mill Road", "Record")),
        (Hand("training", 3, more="Mill Road", id=2), ("Training of 3 people is due", "Mill Road", "Record")),
        (Hand("open_day", 1, more="Mill Road", id=2, on_day=date(2026, 11, 21)), ("A day was left open", "Mill Road · Nov 21", "Close")),
        (Hand("open_day", 2, more="Mill Road", id=2, on_day=date(2026, 11, 21)), ("2 days were left open", "Mill Road · Nov 21", "Close")),
        (Hand("checkpoint", on_day=date(2026, 11, 21)), ("The newest checkpoint of the ledger is old", "Nov 21", "Take")),
    ],
)  # fmt: skip
def test_each_kind_of_what_needs_a_hand_has_its_words(given: Hand, words: tuple[str, str, str]) -> None:
    assert hand(given) == Words(*words)


@pytest.mark.parametrize(
    ("hour", "says"), [(11, "Good morning, Miriam"), (12, "Good afternoon, Miriam"), (18, "Good evening, Miriam")]
)
def test_the_greeting_goes_by_the_clock_of_the_site(hour: int, says: str) -> None:
    # New York is five hours behind in winter.
    assert greeting(datetime(2026, 1, 5, hour + 5, 30, tzinfo=UTC), ZONE, "Miriam Katz") == says


def test_a_run_in_words() -> None:
    assert (run(Run(0)), run(Run(4)), run(Run(30, or_more=True))) == (
        "No run now", "4 negative in a row", "30 or more negative in a row",
    )  # fmt: skip
