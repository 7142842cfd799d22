"""Money as people type it and as it is shown."""

import pytest

from cm_tracker.domain.money import Cents, cents_of, decimals, money_in, name_of, sign_of
from cm_tracker.domain.schedules.currencies import CODES, OFFERED


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("599", 59900),
        ("599.00", 59900),
        ("599.5", 59950),
        ("$599.05", 59905),
        ("1,299.00", 129900),
        ("$ 0.25 ", 25),
        ("USD 5", 500),
        ("usd5.25", 525),
        ("5 USD", 500),
        ("0", 0),
        ("", None),
        ("$", None),
        ("USD", None),
        ("$5 USD", None),
        ("$$5", None),
        ("£5", None),
        ("GBP 5", None),
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
    assert cents_of(typed, "USD") == cents


@pytest.mark.parametrize(
    ("typed", "currency", "cents"),
    [
        ("£5", "GBP", 500),
        ("5.00", "GBP", 500),
        ("gbp 5", "GBP", 500),
        ("1,299.05 GBP", "GBP", 129905),
        ("$5", "GBP", None),
        ("€5.50", "EUR", 550),
        ("CAD 20", "CAD", 2000),
        ("CAD\N{NO-BREAK SPACE}20.00", "CAD", 2000),
        ("20 cad", "CAD", 2000),
        ("$20", "CAD", None),
    ],
)
def test_the_sign_and_the_code_are_those_of_the_programs_currency(typed: str, currency: str, cents: int | None) -> None:
    assert cents_of(typed, currency) == cents


def test_cents_are_written_as_dollars() -> None:
    assert [money_in(cents, "USD") for cents in (0, 5, 25, 59900, 129905, -250)] == [
        "$0.00", "$0.05", "$0.25", "$599.00", "$1,299.05", "-$2.50",
    ]  # fmt: skip


def test_a_currency_has_its_sign_where_that_is_nobody_elses_and_else_its_code() -> None:
    assert [money_in(99750, currency) for currency in ("USD", "GBP", "EUR", "CAD", "CHF", "MXN")] == [
        "$997.50", "£997.50", "€997.50", "CAD 997.50", "CHF 997.50", "MXN 997.50",
    ]  # fmt: skip
    assert money_in(-2000, "CAD") == "-CAD 20.00"
    assert [sign_of("GBP"), sign_of("AUD"), name_of("GBP"), name_of("EUR"), name_of("USD"), name_of("AUD")] == [
        "£", "AUD", "pounds", "euros", "dollars", "AUD",
    ]  # fmt: skip


def test_a_number_of_the_currency_has_no_sign() -> None:
    assert [decimals(cents) for cents in (115500, 5, -250, Cents(700))] == ["1,155.00", "0.05", "-2.50", "7.00"]


def test_a_program_pays_in_a_currency_that_has_hundredths() -> None:
    assert {"USD", "GBP", "EUR", "CAD", "AUD", "CHF", "MXN", "INR", "ZAR"} <= OFFERED
    # The yen has no smaller unit, and the Kuwaiti dinar has thousandths.
    assert {"JPY", "KRW", "CLP", "KWD", "TND"} <= CODES - OFFERED
