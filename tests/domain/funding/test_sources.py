"""Sources of money: their years, their terms, and what may not be entered."""

from datetime import date

import pytest

from cm_tracker.domain.errors import BadInput, SeveralRefused
from cm_tracker.domain.funding.sources import (
    TEMPLATES,
    Terms,
    Use,
    check_reason,
    check_source,
    check_terms,
    template,
    terms_on,
    year_of,
)

TODAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("first_day", "day", "first", "last"),
    [
        ((1, 1), date(2026, 3, 16), date(2026, 1, 1), date(2026, 12, 31)),
        ((9, 30), date(2026, 3, 16), date(2025, 9, 30), date(2026, 9, 29)),
        ((9, 30), date(2026, 9, 29), date(2025, 9, 30), date(2026, 9, 29)),
        ((9, 30), date(2026, 9, 30), date(2026, 9, 30), date(2027, 9, 29)),
        ((7, 1), date(2024, 2, 29), date(2023, 7, 1), date(2024, 6, 30)),
        ((3, 1), date(2024, 2, 29), date(2023, 3, 1), date(2024, 2, 29)),
    ],
)
def test_the_year_of_a_source_begins_on_its_own_day(
    first_day: tuple[int, int], day: date, first: date, last: date
) -> None:
    assert year_of(first_day, day) == (first, last)


def test_a_source_without_a_year_never_ends() -> None:
    year = year_of(None, TODAY)
    assert year.is_endless and year.has(date(1999, 1, 1)) and year.has(date(2099, 1, 1))
    assert not year_of((1, 1), TODAY).is_endless


def test_terms_hold_from_their_day_and_the_later_entry_of_a_day_counts() -> None:
    first = Terms(1, date(2025, 1, 1), 7_500, None)
    wrong = Terms(2, date(2026, 1, 1), 5_000, None)
    right = Terms(3, date(2026, 1, 1), 75_000, 4_800_000)
    terms = [right, first, wrong]
    assert terms_on(terms, date(2024, 12, 31)) is None
    assert terms_on(terms, date(2025, 12, 31)) == first
    assert terms_on(terms, TODAY) == right


@pytest.mark.parametrize(
    ("used", "limit", "percent", "is_near", "is_over"),
    [
        (0, 59_900, 0, False, False),
        (47_919, 59_900, 79, False, False),
        (47_920, 59_900, 80, True, False),
        (59_900, 59_900, 100, True, False),
        (59_901, 59_900, 100, True, True),
        (120_000, None, None, False, False),
        (-500, 59_900, -1, False, False),
    ],
)
def test_people_are_warned_from_four_fifths_on(
    used: int, limit: int | None, percent: int | None, is_near: bool, is_over: bool
) -> None:
    use = Use(used, limit)
    assert (use.percent, use.is_near, use.is_over) == (percent, is_near, is_over)


def test_the_templates_have_the_numbers_of_their_payers() -> None:
    assert {one.key: (one.client_cents, one.first_day) for one in TEMPLATES} == {
        "samhsa": (75_000, (9, 30)),
        "sor": (7_500, (9, 30)),
        "medi-cal": (59_900, (1, 1)),
        "michigan": (59_900, (1, 1)),
    }
    assert template("samhsa").from_on == date(2025, 1, 1)  # type: ignore[union-attr]
    assert template("nobody") is None
    assert all(one.source and one.buys for one in TEMPLATES)


def test_what_a_source_may_not_be() -> None:
    check_source("State opioid response", "grant", (9, 30))
    check_source("Donations", "donation", None)
    for name, kind, first_day, field in (
        (" ", "grant", None, "name"),
        ("x" * 61, "grant", None, "name"),
        ("Grant", "lottery", None, "kind"),
        ("Grant", "grant", (2, 29), "year_day"),
        ("Grant", "grant", (13, 1), "year_day"),
    ):
        with pytest.raises(BadInput) as refused:
            check_source(name, kind, first_day)
        assert refused.value.field == field


def test_what_terms_may_not_be() -> None:
    check_terms(59_900, None, "", TODAY, TODAY)
    with pytest.raises(SeveralRefused) as refused:
        check_terms(0, 10_000_000_001, "x" * 301, date(2040, 1, 1), TODAY, -1)
    assert [one.field for one in refused.value.refusals] == [
        "client_cents", "total_cents", "budget_cents", "buys", "from_on",
    ]  # fmt: skip
    with pytest.raises(BadInput, match="Say in a few words"):
        check_reason(" ok ")
