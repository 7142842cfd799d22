"""How many of a prize one client may have, and the words in a name that are asked about."""

from datetime import date

import pytest

from cm_tracker.domain.errors import BadInput, LimitReached
from cm_tracker.domain.prizes.catalog import PrizeLimit, check_limit, forbidden_words, prize_limit

TODAY = date(2026, 3, 16)
HAD = [(date(2026, 3, 16), 1), (date(2026, 3, 10), 2), (date(2026, 2, 15), 4)]


@pytest.mark.parametrize(
    ("days", "left"),
    [
        (1, 9),  # today alone
        (6, 9),  # 11 March to 16 March
        (7, 7),  # 10 March, too
        (29, 7),  # 16 February to 16 March
        (30, 3),  # 15 February, too
        (None, 3),
    ],
)
def test_what_is_left_of_ten(days: int | None, left: int) -> None:
    assert PrizeLimit(10, days).left(HAD, TODAY) == left


def test_a_client_who_has_more_than_a_lowered_limit_may_have_none() -> None:
    assert PrizeLimit(2, None).left(HAD, TODAY) == 0


def test_the_last_one_is_given_and_the_next_refused_with_the_numbers() -> None:
    check_limit(PrizeLimit(4, 7), HAD, 1, TODAY)
    with pytest.raises(LimitReached) as refused:
        check_limit(PrizeLimit(4, 7), HAD, 2, TODAY)
    assert str(refused.value) == (
        "One client may have 4 of this prize within 7 days, and this one may have 1 more today. Choose fewer, or another prize."
    )


def test_without_a_limit_any_number_is_allowed() -> None:
    check_limit(None, HAD, 100, TODAY)


def test_a_limit_as_a_lead_sets_it() -> None:
    assert prize_limit(None, None) is None
    assert prize_limit(2, None) == PrizeLimit(2, None)
    assert prize_limit(2, 30) == PrizeLimit(2, 30)


@pytest.mark.parametrize(
    ("count", "days", "field"),
    [(None, 30, "limit_count"), (0, None, "limit_count"), (1001, 1, "limit_count"), (1, 0, "limit_days"), (1, 367, "limit_days")],
)  # fmt: skip
def test_a_wrong_limit_is_refused_at_its_field(count: int | None, days: int | None, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        prize_limit(count, days)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Six-pack of BEER", ("beer",)),
        ("Wine glasses, and more wine", ("wine",)),
        ("Vape", ("vape",)),
        ("Carton of cigarettes", ("cigarettes",)),
        ("Lottery ticket", ("lottery",)),
        ("Firearm safe", ("firearm",)),
        ("Card for the liquor store", ("liquor", "liquor store")),
        ("Smoke-shop card, $20", ("smoke shop",)),
        ("Billete de lotería", ("lotería",)),
        ("Cashmere scarf", ()),
        ("Gingerbread", ()),
        ("Grocery card, $20", ()),
        ("", ()),
    ],
)
def test_a_forbidden_word_is_found_as_a_whole_word(name: str, words: tuple[str, ...]) -> None:
    assert forbidden_words([name]) == words
