"""How many of a prize one client may have, and the words in a name that are asked about."""

from datetime import date

import pytest

from cm_tracker.domain.errors import CardsMisread, LimitReached, PrizeToCheck, StrangeCards
from cm_tracker.domain.prizes.catalog import (
    PrizeLimit,
    check_cards,
    check_limit,
    check_prize,
    check_reward,
    forbidden_words,
    missing_cards,
    prize_limit,
)
from tests.domain.refused import all_refused, refused

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
    with pytest.raises(LimitReached) as caught:
        check_limit(PrizeLimit(4, 7), HAD, 2, TODAY)
    assert str(caught.value) == (
        "One client may have 4 of this prize within 7 days, and this one may have 1 more today. Choose fewer, or another prize."
    )


def test_without_a_limit_any_number_is_allowed() -> None:
    check_limit(None, HAD, 100, TODAY)


def test_a_limit_as_a_lead_sets_it() -> None:
    assert prize_limit(None, None) is None
    assert prize_limit(2, None) == PrizeLimit(2, None)
    assert prize_limit(2, 30) == PrizeLimit(2, 30)


NO_COUNT = ("Say how many one client may have, from 1 to 1,000, or leave both empty.", "limit_count")
NO_DAYS = ("Give 1 to 366 days, or leave it empty for a limit that never starts anew.", "limit_days")


@pytest.mark.parametrize(
    ("count", "days", "wrong"),
    [
        (None, 30, [NO_COUNT]),
        (0, None, [NO_COUNT]),
        (1001, 1, [NO_COUNT]),
        (1, 0, [NO_DAYS]),
        (1, 367, [NO_DAYS]),
        (0, 0, [NO_COUNT, NO_DAYS]),
    ],
)
def test_a_wrong_limit_is_refused_at_its_field(
    count: int | None, days: int | None, wrong: list[tuple[str, str]]
) -> None:
    with all_refused(*wrong):
        prize_limit(count, days)


def test_the_smallest_and_the_largest_limit() -> None:
    assert (prize_limit(1, 1), prize_limit(1000, 366)) == (PrizeLimit(1, 1), PrizeLimit(1000, 366))


def test_a_reward_has_a_category_and_its_limit() -> None:
    assert check_reward("food", None, None) is None
    assert check_reward("gift_card", 2, 30) == PrizeLimit(2, 30)


def test_everything_that_stands_against_a_reward_is_said_at_once() -> None:
    never = "Alcohol may never be a reward."
    with all_refused((never, "category"), NO_COUNT):
        check_reward("alcohol", 0, None)
    with all_refused(("Choose one of the categories.", "category"), NO_DAYS):
        check_reward("toys", 1, 0)


@pytest.mark.parametrize(("price", "retail"), [(2000, 2000), (2400, 2000), (1600, 2000), (0, 0)])
def test_a_price_may_differ_from_the_retail_value_by_a_fifth(price: int, retail: int) -> None:
    check_prize(["Towel"], price, retail)


@pytest.mark.parametrize(
    ("names", "price", "retail", "words", "is_far"),
    [
        (["Towel", "Toalla"], 2401, 2000, (), True),
        (["Towel", "Toalla"], 1599, 2000, (), True),
        (["Towel", "Toalla"], 1, 0, (), True),
        (["Root beer", "Cerveza de raíz"], 2000, 2000, ("beer", "cerveza"), False),
        (["Root beer", "Root beer"], 5000, 2000, ("beer",), True),
    ],
)
def test_a_name_that_sounds_forbidden_and_a_price_far_from_the_value_are_asked_about(
    names: list[str], price: int, retail: int, words: tuple[str, ...], is_far: bool
) -> None:
    with pytest.raises(PrizeToCheck) as caught:
        check_prize(names, price, retail)
    asked = caught.value
    assert (asked.words, asked.is_far, asked.price_cents, asked.retail_cents) == (words, is_far, price, retail)


def test_each_gift_card_has_four_digits_of_its_own() -> None:
    check_cards(["0042", "9999"], 2)
    check_cards([], 0)
    check_cards(["0000"] * 50, 50)


@pytest.mark.parametrize(
    ("last_fours", "places"),
    [(["0042", "042"], (2,)), (["12345", "0042", "12a4"], (1, 3)), (["", "٣٣٣٣"], (1, 2)), (["042\n"], (1,))],
)
def test_cards_that_were_misread_are_named_by_their_places(last_fours: list[str], places: tuple[int, ...]) -> None:
    with pytest.raises(CardsMisread) as caught:
        check_cards(last_fours, len(last_fours))
    assert (caught.value.places, caught.value.field) == (places, "cards")


@pytest.mark.parametrize(("last_fours", "quantity"), [(["0042"], 2), (["0042", "0043"], 1), (["0042"], 0), ([], 1)])
def test_a_delivery_of_cards_names_each_card(last_fours: list[str], quantity: int) -> None:
    with refused("Enter the last four digits of each card.", "cards"):
        check_cards(last_fours, quantity)


def test_a_delivery_has_fifty_cards_at_most() -> None:
    with refused("Book in up to 50 cards at once.", "cards"):
        check_cards(["0042"] * 51, 51)


SHELF = [(31, "0042"), (32, "0042"), (33, "7777")]


@pytest.mark.parametrize(
    ("seen", "missing"),
    [
        (["7777", "0042", "0042"], ()),
        (["0042", "7777"], (32,)),
        (["0042", "0042"], (33,)),
        ([], (31, 32, 33)),
    ],
)
def test_a_card_on_the_shelf_that_nobody_saw_is_missing(seen: list[str], missing: tuple[int, ...]) -> None:
    assert missing_cards(seen, SHELF, "prize_7") == missing


def test_a_card_that_was_never_booked_in_is_named() -> None:
    with pytest.raises(StrangeCards) as caught:
        missing_cards(["9999", "0042", "0042", "0042", "1111"], SHELF, "prize_7")
    assert (caught.value.last_fours, caught.value.field) == (("0042", "1111", "9999"), "prize_7")


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
        ("Cocaine Anonymous, the book", ("cocaine",)),
        ("Libro sobre el fentanilo", ("fentanilo",)),
        ("Coffee with a bar of chocolate", ()),
        ("Cashmere scarf", ()),
        ("Gingerbread", ()),
        ("Grocery card, $20", ()),
        ("", ()),
    ],
)
def test_a_forbidden_word_is_found_as_a_whole_word(name: str, words: tuple[str, ...]) -> None:
    assert forbidden_words([name]) == words
