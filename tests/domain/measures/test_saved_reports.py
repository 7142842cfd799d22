"""The days of a saved report, and what is wrong with one as it was entered."""

from datetime import date
from typing import Any

import pytest

from cm_tracker.domain.measures.saved_reports import check_saved, days_of
from tests.domain.refused import refused


@pytest.mark.parametrize(
    ("kind", "today", "days"),
    [
        ("quarter", date(2026, 3, 31), (date(2025, 10, 1), date(2025, 12, 31))),
        ("quarter", date(2026, 4, 1), (date(2026, 1, 1), date(2026, 3, 31))),
        ("quarter", date(2026, 12, 31), (date(2026, 7, 1), date(2026, 9, 30))),
        ("month", date(2026, 1, 1), (date(2025, 12, 1), date(2025, 12, 31))),
        ("month", date(2028, 3, 31), (date(2028, 2, 1), date(2028, 2, 29))),
        ("year", date(2026, 1, 1), (date(2026, 1, 1), date(2026, 1, 1))),
        ("year", date(2026, 11, 28), (date(2026, 1, 1), date(2026, 11, 28))),
        # A Saturday: eleven weeks before its Monday.
        ("weeks", date(2026, 11, 28), (date(2026, 9, 7), date(2026, 11, 28))),
        ("fixed", date(2026, 11, 28), (date(2025, 2, 3), date(2025, 4, 5))),
    ],
)
def test_the_days_are_those_of_the_day_on_which_it_is_read(kind: str, today: date, days: tuple[date, date]) -> None:
    assert days_of(kind, today, date(2025, 2, 3), date(2025, 4, 5)) == days


GOOD: dict[str, Any] = {
    "name": "For the state", "days": "fixed", "first_day": date(2026, 1, 1), "last_day": date(2026, 3, 31), "by": "site",
    "columns": ["day", "units"], "known": ["units", "day", "client"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "sentence", "field"),
    [
        ({"name": "  "}, "Give the report a name.", "name"),
        ({"name": "x" * 81}, "Shorten the name to 80 characters.", "name"),
        ({"days": "always"}, "Choose the days from the list.", "days"),
        ({"first_day": None}, "Enter the first day as a date.", "first_day"),
        ({"last_day": None}, "Enter the last day as a date.", "last_day"),
        ({"last_day": date(2025, 12, 31)}, "The last day is before the first one. Correct one of the two.", "to"),
        ({"last_day": date(2029, 1, 3)}, "A report has at most 1,098 days. Choose fewer.", "to"),
        ({"by": "weather"}, "Choose the groups from the list.", "by"),
        ({"columns": []}, "Tick at least one column.", "columns"),
        ({"columns": ["day", "name"]}, "Choose the columns from the list.", "columns"),
        ({"columns": ["day", "day"]}, "Choose the columns from the list.", "columns"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(wrong: dict[str, Any], sentence: str, field: str) -> None:
    check_saved(**GOOD)
    with refused(sentence, field):
        check_saved(**GOOD | wrong)


def test_a_report_without_a_choice_of_columns_has_none() -> None:
    check_saved(**GOOD | {"columns": [], "known": []})
