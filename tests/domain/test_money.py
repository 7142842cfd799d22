"""Money as people type it and as it is shown."""

import pytest

from cm_tracker.domain.money import cents_of, dollars


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("599", 59900),
        ("599.00", 59900),
        ("599.5", 59950),
        ("$599.05", 59905),
        ("1,299.00", 129900),
        ("$ 0.25 ", 25),
        ("0", 0),
        ("", None),
        ("$", None),
        ("5.999", None),
        ("1,29", None),
        ("-5", None),
        (".50", None),
        ("5 dollars", None),
        ("٣", None),
        ("999999999", 99999999900),
        ("9999999999", None),
    ],
)
def test_an_amount_that_somebody_typed_is_read_as_money(typed: str, cents: int | None) -> None:
    assert cents_of(typed) == cents


def test_cents_are_written_as_dollars() -> None:
    assert [dollars(cents) for cents in (0, 5, 25, 59900, 129905, -250)] == [
        "$0.00", "$0.05", "$0.25", "$599.00", "$1,299.05", "-$2.50",
    ]  # fmt: skip
