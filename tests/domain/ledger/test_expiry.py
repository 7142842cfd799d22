"""When points expire: never without a rule, never during treatment, never without four weeks' notice."""

from datetime import date

import pytest

from cm_tracker.domain.ledger.expiry import ExpiryRule, expires_on, is_near

LAST_DAY = date(2026, 5, 24)  # a Sunday
GIVEN = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("rule", "last_day", "last_given", "on"),
    [
        (None, LAST_DAY, GIVEN, None),  # no rule
        (ExpiryRule(6, date(2026, 1, 1)), None, GIVEN, None),  # never enrolled
        (ExpiryRule(6, date(2026, 1, 1)), LAST_DAY, None, None),  # never given anything
        (ExpiryRule(6, date(2026, 1, 1)), LAST_DAY, GIVEN, date(2026, 7, 6)),  # six weeks after Sunday, May 24
        (ExpiryRule(6, date(2026, 8, 1)), LAST_DAY, GIVEN, date(2026, 8, 29)),  # a new rule gives four weeks
        (ExpiryRule(6, date(2026, 1, 1)), LAST_DAY, date(2026, 7, 1), date(2026, 7, 29)),  # so do points that come late
    ],
)
def test_the_day(rule: ExpiryRule | None, last_day: date | None, last_given: date | None, on: date | None) -> None:
    assert expires_on(rule, last_day, last_given) == on


def test_the_warning_comes_four_weeks_before() -> None:
    assert not is_near(date(2026, 7, 6), date(2026, 6, 7))
    assert is_near(date(2026, 7, 6), date(2026, 6, 8))
